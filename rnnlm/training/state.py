"""The state of a run: the points of its curve, its best weights and its position."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Progress:
    """A point of the learning curve.

    epoch: the number of epochs trained so far. Inside a long epoch, this number has a fractional part.
    loss: the mean loss in nats since the previous point. perplexity: exp(loss).
    seconds: the training time since the start of the run.
    valid: the perplexity on the validation split, if it was measured.
    """

    epoch: float
    perplexity: float
    loss: float
    words_per_second: float
    seconds: float
    valid: float | None = None


@dataclass(frozen=True)
class Best:
    """The best weights of a run (early stopping), that is, those with the lowest perplexity on the validation split.

    epoch: the epoch after which they were measured. valid: their perplexity. params: the weights themselves.
    """

    epoch: float
    valid: float
    params: list[np.ndarray]


@dataclass
class LossSum:
    """The sum of the losses of `count` updates, in nats, and the seconds they took."""

    sum: float = 0.0
    count: int = 0
    seconds: float = 0.0

    def add(self, loss: float, seconds: float) -> None:
        self.sum += loss
        self.count += 1
        self.seconds += seconds

    @property
    def mean(self) -> float:
        return self.sum / self.count


@dataclass
class Position:
    """The whole state of a run, except the network, the optimizer, the average and the best weights.

    history: one `Progress` for each finished epoch. since_epoch: the losses since the last finished epoch.
    curve: the points to plot. since_point: the losses since the last of these points.
    diverged: the epoch (with a fraction) in which the loss stopped being finite; None if it is still finite.
    """

    update: int = 0
    seconds: float = 0.0
    history: list[Progress] = field(default_factory=list)
    curve: list[Progress] = field(default_factory=list)
    since_epoch: LossSum = field(default_factory=LossSum)
    since_point: LossSum = field(default_factory=LossSum)
    diverged: float | None = None
