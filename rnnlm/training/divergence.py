"""Diverged runs: the error, the network to restore, and the message."""

from dataclasses import dataclass

import numpy as np

from rnnlm.errors import marked
from rnnlm.experiment import Experiment
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.training.rate import rate_at


class DivergedError(ValueError):
    """The loss became inf or nan. The run has gone back to its last stored network with a finite loss."""


@dataclass(frozen=True)
class Sound:
    """A network with a finite loss, to restore if the run diverges.

    params: the network's parameters. h: the state that training carried. update: the number of updates so far.
    """

    params: list[np.ndarray]
    h: np.ndarray | None
    update: int

    @classmethod
    def copied(cls, model: SimpleRnnlm, h: np.ndarray | None, update: int) -> "Sound":
        return cls([param.copy() for param in model.params], None if h is None else h.copy(), update)


def guarded() -> np.errstate:
    """Return a context in which numbers may overflow without a warning. A divergence is detected from the loss."""
    return np.errstate(over="ignore", invalid="ignore")


DIVERGED = marked(
    "The loss stopped being a number in epoch {epoch}, at learning rate {rate:g}, so the run went back "
    "to the network of epoch {back:g}. Lower the learning rate, or clip the gradients."
)


def divergence_values(experiment: Experiment, diverged: float, back_at: float) -> dict[str, float]:
    """Return the values for the message DIVERGED.

    `diverged` is the epoch in which the run diverged, and `back_at` is the epoch of the network that was restored.
    """
    return {"epoch": int(diverged) + 1, "rate": rate_at(experiment, diverged), "back": back_at}
