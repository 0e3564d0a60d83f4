"""Learning curves: perplexity by epoch."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from rnnlm.experiment import Experiment
from rnnlm.options import table
from rnnlm.training.state import Progress

COLUMNS = [field.name for field in dataclasses.fields(Progress)]
NEAR = 1e-6  # epochs that differ by less are the same epoch
MOST = 400  # points; beyond about 2,000 marks the chart is drawn on a canvas, which no style sheet reaches


class Curve(tuple[Progress, ...]):
    """The points of a learning curve, in order of their epochs."""

    @property
    def last(self) -> float | None:
        return self[-1].perplexity if self else None

    @property
    def by_epoch(self) -> dict[float, float]:
        return {point.epoch: point.perplexity for point in self}

    def at(self, epoch: float) -> float | None:
        """Return the perplexity at an epoch. Returns None if the curve has no point at that epoch."""
        return next((point.perplexity for point in self if abs(point.epoch - epoch) < NEAR), None)

    def until(self, epoch: float) -> "Curve":
        """Return the points up to and including an epoch.

        Use this after a divergence: the network goes back to an earlier epoch, and the later points must be left out.
        """
        return Curve(point for point in self if point.epoch < epoch + NEAR)

    def thinned(self, most: int = MOST, early: bool = False) -> "Curve":
        """Return up to `most` evenly spaced points, including the first and the last.

        If `early` is set, only half of the points are evenly spaced. The positions of the other half grow by a constant
        factor, so that the curve also looks complete on a logarithmic axis. These positions stay the same while a run
        continues.
        """
        if len(self) <= most:
            return self
        if not early:
            return Curve((*self[: -1 : -(-len(self) // (most - 1))], self[-1]))
        half = most // 2 - 1
        power = table(Experiment)["epochs"].high ** (1 / half)
        places = {*range(0, len(self), -(-len(self) // half)), *(round(power**k) - 1 for k in range(half)), -1}
        return Curve(self[i] for i in sorted({i % len(self) for i in places if i < len(self)}))

    def furthest_from(
        self, expected: Sequence[tuple[float, float]], after: float = 0.0
    ) -> tuple[float, float, float] | None:
        """Return the point at which this curve differs most from an expected curve.

        The result is (epoch, expected perplexity, measured perplexity). The difference is measured as the ratio of
        the two perplexities. `expected` lists points (epoch, perplexity) in order of epoch. Between these points, the
        logarithm of the perplexity is interpolated linearly. The points of this curve up to the epoch `after` are
        ignored. Returns None if none of the other points lies between the first and the last expected point.
        """
        epochs, values = np.array(expected, np.float64).reshape(-1, 2).T
        points = [p for p in self if after + NEAR < p.epoch and epochs.min() - NEAR < p.epoch < epochs.max() + NEAR]
        if not points:
            return None
        there = np.exp(np.interp([point.epoch for point in points], epochs, np.log(values)))
        far = np.abs(np.log(there) - np.log([point.perplexity for point in points]))
        at = int(far.argmax())
        return points[at].epoch, float(there[at]), points[at].perplexity

    def table(self) -> np.ndarray:
        """Return the points as an array (points, 6) float64 with the fields of `Progress`. A missing value is nan."""
        rows = [(p.epoch, p.perplexity, p.loss, p.words_per_second, p.seconds, p.valid) for p in self]
        return np.array(rows, np.float64).reshape(-1, len(COLUMNS))

    @classmethod
    def from_table(cls, rows: np.ndarray) -> "Curve":
        """Make a curve from an array that `table` returned."""
        return cls(Progress(*numbers, None if valid != valid else valid) for *numbers, valid in rows.tolist())
