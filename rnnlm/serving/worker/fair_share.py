"""Whose turn it is: every visitor gets the same time, however many runs and however long an update."""

from collections.abc import Hashable, Iterable
from typing import Protocol


class Waiting(Protocol):
    """A run that wants to train: whose it is, and when it may go on (a narrated one waits for its pace)."""

    visitor: Hashable
    due: float
    served: float


class Turns:
    """Give the next slice to the visitor who has had the least time.

    Time is counted in seconds of work done for a visitor, so one long update is many slices. Who comes, or comes
    back, starts level with whoever is served at that moment: nobody saves up time by staying away.
    """

    def __init__(self):
        self.used: dict[Hashable, float] = {}
        self.level = 0.0  # the time used by the visitor served last, before that slice

    def next(self, waiting: Iterable[Waiting], now: float) -> Waiting | None:
        """The run to serve, the one of its visitor that was served longest ago; None where none is due."""
        runs = list(waiting)
        self.used = {run.visitor: max(self.used.get(run.visitor, 0.0), self.level) for run in runs}
        due = [run for run in runs if run.due <= now]
        if not due:
            return None
        chosen = min(due, key=lambda run: (self.used[run.visitor], run.served))
        self.level = self.used[chosen.visitor]
        return chosen

    def charge(self, visitor: Hashable, seconds: float) -> None:
        """Note that so many seconds of work were done for a visitor."""
        self.used[visitor] = self.used.get(visitor, self.level) + seconds
