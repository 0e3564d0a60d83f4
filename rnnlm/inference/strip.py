"""A picture of a draw: 0 to 1 divided among the words, each as wide as it is probable."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnnlm.inference.sampling import cumulative, distribution


def drawn_from(
    p: np.ndarray, temperature: float = 1.0, top_k: int | None = None, skip_ids: Iterable[int] = ()
) -> np.ndarray:
    """The distribution to draw from for a model that has p (V,) but no scores: as `distribution` of scores log p.

    (V,) float64, sum 1, in proportion to p^(1 / temperature). ValueError as there, and if all words with p above 0 are
    skipped.
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
    edges, ids = np.append(0.0, cumulative(p)), np.flatnonzero(p)
    result, start = [], 0
    for place in [*np.flatnonzero((p[ids] >= narrowest) | (ids == drawn)), len(ids)]:
        for group in (ids[start:place], ids[place : place + 1]):  # a crowd, and the word after it
            if len(group):
                result.append(Piece(float(edges[group[0]]), float(edges[group[-1] + 1]), tuple(group.tolist())))
        start = place + 1
    return result
