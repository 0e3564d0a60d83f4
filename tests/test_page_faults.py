"""What a visitor sees when something breaks: a worker, the server, the connection, the tab."""

import signal

import pytest
from playwright.sync_api import expect

from tests.page import Server, troubled
from tests.waiting import wait_until

pytestmark = pytest.mark.full

LONG = "?epochs=10000&hidden_size=50"


@pytest.fixture(scope="module")
def server(tmp_path_factory, request):
    """A separate server that keeps a session for 8 seconds and visitors' data for 20, unless given otherwise."""
    log, keep = tmp_path_factory.mktemp("server") / "log", str(getattr(request, "param", 20))
    server = Server(log, RNNLM_KEEP=keep, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="8")
    yield server
    server.stop()
    assert "Traceback" not in log.read_text()


@pytest.fixture
def visit(browser, cable, tmp_path):
    """Open the page through the cable; the browser's errors about broken connections do not count."""
    with troubled(browser, cable.address, tmp_path) as visit:
        yield visit


def train(screen, epochs=20):
    """Train until this many epochs are done."""
    screen.click("train")
    wait_until(lambda: pause_shown(screen) and screen.epoch >= epochs, f"{epochs} epochs are done")


def pause_shown(screen):
    return "Pause" in screen.at("train").inner_text()


def stop_at(screen):
    """Pause; return the epoch of the run."""
    screen.click("train")
    expect(screen.at("train")).to_contain_text("Train")
    screen.settle()
    return screen.epoch


def test_the_run_of_a_killed_worker_goes_on_and_the_page_says_what_is_repeated(visit, server):
    screen = visit(LONG)
    train(screen)
    screen.page.wait_for_timeout(8000)  # there is a checkpoint every five seconds
    victims = server.workers()
    assert len(victims) >= 1
    for victim in victims:
        victim.kill()
    expect(screen.page.locator(".notice")).to_contain_text(
        "A training process of this server was lost. The run continues from epoch"
    )
    before = screen.epoch
    wait_until(lambda: screen.epoch > before + 20, "the run goes on")
    assert not [worker for worker in victims if worker.is_running() and worker.status() != "zombie"]


@pytest.mark.parametrize(
    ("link", "idle"),
    [(LONG, True), (LONG, False), (LONG + "&corpus=grammar&start=two", True)],
    ids=["idle", "training", "words that PTB does not have"],
)
def test_after_a_restart_the_page_says_what_happened_and_answers(visit, server, link, idle):
    screen = visit(link)
    train(screen)
    if idle:
        stop_at(screen)
    server.stop(signal.SIGKILL)
    server.start()
    expect(screen.page.locator(".notice")).to_contain_text("The server restarted", timeout=60_000)
    before = screen.words
    screen.click("next_word")
    wait_until(lambda: len(screen.words) == len(before) + 1, "a click is answered")
    screen.click("train")
    wait_until(lambda: pause_shown(screen) and screen.epoch > 3, "the run begins again, with the settings of the link")
    wait_until(lambda: "hidden_size=50" in screen.link, "the address says so")


@pytest.mark.parametrize("seconds", [3, 14], ids=["shortly", "longer than its session"])
def test_a_cut_off_page_finds_its_run_again(visit, cable, server, seconds, tmp_path):
    screen = visit(LONG)
    train(screen)
    at = stop_at(screen)
    before = screen.words
    screen.click("next_word")
    wait_until(lambda: len(screen.words) == len(before) + 1, "the click is answered")
    screen.settle()
    cable.cut_before("up")
    screen.click("next_word")  # this one does not arrive
    wait_until(lambda: cable.cut_so_far, "the connection is cut")
    cable.pull()
    screen.page.wait_for_timeout(1000 * seconds)
    cable.plug()
    wait_until(
        lambda: screen.page.get_by_test_id("stApp").get_attribute("data-test-connection-state") == "CONNECTED",
        "the page is connected again",
        60,
    )
    screen.settle()
    wait_until(lambda: screen.epoch == at, "the run stands there again")
    wait_until(lambda: len(screen.words) == len(before) + 2, "the click that did not arrive is done")
    screen.click("next_word")
    wait_until(lambda: len(screen.words) == len(before) + 3, "a click is answered")


def test_a_reload_finds_run_text_last_run_and_place_again(visit):
    screen = visit("?epochs=30")
    screen.click("train")
    wait_until(lambda: screen.epoch == 30, "the run is done")
    screen.click("new_seed", "twenty_words", "one_epoch")
    wait_until(lambda: screen.epoch == 1, "another run has begun")
    screen.choose("axis", "Linear")
    screen.page.wait_for_timeout(1000)  # if it collides with a poll, it is requested again
    screen.settle()
    words, bars, perplexity = screen.words, screen.bars(), screen.perplexity
    screen.page.reload()
    wait_until(lambda: screen.page.locator(".progress").count() and screen.epoch == 1, "the run is there again")
    screen.settle()
    wait_until(lambda: (screen.words, screen.perplexity) == (words, perplexity), "text and figures are there again")
    assert screen.bars() == bars
    wait_until(lambda: screen.link == "epochs=30&seed=1", "the address says so")
    expect(screen.page.get_by_role("radio", name="Linear")).to_be_checked()
    screen.click("bring_back")
    wait_until(lambda: screen.epoch == 30, "the last run comes back")


def test_a_duplicated_tab_gets_its_own_and_the_first_keeps_what_it_has(visit):
    screen = visit(LONG)
    train(screen)
    at = stop_at(screen)
    token = screen.page.evaluate("JSON.parse(sessionStorage.rnnlm).token")
    with screen.page.expect_popup() as opened:
        screen.page.evaluate("window.open(location.href)")  # the browser copies the tab's storage
    other = opened.value
    expect(other.locator(".progress")).to_contain_text("epoch 100 of 100")  # the recorded run
    expect(other.locator(".notice")).to_contain_text(
        "This tab is a copy of another tab. The run stays in the other tab"
    )
    wait_until(lambda: other.evaluate("JSON.parse(sessionStorage.rnnlm).token") != token, "it has a token of its own")
    screen.click("next_word")
    screen.settle()
    assert screen.epoch == at
    assert screen.page.evaluate("JSON.parse(sessionStorage.rnnlm).token") == token


def test_a_token_finds_only_its_own_run(visit):
    mine, other = visit(LONG), visit()
    train(mine)
    at = stop_at(mine)
    stolen = mine.page.evaluate("sessionStorage.rnnlm")
    other.page.evaluate(f"sessionStorage.rnnlm = {stolen!r}")
    other.page.reload()
    expect(other.page.locator(".notice")).to_contain_text("This tab is a copy of another tab")
    other.settle()
    expect(other.page.locator(".progress")).to_contain_text("epoch 100 of 100")  # the recorded run
    assert mine.epoch == at


@pytest.mark.parametrize("server", [5], indirect=True)
def test_a_visitor_s_run_is_dropped_when_its_time_is_over(visit, server):
    screen = visit(LONG)
    train(screen)
    screen.page.goto("about:blank")
    screen.page.wait_for_timeout(12_000)
    screen.page.goto(screen.address + LONG)
    expect(screen.page.locator(".notice")).to_contain_text("this page was away for too long")
