"""The poll interval of pages, chosen so that polls take a small share of the server's time and clicks need not wait."""

import threading
import time

import numpy as np

SHORTEST, LONGEST = 0.4, 6.0  # seconds between an answer and the next poll
SHARE = 0.15  # of a core that all polls together may take
BUSY = 0.5  # of a core that this process may take before pages poll less often; it can use one core at most
AROUND = 0.004  # seconds of this process that a poll takes besides its script


class Pace:
    """The poll interval of pages.

    It grows with the number of pages and with the time that a poll takes, and also while this process is too busy, for
    example because of many clicks.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._seconds = 0.005  # of this process's time that a poll takes, a running mean
        self._looked: dict[str, float] = {}
        self._stretch, self._since, self._used = 1.0, time.monotonic(), time.process_time()
        self._rng = np.random.default_rng()
        self.looks = 0  # since the server began

    def note(self, token: str, seconds: float) -> None:
        """Record how many seconds a visitor's poll took."""
        now = time.monotonic()
        with self._lock:
            self.looks += 1
            self._seconds += (seconds - self._seconds) / 20
            self._looked[token] = now
            self._looked = {token: at for token, at in self._looked.items() if now - at < 2 * LONGEST}
            if now - self._since > 1:
                self._adapt(now, time.process_time())

    def _adapt(self, now: float, used: float) -> None:
        """Stretch the interval by as much as this process was too busy since the last call, or shorten it again."""
        busy = (used - self._used) / (now - self._since)
        stretch = self._stretch * min(1.5, max(0.8, busy / BUSY))
        self._stretch = min(LONGEST / SHORTEST, max(1.0, stretch))
        self._since, self._used = now, used

    @property
    def usual(self) -> float:
        """The mean number of seconds until a page polls again."""
        calm = max(SHORTEST, len(self._looked) * (self._seconds + AROUND) / SHARE)
        return min(LONGEST, calm * self._stretch)

    @property
    def pause(self) -> float:
        """The number of seconds until a page polls again.

        It varies at random, so that the pages do not all poll at once.
        """
        return self.usual * self._rng.uniform(0.8, 1.2)

    def before_end(self, left: float | None) -> float:
        """Return the seconds until a page polls again, chosen so that the page soon notices the end of its run.

        left: the seconds until the run ends; None if that is not known.
        """
        pause = self.pause
        if left is None or left > 1.5 * pause:
            return pause
        return max(left + 0.05, pause / 2)
