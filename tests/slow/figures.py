"""Figures of a slow network: the age of the epoch on screen, and the time until the page reports a lost connection."""

import re
import signal
import threading
import time

from tests.slow.tab import Dead

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


AGE = "age of the epoch on screen"
FIGURES = {
    AGE: age,
    "a broken connection is told": pulled,
    "a silent server is told": stopped,
}
