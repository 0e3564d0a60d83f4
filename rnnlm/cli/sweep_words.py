"""Text that a sweep prints: the names of its runs, their results, and the time left."""

import sys
import time
from collections.abc import Sequence

from rnnlm.cli.train import show_bar
from rnnlm.experiment import Experiment
from rnnlm.formats import as_printed
from rnnlm.options import table, write
from rnnlm.training.fan import spread_of
from rnnlm.training.sweep import Outcome


def varied(experiments: Sequence[Experiment]) -> list[str]:
    """List the options in which experiments differ, with the seed last."""
    names = sorted(table(Experiment), key=lambda name: name == "seed")
    return [name for name in names if len({getattr(experiment, name) for experiment in experiments}) > 1]


def called(experiment: Experiment, names: Sequence[str]) -> str:
    """Return a name for a run, made from its values for the options in `names`, for example `lr 0.1, seed 2`."""
    return ", ".join(f"{name} {write(getattr(experiment, name))}" for name in names)


def run_line(outcome: Outcome, names: Sequence[str]) -> str:
    """Return the line that reports a finished run."""
    parts = [called(outcome.experiment, names)] if names else []
    if outcome.perplexity is not None:
        parts.append(f"perplexity {as_printed(outcome.perplexity)}")
    if outcome.valid is not None:
        parts.append(f"valid {as_printed(outcome.valid)}")
    if outcome.diverged is not None:
        parts.append(f"diverged in epoch {int(outcome.diverged) + 1}")
    return " | ".join(["", *parts, f"{outcome.seconds:.1f} s"]).strip()


def sentences(outcomes: Sequence[Outcome], names: Sequence[str]) -> list[str]:
    """Summarise each group of runs that differ only in the seed.

    For example, `lr 0.1: 3 seeds, 5.10 to 5.40, median 5.20` gives the final perplexities of three runs.
    """
    options = [name for name in names if name != "seed"]
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(called(outcome.experiment, options), []).append(outcome)
    return [(f"{name}: " if name else "") + _came_to(group) for name, group in groups.items()]


def _came_to(group: Sequence[Outcome]) -> str:
    spread = spread_of([o.perplexity for o in group if o.diverged is None and o.perplexity is not None])
    blown = len(group) - (spread.count if spread else 0)
    if spread is None:
        return "diverged" if blown == 1 else f"all {blown} seeds diverged"
    told = as_printed(spread.median)
    if spread.count > 1:
        told = f"{spread.count} seeds, {as_printed(spread.lowest)} to {as_printed(spread.highest)}, median {told}"
    return told + (f"; {blown} diverged" if blown else "")


def runs(count: int) -> str:
    """Return a number followed by the word run or runs, for example `1 run` or `2 runs`."""
    return f"{count:,} run" + "s" * (count != 1)


class Bar:
    """The progress bar of a sweep. It fills one line, includes the time left, and is shown only on a terminal."""

    def __init__(self, experiments: Sequence[Experiment]):
        self.costs = [(experiment.epochs * experiment.words, experiment.epochs) for experiment in experiments]
        self.start = time.monotonic()

    def show(self, done: Sequence[float]) -> None:
        """Update the bar on the terminal. `done` has the number of finished epochs of each run."""
        if sys.stderr is not None and sys.stderr.isatty():
            show_bar(self.line(done, time.monotonic() - self.start))

    def line(self, done: Sequence[float], seconds: float) -> str:
        """Return the progress bar as text, as it looks after the sweep has run for `seconds` seconds.

        A run that stopped before its last epoch does not count as finished.
        """
        shares = [min(1.0, epochs / planned) for epochs, (_, planned) in zip(done, self.costs, strict=False)]
        share = sum(part * cost for part, (cost, _) in zip(shares, self.costs, strict=True))
        share /= max(1, sum(cost for cost, _ in self.costs))
        filled = int(30 * share)
        ended = sum(part == 1 for part in shares)
        left = f"  {in_minutes(seconds * (1 - share) / share)} left" if share else ""
        return f"[{'=' * filled}{' ' * (30 - filled)}] {ended} of {runs(len(self.costs))}{left}"


def in_minutes(seconds: float) -> str:
    """Format seconds as 1:05 or 2:03:09."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
