"""A run as the page's process sees it: its latest view, and the checkpoint to continue from if its worker dies."""

import dataclasses
import time
from dataclasses import dataclass, field, replace

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.serving.engine.linked_moments import Arrived
from rnnlm.serving.engine.worker_links import Link, ThreadLink
from rnnlm.serving.worker.protocol import Arrays, Message, View, corpus_parts, state_from, view_from
from rnnlm.training.curve import Curve
from rnnlm.training.snapshots import Snapshot, thinned


@dataclass(eq=False)
class Job:
    """A run as the page's process sees it.

    link: the worker that has the run; None while the run moves to another worker. Meanwhile, orders wait in
    `backlog`.
    view: the latest view. viewed: the time at which it arrived.
    number: the number of the latest order, counted from 1. done: the number of the latest order that was obeyed.
    kept: the checkpoint to continue from if the worker dies. If it is None, the run starts again from its beginning.
    targeted: whether the run stops by itself after a number of updates or at the end of an epoch.
    slept: whether the run was put to sleep at any time since it was last started.
    most_bytes: the maximum size of all `snapshots` together. keeps: whether the run gets memory for snapshots.
    """

    id: int
    visitor: str
    experiment: Experiment
    corpus: Corpus
    link: Link | ThreadLink | None = None
    view: View | None = None
    viewed: float = 0.0
    number: int = 0
    done: int = 0
    running: bool = False
    targeted: bool = False
    asleep: bool = False
    slept: bool = False
    failure: str = ""
    seconds_per_epoch: float | None = None
    kept: tuple[Message, Arrays, float] | None = None
    repeated_from: float | None = None
    bound_for: Link | ThreadLink | None = None
    wanting: bool = False
    points: list = field(default_factory=list)
    backlog: list[Message] = field(default_factory=list)
    snapshots: tuple[Snapshot, ...] = ()
    most_bytes: float = 16_000_000
    keeps: bool = True

    @property
    def bytes(self) -> int:
        """The approximate number of bytes to send if the run moves to another worker."""
        return 3 * sum(param.nbytes for param in self.view.reader.params) if self.view else 0

    @property
    def seconds_left(self) -> float | None:
        """The seconds left until the run ends, estimated from the latest view; None if unknown."""
        left = self.view.seconds_left
        return max(0.0, left - (time.monotonic() - self.viewed)) if left is not None and self.running else left

    def arrive(self, at: Arrived) -> None:
        """Make the run start from a checkpoint, and store the snapshots taken before that checkpoint.

        Call this before `open_with`.
        """
        self.kept, self.snapshots, self.points = at.kept, at.snapshots, list(Curve.from_table(at.kept[1]["curve"]))

    def order(self, order: Message) -> None:
        """Send an order to the run's worker. If no worker has the run at the moment, queue the order."""
        self.number += 1
        order = order | {"run": self.id, "number": self.number}
        if self.link is None:
            self.backlog.append(order)
        else:
            self.link.send(order, {})

    def open_with(self, link: Link | ThreadLink, how: Message | None = None) -> None:
        """Send the run to a worker, to continue from its checkpoint or, if there is none, to start at the beginning.

        The fields in `how` replace default values in the message that opens the run.
        """
        state, arrays, trained = self.kept or (None, {}, 0.0)
        about, corpus_arrays = corpus_parts(self.corpus)
        order = {"kind": "open", "run": self.id, "visitor": self.visitor, "corpus": about, "state": state}
        order |= {"experiment": dataclasses.asdict(self.experiment), "number": self.number, "running": False}
        order |= {"target": None, "points": len(self.points), "trained": trained, "pause": 0.0}
        order |= {"seconds_per_epoch": self.seconds_per_epoch}
        self.link, self.wanting = link, True
        link.send(order | (how or {}), arrays | corpus_arrays)

    def reopen(self, link: Link | ThreadLink) -> None:
        """Give the run to a new worker after the old one has died. The run continues from its checkpoint."""
        update = self.kept[0]["position"]["update"] if self.kept else 0
        if self.view is not None and self.view.update != update:
            self.repeated_from = update / self.view.updates_per_epoch
        self.points = list(Curve.from_table(self.kept[1]["curve"])) if self.kept else []
        self.running = self.running and not self.targeted
        self.backlog = []
        self.open_with(link, {"running": self.running and not self.asleep})

    def take(self, message: Message, arrays: Arrays) -> None:
        kinds = {"view": self.take_view, "kept": self.take_kept, "snapshot": self.take_snapshot}
        kinds |= {"failed": self.take_failure, "released": self.take_release}
        kinds[message["kind"]](message, arrays)

    def take_view(self, message: Message, arrays: Arrays) -> None:
        """Store a view: its figures, the new points of the curve, and the network if the worker has sent one."""
        self.done = message["number"]
        self.points[message["from"] :] = Curve.from_table(arrays.pop("points"))
        reader, h, read_at = (self.view.reader, self.view.h, self.view.read_at) if self.view else (None, None, -1)
        if arrays:
            params, h = state_from(arrays)
            reader, read_at, self.wanting = Reader(params), message["figures"]["update"], False
        view = view_from(message["figures"], reader, h, read_at, Curve(self.points))
        self.experiment = view.experiment
        if self.done >= self.number:
            self.running = view.running
        self.view, self.viewed = replace(view, running=self.running), time.monotonic()

    def take_kept(self, message: Message, arrays: Arrays) -> None:
        self.kept = message["state"], arrays, message["trained"]

    def take_snapshot(self, message: Message, arrays: Arrays) -> None:
        """Store a snapshot. If the snapshots exceed the run's share of memory, drop some of them."""
        params, h = state_from(arrays)
        new = Snapshot(message["update"], message["epoch"], params, h)
        others = [snapshot for snapshot in self.snapshots if snapshot.update != new.update]
        self.snapshots = tuple(thinned([*others, new], self.most_bytes))

    def take_failure(self, message: Message, arrays: Arrays) -> None:
        self.failure, self.running, self.done = message["error"], False, message["number"]

    def take_release(self, message: Message, arrays: Arrays) -> None:
        """Pass a released run on to its next worker, together with the orders that came in the meantime."""
        self.take_kept(message, arrays)
        names = ("running", "target", "seconds_per_epoch", "trained", "pause", "number")
        backlog, self.backlog = self.backlog, []
        self.open_with(self.bound_for, {name: message[name] for name in names})
        for order in backlog:
            self.link.send(order, {})
