"""The engine: the page's side of training. It sends orders to workers and keeps their reports.

Every visitor gets the same amount of training time. A worker divides its time among its visitors, and the engine moves
a run to another worker if that makes the shares more equal. Every few seconds the engine receives a checkpoint of each
run, so a run survives the loss of its worker.
"""

import atexit
import itertools
import threading
import time
from collections import deque
from dataclasses import replace

from rnnlm.data.corpus import Corpus
from rnnlm.data.stages import Tell
from rnnlm.experiment import Experiment
from rnnlm.serving.engine.answers import Answers, BusyError, TrainingFailedError
from rnnlm.serving.engine.balancing import Sharing, lightest, share_memory
from rnnlm.serving.engine.job import Job
from rnnlm.serving.engine.limits import Limits, limits_here
from rnnlm.serving.engine.linked_moments import Arrived
from rnnlm.serving.engine.worker_links import Link, ThreadLink, workers_here
from rnnlm.serving.worker.protocol import Arrays, Message, View

TICK = 0.25  # seconds between two checks of which visitor lags behind
HEARD, LEFT = 90.0, 10.0  # seconds a run continues after its visitor's last request, and after the connection was cut
OPENED, ANSWER = 10.0, 60.0  # seconds a worker has to open a run, and to answer a question
PATIENCE = 1.0  # seconds the page waits for an order to be obeyed; later effects appear in a later view


