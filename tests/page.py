"""A real server, a real browser, and a screen that reads the page in this browser."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.waiting import PATIENCE, wait_until

ROOT = Path(__file__).parents[1]
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
)  # the first one is the fastest
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--js-flags=--no-opt --no-maglev",  # a test ends before optimised code saves time
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAS_HERE = "try { localStorage.setItem('rnnlm-visited', 'yes') } catch {}"
DESKTOP, PHONE = (1280, 800), (390, 844)
expect.set_options(timeout=1000 * PATIENCE)


class Server:
    """A separate server of the page with these environment variables. It can be killed and started again."""

    def __init__(self, log, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self.log, self.environment = log, environment
        self.start()

    def start(self):
        """Start the server, and wait until it answers."""
        command = f"-m streamlit run streamlit_app.py --server.port {self.port} --server.headless true"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command.split()],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(lambda: self.process.poll() is not None or is_well(self.address), "the server answers")
        assert self.process.poll() is None, self.log.read_text()

    def workers(self):
        """The server's processes that train."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, signal=signal.SIGTERM):
        """Send this signal to the server, and wait for its end."""
        self.process.send_signal(signal)
        self.process.wait(PATIENCE)


@contextmanager
def served(log, **environment):
    """Run the page on a separate server with these environment variables, and yield its address."""
    server = Server(log, **environment)
    try:
        yield server.address
    finally:
        server.stop()


def is_well(address):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}_stcore/health") as answer:
            return answer.status == 200
    except OSError:  # no server yet, or one that ends
        return False


@contextmanager
def launched():
    """Start a browser. If there is no browser, the tests are skipped or, in CI, fail.

    Its contexts count as earlier visitors, so they see no opening scene, except `new_context(first_visit=True)`.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sentence = f"There is no browser here ({', '.join(BROWSERS)}), so nobody has looked at the page."
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        new_context = browser.new_context

        def context(first_visit=False, **options):
            made = new_context(**options)
            if not first_visit:
                made.add_init_script(WAS_HERE)
            return made

        browser.new_context = context
        yield browser
        browser.close()


class Tabs:
    """Tabs of one browser context. New visitors reuse them, because the page's scripts are then already compiled."""

    def __init__(self, context):
        self.context, self.free = context, []

    def new_page(self):
        """A tab without data from an earlier visitor."""
        return self.free.pop() if self.free else self.context.new_page()

    def give_back(self, screen):
        """Leave the page, and clear the tab's data."""
        for event, listener in screen.listeners.items():
            screen.page.remove_listener(event, listener)
        screen.page.goto(f"{screen.address}_stcore/health")
        screen.page.evaluate("sessionStorage.clear()")
        self.free.append(screen.page)


