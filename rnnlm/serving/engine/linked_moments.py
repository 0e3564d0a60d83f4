"""Moments of runs that many open by one link: each is trained by one of them, and the others go on from there."""

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass

from rnnlm.serving.worker.protocol import Arrays, Message
from rnnlm.training.snapshots import Snapshot

MOST = 8  # moments that are kept
LARGEST = 8_000_000  # bytes of the arrays of one that is
ALIVE = 5.0  # seconds after which one who trains a moment and is not heard of is given up


@dataclass(frozen=True)
class Arrived:
    """A run at a moment: what it goes on from (as `Job.kept`), and the snapshots taken on its way."""

    kept: tuple[Message, Arrays, float]
    snapshots: tuple[Snapshot, ...]


class Arrivals:
    """Moments by whatever names them. Any thread may call."""

    def __init__(self):
        self._lock = threading.Lock()
        self._arrived: dict[Hashable, Arrived] = {}
        self._trained: dict[Hashable, tuple[str, float]] = {}

    def get(self, name: Hashable) -> Arrived | None:
        """The moment, if somebody has trained it."""
        with self._lock:
            return self._arrived.get(name)

    def claim(self, name: Hashable, visitor: str) -> bool:
        """Whether this visitor is the one to train it; to be asked again and again while he does."""
        now = time.monotonic()
        with self._lock:
            self._trained = {name: told for name, told in self._trained.items() if now - told[1] < ALIVE}
            if self._trained.get(name, (visitor, now))[0] != visitor:
                return False
            self._trained[name] = visitor, now
            return True

    def give(self, name: Hashable, arrived: Arrived) -> None:
        """A moment was trained; of many the oldest is let go of."""
        if sum(array.nbytes for array in arrived.kept[1].values()) > LARGEST:
            return
        with self._lock:
            self._arrived.setdefault(name, arrived)
            while len(self._arrived) > MOST:
                del self._arrived[next(iter(self._arrived))]
