"""Weight averaging, and the best weights so far (early stopping)."""

import math

import numpy as np

from rnnlm.training.state import Best


def averaged(average: list[np.ndarray], params: list[np.ndarray], count: int) -> list[np.ndarray]:
    """The mean of params over `count` points, from the mean over the first count - 1, which it replaces.

    average + (params - average) / count, in place; empty before the first point.   (Polyak and Juditsky 1992)
    """
    average = average or [param.copy() for param in params]
    for mean, param in zip(average, params, strict=True):
        mean += (param - mean) / count
    return average


def better(best: Best | None, epoch: float, valid: float, params: list[np.ndarray]) -> Best | None:
    """The best so far: these params, copied, if their perplexity on the valid split is the lowest yet.

    The run continues, but its file and the readers use the best weights (early stopping).
    """
    if math.isfinite(valid) and (best is None or valid < best.valid):
        return Best(epoch, valid, [param.copy() for param in params])
    return best
