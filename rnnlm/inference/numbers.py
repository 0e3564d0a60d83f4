"""The intermediate numbers of one draw, from scores to probabilities, as in the book's code."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnnlm.inference.sampling import cumulative, distribution

LARGEST = 700.0  # the exp of a larger number overflows


@dataclass(frozen=True)
class Numbers:
    """The numbers of one draw, from scores to probabilities. All arrays are (V,) float64.

    z = scores / temperature.
    exps = exp(z - lowered), but 0 for excluded words. lowered is 0, or a larger number that prevents overflow in exp.
    total = the sum of exps, p = exps / total.
    edges: the upper edge of each word's part of the range 0 to 1.
    """

    z: np.ndarray
    exps: np.ndarray
    total: float
    p: np.ndarray
    edges: np.ndarray
    lowered: float


def in_numbers(
    scores: np.ndarray, temperature: float = 1.0, top_k: int | None = None, skip_ids: Iterable[int] = ()
) -> Numbers:
    """Compute the `Numbers` of one draw from scores (V,). Up to rounding, p equals the result of `distribution`.

    Raises ValueError in the same cases as `distribution`.   (book 5.4, 7.1.2)
    """
    allowed = distribution(scores, temperature, top_k, skip_ids) > 0
    z = np.asarray(scores, np.float64) / temperature
    lowered = max(0.0, float(z[allowed].max()) - LARGEST)
    exps = np.where(allowed, np.exp(np.where(allowed, z - lowered, 0.0)), 0.0)
    p = exps / exps.sum()
    return Numbers(z, exps, float(exps.sum()), p, cumulative(p), lowered)
