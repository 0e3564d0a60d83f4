"""Weight averaging, and the best weights so far (early stopping)."""

import math

import numpy as np

from rnnlm.training.state import Best


def averaged(average: list[np.ndarray], params: list[np.ndarray], count: int) -> list[np.ndarray]:
    """Add the current parameters of a run to the running mean of its earlier parameters, and return the mean.

    count: the number of parameter sets in the new mean, including the current one.
    Each array of the mean becomes average + (params - average) / count, in place. The first time, `average` is empty,
    and the result is a copy of params.   (Polyak and Juditsky 1992)
    """
    average = average or [param.copy() for param in params]
    for mean, param in zip(average, params, strict=True):
        mean += (param - mean) / count
    return average


def better(best: Best | None, epoch: float, valid: float, params: list[np.ndarray]) -> Best | None:
    """Return the best weights so far: `best`, or a copy of params if these have a lower validation perplexity.

    `valid` is the validation perplexity of params. The run continues with its current weights. Code that loads the
    saved run uses the best weights (early stopping).
    """
    if math.isfinite(valid) and (best is None or valid < best.valid):
        return Best(epoch, valid, [param.copy() for param in params])
    return best
