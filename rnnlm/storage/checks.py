"""Check the numbers, options and progress of a run in a file, as strictly as input that users type."""

import itertools
import math
from collections.abc import Iterable
from typing import Any

from rnnlm.data.batches import updates_per_epoch
from rnnlm.experiment import Experiment
from rnnlm.options import table
from rnnlm.training.build import check_together
from rnnlm.training.state import Position, Progress

NUMBERS_END = 2**53  # a float can represent every whole number below it


def check_numbers(named: dict[str, Any], may_lack: tuple[str, ...] = ()) -> None:
    """Raise ValueError unless each value is a finite number of at least 0. A whole number must be below 2^53.

    A perplexity must be at least 1. Only `valid`, a perplexity on held-out text, may be infinite. A value may be None
    if its name is in `may_lack`.
    """
    for name, value in named.items():
        if value is None and name in may_lack:
            continue
        is_float = type(value) is float and (math.isfinite(value) or (name == "valid" and value == math.inf))
        if not is_float and not (type(value) is int and value < NUMBERS_END):
            raise ValueError(f"{name} is not a number")
        if value < (1 if name in ("perplexity", "valid") else 0):
            raise ValueError(f"{name} is too small")


def experiment_of(told: dict[str, Any]) -> Experiment:
    """Make the experiment that a file describes. Raises ValueError if options are invalid or contradict each other."""
    experiment = Experiment(**told)
    check_together(experiment)
    return experiment


def check_claims(claims: dict[str, Any]) -> None:
    """Raise ValueError if a file claims impossible values for a network's epochs, minutes or validation perplexity."""
    check_numbers(claims, may_lack=("valid",))
    if claims["epochs"] > table(Experiment)["epochs"].high:
        raise ValueError("it has more epochs than a run can have")


def check_points(points: Iterable[Progress], experiment: Experiment) -> None:
    """Raise ValueError unless the points of a curve are valid and in order, and lie within the run's epochs."""
    for point in points:
        check_numbers(vars(point), may_lack=("valid",))
        if not 0 < point.epoch <= experiment.epochs:
            raise ValueError("a point is beyond the end of the run")
    if any(later.epoch <= point.epoch for point, later in itertools.pairwise(points)):
        raise ValueError("the points are out of order")


def check_update(update: Any, experiment: Experiment) -> None:
    """Raise ValueError if no run of this experiment can reach this update."""
    most = experiment.epochs * updates_per_epoch(experiment.words, experiment.batch_size, experiment.time_size)
    if type(update) is not int or not 0 <= update <= most:
        raise ValueError("an update does not belong to this run")


def check_position(position: Position, experiment: Experiment) -> None:
    """Raise ValueError if a part of a position is invalid, or if no run of this experiment can reach the position."""
    check_update(position.update, experiment)
    check_points(position.history, experiment)
    check_points(position.curve, experiment)
    if [point.epoch for point in position.history] != list(range(1, len(position.history) + 1)):
        raise ValueError("an epoch is missing")
    for losses in (position.since_epoch, position.since_point):
        check_numbers(vars(losses))
        if type(losses.count) is not int or losses.count > position.update:
            raise ValueError("a count is not valid")
    check_numbers({"seconds": position.seconds, "diverged": position.diverged}, may_lack=("diverged",))
    if position.diverged is not None and position.diverged > experiment.epochs:
        raise ValueError("it diverged after its end")
