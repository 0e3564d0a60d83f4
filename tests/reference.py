"""Reference computations that tests share."""

import hashlib
from collections.abc import Callable

import numpy as np

from rnnlm.training.state import Progress
from rnnlm.training.trainer import Trainer


def slope(f: Callable[[], float], x: np.ndarray, direction: np.ndarray, eps: float = 1e-5) -> float:
    """The slope of f() when x moves along direction. x is float64, and is restored afterwards."""
    kept = x.copy()
    x += eps * direction
    above = f()
    x[...] = kept - eps * direction
    below = f()
    x[...] = kept
    return (above - below) / (2 * eps)


def numerical_gradient(f: Callable[[], float], x: np.ndarray) -> np.ndarray:
    """The slope of f() along every entry of x, in the shape of x."""
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([slope(f, x, unit) for unit in units]).reshape(x.shape)


def softmax(scores: np.ndarray) -> np.ndarray:
    """exp(scores) / sum of exp(scores), in float64."""
    e = np.exp(scores.astype(np.float64) - scores.max())
    return e / e.sum()


def frequencies_fit(counts: np.ndarray, p: np.ndarray) -> bool:
    """Whether counts may be drawn from p: chi-square is below its 99.9 % quantile (after Wilson and Hilferty)."""
    if counts[p == 0].any():
        return False
    expected = counts.sum() * p[p > 0]
    statistic = ((counts[p > 0] - expected) ** 2 / expected).sum()
    k = len(expected) - 1
    return bool(statistic < k * (1 - 2 / (9 * k) + 3.09 * (2 / (9 * k)) ** 0.5) ** 3)


def points(progress: list[Progress]) -> list[tuple[float, float, float]]:
    """The (epoch, loss, perplexity) of each point, without the times."""
    return [(point.epoch, point.loss, point.perplexity) for point in progress]


def network(trainer: Trainer) -> str:
    """A fingerprint of every bit of the parameters and the carried state."""
    h = trainer.model.rnn.h
    arrays = [*trainer.model.params, *([] if h is None else [h])]
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def state(trainer: Trainer) -> dict:
    """The complete state of a run, bit for bit, without its training time."""
    return {
        "update": trainer.position.update,
        "diverged": trainer.position.diverged,
        "history": points(trainer.history),
        "curve": points(trainer.curve),
        "network": network(trainer),
    }
