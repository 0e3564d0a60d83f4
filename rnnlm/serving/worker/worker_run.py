"""A run inside a worker. It trains slice by slice and reports its views, checkpoints and snapshots."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from rnnlm.serving.worker.protocol import Arrays, Message, figures_of, state_arrays
from rnnlm.storage.handover import hand_over
from rnnlm.training.curve import Curve
from rnnlm.training.snapshots import Snapshots
from rnnlm.training.trainer import DivergedError, Trainer

SLICE = 0.05  # seconds of training before the next visitor's turn
VIEW = 0.25  # seconds between two views of a run in training, longer if a worker has many runs
VIEWS = 16  # per second: the most that a worker sends
KEPT, KEPT_LARGE = 5.0, 60.0  # seconds between two checkpoints of a run, and of a large one
LARGE = 5_000_000  # bytes of parameters


@dataclass(eq=False)
class WorkerRun:
    """A run inside a worker.

    target: the update at which training stops. If it is None, the run is trained to its end.
    due: the time at which a slowed run may continue. served: the time at which the last slice began.
    trained: seconds of training so far.
    points: the number of curve points that were already sent to the page.
    wanted: whether the page has asked for the network.
    done: the number of the last order obeyed.
    """

    id: int
    visitor: str
    trainer: Trainer
    running: bool = False
    target: int | None = None
    seconds_per_epoch: float | None = None
    due: float = 0.0
    served: float = 0.0
    trained: float = 0.0
    points: int = 0
    wanted: bool = True
    viewed: float = 0.0
    kept: float = 0.0
    kept_at: int = -1
    done: int = 0

    def __post_init__(self):
        self.trainer.snapshots = Snapshots(self.trainer)

    def train_slice(self) -> None:
        """Train for one slice, or up to the target update."""
        trainer, start = self.trainer, time.monotonic()
        self.served = start
        try:
            if self.seconds_per_epoch is not None or self.target is not None:
                self._train_updates(start)
            else:
                trainer.run(for_seconds=SLICE)
        except DivergedError:
            pass  # the run remembers that it diverged, and every view reports it
        self.trained += time.monotonic() - start
        if trainer.finished or (self.target is not None and trainer.position.update >= self.target):
            self.running, self.target = False, None

    def _train_updates(self, start: float) -> None:
        """Train one update at a time. This is for runs that are slowed down or have a target."""
        trainer = self.trainer
        while not trainer.finished:
            trainer.run_update()
            now = time.monotonic()
            if self.seconds_per_epoch is not None:
                self.due = max(self.due, start - SLICE) + self.seconds_per_epoch / trainer.updates_per_epoch
            if self.target is not None and trainer.position.update >= self.target:
                return
            if now - start > SLICE or self.due > now:
                return

    def reports(self, now: bool = False, beside: int = 1) -> Iterator[tuple[Message, Arrays]]:
        """Yield all new snapshots. If the previous view or checkpoint is old enough, also yield a new one.

        If `now` is set, a view is always included. `beside` is the number of runs in this worker: the more runs, the
        less often each of them sends a view.
        """
        at = time.monotonic()
        for taken in self.trainer.snapshots.fetch():
            message = {"kind": "snapshot", "run": self.id, "update": taken.update, "epoch": taken.epoch}
            yield message, state_arrays(taken.params, taken.h)
        if now or not self.running or at - self.viewed > max(VIEW, beside / VIEWS):
            self.viewed = at
            yield self._view()
        every = KEPT if sum(param.nbytes for param in self.trainer.model.params) <= LARGE else KEPT_LARGE
        update = self.trainer.position.update
        if update not in (0, self.kept_at) and (not self.running or at - self.kept > every):
            if self.kept or not self.running:  # the first checkpoint of a run in training comes later
                state, arrays = hand_over(self.trainer)
                yield {"kind": "kept", "run": self.id, "state": state, "trained": self.trained}, arrays
                self.kept_at = update
            self.kept = at

    def _view(self) -> tuple[Message, Arrays]:
        trainer = self.trainer
        figures = figures_of(trainer, self.running, self.seconds_per_epoch) | {"trained": self.trained}
        arrays = {"points": Curve(trainer.curve[self.points :]).table()}
        if self.wanted or not self.running:
            arrays |= state_arrays([param.copy() for param in trainer.model.params], trainer.model.rnn.h)
            self.wanted = False
        message = {"kind": "view", "run": self.id, "number": self.done, "from": self.points, "figures": figures}
        self.points = len(trainer.curve)
        return message, arrays


def told(error: Exception) -> str:
    """Describe an error for the visitor: the message of a ValueError, or the reason why training stopped."""
    if isinstance(error, ValueError):
        return str(error)
    return f"training stopped: {'memory ran out' if isinstance(error, MemoryError) else repr(error)}"
