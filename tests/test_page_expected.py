"""Predict, then see: a curve drawn on the chart before a run, and the sentence that compares it with the run."""

import re
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.cable import Cable
from tests.page import DESKTOP, PHONE, Screen, visitors
from tests.waiting import wait_until

MINE = "the curve you expect"
LINK = "?epochs=40&hidden_size=20"
TOLD = re.compile(r"at epoch ([\d.]+): you expected ([\d.,]+), it has ([\d.,]+)\.")


def with_a_new_run(screen):
    """Press Reset, so that the chart has the axes of the run that comes next."""
    screen.click("reset")
    expect(screen.page.locator(".progress")).to_contain_text("epoch 0 of 40")
    screen.settle()
    return screen


def begin(screen):
    """Begin to draw; return the (left, top, width, height) of the paper."""
    screen.at("expected", ".begin").click()
    box = screen.page.locator(".paper").bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def drag(screen, *places):
    """Draw with the mouse through these places, in shares of the plot from its lower left corner."""
    left, top, width, height = begin(screen)
    for n, (x, y) in enumerate(places):
        screen.page.mouse.move(left + x * width, top + (1 - y) * height, steps=8)
        if n == 0:
            screen.page.mouse.down()
    screen.page.mouse.up()


def written(screen):
    """The points (epoch, perplexity) in the address."""
    found = re.search(r"expected=([^&]*)", screen.link)
    return [tuple(map(float, re.split("%3A|:", point))) for point in found[1].split("+")] if found else []


def says(screen):
    return screen.page.locator(".expected .told")


def compared(screen):
    """The (epoch, expected, measured) of the sentence once the run is finished, and the run's curve."""
    screen.click("train")
    wait_until(lambda: "epoch 40 " in screen.read(".progress") and len(screen.curve()) == 40, "the run is done")
    screen.settle()
    expect(says(screen)).to_have_text(TOLD)
    return tuple(float(figure.replace(",", "")) for figure in TOLD.search(says(screen).inner_text()).groups())


def test_a_curve_drawn_with_the_mouse_is_compared_with_the_run_that_follows(visit):
    screen = with_a_new_run(visit(LINK))
    drag(screen, (0, 1), (1, 0))
    wait_until(lambda: len(written(screen)) == 21, "the address has the curve")
    assert [epoch for epoch, _ in written(screen)] == [2 * step for step in range(21)]
    top = written(screen)[0][1]
    for epoch, value in written(screen):  # the line on a logarithmic axis
        assert value == pytest.approx(top ** (1 - epoch / 40), rel=0.06)
    wait_until(lambda: len(screen.curve(MINE)) == 21, "the chart has the curve")
    screen.at("expected", ".done").click()
    expect(says(screen)).to_have_text(re.compile("^Now train"))
    screen.keep("expected")
    epoch, mine, measured = compared(screen)
    screen.keep("expected-and-seen")
    assert mine == pytest.approx(top ** (1 - epoch / 40), rel=0.06)
    assert measured == pytest.approx(dict(screen.curve())[epoch], rel=0.01)
    apart = [max(value / line, line / value) for at, value in screen.curve() for line in [top ** (1 - at / 40)]]
    assert max(apart) == pytest.approx(max(mine / measured, measured / mine), rel=0.1)
    screen.at("expected", ".clear").click()
    wait_until(lambda: not screen.curve(MINE) and "expected" not in screen.link, "the curve is gone")


def test_three_typed_numbers_make_a_curve_which_no_earlier_run_is_compared_with(visit):
    screen = visit()  # the recorded run is complete
    screen.at("expected", ".begin").focus()
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.type("0.5")
    screen.page.keyboard.press("Tab")
    expect(screen.page.locator(".expected .wrong")).to_have_text("A perplexity must be a number of at least 1.")
    screen.page.keyboard.press("Shift+Tab")
    for number in ("300", "40", "6"):
        screen.page.keyboard.type(number)
        screen.page.keyboard.press("Tab")
    wait_until(lambda: len(written(screen)) == 21, "the address has the curve")
    assert dict(written(screen)) | {10: 300, 50: 40, 100: 6} == dict(written(screen))
    assert screen.page.locator(".expected .wrong").inner_text() == ""
    screen.page.keyboard.press("Escape")
    expect(screen.at("expected", ".begin")).to_be_focused()
    expect(says(screen)).to_have_text(re.compile("^Now train"))
    screen.page.reload()
    wait_until(lambda: len(screen.curve(MINE)) == 21, "it is there after a reload")


@pytest.mark.full
def test_far_from_the_server_the_curve_under_the_pointer_stays_until_the_chart_has_it(browser, server, tmp_path):
    with closing(Cable(urlsplit(server).port, 0.24)) as cable, visitors(browser, cable.address, tmp_path) as visit:
        screen = with_a_new_run(visit(LINK))
        drag(screen, (0.1, 0.9), (0.5, 0.4), (0.9, 0.1))
        paper = screen.page.locator(".paper path")
        assert paper.get_attribute("d").count("L") == 16
        wait_until(lambda: paper.get_attribute("d") == "", "the server has it")
        wait_until(lambda: len(screen.curve(MINE)) == 17, "the chart has it")
        screen.at("expected", ".done").click()
        epoch, mine, measured = compared(screen)
        assert 4 <= epoch <= 36
        assert mine != measured


@pytest.mark.full
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_finger_draws_and_does_not_scroll(browser, server, tmp_path, size):
    context = browser.new_context(has_touch=True, viewport=dict(zip(("width", "height"), size, strict=True)))
    screen = Screen(context, server, tmp_path).open(LINK)
    left, top, width, height = begin(screen)
    client = context.new_cdp_session(screen.page)
    screen.page.locator(".paper").scroll_into_view_if_needed()
    box = screen.page.locator(".paper").bounding_box()
    left, top = box["x"], box["y"]
    before = screen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    for kind, at in (("touchStart", 0.1), ("touchMove", 0.4), ("touchMove", 0.9), ("touchEnd", None)):
        points = [] if at is None else [{"x": left + at * width, "y": top + at * height}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    wait_until(lambda: len(written(screen)) == 17, "the address has the curve")
    assert screen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before
    assert screen.errors == []
    context.close()
