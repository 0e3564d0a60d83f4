"""Figures of a slow network: visits, the age of the epoch on screen, and the time until a cut is reported."""

import re
import signal
import threading
import time

from tests.slow.tab import DEEP, STARTING, Dead

MINUTE, RECENT = 60.0, 10.0  # seconds of training before the epoch is read; the last of them measure the speed
NEVER = 60.0  # longest wait for the page's report, in seconds


def epoch(now):
    """The epoch that the progress line shows."""
    return int(re.search(r"epoch ([\d,]+)", now["progress"])[1].replace(",", ""))


def age(tab, server, seconds=MINUTE):
    """An upper bound of the age of the epoch on screen after a minute of training, in seconds.

    Pause stops the run at its present epoch on the server. At the click, the run is ahead of the screen. This lead,
    divided by the run's speed, is the age of the screen plus the travel time of the click.
    """
    tab.page.wait_for_timeout(1000 * (seconds - RECENT))
    before, start = epoch(tab.look()), time.monotonic()
    tab.page.wait_for_timeout(1000 * RECENT)
    shown, now = epoch(tab.look()), time.monotonic()
    speed = (shown - before) / (now - start)
    tab.screen.click("train")
    tab.until(lambda now: "Train" in now["train"], "it pauses")
    tab.page.wait_for_timeout(1000 * (2 + 2 * tab.round_trip))
    if speed <= 0:
        raise Dead("the epoch on screen stands still")
    return (epoch(tab.look()) - shown) / speed


def says_cut(tab, cut, mend):
    """The seconds from a cut until the page reports it. Raises Dead if the page reloads itself without a report.

    `cut` and `mend` begin and end the cut.
    """
    late = threading.Timer(NEVER, mend)
    cut()
    late.start()
    try:
        seconds = tab.until(lambda now: now["cut"] or now["mark"] is None, "it does not say that it is cut off", NEVER)
        if tab.look()["mark"] is None:
            raise Dead("it reloads itself and does not say that it is cut off")
        return seconds
    finally:
        late.cancel()
        mend()


def pulled(tab, server):
    """The seconds until the page reports a broken connection."""
    return says_cut(tab, tab.cable.pull, tab.cable.plug)


def stopped(tab, server):
    """The seconds until the page reports that the server no longer answers, although the connection stays open."""
    send = server.process.send_signal
    return says_cut(tab, lambda: send(signal.SIGSTOP), lambda: send(signal.SIGCONT))


# Notes the milliseconds after which curve, bars and text are complete and visible.
WHOLE = """(function look() {
  const parts = ["html[data-whole]", ".st-key-curve .mark-line path", ".st-key-bars .mark-rect path"];
  const isWhole = parts.every((part) => document.querySelector(part)) && rnnlmAll(".text .word, .said").length > 1;
  isWhole ? (window.rnnlmWhole = performance.now()) : requestAnimationFrame(look);
})();"""


def visited(tab, times):
    """The seconds until the page is complete, at the last of this many visits of a new browser. The run rests."""
    tab.screen.click("train")
    tab.until(lambda now: "Train" in now["train"] and now["calm"], "it pauses")
    context = tab.context.browser.new_context()
    context.add_init_script(DEEP + ";" + WHOLE)
    page = context.new_page()
    for _ in range(times):
        page.goto(tab.cable.address, timeout=1000 * STARTING)
        page.wait_for_function("window.rnnlmWhole", timeout=1000 * STARTING)
        page.wait_for_timeout(1000)
    seconds = page.evaluate("window.rnnlmWhole") / 1000
    context.close()
    return seconds


def first_visit(tab, server):
    return visited(tab, 1)


def second_visit(tab, server):
    return visited(tab, 2)


AGE, FIRST, SECOND = "age of the epoch on screen", "a first visit", "a second visit"
FIGURES = {
    FIRST: first_visit,
    SECOND: second_visit,
    AGE: age,
    "a broken connection is told": pulled,
    "a silent server is told": stopped,
}
