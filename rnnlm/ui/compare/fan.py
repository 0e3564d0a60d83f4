"""A fan: many runs that train side by side.

All of them use the same visitor's token, so together they get one visitor's fair share of the workers.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.options import parse, table, write
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.engine.job import Job
from rnnlm.training.curve import Curve
from rnnlm.training.fan import Spread, spread_of
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import clock, session, shared, tab
from rnnlm.ui.state.shelf import POINT

MOST = 10  # runs of a fan
PAUSE = 0.2  # seconds between two checks of the runs
AWAY = 30.0  # seconds without a poll of the page, after which nobody checks the runs and the engine pauses them
MOST_POINTS = 100  # points of a curve
OFFERED = {
    "lr": "0.01 0.03 0.1 0.3 1 3",
    "hidden_size": "5 10 20 50 100 200",
    "wordvec_size": "5 10 20 50 100 200",
    "time_size": "1 2 5 10 20",
    "batch_size": "1 2 5 10 20",
    "words": "500 1000 2000 5000",
    "max_grad": "0.1 0.25 1 5",
}


EMPTY = Curve()


@dataclass
class Member:
    """One run of a fan. The runs differ in one option, and `value` is this run's value.

    `job` is None unless the run is training.
    """

    value: float
    experiment: Experiment
    corpus: Corpus
    job: Job | None = None
    curve: Curve = EMPTY
    epoch: float = 0.0
    diverged: bool = False
    done: bool = False
    problem: str = ""

    @property
    def final(self) -> float | None:
        return self.curve.last if self.done and not self.diverged else None


@dataclass(eq=False)
class Fan:
    """Runs that differ in one option.

    Only a few of them train at the same time. A finished run is closed, but its curve is kept. While the page keeps
    polling, a thread starts and closes the runs. The page cannot do this itself, because opening a run takes a while if
    the workers are busy.
    """

    option: str
    members: list[Member]
    stopped: bool = False
    looked: float = field(default_factory=time.monotonic)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def running(self) -> bool:
        return not self.stopped and not self.is_finished

    @property
    def is_finished(self) -> bool:
        return all(member.done for member in self.members)

    @property
    def share(self) -> float:
        parts = [1.0 if one.done else one.epoch / one.experiment.epochs for one in self.members]
        return sum(parts) / len(parts)

    @property
    def nbytes(self) -> int:
        networks = sum(one.job.bytes for one in self.members if one.job is not None)
        return networks + POINT * sum(len(one.curve) for one in self.members)

    def problems(self) -> dict[str, list[str]]:
        """The problems of the runs. Each problem is listed with the option values of the runs that have it.

        The list of values is empty if all runs have the problem.
        """
        found: dict[str, list[str]] = {}
        for one in self.members:
            if one.problem:
                found.setdefault(one.problem, []).append(write(one.value))
        return {problem: values if len(values) < len(self.members) else [] for problem, values in found.items()}

    def spread(self) -> Spread | None:
        return spread_of([one.final for one in self.members if one.final is not None])

    def begin(self, engine: Engine, visitor: str) -> None:
        threading.Thread(target=self._tend, args=(engine, visitor), name="rnnlm-fan", daemon=True).start()

    def step(self, engine: Engine, visitor: str) -> None:
        """Check the running members and close the finished ones. Then start more, up to the number allowed at once."""
        with self._lock:
            for member in self.members:
                if member.job is not None:
                    self._look(engine, member)
            for member in self.members:
                training = sum(one.job is not None for one in self.members)
                if self.stopped or training >= at_once(engine, training):
                    return
                if member.job is None and not member.done:
                    self._begin(engine, member, visitor)

    def stop(self, engine: Engine) -> None:
        self.stopped = True  # set before the lock is free, so that `step` opens no more runs
        with self._lock:
            for member in self.members:
                if member.job is not None:
                    engine.close(member.job)
                    member.job = None

    def close(self) -> None:
        self.stop(shared.engine())

    def _tend(self, engine: Engine, visitor: str) -> None:
        while self.running:
            if time.monotonic() - self.looked < AWAY:
                self.step(engine, visitor)
            threading.Event().wait(PAUSE)

    def _begin(self, engine: Engine, member: Member, visitor: str) -> None:
        try:
            member.job = engine.open(member.experiment, member.corpus, visitor, keeps=False)
            engine.start(member.job)
        except ValueError as error:
            self._end(engine, member, say_error(error))

    def _look(self, engine: Engine, member: Member) -> None:
        try:
            view = engine.look(member.job, network=False)
        except ValueError as error:
            self._end(engine, member, say_error(error))
            return
        member.curve, member.epoch = view.curve.until(view.epoch).thinned(MOST_POINTS), view.epoch
        member.diverged = bool(view.divergence)
        if not view.running:
            self._end(engine, member, say_error(view.failure) if view.failure else "")

    def _end(self, engine: Engine, member: Member, problem: str) -> None:
        if member.job is not None:
            engine.close(member.job)
        member.job, member.done, member.problem = None, True, problem


def at_once(engine: Engine, own: int) -> int:
    """The number of runs of a fan that may train at once: one per worker if no other run is training, otherwise one.

    `own` is the number of this fan's runs that are training now.
    """
    return len(engine.links) if engine.active() <= own else 1


def members_of(
    experiment: Experiment, option: str, values: Sequence[str], corpus_for: Callable[[Experiment], Corpus]
) -> list[Member]:
    """The runs of a fan: one run for each value of `option`, the option in which they differ.

    Raises ValueError if a value is invalid, or if the number of values is 0 or above MOST.
    """
    if not 1 <= len(values) <= MOST:
        raise ValueError(say("Choose 1 to {most} values, not {n}.", most=MOST, n=len(values)))
    parsed = dict.fromkeys(parse(Experiment, option, value) for value in values)
    runs = {value: replace(experiment, **{option: value}) for value in parsed if value is not None}
    return [Member(float(value), run, corpus_for(run)) for value, run in runs.items()]


def offered(experiment: Experiment, option: str) -> str:
    if option == "seed":
        most = int(table(Experiment)["seed"].high)
        return " ".join(str((experiment.seed + i) % (most + 1)) for i in range(MOST))
    return OFFERED[option]


def current() -> Fan | None:
    return tab.visitor().fan


def begin(experiment: Experiment, option: str, values: Sequence[str]) -> None:
    """Start a fan with one run for each value. The new fan replaces the visitor's earlier fan.

    Raises ValueError with a message if the fan cannot be started.
    """
    fan = Fan(option, members_of(experiment, option, values, session.corpus_for))
    if (before := current()) is not None:
        before.stop(shared.engine())
    tab.visitor().fan = fan
    fan.begin(shared.engine(), tab.visitor().token)


@clock.awaits
def looked_after() -> bool:
    """Record that the page is still polling. Return whether runs of the fan are still training."""
    fan = current()
    if fan is None or not fan.running:
        return False
    fan.looked = time.monotonic()
    return True
