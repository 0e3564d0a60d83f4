"""Hidden states compared: the positions of a text with the most similar state, and the units that change slowly."""

from dataclasses import dataclass

import numpy as np

from rnnlm.inference.reader import HasParams, reader_of


@dataclass(frozen=True)
class Place:
    """A word of a text, by its position, and the cosine (-1 to 1) of the state after it with the given state."""

    position: int
    cosine: float


class States:
    """The states of a text, to be searched for similar ones.

    ids (words,) are read once, here, as one stream from a blank state; the states are kept at length 1, (words, H). A
    network that has been trained further needs new ones.
    """

    def __init__(self, network: HasParams, ids: np.ndarray):
        self.ids = np.asarray(ids)
        self.directions = _directions(reader_of(network).read(self.ids)[0])

    def nearest(self, h: np.ndarray, count: int = 5, apart: int = 10) -> list[Place]:
        """The places with the state most similar to h (H,), the most similar first: cosine = h @ g / (|h| |g|).

        Neighbours are left out: the positions of any two places are at least `apart` words apart, and the most similar
        one is chosen first. Fewer than `count` if the text is too short. A blank h is similar to none: cosine 0.
        """
        cosines = self.directions @ _directions(h)
        places: list[Place] = []
        while len(places) < count and np.isfinite(cosines).any():
            i = int(cosines.argmax())
            places.append(Place(i, float(cosines[i])))
            cosines[max(0, i - apart + 1) : i + apart] = -np.inf
        return places


def slow_order(hs: np.ndarray) -> np.ndarray:
    """The units of states (T, H) that followed each other, the slowest first: ids (H,), equals in their order.

    A unit is slow if its change from word to word is small relative to its variation over the text: the mean of (h_t -
    h_(t-1))^2 is small relative to the variance of h. That is 2 * (1 - autocorrelation at lag 1) for a long text; a
    unit that never changes is the slowest.   (von Neumann 1941)
    """
    hs = np.asarray(hs, np.float64)
    variance = hs.var(axis=0)
    steps = np.square(np.diff(hs, axis=0)).mean(axis=0) if len(hs) > 1 else variance
    return np.argsort(np.divide(steps, variance, out=np.zeros_like(steps), where=variance > 0), kind="stable")


def _directions(hs: np.ndarray) -> np.ndarray:
    """States (..., H) at length 1; a blank one stays 0."""
    return hs / np.maximum(np.linalg.norm(hs, axis=-1, keepdims=True), np.finfo(hs.dtype).tiny)
