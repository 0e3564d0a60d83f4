"""A picture of a draw: 0 to 1 cut into words, each as wide as it is probable."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnnlm.inference.sampling import cumulative, distribution


def drawn_from(
    p: np.ndarray, temperature: float = 1.0, top_k: int | None = None, skip_ids: Iterable[int] = ()
) -> np.ndarray:
    """What one draws from where a model has a distribution p (V,) and no scores: as `distribution` of scores log p.

    (V,) float64, sum 1, in proportion to p^(1 / temperature). ValueError as there, and where all that p has is skipped.
    """
    with np.errstate(divide="ignore"):
        return distribution(np.log(p), temperature, top_k, skip_ids)


@dataclass(frozen=True)
class Piece:
    """A part [lo, hi) of a cumulative distribution: one word, or several too narrow to tell apart."""

    lo: float
    hi: float
    word_ids: tuple[int, ...]


def pieces(p: np.ndarray, drawn: int, narrowest: float = 0.006) -> list[Piece]:
    """Cut 0 to 1 into the words of the cumulative distribution of p (V,), in order of ids; drawn is one of them.

    Neighbours narrower than `narrowest` share one piece; the drawn word always has its own, and
    words that cannot be drawn have none. The pieces follow each other without gaps from 0 to 1.
    """
    edges = np.append(0.0, cumulative(p))
    result: list[Piece] = []
    crowd: list[int] = []

    def close_crowd() -> None:
        if crowd:
            result.append(Piece(float(edges[crowd[0]]), float(edges[crowd[-1] + 1]), tuple(crowd)))
            crowd.clear()

    for i in np.flatnonzero(p):
        if i == drawn or p[i] >= narrowest:
            close_crowd()
            result.append(Piece(float(edges[i]), float(edges[i + 1]), (int(i),)))
        else:
            crowd.append(int(i))
    close_crowd()
    return result
