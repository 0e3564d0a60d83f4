"""How often a page looks at its run: the server's choice, so that all looks together leave it time."""

import threading
import time

import numpy as np

SHORTEST, LONGEST = 0.4, 3.0  # seconds between an answer and the next look
SHARE = 0.15  # of a core that all looks together may take
AROUND = 0.004  # seconds of this process that a look takes beside its script


class Pace:
    """How long the pages of this server wait between two looks: the more look and the longer it takes, the longer."""

    def __init__(self):
        self._lock = threading.Lock()
        self._seconds = 0.005  # of this process's time that a look takes, a running mean
        self._looked: dict[str, float] = {}
        self._rng = np.random.default_rng()
        self.looks = 0  # since the server began

    def note(self, token: str, seconds: float) -> None:
        """A look of this visitor has taken so many seconds."""
        now = time.monotonic()
        with self._lock:
            self.looks += 1
            self._seconds += (seconds - self._seconds) / 20
            self._looked[token] = now
            self._looked = {token: at for token, at in self._looked.items() if now - at < 2 * LONGEST}

    @property
    def usual(self) -> float:
        """Seconds until a page looks again, as they are on average."""
        return min(LONGEST, max(SHORTEST, len(self._looked) * (self._seconds + AROUND) / SHARE))

    @property
    def pause(self) -> float:
        """Seconds until a page looks again, never quite the same: pages do not fall into step."""
        return self.usual * self._rng.uniform(0.8, 1.2)

    def before_end(self, left: float | None) -> float:
        """The pause before a look at a run with so many seconds left: its end is seen when it comes, not later."""
        pause = self.pause
        if left is None or left > 1.5 * pause:
            return pause
        return max(left + 0.05, pause / 2)
