"""What is luck and what is learned: the curves of several runs as one fan."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnlm.training.state import Progress

QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Fan:
    """Several curves at each epoch that any of them has: epochs (E,), and of the perplexities there the spread.

    count (E,) is how many curves have the epoch; lowest, lower (quarter), median, upper (quarter) and highest are (E,).
    """

    epochs: np.ndarray
    count: np.ndarray
    lowest: np.ndarray
    lower: np.ndarray
    median: np.ndarray
    upper: np.ndarray
    highest: np.ndarray


@dataclass(frozen=True)
class Spread:
    """Of so many perplexities the lowest, the median and the highest: "ten seeds: 5.1 to 5.8, median 5.4"."""

    count: int
    lowest: float
    median: float
    highest: float


def fan_of(curves: Sequence[Sequence[Progress]]) -> Fan:
    """The fan of curves that may be of different lengths: at each epoch of those that have it.

    Between two of the sorted perplexities a quantile lies on a straight line, as the median of an even number does.
    """
    at: dict[float, list[float]] = {}
    for point in (point for curve in curves for point in curve):
        at.setdefault(point.epoch, []).append(point.perplexity)
    epochs = sorted(at)
    quantiles = [np.quantile(at[epoch], QUANTILES) for epoch in epochs]
    columns = np.array(quantiles, np.float64).reshape(len(epochs), len(QUANTILES)).T
    return Fan(np.array(epochs, np.float64), np.array([len(at[epoch]) for epoch in epochs], int), *columns)


def spread_of(perplexities: Sequence[float]) -> Spread | None:
    """The figures of a sentence about so many final perplexities; None where there is none."""
    if not len(perplexities):
        return None
    lowest, median, highest = np.quantile(perplexities, (0, 0.5, 1)).tolist()
    return Spread(len(perplexities), lowest, median, highest)