class Engine:
    """The workers and the runs that they train. Every method may be called from any thread."""

    def __init__(self, workers: int | None = None, limits: Limits | None = None):
        workers = workers_here() if workers is None else workers
        self.limits = limits or limits_here()
        self._changed = threading.Condition(threading.RLock())
        self._jobs: dict[int, Job] = {}
        self._waiting: deque[tuple[Job, Message]] = deque()  # queued runs, and the orders that start them
        self._answers = Answers(self._changed)
        self._leases: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self._stopped = threading.Event()
        self._helped: bool | None = None
        self._sharing = Sharing()
        kind = Link if workers else ThreadLink
        self.links = [kind(self._heard, self._lost) for _ in range(max(1, workers))]
        threading.Thread(target=self._keep, name="rnnlm-keeper", daemon=True).start()
        atexit.register(self.stop)

    def open(
        self, experiment: Experiment, corpus: Corpus, visitor: str = "", at: Arrived | None = None, keeps: bool = True
    ) -> Job:
        """Open a run at its beginning or, if `at` is given, at the checkpoint in `at`.

        If `keeps` is set, the run gets memory for snapshots. Raises LimitError if the run is too large. Raises
        BusyError or TrainingFailedError if no worker could open the run.
        """
        self.limits.check(experiment, corpus)
        job = Job(next(self._numbers), visitor, experiment, corpus, keeps=keeps)
        if at is not None:
            job.arrive(at)
        with self._changed:
            self._jobs[job.id] = job
            share_memory(self._jobs.values(), self.limits)
            job.open_with(self._lightest())
        if not self._await(lambda: job.view or job.failure, OPENED):
            self.close(job)
            raise BusyError("The server is very busy: try again in a moment.")
        if job.failure:
            self.close(job)
            raise TrainingFailedError(job.failure)
        return job

    def start(self, job: Job, updates: int | None = None, to_epoch_end: bool = False) -> None:
        """Train a run to its end, for a number of updates, or to the end of the current epoch.

        If too many runs are training, the run is queued. Raises LimitError if the run has used up its training time.
        """
        if job.view is not None and self.limits.is_over(job.view.trained):
            raise self.limits.over
        order = {"kind": "train", "updates": updates, "to_epoch_end": to_epoch_end}
        with self._changed:
            job.targeted, job.slept = updates is not None or to_epoch_end, False
            self.heard(job.visitor)
            if not job.running and self.active() >= self.limits.runs_at_once:
                if all(waiting is not job for waiting, _ in self._waiting):
                    self._waiting.append((job, order))
                return
            self._start(job, order)
        self._obeyed(job)

    def pause(self, job: Job) -> None:
        """Pause a run. Training never stops in the middle of an update."""
        with self._changed:
            self._forget_waiting(job)
            job.asleep = job.running = False
            job.order({"kind": "pause"})
            job.view = job.view and replace(job.view, running=False)
            self._start_next()
        self._obeyed(job)

    def set_pace(self, job: Job, seconds_per_epoch: float | None) -> None:
        """Slow a run down to this many seconds per epoch, so that people can follow it.

        If `seconds_per_epoch` is None, the run trains at full speed.
        """
        with self._changed:
            if seconds_per_epoch != job.seconds_per_epoch:
                job.seconds_per_epoch = seconds_per_epoch
                job.order({"kind": "pace", "seconds_per_epoch": seconds_per_epoch})

    def extend(self, job: Job, epochs: int) -> None:
        with self._changed:
            job.order({"kind": "extend", "epochs": epochs})
        self._obeyed(job)

    def change_rate(self, job: Job, lr: float) -> None:
        with self._changed:
            job.order({"kind": "rate", "lr": lr})
        self._obeyed(job)

    def look(self, job: Job, network: bool = True) -> View:
        """Return the latest view of a run. Also wake the run if it is asleep, and renew the visitor's lease.

        While the lease is valid, the visitor's runs may continue. If `network` is set, the engine requests the current
        network from the worker, and a later view contains it. Raises TrainingFailedError if the run has failed.
        """
        with self._changed:
            if job.failure:
                raise TrainingFailedError(job.failure)
            self.heard(job.visitor)
            if job.asleep:
                job.asleep = False
                self._start(job, {"kind": "train", "updates": None, "to_epoch_end": False})
            if network and not job.wanting and job.view.read_at != job.view.update:
                job.wanting = True
                job.order({"kind": "want"})
            ahead = next((i for i, (waiting, _) in enumerate(self._waiting, 1) if waiting is job), 0)
            running = job.running or ahead > 0
            failure = self.limits.over if self.limits.is_over(job.view.trained) and not job.view.finished else None
            told = {"ahead": ahead, "repeated_from": job.repeated_from, "failure": failure}
            return replace(job.view, running=running, seconds_left=job.seconds_left, **told)

    def save(self, job: Job) -> bytes:
        """Save a run between two updates, and return the content of the .npz file."""
        with self._changed:
            question = self._answers.expect(job.link)
            job.order({"kind": "save", "question": question})
        return self._answers.wait(question, ANSWER)[1]["file"].tobytes()

    def ask(
        self, name: str, about: Message, arrays: Arrays, visitor: str = "", tell: Tell | None = None
    ) -> tuple[Message, Arrays]:
        """Let a worker answer a question (see `questions`). Raises the same errors as `Answers.wait`.

        If the worker reports progress, `tell` is called with the share of the work done so far, beginning with 0. The
        thread that receives the worker's reports makes these calls, and can receive nothing else until `tell` returns.
        """
        with self._changed:
            link = self._lightest()
            question = self._answers.expect(link, tell)
        order = {"kind": "ask", "question": question, "name": name, "about": about, "visitor": visitor}
        link.send(order, arrays)
        return self._answers.wait(question, ANSWER)

    def close(self, job: Job) -> None:
        """Delete a run that nobody needs any more."""
        with self._changed:
            self._forget_waiting(job)
            job.running = job.asleep = False
            if self._jobs.pop(job.id, None) and job.link is not None:
                job.order({"kind": "close"})
            job.kept, job.snapshots = None, ()  # frees memory: an ended session may keep the job for a long time
            self._start_next()

    def move(self, job: Job, link: Link | ThreadLink) -> None:
        """Move a run to another worker as soon as its current slice, a short period of training, has ended."""
        with self._changed:
            if job.link not in (None, link):
                job.order({"kind": "release"})
                job.link, job.bound_for = None, link

    def active(self) -> int:
        with self._changed:
            return sum(job.running and not job.asleep for job in self._jobs.values())

    def census(self) -> tuple[list[Job], int]:
        """Return all runs, and the number of queued runs."""
        with self._changed:
            return list(self._jobs.values()), len(self._waiting)

    def heard(self, visitor: str) -> None:
        """Renew a visitor's lease after a request from their page, so that their runs may continue."""
        self._leases[visitor] = time.monotonic() + HEARD

    def left(self, visitor: str) -> None:
        """Shorten a visitor's lease after the connection was cut.

        If the visitor does not reconnect, their runs are soon put to sleep.
        """
        self._leases[visitor] = time.monotonic() + LEFT

    def stop(self) -> None:
        self._stopped.set()
        for link in self.links:
            link.stop()

    def _start(self, job: Job, order: Message) -> None:
        job.running, job.repeated_from = True, None
        job.order(order)
        self._share_cores()

    def _obeyed(self, job: Job) -> None:
        """Wait up to PATIENCE seconds until the worker has carried out the latest order for a run."""
        number = job.number
        self._await(lambda: job.done >= number or job.failure, PATIENCE)

    def _await(self, true, seconds: float) -> bool:
        with self._changed:
            return bool(self._changed.wait_for(true, seconds))

    def _lightest(self) -> Link | ThreadLink:
        return lightest(self.links, self._jobs.values(), self._answers.at_work())

    def _heard(self, link: Link | ThreadLink, message: Message, arrays: Arrays) -> None:
        with self._changed:
            if "question" in message:
                self._answers.hear(message, arrays)
            elif (job := self._jobs.get(message["run"])) and (job.link is link or message["kind"] == "released"):
                was_running = job.running
                job.take(message, arrays)
                if was_running and not job.running:
                    self._start_next()
            self._changed.notify_all()

    def _lost(self, link: Link | ThreadLink) -> None:
        """Replace a worker that has died, and continue its runs from their checkpoints."""
        with self._changed:
            if self._stopped.is_set():
                return
            self.links[self.links.index(link)] = new = type(link)(self._heard, self._lost)
            self._helped = None
            self._answers.lose(link)
            for job in [job for job in self._jobs.values() if job.link is link and not job.failure]:
                job.reopen(new)
            self._changed.notify_all()

    def _forget_waiting(self, job: Job) -> None:
        self._waiting = deque(entry for entry in self._waiting if entry[0] is not job)

    def _start_next(self) -> None:
        self._share_cores()
        while self._waiting and self.active() < self.limits.runs_at_once:
            self._start(*self._waiting.popleft())

    def _share_cores(self) -> None:
        """Let a run use a second core for large arrays if no other run is training."""
        alone = self.active() <= 1
        if alone != self._helped:
            self._helped = alone
            for link in self.links:
                link.send({"kind": "helper", "allowed": alone}, {})

    def _keep(self) -> None:
        """Every TICK seconds, stop the runs that have used up their time, and balance the workers.

        Also put the runs of absent visitors to sleep.
        """
        while not self._stopped.wait(TICK):
            with self._changed:
                now = time.monotonic()
                for job in list(self._jobs.values()):
                    is_over = job.view is not None and self.limits.is_over(job.view.trained)
                    is_left = now > self._leases.get(job.visitor, now + 1)
                    if job.running and not job.asleep and (is_over or is_left):
                        job.asleep = not is_over and not job.targeted  # a run with a target does not wake by itself
                        job.slept = job.slept or job.asleep
                        job.order({"kind": "pause"})
                        self._start_next()
                training = [job for job in self._jobs.values() if job.running and not job.asleep and job.view]
                if len(self.links) > 1 and (move := self._sharing.who_moves(training, self.links)):
                    self.move(*move)
