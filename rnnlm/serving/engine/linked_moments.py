"""Linked points: positions in a run that many visitors open with the same link.

One visitor trains the run up to the linked point, and the others start from this run's checkpoint at that point.
"""

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
    """A run that has reached a linked point: its checkpoint there (as in `Job.kept`), and its snapshots so far."""

    kept: tuple[Message, Arrays, float]
    snapshots: tuple[Snapshot, ...]


class Arrivals:
    """Runs that have reached a linked point, keyed by the name of the linked point (any hashable).

    Every method may be called from any thread.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._arrived: dict[Hashable, Arrived] = {}
        self._trained: dict[Hashable, tuple[str, float]] = {}

    def get(self, name: Hashable) -> Arrived | None:
        """Return the run that has reached the linked point `name`, or None if no run has reached it yet."""
        with self._lock:
            return self._arrived.get(name)

    def claim(self, name: Hashable, visitor: str) -> bool:
        """Claim a linked point for a visitor. Returns False if another visitor holds a valid claim.

        The visitor with the claim should train the run up to the linked point. A claim is valid for ALIVE seconds, and
        the visitor can renew it by claiming again.
        """
        now = time.monotonic()
        with self._lock:
            self._trained = {name: told for name, told in self._trained.items() if now - told[1] < ALIVE}
            if self._trained.get(name, (visitor, now))[0] != visitor:
                return False
            self._trained[name] = visitor, now
            return True

    def give(self, name: Hashable, arrived: Arrived) -> None:
        """Store a run that has reached a linked point, unless its checkpoint is too large.

        If too many runs are stored, the oldest is dropped.
        """
        if sum(array.nbytes for array in arrived.kept[1].values()) > LARGEST:
            return
        with self._lock:
            self._arrived.setdefault(name, arrived)
            while len(self._arrived) > MOST:
                del self._arrived[next(iter(self._arrived))]
