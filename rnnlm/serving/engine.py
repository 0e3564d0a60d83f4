"""The engine: the page's side of training. It sends orders to workers and holds the views that come back.

Every visitor gets the same time: a worker shares its own among the visitors it serves, and every second the engine
moves a run to another worker where that makes the shares more alike. A run is kept: what it needs to go on comes back
every few seconds, so it survives its worker.
"""

import atexit
import dataclasses
import itertools
import math
import threading
import time
from collections import deque
from dataclasses import dataclass, field, replace

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.serving.limits import Limits, limits_here
from rnnlm.serving.links import Link, ThreadLink, workers_here
from rnnlm.serving.protocol import Arrays, Message, View, corpus_parts, view_from
from rnnlm.storage.handover import points_from

TICK = 0.25  # seconds between two looks at who lags behind
HEARD, LEFT = 90.0, 10.0  # seconds a run goes on after its visitor was last heard, and after the connection was cut
ANSWER = 10.0  # seconds a worker is given for an answer
PATIENCE = 1.0  # seconds the page waits for an order to be obeyed; what comes later shows in a later view
LAG = 0.2  # seconds of training one visitor may be behind another before a run is moved
MOVED_BYTES = 50_000_000  # a second of lag for so many bytes that would have to move


class BusyError(ValueError):
    """The server did not answer in time; the message asks to try again."""


class TrainingFailedError(ValueError):
    """A run stopped for a reason that is not its own, memory that ran out say."""


@dataclass(eq=False)
class Job:
    """One run as the page knows it: its latest view, and what is kept of it.

    link is the worker that has it, None while it moves; orders that come meanwhile wait in backlog. number counts the
    orders, done those obeyed. kept is what the run can go on from if its worker dies: None is its beginning.
    """

    id: int
    visitor: str
    experiment: Experiment
    corpus: Corpus
    link: Link | ThreadLink | None = None
    view: View | None = None
    number: int = 0
    done: int = 0
    running: bool = False
    targeted: bool = False
    asleep: bool = False
    failure: str = ""
    seconds_per_epoch: float | None = None
    kept: tuple[Message, Arrays, float] | None = None
    repeated_from: float | None = None
    bound_for: Link | ThreadLink | None = None
    wanting: bool = False
    points: list = field(default_factory=list)
    backlog: list[Message] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """About how many bytes would have to move with the run."""
        return 3 * sum(param.nbytes for param in self.view.reader.params) if self.view else 0


