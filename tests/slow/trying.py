"""Repeated tries of an action behind a slow network: deaths, lost inputs, and the time of each answer."""

import contextlib
import random
import re
import statistics
import threading
import time
from dataclasses import dataclass, field

import psutil
from playwright.sync_api import Error

from tests.page import launched
from tests.slow.tab import PATIENCE, STARTING, Dead, Tab

CLOCK = """() => {
  const { flight, leaving, wanted, waiting, lost, touched, confirmed } = window.rnnlmClock ?? {};
  const ago = (time) => Math.round(performance.now() - time);
  const about = { flight: flight?.name, leaving: leaving?.page, wanted: wanted?.page, waiting, lost };
  return JSON.stringify({ ...about, touched: ago(touched), confirmed: ago(confirmed) });
}"""  # what the page's clock waits for; times are in milliseconds before now
IN_TIME, AFTER_A_CUT = 2, 6  # seconds, besides two round trips, until everything agrees on an input
HANGING = STARTING + 60  # seconds after which a browser that is stuck in a try is killed


@dataclass
class Tries:
    """The results of an action: the number of tries, the causes of deaths, lost and late inputs, each try's seconds."""

    tries: int = 0
    deaths: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def row(self):
        """The cells of a row: tries, deaths, lost inputs, late inputs, and the median and 95th percentile in ms."""
        came = sorted(self.seconds)
        median = f"{1000 * statistics.median(came):.0f}" if came else "-"
        p95 = f"{1000 * came[min(len(came) - 1, int(0.95 * len(came)))]:.0f}" if came else "-"
        return [self.tries, len(self.deaths), len(self.lost), len(self.late), median, p95]


class Visit:
    """A tab that is opened again after each death, in this browser or a new one.

    `log` is the server's log. `patience` is the seconds, besides four round trips, in which a page must answer.
    """

    def __init__(self, cable, pictures, log, slower=1, browser=None, patience=PATIENCE):
        self.cable, self.pictures, self.log, self.slower, self.patience = cable, pictures, log, slower, patience
        self.stack, self.browser, self.tab, self.link = contextlib.ExitStack(), browser, None, None

    def ready(self, link):
        """The tab, opened with this link and training. It is a new tab if the last one is dead or has another link."""
        if self.tab and (self.link != link or not self.tab.trains()):
            self.drop()
        if not self.tab:
            if not self.browser or not self.browser.is_connected():
                self.close()
                self.browser = self.stack.enter_context(launched())
            self.tab, self.link = Tab(self.browser, self.cable, self.pictures, self.slower, self.patience), link
            self.tab.open(link)
        return self.tab

    def complaints(self):
        """The errors in the server's log."""
        return re.findall(r"^\w*(?:Error|Exception)\b.*", self.log.read_text(errors="replace"), re.MULTILINE)

    def drop(self):
        """Close the tab, so that the next try opens a new one."""
        if self.tab:
            self.tab.close()
        self.tab = None

    def close(self):
        """Close the tab and the browser. Errors are ignored, because a killed browser cannot be closed."""
        self.drop()
        with contextlib.suppress(Error):
            self.stack.close()
        self.stack, self.browser = contextlib.ExitStack(), None


def kill_browsers():
    """Kill the browsers that this process has started. Calls that wait for them then fail."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "chrom" in process.name():
                process.kill()


def tried(visit, action, link, chance, found):
    """Try an action once, and record the result in `found`. A dead page is closed."""
    watchdog = threading.Timer(HANGING, kill_browsers)
    watchdog.start()
    try:
        tab = visit.ready(link)
    except (Dead, Error) as error:
        found.deaths.append(f"while it opened: {said(error)}")
        visit.drop()
        watchdog.cancel()
        return
    cut_before, errors = visit.cable.cut_so_far, len(visit.complaints())
    found.tries += 1
    try:
        found.seconds.append(answered(tab, action, chance, cut_before, found))
    except (Dead, Error, TypeError, AttributeError, LookupError) as error:  # also if an element is missing
        found.deaths.append("; ".join([why(tab, error), *visit.complaints()[errors:][:1]]))
        visit.drop()
    finally:
        watchdog.cancel()


def said(error):
    return str(error).split("\n")[0][:150]


def why(tab, error):
    """The cause of a death: the error of the page if it has one, or that of the action, with the page's state."""
    try:
        now = tab.check()
    except (Dead, Error) as worse:
        return said(worse)
    state = {name: now[name] for name in ("path", "pages", "calm", "connected", "usable", "cut")}
    return f"{said(error)}; {state}, clock: {tab.page.evaluate(CLOCK)}"


def answered(tab, action, chance, cut_before, found):
    """Act, wait until the action's condition is true, and return the seconds since the last input.

    If the condition becomes true too late, the input counts as late. If it never does, but the page has changed and can
    still be used, the input is lost and the page is not dead.
    """
    tab.until(lambda now: now["connected"], "it connects again")  # meanwhile, Streamlit's controls are disabled
    before, tab.wanted = tab.look(), ""
    holds, start = action(tab, chance), time.monotonic()
    try:
        tab.until(holds, "the last input does not show", tab.patience + (AFTER_A_CUT if tab.cable.cuts else 0))
    except Dead as error:
        now = tab.check()
        if not now["usable"] or shown(now) == shown(before):
            raise
        found.lost.append(f"{said(error)}; {differs(before, now, tab.wanted)}")
        return time.monotonic() - start
    seconds = time.monotonic() - start
    in_time = (AFTER_A_CUT if tab.cable.cut_so_far > cut_before else IN_TIME) + 2 * tab.round_trip
    tab.check()
    if seconds > in_time:
        found.late.append(f"after {seconds:.1f} s")
    return seconds


def shown(now):
    """The parts of what the page shows that only actions change."""
    return {name: value for name, value in now.items() if name not in ("progress", "stops", "calm", "bar")}


def differs(before, now, wanted):
    """The changes of the page since before the action, as text, after what the action wanted."""
    changes = [f"{name} {now[name]!r}" for name in shown(now) if now[name] != before[name]]
    return ", ".join([*([f"wanted: {wanted}"] if wanted else []), *changes, f"first bar {now['bar'][:1]}"])[:240]


def repeated(visit, action, link, count, seed=0):
    """Try an action `count` times."""
    found, chance = Tries(), random.Random(seed)
    failed = 0
    while found.tries < count and failed < 3:
        before = found.tries
        tried(visit, action, link, chance, found)
        failed = 0 if found.tries > before else failed + 1
    return found


def taken(visit, figure, server):
    """Measure a figure once, and return it like the results of an action with one try."""
    found = Tries()
    watchdog = threading.Timer(2 * HANGING, kill_browsers)
    watchdog.start()
    try:
        tab = visit.ready("")
        found.tries = 1
        found.seconds.append(figure(tab, server))
    except (Dead, Error) as error:
        found.deaths.append(said(error))
    finally:
        watchdog.cancel()
    visit.drop()
    return found