class Screen:
    """The page as one visitor sees it.

    `errors` are the browser's errors. `foreign` are the addresses that it requested from other sites.
    """

    def __init__(self, context, address, pictures):
        self.page, self.address, self.pictures = context.new_page(), address, pictures
        self.errors, self.foreign, self.dialogs = [], [], []
        self.listeners = {
            "pageerror": lambda error: self.errors.append(str(error)),
            "console": self._hear,
            "request": lambda request: self.foreign.append(request.url) if self._far(request.url) else None,
            "dialog": lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()),
        }
        for event, listener in self.listeners.items():
            self.page.on(event, listener)

    def _hear(self, message):
        tried = "/_stcore/" in message.location["url"]  # at /ask, Streamlit first looks for its server below /ask
        if message.type == "error" and not tried and not self._far(message.location["url"]):
            self.errors.append(message.text)

    def _far(self, url):
        at = urlsplit(url)
        return at.scheme in ("http", "https", "ws", "wss") and at.netloc != urlsplit(self.address).netloc

    def open(self, link=""):
        """Open this link and wait until all four parts of the page are complete."""
        self.page.goto(self.address + link)
        expect(self.page.locator(".said")).to_be_attached()  # perhaps invisible, as hall mode shows one part only
        expect(self.page.locator("html[data-whole]")).to_be_attached()
        expect(self.page.locator(".st-key-curve svg .mark-line")).not_to_have_count(0)
        expect(self.page.locator(".st-key-bars svg .mark-rect")).not_to_have_count(0)
        self.settle()
        return self

    def settle(self):
        """Wait until the server has sent everything."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")

    def keep(self, name):
        """Save a picture of the screen, in the folder RNNLM_SCREENSHOTS if this is set."""
        self.page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")

    def whole(self, key):
        """The container with this key, or with this key and a number, whether visible or not."""
        exact = self.page.locator(f".st-key-{key}")
        return exact if exact.count() else self.page.locator(f".st-key-{key}, [class*='st-key-{key}_']")

    def at(self, key, what="button"):
        """The first visible button (or other element) in the container with this key."""
        return self.whole(key).locator(what).filter(visible=True).first

    def click(self, *keys):
        """Click these buttons or download links one after the other."""
        for key in keys:
            self.at(key, "button, a.download").click()

    def choose(self, key, label):
        """Choose the segment with this label of a segmented control."""
        self.whole(key).get_by_text(label, exact=True).click()

    def fill(self, key, value):
        """Type into a field and press Enter. If the field offers a list, wait for it first, as a person would."""
        field = self.at(key, "input")
        offers = field.get_attribute("role") == "combobox" and field.input_value() != str(value)
        field.fill(str(value))
        if offers:
            expect(field).to_have_attribute("aria-expanded", "true")
        field.press("Enter")

    def upload(self, name, content):
        """Upload a text in the settings."""
        self.click("settings")
        self.at("set_corpus", "input").click()
        self.page.get_by_role("option", name="Your own text").click()
        field = self.page.locator(".st-key-uploaded input[type=file]")
        field.set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})

    def read(self, selector):
        """The text of a part of the page, once it is shown."""
        return self.page.locator(selector).filter(visible=True).first.inner_text()

    @property
    def link(self):
        """The query parameters of the address."""
        return self.page.evaluate("location.search").removeprefix("?")

    @property
    def notice(self):
        return self.read(".notice")

    @property
    def epoch(self):
        return int(re.search(r"epoch ([\d,]+)", self.read(".progress"))[1].replace(",", ""))

    @property
    def perplexity(self):
        return self.read(".progress .figure")

    @property
    def share(self):
        """The finished share of the run, 0 to 1, read from the length of the progress bar."""
        return float(self.page.locator(".track i").get_attribute("style").split(":")[1].strip("%; ")) / 100

    def curve(self, series="this run"):
        """The (epoch, perplexity) of each point of one curve, read from the chart's labels for screen readers."""
        points = self.page.locator(".st-key-curve").locator(f'[aria-label*="curve: {series}"]')
        labels = points.evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
        found = [re.match(r"epoch: ([\d.]+); perplexity: ([\d.]+)", label) for label in labels]
        return [(float(match[1]), float(match[2])) for match in found]

    def bars(self):
        """The (word, figure) of each bar, from top to bottom."""
        chart = self.page.locator(".st-key-bars")
        texts = "layer => [...chart.querySelectorAll(`.layer_${layer}_marks text`)].map(text => text.textContent)"
        return list(zip(*chart.evaluate(f"chart => [2, 3].map({texts})"), strict=True))

    @property
    def said(self):
        """The sentence under the strip."""
        return self.read(".said")

    @property
    def words(self):
        """The drawn words of the text."""
        return self.page.locator(".text .word").all_inner_texts()

    def draw(self):
        """The numbers u, lo and hi and the word, read from the sentence under the strip."""
        u, lo, hi = map(float, re.match(r"u = ([\d.]+) falls in \[([\d.]+), ([\d.]+)\)", self.said).groups())
        return u, lo, hi, self.read(".said b")


@contextmanager
def visitors(browser, address, pictures, tabs=None):
    """Yield a function that opens the page for a new visitor, in one of these tabs or in a new browser context.

    At the end, errors of the browser fail the test.
    """
    pictures = Path(os.environ.get("RNNLM_SCREENSHOTS") or pictures)
    pictures.mkdir(parents=True, exist_ok=True)
    screens = []

    def visit(link="", size=DESKTOP, scheme="light"):
        screen = Screen(tabs or browser.new_context(), address, pictures)
        screens.append(screen)
        screen.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        screen.page.emulate_media(media="screen", color_scheme=scheme, forced_colors="none")
        return screen.open(link)

    try:
        yield visit
    finally:
        for screen in screens:
            tabs.give_back(screen) if tabs else screen.page.context.close()
    if errors := [error for screen in screens for error in screen.errors]:
        pytest.fail("the browser complained: " + "; ".join(errors))


def shown_numbers(part):
    """The numbers that a part of the network's picture shows, from the strength and the colour of its cells."""
    number = "(cell) => cell.getAttribute('fill-opacity') * (cell.matches('.plus') ? 1 : -1 / 0.6)"
    return np.array(part.locator(".cell").evaluate_all(f"cells => cells.map({number})"))


def is_of_the_network(error):
    told = "WebSocket", "net::ERR", "Failed to", "reaching server", "not responding", "when disconnected"
    return any(words in error for words in told)


@contextmanager
def troubled(browser, address, pictures):
    """Like `visitors`, but the browser's errors about broken connections do not count."""
    with visitors(browser, address, pictures) as visit:
        screens = []

        def careful(*arguments, **options):
            screens.append(visit(*arguments, **options))
            return screens[-1]

        yield careful
        for screen in screens:
            screen.errors[:] = [error for error in screen.errors if not is_of_the_network(error)]
