"""Small summaries of the runs that have left a visitor's screen."""

from dataclasses import dataclass, field, replace

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.training.state import Progress
from rnnlm.ui.state.run import Run

MOST = 8  # runs, besides the one on screen and the recorded one
MOST_POINTS = 150  # points of a kept curve; a line of a few hundred pixels shows no more
POINT = 200  # approximate bytes per point of a curve
RECORDED = 0  # the id of the recorded run; other runs have the id of their job, from 1 on


@dataclass(frozen=True)
class Kept:
    """A kept run: its options, its curve, its duration and its last network.

    `reader` is None if the shelf has no room for the network. `at` is the (update, epoch) of the network.
    `moments` holds the (update, epoch) of each snapshot. The held-out perplexity may have been measured at some of
    these.
    """

    id: int
    experiment: Experiment
    corpus: Corpus
    curve: tuple[Progress, ...]
    seconds: float
    diverged: float | None
    reader: Reader | None
    at: tuple[int, float]
    moments: tuple[tuple[int, float], ...]

    @property
    def final(self) -> float | None:
        return self.curve.last

    @property
    def network_bytes(self) -> int:
        return sum(param.nbytes for param in self.reader.params) if self.reader else 0

    @property
    def nbytes(self) -> int:
        # a text that all visitors share does not count
        text = self.corpus.nbytes if self.experiment.corpus == "text" else 0
        return self.network_bytes + text + POINT * len(self.curve)


@dataclass
class Marks:
    """A visitor's changes to a kept run: its name, and whether it is pinned or hidden."""

    name: str = ""
    pinned: bool = False
    hidden: bool = False


@dataclass(eq=False)
class Shelf:
    """A visitor's earlier runs, oldest first. `marks` holds the visitor's changes to the runs, keyed by run id.

    The networks of these runs use at most `most_bytes`.
    """

    most_bytes: float
    runs: list[Kept] = field(default_factory=list)
    marks: dict[int, Marks] = field(default_factory=dict)
    without_recorded: bool = False

    @property
    def nbytes(self) -> int:
        return sum(kept.nbytes for kept in self.runs)

    def of(self, id: int) -> Marks:
        return self.marks.setdefault(id, Marks())

    def put(self, kept: Kept) -> None:
        """Keep a run and drop its earlier summary, if any. If the shelf is full, drop the oldest unpinned run."""
        self.runs = [other for other in self.runs if other.id != kept.id] + [kept]
        while len(self.runs) > MOST:
            free = [other for other in self.runs if not self.of(other.id).pinned]
            self.remove((free or self.runs)[0].id)
        for i, other in enumerate(self.runs[:-1]):  # the oldest networks are dropped first
            if sum(one.network_bytes for one in self.runs) > self.most_bytes:
                self.runs[i] = replace(other, reader=None)

    def remove(self, id: int) -> None:
        self.runs = [kept for kept in self.runs if kept.id != id]
        self.marks.pop(id, None)
        self.without_recorded = self.without_recorded or id == RECORDED

    def close(self) -> None:
        self.runs = []


def kept_of(run: Run) -> Kept:
    view, id = run.latest, RECORDED if run.job is None else run.job.id
    moments = tuple((snapshot.update, snapshot.epoch) for snapshot in run.snapshots)
    at = view.read_at, view.read_at / view.updates_per_epoch
    curve = view.curve.until(view.epoch).thinned(MOST_POINTS, early=True)
    seconds = view.curve[-1].seconds if view.curve else 0.0
    return Kept(id, run.experiment, run.corpus, curve, seconds, view.diverged, view.reader, at, moments)
