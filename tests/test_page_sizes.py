"""The page fits its window: nothing is cut off or wider than the screen, and a large screen is used."""

import pytest
from playwright.sync_api import expect

from tests.test_page import MAIN, TOO_WIDE, inside
from tests.waiting import wait_until

pytestmark = pytest.mark.full

WHOLE = [(1280, 720), (1280, 800), (1366, 768), (1920, 1080)]  # all of the page fits on the screen
IN_REACH = [(1024, 768), (960, 540), (390, 844), (360, 740)]  # the rest can be scrolled to


def sizes(sizes):
    """Each size in light and dark."""
    for size in sizes:
        for scheme in ("light", "dark"):
            yield pytest.param(size, scheme, id=f"{size[0]}x{size[1]}-{scheme}")


@pytest.mark.parametrize(("size", "scheme"), list(sizes(WHOLE)))
def test_controls_curve_bars_text_and_strip_are_in_view(visit, size, scheme):
    screen = visit(size=size, scheme=scheme)
    screen.keep(f"size-{size[0]}x{size[1]}-{scheme}")
    for part in (".st-key-train", ".st-key-curve svg.marks", ".st-key-bars svg.marks", ".strip", ".said"):
        assert inside(screen.page.locator(part).first.bounding_box(), size), part
    assert screen.page.locator(MAIN).evaluate("main => main.scrollHeight <= main.clientHeight")
    assert screen.page.evaluate(TOO_WIDE) == []
    used = screen.page.locator(".said").bounding_box()
    assert used["y"] + used["height"] > 0.9 * size[1]


@pytest.mark.parametrize(("size", "scheme"), list(sizes(IN_REACH)))
def test_what_is_not_in_view_is_in_reach_and_nothing_is_cut(visit, size, scheme):
    screen = visit(size=size, scheme=scheme)
    screen.keep(f"size-{size[0]}x{size[1]}-{scheme}")
    assert screen.page.evaluate(TOO_WIDE) == []
    screen.page.locator(".said").scroll_into_view_if_needed()
    expect(screen.page.locator(".said")).to_be_in_viewport()


@pytest.mark.parametrize("size", WHOLE, ids=lambda size: f"{size[0]}x{size[1]}")
def test_what_opens_over_the_page_is_inside_the_window(visit, size):
    screen = visit(size=size)
    for key in ("settings", "about", "skip"):
        screen.page.locator(f"[class*='st-key-{key}'] button").first.click()
        body = screen.page.locator("[data-testid=stPopoverBody]")
        expect(body).to_be_visible()
        wait_until(lambda body=body: inside(body.bounding_box(), size), f"{key} is inside the window")
        screen.keep(f"open-{size[0]}x{size[1]}-{key}")
        screen.page.keyboard.press("Escape")
        expect(body).to_have_count(0)
