"""The page behind a slow network: no action kills it, and no input is lost."""

import pytest

from tests.cable import Cable
from tests.page import Server
from tests.slow.inputs import MAIN, open_page, room_for_words, stands, temperature_is
from tests.slow.trying import Visit, repeated

ROUND_TRIP = 0.24


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A separate server."""
    server = Server(tmp_path_factory.mktemp("server") / "log")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def cable(server):
    """A slow cable to it."""
    cable = Cable(server.port, ROUND_TRIP)
    yield cable
    cable.close()


@pytest.fixture(scope="module")
def visit(browser, cable, server, tmp_path_factory):
    """A visitor behind the cable, who stays for all tests; a dead tab is opened again."""
    pictures = tmp_path_factory.mktemp("pictures")
    visit = Visit(cable, pictures, server.log, browser=browser, patience=60)  # how fast it is, `tests.slow` measures
    yield visit
    visit.close()


@pytest.mark.full
@pytest.mark.parametrize("name", MAIN)
def test_no_action_kills_the_page_and_no_input_is_lost(visit, name):
    action, link = MAIN[name]
    found = repeated(visit, action, link, count=5)
    assert (found.tries, found.deaths, found.lost) == (5, [], [])


@pytest.mark.full
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_click_whose_request_or_answer_is_cut_off_makes_one_word(visit, cable, way):
    tab = visit.ready("")
    tab.screen.click("train")  # while it is idle, the next bytes on the cable are the click's
    tab.until(lambda now: "Train" in now["train"] and now["calm"], "it rests")
    for clicks in range(1, 4):
        before = room_for_words(tab)
        cut_before = cable.cut_so_far
        cable.cut_before(way)
        tab.screen.click("next_word")
        tab.until(lambda now, before=before: now["words"] > before and now["connected"], "the word has come", 30)
        assert cable.cut_so_far == cut_before + 1
        open_page(tab, "ask")  # repeated messages have arrived before the page change
        open_page(tab, "train")
        assert tab.look()["words"] == before + 1, f"click {clicks}"
    tab.check()


@pytest.mark.full
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_page_change_whose_request_or_answer_is_cut_off_leads_to_the_page(visit, cable, way):
    tab = visit.ready("")
    tab.screen.click("train")
    for page in ("ask", "inside", "compare", "lessons", "train"):
        tab.until(lambda now: "Train" in now["train"] and now["connected"] and now["calm"], "it rests", 30)
        cut = cable.cut_so_far + 1
        cable.cut_before(way)
        tab.page.locator(f".st-key-page_{page} a").click()
        tab.until(lambda now, cut=cut: cable.cut_so_far == cut and now["connected"], "it is connected again", 30)
        tab.until(stands(tab, page), f"the {page} page is complete", 30)
    tab.check()


@pytest.mark.full
def test_a_temperature_whose_answer_is_cut_off_while_a_run_trains_shows_in_slider_link_and_bars(visit, cable):
    tab = visit.ready("&network=ptb")
    open_page(tab, "train")
    slider = tab.page.get_by_role("slider", name="Temperature")
    for wait in (400, 450, 500, 550, 600, 650):  # milliseconds; within them, request and answer travel
        tab.page.wait_for_timeout(3000)  # after a cut, the page asks for everything; this is about one cut
        tab.until(lambda now: now["connected"] and now["calm"], "Streamlit's controls can be used again", 30)
        cut_before, value = cable.cut_so_far, round(float(tab.look()["temperature"]) + 0.1, 1)
        slider.focus()
        tab.page.keyboard.press("ArrowRight")
        tab.page.wait_for_timeout(wait)
        cable.cut()
        assert cable.cut_so_far > cut_before
        tab.until(temperature_is(value), f"slider, link and bars show {value} after a cut at {wait} ms", 30)
    tab.check()
