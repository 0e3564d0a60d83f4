"""Two visitors in two browsers never get each other's words, runs or settings."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.page import BROWSERS, FLAGS, Server, is_of_the_network, visitors
from tests.test_page_faults import pause_shown
from tests.waiting import wait_until

pytestmark = pytest.mark.full

WORDS = {"ada": "zorbly quaxel mimsor brillox tovine", "bob": "wexford7 yuntor plidge vashem korbit"}
LINKS = {"ada": "?epochs=10000&hidden_size=47", "bob": "?epochs=10000&wordvec_size=53"}


@pytest.fixture
def server(tmp_path):
    """One server, with a folder too."""
    server = Server(tmp_path / "log", RNNLM_STORE=str(tmp_path / "visits"))
    yield server
    server.stop()
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.fixture
def screens(browser, server, cable, tmp_path):
    """Ada and Bob in two browser processes; `frames` is everything the server has sent to each."""
    path = next(filter(None, map(shutil.which, BROWSERS)))
    other = browser.browser_type.launch(executable_path=path, args=FLAGS)
    with visitors(browser, cable.address, tmp_path) as ada, visitors(other, server.address, tmp_path) as bob:
        screens = {"ada": ada(LINKS["ada"]), "bob": bob(LINKS["bob"])}
        for screen in screens.values():
            listen(screen)
        yield screens
        screens["ada"].errors[:] = [error for error in screens["ada"].errors if not is_of_the_network(error)]
    other.close()


def listen(screen):
    """Record all messages of new connections; the page is reloaded for that."""
    screen.frames = []

    def hear(data):
        screen.frames.append(data if isinstance(data, bytes) else data.encode())

    screen.page.on("websocket", lambda socket: socket.on("framereceived", hear))
    screen.page.reload()
    expect(screen.page.locator(".said")).to_be_visible()
    screen.settle()


def gives(screen, words):
    """Paste a text of these words and train on it."""
    screen.upload("mine.txt", (f"{words} . " * 100).encode())
    expect(screen.page.get_by_text("mine.txt: ")).to_be_visible()
    screen.page.keyboard.press("Escape")
    screen.settle()
    screen.click("train")
    wait_until(lambda: pause_shown(screen) and screen.epoch >= 3, "it trains")
    screen.click("twenty_words")


def token(screen):
    return screen.page.evaluate("JSON.parse(sessionStorage.rnnlm).token")


def test_nothing_of_one_visitor_ever_reaches_another_even_after_a_return(screens, cable):
    for name, screen in screens.items():
        gives(screen, WORDS[name])
    ada, bob = screens["ada"], screens["bob"]
    before = ada.epoch
    cable.pull()
    ada.page.wait_for_timeout(1500)
    cable.plug()
    wait_until(lambda: ada.epoch > before + 3, "her own run trains on", 60)
    tokens = {name: token(screen) for name, screen in screens.items()}
    for name, other in (("ada", "bob"), ("bob", "ada")):
        screen, seen = screens[name], b"".join(screens[name].frames)
        mine, foreign = ([word.encode() for word in WORDS[who].split()] for who in (name, other))
        assert all(word in seen for word in mine)
        assert not any(word in seen for word in foreign)
        assert tokens[name].encode() in seen
        assert tokens[other].encode() not in seen
        assert set(screen.words) <= {*WORDS[name].split(), ".", "<eos>"}
        wait_until(
            lambda screen=screen, name=name: LINKS[name].split("&")[1] in screen.link, "the address is their own"
        )
        assert LINKS[other].split("&")[1] not in screen.link
    bob.page.reload()
    expect(bob.page.locator(".said")).to_be_visible()
    wait_until(lambda: bob.page.locator(".progress").count() and bob.epoch >= 3, "he finds his own again")
    assert not any(word.encode() in b"".join(bob.frames) for word in WORDS["ada"].split())
