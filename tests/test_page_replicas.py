"""Two servers share a folder: if one stops or crashes, its visitors find run and text on the other."""

import re
import signal

import pytest
from playwright.sync_api import expect

from tests.cable import Cable
from tests.page import Server, troubled
from tests.test_page_faults import LONG, stop_at, train
from tests.waiting import wait_until

pytestmark = pytest.mark.full

ELSEWHERE = "The server restarted, or you were moved to another server."


@pytest.fixture
def replicas(tmp_path):
    """Two servers with one folder."""
    folder, servers = str(tmp_path / "visits"), []
    for name in ("first", "second"):
        servers.append(Server(tmp_path / name, RNNLM_STORE=folder, RNNLM_WORKERS="1", RNNLM_HOSTED="1"))
    yield servers
    for server in servers:
        if server.process.poll() is None:
            server.stop()
    assert not [name for name in ("first", "second") if "Traceback" in (tmp_path / name).read_text()]


@pytest.fixture
def cable(replicas):
    """The cable from all browsers to one of the servers, at first to the first."""
    cable = Cable(replicas[0].port)
    yield cable
    cable.close()


@pytest.fixture
def visit(browser, cable, tmp_path):
    """Open the page through the cable; the browser's errors about broken connections do not count."""
    with troubled(browser, cable.address, tmp_path) as visit:
        yield visit


def epoch_told(screen):
    """The epoch at which the notice says a run continues or is paused."""
    expect(screen.page.locator(".notice")).to_contain_text(ELSEWHERE, timeout=60_000)
    return float(re.search(r"epoch ([\d.]+)", screen.notice)[1])


def test_a_run_whose_server_is_killed_continues_on_another_from_its_last_saved_point(visit, cable, replicas):
    screen, other = visit(LONG), visit()
    train(screen)
    screen.page.wait_for_timeout(8000)  # it is written every five seconds
    at = screen.epoch
    cable.to = replicas[1].port
    replicas[0].stop(signal.SIGKILL)
    told = epoch_told(screen)
    assert 0 < told <= at + 5
    wait_until(lambda: screen.epoch > told + 20, "the run trains on")
    wait_until(lambda: "hidden_size=50" in screen.link, "the address says so")
    assert "Pause" in screen.at("train").inner_text()
    expect(other.page.locator(".notice .badge")).to_have_text("Recorded")  # a visitor without a run gets nothing


def test_text_settings_and_a_paused_run_survive_a_server_that_is_asked_to_stop(visit, cable, replicas):
    screen = visit("?epochs=10000")
    screen.upload("cats.txt", b"the cat sat on the mat and the dog lay on the rug . " * 300)
    expect(screen.page.get_by_text("cats.txt: ")).to_be_visible()
    screen.page.keyboard.press("Escape")
    train(screen, epochs=2)
    at = stop_at(screen)
    screen.choose("axis", "Linear")
    before = screen.words
    screen.click("next_word")
    wait_until(lambda: len(screen.words) == len(before) + 1, "a click is answered")
    words, perplexity = screen.words, screen.perplexity
    cable.to = replicas[1].port
    replicas[0].stop()
    assert int(epoch_told(screen)) == at
    wait_until(lambda: (screen.words, screen.perplexity, screen.epoch) == (words, perplexity, at), "all is there again")
    expect(screen.page.get_by_role("radio", name="Linear")).to_be_checked()
    train(screen, epochs=at + 2)
    screen.page.reload()
    wait_until(lambda: screen.page.locator(".progress").count() and screen.epoch >= at + 2, "a reload finds it too")
    cable.to = replicas[0].port
    replicas[0].start()
    replicas[1].stop()  # in the middle of training
    told = epoch_told(screen)
    assert told >= at + 2
    wait_until(lambda: screen.epoch > told + 2, "it trains on at the first one again")
