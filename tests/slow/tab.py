"""One tab behind a slow network: everything that it shows at a time, and whether it is dead."""

import time

from playwright.sync_api import Error

from tests.page import DESKTOP, Screen, is_of_the_network

LINK = "epochs=10000"
STARTING = 120.0  # seconds allowed for a first visit or the first training, which are not measured
PATIENCE = 5.0  # seconds, besides four round trips, in which a page that is not dead answers

# Finds elements in the document and in the shadow trees of our components, which querySelectorAll misses.
DEEP = """window.rnnlmAll = (selector) => {
  const hosts = [...document.querySelectorAll("*")].filter((it) => it.shadowRoot);
  return [document, ...hosts.map((it) => it.shadowRoot)].flatMap((root) => [...root.querySelectorAll(selector)]);
}"""

# Reads everything that actions need at once, without waiting for the page.
LOOK = """() => {
  const all = window.rnnlmAll, one = (selector) => all(selector)[0];
  const texts = (selector) => all(selector).map((it) => it.innerText);
  const text = (selector) => one(selector)?.innerText ?? "";
  const attribute = (selector, name) => one(selector)?.getAttribute(name) ?? null;
  const value = (name) => one(`[class*='st-key-${name}'] input`)?.value ?? null;
  const train = one(".st-key-train button"), opened = all(".st-key-head [class*='_open']");
  return {
    mark: window.rnnlmMark ?? null,
    path: location.pathname,
    link: Object.fromEntries(new URLSearchParams(location.search)),
    connected: attribute("[data-testid=stApp]", "data-test-connection-state") === "CONNECTED",
    calm: attribute("[data-testid=stApp]", "data-test-script-state") === "notRunning",
    exception: text("[data-testid=stException]"),
    train: train?.innerText ?? "",
    usable: train ? !train.disabled : false,
    cut: text("p.cut"),
    pages: opened.map((it) => /st-key-page_(\\w+)_open/.exec(it.className)?.[1]).filter(Boolean),
    temperature: value("set_temperature"),
    seed: value("set_start"),
    sentence: one(".st-key-sentence_field input")?.value ?? null,
    bar: all(".st-key-bars .layer_2_marks text, .st-key-bars .layer_3_marks text").map((it) => it.textContent),
    words: all(".text .word").length,
    given: texts(".text .given").join(" "),
    heads: texts(".st-key-sentence .readers thead th"),
    u: attribute(".board", "aria-valuenow"),
    at: attribute(".timeline", "aria-valuetext") ?? "",
    notice: text(".notice"),
    progress: text(".progress"),
    stops: all(".timeline .track .stop").length,
  };
}"""


class Dead(Exception):
    """The page is dead. The argument is the cause."""


def is_so(holds, now):
    """Whether a condition is true. False while an element that it needs is not on the page."""
    try:
        return holds(now)
    except (TypeError, AttributeError, LookupError):
        return False


class Tab:
    """A page at the other end of a cable, whose run trains."""

    def __init__(self, browser, cable, pictures, slower=1, patience=PATIENCE):
        self.patience = patience + 4 * cable.round_trip  # the seconds after which a page that does not answer is dead
        self.cable, self.round_trip, self.slower = cable, cable.round_trip, slower
        viewport = dict(zip(("width", "height"), DESKTOP, strict=True))
        self.context = browser.new_context(viewport=viewport)
        self.context.set_default_timeout(1000 * self.patience)
        self.context.add_init_script(DEEP)
        self.wanted = ""  # what an action expects, in words, if `look` does not show it
        self.screen = Screen(self.context, cable.address, pictures)
        self.page = self.screen.page
        if slower > 1:
            self.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": slower})

    def open(self, link=""):
        """Open the page and train its run. From then on, a page that reloads itself counts as dead."""
        self.page.goto(f"{self.cable.address}?{LINK}{link}", timeout=1000 * STARTING)
        self.until(lambda now: now["bar"] and now["words"] and now["calm"], "the page stands", STARTING)
        decline = self.screen.whole("decline").locator("button")
        if decline.count():
            decline.click(timeout=1000 * STARTING)
            self.until(lambda _: not decline.count(), "the offer is declined", STARTING)
        self.screen.at("train").click(timeout=1000 * STARTING)
        self.until(
            lambda now: "words/s" in now["progress"] and "of 10,000" in now["progress"] and now["stops"] > 5,
            "the run trains",
            STARTING,
        )
        self.page.evaluate("window.rnnlmMark = 'the same document'")
        return self

    def look(self):
        """Everything that the page shows now, by the names in LOOK."""
        return self.page.evaluate(LOOK)

    def trains(self):
        """Whether the page is open and its run is still training."""
        return "Pause" in self.look()["train"]

    def until(self, holds, what, seconds=None):
        """The seconds until the condition is true for the result of `look`. Raises Dead if it does not become true."""
        start = time.monotonic()
        while not is_so(holds, self.look()):
            if time.monotonic() - start > (seconds or self.patience):
                raise Dead(f"it does not answer: {what}")
            self.page.wait_for_timeout(10)
        return time.monotonic() - start

    def check(self):
        """Raise Dead if the page has shown an error, is blank or has reloaded itself. Returns what it shows."""
        now = self.look()
        if errors := [error for error in self.screen.errors if not is_of_the_network(error)]:
            raise Dead(errors[0].replace("\n", " ")[:150])
        if now["mark"] is None:
            raise Dead("it reloaded itself")
        if now["exception"]:
            raise Dead(f"it shows an error: {now['exception'][:100]}")
        if not now["train"]:
            raise Dead("it is blank")
        return now

    def close(self):
        """Close the tab."""
        try:
            self.context.close()
        except Error:  # the browser has already ended
            return
