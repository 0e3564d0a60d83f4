"""The parts that explain the page, behind a round trip of 240 ms: what needs no server answers at once."""

from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.cable import Cable
from tests.page import PHONE, visitors
from tests.test_page_hall import SWIPE, shown
from tests.test_page_lessons_taken import take
from tests.test_page_picture import CLICK, at_rest, words
from tests.test_page_whole_text import opened, windows
from tests.waiting import wait_until

pytestmark = pytest.mark.full


@pytest.fixture
def visit(browser, server, tmp_path):
    """Open the page of this server through a slow cable."""
    with closing(Cable(urlsplit(server).port, 0.24)) as cable, visitors(browser, cable.address, tmp_path) as visit:
        yield visit


def test_a_lesson_is_taken(visit):
    take(visit("?lesson=what"), "what")


def test_the_signal_starts_at_the_click_and_ends_with_the_next_word(visit):
    screen = visit()
    screen.page.locator(".st-key-page_inside a").click()
    expect(screen.page.locator(".network .line bdi").first).to_be_visible()
    screen.settle()
    before = words(screen)
    assert screen.page.locator(".network svg").evaluate(CLICK, "draw_word") == ["word"]
    wait_until(lambda: len(words(screen)) > len(before), "the picture shows the next word")
    at_rest(screen)
    assert words(screen)[: len(before)] == before
    part = screen.page.locator(".network [data-part=h]")
    part.focus()
    expect(screen.page.locator(".network .told")).to_contain_text("all that the network remembers")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator(".st-key-panel_state_picture h2.panel")).to_be_focused()


def test_keys_and_a_finger_turn_the_panels_of_hall_mode(visit):
    screen = visit()
    for act, name in (
        (lambda: screen.page.keyboard.press("f"), "curve"),
        (lambda: screen.page.keyboard.press("ArrowRight"), "bars"),
        (lambda: screen.page.evaluate(SWIPE, [300, 120]), "text"),
        (lambda: screen.at("hall", ".dot").first.click(), "curve"),
    ):
        act()
        assert shown(screen) == [name]
    wait_until(lambda: "projector=yes" in screen.link, "the address says so")
    screen.page.keyboard.press("Escape")
    assert len(shown(screen)) == 4
    wait_until(lambda: screen.link == "", "and the address")


def test_a_term_card_opens_by_touch_and_leads_to_its_panel(browser, server, tmp_path):
    with closing(Cable(urlsplit(server).port, 0.24)) as cable:
        viewport = dict(zip(("width", "height"), PHONE, strict=True))
        page = browser.new_context(has_touch=True, viewport=viewport).new_page()
        page.goto(cable.address)
        term = page.locator(".term[data-term=perplexity]")
        expect(term).to_have_count(1)
        term.tap()
        assert page.get_by_role("button", name="See it on Inside").is_visible()
        page.get_by_role("button", name="See it on Inside").tap()
        expect(page.locator(".st-key-panel_moves h2.panel")).to_be_in_viewport()
        page.context.close()


def test_the_reading_heads_move_with_the_updates(visit):
    screen = opened(visit())
    before = windows(screen)
    screen.click("reset")
    screen.click("one_update")
    wait_until(lambda: windows(screen) not in ([], before), "the next windows are marked")
