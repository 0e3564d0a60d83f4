"""Fair sharing of a worker: every visitor gets the same time, even if others have more runs or longer updates."""

from collections.abc import Hashable, Iterable
from typing import Protocol


class Waiting(Protocol):
    """A run waiting to be trained.

    visitor: the visitor who owns the run. due: the earliest time at which its next slice may begin. A slowed run pauses
    between slices.
    served: the time at which the last slice began.
    """

    visitor: Hashable
    due: float
    served: float


class Turns:
    """Give the next slice of training to the visitor who has had the least time.

    Time is counted in seconds of work done for a visitor, so one long update counts as much as many short ones that
    take the same time. A visitor who arrives or returns gets at least the count of the visitor served last, so nobody
    gains time by staying away.
    """

    def __init__(self):
        self.used: dict[Hashable, float] = {}
        self.level = 0.0  # the time used by the visitor served last, before that slice

    def next(self, waiting: Iterable[Waiting], now: float) -> Waiting | None:
        """Return the next run to train, or None if no run is due at the time `now`. A visitor's runs take turns."""
        runs = list(waiting)
        self.used = {run.visitor: max(self.used.get(run.visitor, 0.0), self.level) for run in runs}
        due = [run for run in runs if run.due <= now]
        if not due:
            return None
        chosen = min(due, key=lambda run: (self.used[run.visitor], run.served))
        self.level = self.used[chosen.visitor]
        return chosen

    def charge(self, visitor: Hashable, seconds: float) -> None:
        self.used[visitor] = self.used.get(visitor, self.level) + seconds
