"""Runs that blow up: how they are caught, where they go back to, and what is said of them."""

from dataclasses import dataclass

import numpy as np

from rnnlm.experiment import Experiment
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.training.rate import rate_at


class DivergedError(ValueError):
    """The loss became inf or nan; the network has been put back to the last epoch it was sound."""


@dataclass(frozen=True)
class Sound:
    """A network whose loss was a number: its parameters, the state h it carried, and the update it was at."""

    params: list[np.ndarray]
    h: np.ndarray | None
    update: int

    @classmethod
    def copied(cls, model: SimpleRnnlm, h: np.ndarray | None, update: int) -> "Sound":
        """The model as it is now, with the state h."""
        return cls([param.copy() for param in model.params], None if h is None else h.copy(), update)


def guarded() -> np.errstate:
    """For a `with`: numbers may overflow without a warning, as the loss tells it: the run has diverged."""
    return np.errstate(over="ignore", invalid="ignore")


DIVERGED = (
    "The loss stopped being a number in epoch {epoch}, at learning rate {rate:g}; the network is back at epoch "
    "{back:g}. Lower the learning rate, or clip the gradients."
)


def divergence_values(experiment: Experiment, diverged: float, back_at: float) -> dict[str, float]:
    """What DIVERGED tells of a run that diverged at one epoch (with a fraction) and is back at another."""
    return {"epoch": int(diverged) + 1, "rate": rate_at(experiment, diverged), "back": back_at}