class Engine:
    """Workers, and the runs they train. Every method may be called by any thread."""

    def __init__(self, workers: int | None = None, limits: Limits | None = None):
        workers = workers_here() if workers is None else workers
        self.limits = limits or limits_here()
        self._changed = threading.Condition(threading.RLock())
        self._jobs: dict[int, Job] = {}
        self._waiting: deque[tuple[Job, Message]] = deque()  # runs beyond runs_at_once, and how they were started
        self._answers: dict[int, tuple[Message, Arrays] | None] = {}
        self._asked: dict[int, Link | ThreadLink] = {}
        self._leases: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self._stopped = threading.Event()
        self._helped: bool | None = None
        self._used: dict[str, float] = {}  # seconds of training of each visitor who trains now
        self._trained: dict[Job, float] = {}
        kind = Link if workers else ThreadLink
        self.links = [kind(self._heard, self._lost) for _ in range(max(1, workers))]
        threading.Thread(target=self._keep, name="rnnlm-keeper", daemon=True).start()
        atexit.register(self.stop)

    def open(self, experiment: Experiment, corpus: Corpus, visitor: str = "") -> Job:
        """A run at its beginning; LimitError if it is too large, ValueError if its options do not go together."""
        self.limits.check(experiment, corpus)
        job = Job(next(self._numbers), visitor, experiment, corpus)
        with self._changed:
            self._jobs[job.id] = job
            self._send_open(job, min(self.links, key=self._load))
        if not self._await(lambda: job.view or job.failure, ANSWER):
            self.close(job)
            raise BusyError("The server is very busy: try again in a moment.")
        if job.failure:
            self.close(job)
            raise TrainingFailedError(job.failure)
        return job

    def start(self, job: Job, updates: int | None = None, to_epoch_end: bool = False) -> None:
        """Train a run to its end, for so many updates, or to the end of its epoch; or let it wait its turn."""
        order = {"kind": "train", "updates": updates, "to_epoch_end": to_epoch_end}
        with self._changed:
            job.targeted = updates is not None or to_epoch_end
            self.heard(job.visitor)
            if not job.running and self.active() >= self.limits.runs_at_once:
                if all(waiting is not job for waiting, _ in self._waiting):
                    self._waiting.append((job, order))
                return
            self._start(job, order)
        self._obeyed(job)

    def pause(self, job: Job) -> None:
        """Stop a run between two updates."""
        with self._changed:
            self._forget_waiting(job)
            job.asleep = job.running = False
            self._order(job, {"kind": "pause"})
            job.view = job.view and replace(job.view, running=False)
            self._start_next()
        self._obeyed(job)

    def set_pace(self, job: Job, seconds_per_epoch: float | None) -> None:
        """Let a run take so many seconds for an epoch, so that it can be followed; None is as fast as it can."""
        with self._changed:
            if seconds_per_epoch != job.seconds_per_epoch:
                job.seconds_per_epoch = seconds_per_epoch
                self._order(job, {"kind": "pace", "seconds_per_epoch": seconds_per_epoch})

    def extend(self, job: Job, epochs: int) -> None:
        """Let a run go on to so many epochs in all."""
        with self._changed:
            self._order(job, {"kind": "extend", "epochs": epochs})
        self._obeyed(job)

    def look(self, job: Job, network: bool = True) -> View:
        """The latest view of a run; looking renews its visitor's lease, and wakes a run that had gone to sleep.

        With network, a view with the network as it is now is asked for, for one of the next looks.
        TrainingFailedError if it has failed.
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
                self._order(job, {"kind": "want"})
            ahead = next((i for i, (waiting, _) in enumerate(self._waiting, 1) if waiting is job), 0)
            running = job.running or ahead > 0
            return replace(job.view, running=running, ahead=ahead, repeated_from=job.repeated_from)

    def save(self, job: Job) -> bytes:
        """The run as the content of an .npz file, taken between two updates."""
        with self._changed:
            question = next(self._numbers)
            self._answers[question], self._asked[question] = None, job.link
            self._order(job, {"kind": "save", "question": question})
        return self._answer(question, 60.0)[1]["file"].tobytes()

    def ask(self, name: str, about: Message, arrays: Arrays, visitor: str = "") -> tuple[Message, Arrays]:
        """Let a worker answer a question (`questions`); a ValueError of its is raised here."""
        with self._changed:
            question, link = next(self._numbers), min(self.links, key=self._load)
            self._answers[question], self._asked[question] = None, link
            order = {"kind": "ask", "question": question, "name": name, "about": about, "visitor": visitor}
        link.send(order, arrays)
        return self._answer(question, 60.0)

    def close(self, job: Job) -> None:
        """Let go of a run: nobody asks for it any more."""
        with self._changed:
            self._forget_waiting(job)
            job.running = job.asleep = False
            if self._jobs.pop(job.id, None) and job.link is not None:
                self._order(job, {"kind": "close"})
            self._start_next()

    def move(self, job: Job, link: Link | ThreadLink) -> None:
        """Let another worker go on with a run, from the end of the slice it has now."""
        with self._changed:
            if job.link not in (None, link):
                self._order(job, {"kind": "release"})
                job.link, job.bound_for = None, link

    def active(self) -> int:
        """How many runs are training."""
        with self._changed:
            return sum(job.running and not job.asleep for job in self._jobs.values())

    def heard(self, visitor: str) -> None:
        """A visitor's page has asked for something: its runs may go on."""
        self._leases[visitor] = time.monotonic() + HEARD

    def left(self, visitor: str) -> None:
        """A visitor's connection was cut: its runs go to sleep soon, if it does not come back."""
        self._leases[visitor] = time.monotonic() + LEFT

    def stop(self) -> None:
        """End all workers."""
        self._stopped.set()
        for link in self.links:
            link.stop()

    # orders

    def _order(self, job: Job, order: Message) -> None:
        job.number += 1
        order = order | {"run": job.id, "number": job.number}
        if job.link is None:
            job.backlog.append(order)
        else:
            job.link.send(order, {})

    def _start(self, job: Job, order: Message) -> None:
        job.running, job.repeated_from = True, None
        self._order(job, order)
        self._share_cores()

    def _send_open(self, job: Job, link: Link | ThreadLink, how: Message | None = None) -> None:
        """Give a run to a worker, from what is kept of it; how are settings of a run that moves."""
        state, arrays, trained = job.kept or (None, {}, 0.0)
        about, corpus_arrays = corpus_parts(job.corpus)
        order = {"kind": "open", "run": job.id, "visitor": job.visitor, "corpus": about, "state": state}
        order |= {"experiment": dataclasses.asdict(job.experiment), "number": job.number, "running": False}
        order |= {"target": None, "points": len(job.points), "trained": trained, "pause": 0.0}
        order |= {"seconds_per_epoch": job.seconds_per_epoch}
        job.link, job.wanting = link, True
        link.send(order | (how or {}), corpus_arrays | arrays)

    def _obeyed(self, job: Job) -> None:
        """Wait until a run's last order is obeyed, or go on after a while."""
        number = job.number
        self._await(lambda: job.done >= number or job.failure, PATIENCE)

    def _await(self, true, seconds: float) -> bool:
        with self._changed:
            return bool(self._changed.wait_for(true, seconds))

    def _answer(self, question: int, seconds: float) -> tuple[Message, Arrays]:
        answered = self._await(lambda: self._answers[question] is not None, seconds)
        with self._changed:
            self._asked.pop(question)
            report = self._answers.pop(question)
        if not answered:
            raise BusyError("The server is very busy: try again in a moment.")
        message, arrays = report
        if "broken" in message:
            raise TrainingFailedError(message["broken"])
        if "error" in message:
            raise ValueError(message["error"])
        return message["about"], arrays

    # reports

    def _heard(self, link: Link | ThreadLink, message: Message, arrays: Arrays) -> None:
        with self._changed:
            if message["kind"] == "answer":
                if message["question"] in self._answers:
                    self._answers[message["question"]] = message, arrays
            elif (job := self._jobs.get(message["run"])) and (job.link is link or message["kind"] == "released"):
                getattr(self, f"_{message['kind']}")(job, message, arrays)
            self._changed.notify_all()

    def _view(self, job: Job, message: Message, arrays: Arrays) -> None:
        job.done = message["number"]
        job.points[message["from"] :] = points_from(arrays.pop("points"))
        reader, read_at = (job.view.reader, job.view.read_at) if job.view else (None, -1)
        if arrays:
            for param in arrays.values():
                param.flags.writeable = False
            reader, read_at, job.wanting = Reader(list(arrays.values())), message["figures"]["update"], False
        view = view_from(message["figures"], reader, read_at, tuple(job.points))
        job.experiment = view.experiment
        if job.done >= job.number:
            was_running, job.running = job.running, view.running
            if was_running and not job.running:
                self._start_next()
        job.view = replace(view, running=job.running)

    def _kept(self, job: Job, message: Message, arrays: Arrays) -> None:
        job.kept = message["state"], arrays, message["trained"]

    def _failed(self, job: Job, message: Message, arrays: Arrays) -> None:
        job.failure, job.running, job.done = f"training stopped: {message['error']}", False, message["number"]
        self._start_next()

    def _released(self, job: Job, message: Message, arrays: Arrays) -> None:
        """A run has been let go by one worker: the other one takes it, with the orders that came meanwhile."""
        job.kept = message["state"], arrays, message["trained"]
        how = {name: message[name] for name in ("running", "target", "seconds_per_epoch", "trained", "pause")}
        backlog, job.backlog = job.backlog, []
        self._send_open(job, job.bound_for, how | {"number": message["number"]})
        for order in backlog:
            job.link.send(order, {})

    def _lost(self, link: Link | ThreadLink) -> None:
        """A worker has died: another takes its place, and its runs go on from what is kept of them."""
        with self._changed:
            if self._stopped.is_set():
                return
            self.links[self.links.index(link)] = new = type(link)(self._heard, self._lost)
            self._helped = None
            for question in [question for question, asked in self._asked.items() if asked is link]:
                self._answers[question] = {"broken": "a worker process was lost: try again"}, {}
            for job in [job for job in self._jobs.values() if job.link is link and not job.failure]:
                self._reopen(job, new)
            self._changed.notify_all()

    def _reopen(self, job: Job, link: Link | ThreadLink) -> None:
        update = job.kept[0]["position"]["update"] if job.kept else 0
        job.repeated_from = update / job.view.updates_per_epoch if job.view else None
        if job.view is not None and job.view.update == update:
            job.repeated_from = None  # nothing is lost
        job.points = points_from(job.kept[1]["curve"]) if job.kept else []
        job.running = job.running and not job.targeted
        job.backlog = []
        self._send_open(job, link, {"running": job.running and not job.asleep})

    # sharing

    def _forget_waiting(self, job: Job) -> None:
        self._waiting = deque(entry for entry in self._waiting if entry[0] is not job)

    def _start_next(self) -> None:
        """Let those who wait begin, where there is room."""
        self._share_cores()
        while self._waiting and self.active() < self.limits.runs_at_once:
            self._start(*self._waiting.popleft())

    def _share_cores(self) -> None:
        """A run that trains alone may use a second core on large arrays."""
        alone = self.active() <= 1
        if alone != self._helped:
            self._helped = alone
            for link in self.links:
                link.send({"kind": "helper", "allowed": alone}, {})

    def _load(self, link: Link | ThreadLink) -> tuple[int, int]:
        """How many visitors a worker trains for, and how many runs it has."""
        jobs = [job for job in self._jobs.values() if job.link is link]
        return len({job.visitor for job in jobs if job.running and not job.asleep}), len(jobs)

    def _keep(self) -> None:
        """Now and then: put runs to sleep whose visitors have left, and share more evenly."""
        while not self._stopped.wait(TICK):
            with self._changed:
                now = time.monotonic()
                for job in list(self._jobs.values()):
                    if job.running and not job.asleep and now > self._leases.get(job.visitor, now + 1):
                        job.asleep = True
                        self._order(job, {"kind": "pause"})
                        self._start_next()
                self._even_out()

    def _even_out(self) -> None:
        """Move a run from the worker that trains for most visitors to the one for fewest, where somebody lags."""
        training = [job for job in self._jobs.values() if job.running and not job.asleep and job.view]
        spent = {job: job.view.trained - self._trained.get(job, 0.0) for job in training}
        self._trained = {job: job.view.trained for job in training}
        level = min((self._used[job.visitor] for job in training if job.visitor in self._used), default=0.0)
        self._used = {job.visitor: self._used.get(job.visitor, level) for job in training}
        for job, seconds in spent.items():
            self._used[job.visitor] += max(0.0, seconds)
        served = {link: {job.visitor for job in training if job.link is link} for link in self.links}
        crowded, light = (
            max(self.links, key=lambda link: len(served[link])),
            min(self.links, key=lambda link: len(served[link])),
        )
        more = len(served[crowded]) - len(served[light])
        movable = [job for job in training if job.link is crowded]
        if more < 1 or not movable:
            return
        least, first = (
            min(self._used[visitor] for visitor in served[crowded]),
            max(movable, key=lambda job: self._used[job.visitor]),
        )
        ahead = max((self._used[visitor] for visitor in served[light]), default=-math.inf)
        if more > 1 or ahead - least > LAG + first.bytes / MOVED_BYTES:  # who lags has a worker with fewer others then
            self.move(first, light)
