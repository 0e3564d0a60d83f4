"""Points of runs that many visitors open by the same link: one visitor trains to this point, others start from it."""

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass

from rnnlm.serving.worker.protocol import Arrays, Message
from rnnlm.training.snapshots import Snapshot

MOST = 8  # linked points that are kept
LARGEST = 8_000_000  # bytes of the checkpoint arrays of a linked point; a larger one is not kept
ALIVE = 5.0  # seconds after which another visitor may train a linked point, if the first has not claimed it again


@dataclass(frozen=True)
class Arrived:
    """A run at a linked point: its checkpoint (like `Job.kept`), and the snapshots taken up to there."""

    kept: tuple[Message, Arrays, float]
    snapshots: tuple[Snapshot, ...]


class Arrivals:
    """Linked points, keyed by name (any hashable). Every method may be called from any thread."""

    def __init__(self):
        self._lock = threading.Lock()
        self._arrived: dict[Hashable, Arrived] = {}
        self._trained: dict[Hashable, tuple[str, float]] = {}

    def get(self, name: Hashable) -> Arrived | None:
        """Return the linked point with this name, or None if nobody has trained it yet."""
        with self._lock:
            return self._arrived.get(name)

    def claim(self, name: Hashable, visitor: str) -> bool:
        """Return whether this visitor should train the linked point. The visitor must claim it regularly."""
        now = time.monotonic()
        with self._lock:
            self._trained = {name: told for name, told in self._trained.items() if now - told[1] < ALIVE}
            if self._trained.get(name, (visitor, now))[0] != visitor:
                return False
            self._trained[name] = visitor, now
            return True

    def give(self, name: Hashable, arrived: Arrived) -> None:
        """Store a linked point unless it is too large. If there are too many points, the oldest is dropped."""
        if sum(array.nbytes for array in arrived.kept[1].values()) > LARGEST:
            return
        with self._lock:
            self._arrived.setdefault(name, arrived)
            while len(self._arrived) > MOST:
                del self._arrived[next(iter(self._arrived))]
