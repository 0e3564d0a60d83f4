"""The poll interval of pages: chosen by the server so that all polls together take only a small share of its time."""

import threading
import time

import numpy as np

SHORTEST, LONGEST = 0.4, 3.0  # seconds between an answer and the next poll
SHARE = 0.15  # of a core that all polls together may take
AROUND = 0.004  # seconds of this process that a poll takes besides its script


class Pace:
    """The poll interval of this server's pages: it grows with the number of polls and the time each takes."""

    def __init__(self):
        self._lock = threading.Lock()
        self._seconds = 0.005  # of this process's time that a poll takes, a running mean
        self._looked: dict[str, float] = {}
        self._rng = np.random.default_rng()
        self.looks = 0  # since the server began

    def note(self, token: str, seconds: float) -> None:
        """Note that a visitor's poll took this many seconds."""
        now = time.monotonic()
        with self._lock:
            self.looks += 1
            self._seconds += (seconds - self._seconds) / 20
            self._looked[token] = now
            self._looked = {token: at for token, at in self._looked.items() if now - at < 2 * LONGEST}

    @property
    def usual(self) -> float:
        """The mean number of seconds until a page polls again."""
        return min(LONGEST, max(SHORTEST, len(self._looked) * (self._seconds + AROUND) / SHARE))

    @property
    def pause(self) -> float:
        """The seconds until a page polls again, slightly random so that pages do not fall into step."""
        return self.usual * self._rng.uniform(0.8, 1.2)

    def before_end(self, left: float | None) -> float:
        """The pause before the next poll of a run with `left` seconds left, so that its end is noticed on time."""
        pause = self.pause
        if left is None or left > 1.5 * pause:
            return pause
        return max(left + 0.05, pause / 2)
