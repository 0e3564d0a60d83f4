"""Trouble around the page: a cut connection, a sleeping laptop, a large text, a browser without storage."""

import signal

import psutil
import pytest
from playwright.sync_api import expect

from tests.page import Screen, Server, is_of_the_network, visitors
from tests.test_page_faults import LONG, pause_shown, train
from tests.waiting import wait_until

pytestmark = pytest.mark.full

BIG = b"the cat sat on the mat . the dog saw the cat . \n" * 60_000  # 2.9 MB


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with short limits that act like an hour's absence."""
    log = tmp_path_factory.mktemp("server") / "log"
    server = Server(log, RNNLM_KEEP="2", STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1")
    yield server
    server.stop()
    assert "Traceback" not in log.read_text()


@pytest.fixture
def screen(browser, cable, tmp_path):
    """A visitor behind the cable."""
    with visitors(browser, cable.address, tmp_path) as visit:
        screen = visit(LONG)
        yield screen
        screen.errors[:] = [error for error in screen.errors if not is_of_the_network(error)]


def test_a_cut_connection_is_reported_and_after_an_hour_away_one_click_restarts_the_run(screen, cable):
    cut = screen.page.locator("p.cut")
    train(screen, epochs=3)
    screen.page.get_by_text("Settings").first.click()
    screen.fill("set_seed", 7)
    screen.page.keyboard.press("Escape")
    wait_until(lambda: "seed=7" in screen.link, "the address says it")
    expect(cut).to_have_count(0)
    cable.pull()
    expect(cut).to_contain_text("The connection to the server is lost.")
    screen.page.wait_for_timeout(6000)
    cable.plug()
    expect(screen.page.locator(".notice")).to_contain_text("this page was away for too long", timeout=60_000)
    expect(cut).to_have_count(0)
    both = {"hidden_size=50", "seed=7"}  # including choices made since it was opened
    wait_until(lambda: both <= set(screen.link.split("&")), "the address says so")
    train(screen, epochs=3)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system stops no process")
def test_a_laptop_that_slept_with_server_and_page_on_it_goes_on(screen, server):
    train(screen, epochs=3)
    family = [psutil.Process(server.process.pid), *server.workers()]
    for process in family:
        process.suspend()
    screen.page.wait_for_timeout(8000)
    before = screen.epoch
    for process in reversed(family):
        process.resume()
    wait_until(lambda: pause_shown(screen) and screen.epoch > before + 20, "the run trains on", 60)


def test_a_large_text_is_read_aside_and_the_page_says_so(screen):
    screen.upload("big.txt", BIG)
    expect(screen.page.get_by_text("Reading big.txt, 2.9 MB")).to_be_visible()
    screen.page.keyboard.press("Escape")
    before = screen.words
    screen.click("next_word")
    wait_until(lambda: len(screen.words) == len(before) + 1, "a click is answered")
    wait_until(lambda: "words=" in screen.link, "the text is read", 60)
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("big.txt: ")


OFF = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
NO_HISTORY = """const replace = History.prototype.replaceState;
History.prototype.replaceState = function (state, ...more) { return replace.call(this, null, ...more); };"""


def test_in_a_browser_without_storage_everything_works_except_a_reload_and_the_page_says_so(browser, server, tmp_path):
    context = browser.new_context()
    context.add_init_script(OFF + NO_HISTORY)
    screen = Screen(context, server.address, tmp_path).open(LONG)
    expect(screen.page.locator(".notice")).to_contain_text("This browser stores nothing for the page")
    train(screen, epochs=3)
    screen.page.reload()
    expect(screen.page.locator(".notice")).to_contain_text("This browser stores nothing for the page")
    screen.settle()
    expect(screen.page.locator(".progress")).to_contain_text("epoch 100")  # the recorded run
    context.close()
