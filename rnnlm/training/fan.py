"""A fan: the spread of the curves of several runs, which shows how much of a result is due to chance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnlm.training.state import Progress

QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Fan:
    """The spread of the perplexities of several curves. All arrays are (E,): one value for each epoch.

    count: the number of curves that have a point at the epoch.
    lowest, lower, median, upper, highest: the minimum, quartiles and maximum of the perplexities of these curves.
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
    """The lowest, median and highest of `count` perplexities, as in "ten seeds: 5.1 to 5.8, median 5.4"."""

    count: int
    lowest: float
    median: float
    highest: float


def fan_of(curves: Sequence[Sequence[Progress]]) -> Fan:
    """Compute the `Fan` of several curves, that is, the spread of their perplexities at each epoch.

    The curves may have different lengths. A curve counts only at the epochs for which it has a point. Quantiles are
    interpolated linearly between sorted perplexities, as for the median of an even number of values.
    """
    at: dict[float, list[float]] = {}
    for point in (point for curve in curves for point in curve):
        at.setdefault(point.epoch, []).append(point.perplexity)
    epochs = sorted(at)
    quantiles = [np.quantile(at[epoch], QUANTILES) for epoch in epochs]
    columns = np.array(quantiles, np.float64).reshape(len(epochs), len(QUANTILES)).T
    return Fan(np.array(epochs, np.float64), np.array([len(at[epoch]) for epoch in epochs], int), *columns)


def spread_of(perplexities: Sequence[float]) -> Spread | None:
    """Return the spread of some perplexities. Returns None if there are none."""
    if not len(perplexities):
        return None
    lowest, median, highest = np.quantile(perplexities, (0, 0.5, 1)).tolist()
    return Spread(len(perplexities), lowest, median, highest)
