"""The engine: a few worker threads that train every visitor's run in turn, 50 ms at a time.

One first-in-first-out queue is the fairness: a job that has had its slice goes to the back, so
nobody starves, and never do more threads compute than there are cores. A reader never touches a
network in training: it gets a `View`, an immutable picture published between two slices. Every
look renews a lease; a job nobody looks at any more pauses by itself and keeps its state.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass

from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.nn.kernels.threads import allow_helper, cores
from rnnlm.storage.checkpoint import run_bytes
from rnnlm.training.state import Progress
from rnnlm.training.trainer import DivergedError, Trainer

SLICE = 0.05  # seconds of training before the next job has its turn
LEASE = 3.0  # seconds a job goes on without being looked at
SNAPSHOT = 0.3  # seconds between two copies of the parameters
MAX_JOBS = 64


class BusyError(ValueError):
    """Too many runs are training at once; the message asks to try again."""


class TrainingFailedError(ValueError):
    """A run stopped for a reason that is not its own, memory that ran out say."""


@dataclass(frozen=True)
class View:
    """A run as it was between two slices. Nothing in it changes any more.

    reader is a copy of the network, the same object until there is a newer copy; seconds_left is
    what the rest of the run takes at its present pace, None where that is not known. is_long: its epochs
    have points of the curve inside them; extensible: more epochs than were planned may follow.
    """

    experiment: Experiment
    reader: Reader
    curve: tuple[Progress, ...]
    epoch: float
    update: int
    words_per_second: float
    seconds_left: float | None
    running: bool
    finished: bool
    divergence: str
    diverged: float | None
    updates_per_epoch: int
    is_long: bool
    extensible: bool


class Job:
    """One run in the hands of the engine.

    The trainer belongs to whoever holds `lock`; `view` may be read at any time without it.
    """

    def __init__(self, trainer: Trainer):
        self.trainer, self.corpus = trainer, trainer.corpus
        self.lock = threading.Lock()
        self.running = False
        self.seconds_per_epoch: float | None = None
        self.due = 0.0
        self.lease = 0.0
        self.failure: str | None = None
        self._target: int | None = None
        self._reader, self._copied = None, 0.0
        self.publish(copy=True)

    def publish(self, copy: bool) -> None:
        """Make a new view; with copy, of a fresh copy of the network."""
        trainer, position = self.trainer, self.trainer.position
        if copy:
            self._reader = Reader([param.copy() for param in trainer.model.params])
            self._copied = time.monotonic()
        self.view = View(
            experiment=trainer.experiment,
            reader=self._reader,
            curve=tuple(position.curve),
            epoch=trainer.epoch,
            update=position.update,
            words_per_second=trainer.words_per_second,
            seconds_left=self._seconds_left(),
            running=self.running,
            finished=trainer.finished,
            divergence=trainer.divergence,
            diverged=position.diverged,
            updates_per_epoch=trainer.updates_per_epoch,
            is_long=trainer.updates_per_point < trainer.updates_per_epoch,
            extensible=trainer.extensible,
        )

    def _seconds_left(self) -> float | None:
        trainer, position = self.trainer, self.trainer.position
        if not position.update:
            return None
        per_epoch = position.seconds / trainer.epoch
        return (trainer.experiment.epochs - trainer.epoch) * max(per_epoch, self.seconds_per_epoch or 0)

    def train_slice(self) -> None:
        """Train for one slice, or up to the update that is asked for, and publish a view."""
        trainer = self.trainer
        start = time.monotonic()
        try:
            if self.seconds_per_epoch is not None or self._target is not None:
                self._train_updates(start)
            else:
                trainer.run(for_seconds=SLICE)
        except DivergedError:
            pass  # the position remembers it, and every view tells it
        reached = self._target is not None and trainer.position.update >= self._target
        if trainer.finished or reached:
            self.running, self._target = False, None
        self.publish(copy=not self.running or time.monotonic() - self._copied > SNAPSHOT)

    def _train_updates(self, start: float) -> None:
        """One update at a time: at a pace that can be narrated, or up to a target."""
        trainer = self.trainer
        while not trainer.finished and self.running:
            trainer.run_update()
            now = time.monotonic()
            if self.seconds_per_epoch is not None:
                self.due = max(self.due, start - SLICE) + self.seconds_per_epoch / trainer.updates_per_epoch
            if self._target is not None and trainer.position.update >= self._target:
                return
            if now - start > SLICE or self.due > now:
                return

    def aim(self, updates: int | None) -> None:
        """Stop after so many more updates; None for not before the end."""
        self._target = None if updates is None else self.trainer.position.update + updates


class Engine:
    """A process-wide queue of jobs and the workers that serve it."""

    def __init__(self, workers: int | None = None):
        self._ready = threading.Condition()
        self._queue: deque[Job] = deque()
        self._active: set[Job] = set()  # those in the queue and those having their slice
        for number in range(workers or cores()):
            threading.Thread(target=self._work, name=f"rnnlm-{number}", daemon=True).start()

    def start(self, job: Job, updates: int | None = None, to_epoch_end: bool = False) -> None:
        """Train a job to its end, for so many updates, or to the end of the epoch under way.

        Raises BusyError if too many are training.
        """
        with self._ready:
            if job not in self._active and len(self._active) >= MAX_JOBS:
                raise BusyError(f"{len(self._active)} runs are training here already: try again in a moment")
        with job.lock:
            job.aim(job.trainer.updates_to_epoch_end if to_epoch_end else updates)
            job.running = not job.trainer.finished
            job.due = 0.0
            job.publish(copy=False)
        self.look(job)

    def pause(self, job: Job) -> None:
        """Stop a job between two updates, with a view of where it stands."""
        job.running = False
        with job.lock:
            job.aim(None)
            job.publish(copy=True)

    def set_pace(self, job: Job, seconds_per_epoch: float | None) -> None:
        """Let a job take so many seconds for an epoch, so that it can be narrated; None is as fast as it can."""
        job.seconds_per_epoch = seconds_per_epoch

    def extend(self, job: Job, epochs: int) -> None:
        """Let a job go on to so many epochs in all; ValueError if more than that have been run."""
        with job.lock:
            job.trainer.extend(epochs)
            job.publish(copy=False)

    def look(self, job: Job) -> View:
        """The latest view of a job; looking renews its lease, and wakes it if that had run out."""
        if job.failure is not None:
            raise TrainingFailedError(f"training stopped: {job.failure}")
        job.lease = time.monotonic() + LEASE
        with self._ready:
            if job.running and job not in self._active:
                self._active.add(job)
                self._queue.append(job)
                self._ready.notify()
        return job.view

    def save(self, job: Job) -> bytes:
        """The job's run as the content of an .npz file, taken between two slices."""
        with job.lock:
            return run_bytes(job.trainer)

    def active(self) -> int:
        """How many jobs are training."""
        return len(self._active)

    def _work(self) -> None:
        while True:
            job = self._next()
            allow_helper(len(self._active) == 1)
            try:
                with job.lock:
                    if job.running:
                        job.train_slice()
            except Exception as error:  # shown to whoever looks at the job; the worker goes on
                job.failure, job.running = repr(error), False
            with self._ready:
                if job.running and time.monotonic() < job.lease:
                    self._queue.append(job)
                    self._ready.notify()
                else:
                    self._active.discard(job)

    def _next(self) -> Job:
        """Take the first job in the queue that is due, waiting for one if need be."""
        with self._ready:
            while True:
                now = time.monotonic()
                for job in self._queue:
                    if job.due <= now:
                        self._queue.remove(job)
                        return job
                soonest = min((job.due for job in self._queue), default=None)
                self._ready.wait(None if soonest is None else soonest - now)
