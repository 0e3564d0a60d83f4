"""The page behind a slow network: no action kills it, and no input is lost."""

import pytest

from tests.cable import Cable
from tests.page import Server
from tests.slow.inputs import MAIN, open_page, room_for_words
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
