"""Snapshots of a run: copies of its network after certain updates, to be examined later."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnlm.inference.reader import Reader
from rnnlm.training.run import LONG_EPOCH, Run

DECADE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)  # epochs of snapshots, times any power of ten
FEWEST = 20  # updates; no snapshot is taken inside a long epoch before this update


@dataclass(frozen=True)
class Snapshot:
    """A copy of a network after `update` updates, that is, after `epoch` epochs.

    params: copies of the network's parameters. h (N, H): a copy of the state that training carried; None at update 0.
    """

    update: int
    epoch: float
    params: list[np.ndarray]
    h: np.ndarray | None

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.params)

    @property
    def nbytes(self) -> int:
        return sum(param.nbytes for param in self.params) + (0 if self.h is None else self.h.nbytes)


class Snapshots:
    """Take snapshots of a run after certain updates (see `next_moment`), and keep them until `fetch` is called."""

    def __init__(self, run: Run):
        self.taken: list[Snapshot] = []
        self.due = next_moment(run.position.update, run.updates_per_epoch)
        if run.position.update == 0:
            self.taken.append(snapshot_of(run))

    def take(self, run: Run) -> None:
        """Take a snapshot of the run, and set `due`, the update after which the next snapshot is taken.

        Call this method only between two updates.
        """
        self.taken.append(snapshot_of(run))
        self.due = next_moment(run.position.update, run.updates_per_epoch)

    def fetch(self) -> list[Snapshot]:
        taken, self.taken = self.taken, []
        return taken


def snapshot_of(run: Run) -> Snapshot:
    """Take a snapshot of a run in its current state."""
    h = run.model.rnn.h
    params = [param.copy() for param in run.model.params]
    return Snapshot(run.position.update, run.epoch, params, None if h is None else h.copy())


def next_moment(update: int, updates_per_epoch: int) -> int:
    """Return the first update after `update` at which a snapshot is taken.

    Snapshots are taken after 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20 ... 50, 60, 80, 100, 120 ... epochs. If epochs are
    long, some snapshots are also taken inside epochs: after 0.1, 0.12 ... of an epoch, but not before update 20.
    """

    def place(epoch: float) -> int:
        at = round(epoch * updates_per_epoch)
        is_inside = updates_per_epoch > LONG_EPOCH and at >= FEWEST
        is_whole = epoch > 0.9999 and abs(epoch - round(epoch)) < 1e-6
        return at if is_inside or is_whole else 0

    first = math.floor(math.log10(max(update, 1) / updates_per_epoch)) - 1
    epochs = (part * 10.0**power for power in itertools.count(first) for part in DECADE)
    return next(at for at in map(place, epochs) if at > update)


def thinned(snapshots: list[Snapshot], most_bytes: float) -> list[Snapshot]:
    """Drop snapshots until the others fit into this many bytes. The first and the newest are kept longest.

    Each time, the snapshot with the smallest gap between its two neighbours is dropped. The gap is measured in ln(1 +
    update).
    """
    kept = sorted(snapshots, key=lambda snapshot: snapshot.update)
    size = sum(snapshot.nbytes for snapshot in kept)
    while kept and size > most_bytes:
        at = [math.log1p(snapshot.update) for snapshot in kept]
        inner = range(1, len(kept) - 1)
        place = min(inner, key=lambda i: at[i + 1] - at[i - 1]) if len(kept) > 2 else 0
        size -= kept.pop(place).nbytes
    return kept


def nearest(snapshots: Sequence[Snapshot], epoch: float) -> Snapshot | None:
    """Return the snapshot nearest to an epoch. Returns None if there are no snapshots."""
    return min(snapshots, key=lambda snapshot: abs(snapshot.epoch - epoch), default=None)
