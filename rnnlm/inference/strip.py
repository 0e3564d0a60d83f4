"""A picture of a draw: a strip from 0 to 1, divided among the words in proportion to their probabilities."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnnlm.inference.sampling import cumulative, distribution


def drawn_from(
    p: np.ndarray, temperature: float = 1.0, top_k: int | None = None, skip_ids: Iterable[int] = ()
) -> np.ndarray:
    """Return the distribution to draw from, for a model that gives probabilities p (V,) instead of scores.

    The result (V,) is float64 with sum 1. It equals `distribution(log p, ...)`: the allowed words get probabilities in
    proportion to p^(1 / temperature). Raises ValueError in the same cases as `distribution`, and if all words
    with p above 0 are skipped.
    """
    with np.errstate(divide="ignore"):
        return distribution(np.log(p), temperature, top_k, skip_ids)


@dataclass(frozen=True)
class Piece:
    """A part [lo, hi) of the range 0 to 1, for one word or for several words whose parts are too narrow to show."""

    lo: float
    hi: float
    word_ids: tuple[int, ...]


def pieces(p: np.ndarray, drawn: int, narrowest: float = 0.006) -> list[Piece]:
    """Divide the range 0 to 1 among the words by their probabilities p (V,), in order of ids.

    Neighbours with p below `narrowest` share one piece. The word with the id `drawn` always has its own piece. Words
    with p = 0 have no piece. The pieces cover 0 to 1 without gaps.
    """
    edges, ids = np.append(0.0, cumulative(p)), np.flatnonzero(p)
    result, start = [], 0
    for place in [*np.flatnonzero((p[ids] >= narrowest) | (ids == drawn)), len(ids)]:
        for group in (ids[start:place], ids[place : place + 1]):  # words that share a piece, and the word after them
            if len(group):
                result.append(Piece(float(edges[group[0]]), float(edges[group[-1] + 1]), tuple(group.tolist())))
        start = place + 1
    return result
