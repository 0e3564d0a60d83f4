"""Share workers and memory fairly among visitors, and choose the runs that move to other workers."""

import math
from collections import Counter
from collections.abc import Collection

from rnnlm.serving.engine.job import Job
from rnnlm.serving.engine.limits import Limits
from rnnlm.serving.engine.worker_links import Link, ThreadLink

LAG = 0.2  # seconds of training that one visitor may be behind another before a run is moved
MOVED_BYTES = 50_000_000  # each 50 MB that would have to move justifies one more second of lag


class Sharing:
    """Count the training seconds of each visitor on all workers, and choose a run to move to another worker."""

    def __init__(self):
        self._used: dict[str, float] = {}
        self._trained: dict[Job, float] = {}

    def who_moves(self, training: list[Job], links: list[Link | ThreadLink]) -> tuple[Job, Link | ThreadLink] | None:
        """Return the run to move and its new worker, or None if no run should move.

        A run moves from the worker with the most visitors to the worker with the fewest. On the crowded worker, a run
        of the visitor who has trained longest is chosen, so that the others can catch up.
        """
        self._count(training)
        served = {link: {job.visitor for job in training if job.link is link} for link in links}
        crowded = max(links, key=lambda link: len(served[link]))
        light = min(links, key=lambda link: len(served[link]))
        more = len(served[crowded]) - len(served[light])
        if more < 1:
            return None
        least = min(self._used[visitor] for visitor in served[crowded])
        ahead = max((self._used[visitor] for visitor in served[light]), default=-math.inf)
        first = max((job for job in training if job.link is crowded), key=lambda job: self._used[job.visitor])
        if more > 1 or ahead - least > LAG + first.bytes / MOVED_BYTES:
            return first, light
        return None

    def _count(self, training: list[Job]) -> None:
        spent = {job: job.view.trained - self._trained.get(job, 0.0) for job in training}
        self._trained = {job: job.view.trained for job in training}
        level = min((self._used[job.visitor] for job in training if job.visitor in self._used), default=0.0)
        self._used = {job.visitor: self._used.get(job.visitor, level) for job in training}
        for job, seconds in spent.items():
            self._used[job.visitor] += max(0.0, seconds)


def lightest(
    links: list[Link | ThreadLink], jobs: Collection[Job], asked: list[Link | ThreadLink]
) -> Link | ThreadLink:
    """Return the worker with the lowest load. If several have the same load, return the one with the fewest runs.

    The load is the number of unanswered questions plus the number of visitors with a run in training. `asked` lists a
    worker once for each of its unanswered questions.
    """

    def load(link: Link | ThreadLink) -> tuple[int, int]:
        own = [job for job in jobs if job.link is link]
        return len({job.visitor for job in own if job.running and not job.asleep}) + asked.count(link), len(own)

    return min(links, key=load)


def share_memory(jobs: Collection[Job], limits: Limits) -> None:
    """Divide the memory for snapshots equally among visitors, then divide each visitor's part among their runs."""
    runs = Counter(job.visitor for job in jobs if job.keeps)
    share = min(limits.snapshots, limits.snapshots_in_all / max(1, len(runs)))
    for job in jobs:
        job.most_bytes = share / runs[job.visitor] if job.keeps else 0
