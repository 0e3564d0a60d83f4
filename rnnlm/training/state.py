"""The progress of a run: the points of its curve, its best weights, its position."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Progress:
    """A point of the learning curve.

    epoch counts from 1 (with a fraction inside a long epoch); loss is the mean in nats since the point before and
    perplexity its exp; seconds is all the time spent so far. valid is the perplexity of the valid split, if the
    experiment asks for it.
    """

    epoch: float
    perplexity: float
    loss: float
    words_per_second: float
    seconds: float
    valid: float | None = None


@dataclass(frozen=True)
class Best:
    """The parameters after the epoch with the lowest perplexity on the valid split (early stopping)."""

    epoch: float
    valid: float
    params: list[np.ndarray]


@dataclass
class LossSum:
    """The sum of the losses of some updates, and the seconds they took."""

    sum: float = 0.0
    count: int = 0
    seconds: float = 0.0

    def add(self, loss: float, seconds: float) -> None:
        """Add the loss of one more update."""
        self.sum += loss
        self.count += 1
        self.seconds += seconds

    @property
    def mean(self) -> float:
        """The mean loss, in nats."""
        return self.sum / self.count


@dataclass
class Position:
    """The progress of a run: all of its state except the network's, the optimizer's and the best weights.

    history and curve are lists of Progress; since_epoch and since_point are the losses since their last ones; diverged
    is the epoch (with a fraction) at which the loss stopped being finite.
    """

    update: int = 0
    seconds: float = 0.0
    history: list[Progress] = field(default_factory=list)
    curve: list[Progress] = field(default_factory=list)
    since_epoch: LossSum = field(default_factory=LossSum)
    since_point: LossSum = field(default_factory=LossSum)
    diverged: float | None = None
