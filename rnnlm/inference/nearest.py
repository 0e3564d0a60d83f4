"""Compare hidden states: find where a text has similar states, and which units change slowly."""

from dataclasses import dataclass

import numpy as np

from rnnlm.inference.reader import HasParams, reader_of


@dataclass(frozen=True)
class Place:
    """A word's position, and the cosine similarity (-1 to 1) between a given state and the state after this word."""

    position: int
    cosine: float


class States:
    """The hidden states of a text, to search for those that are similar to a given state.

    The constructor reads ids (words,) once, as one stream from a blank state, and keeps the states (words, H), scaled
    to length 1. If the network is trained further, make a new object.
    """

    def __init__(self, network: HasParams, ids: np.ndarray):
        self.ids = np.asarray(ids)
        self.directions = _directions(reader_of(network).read(self.ids)[0])

    def nearest(self, h: np.ndarray, count: int = 5, apart: int = 10) -> list[Place]:
        """Find the states that are most similar to h (H,), the most similar first.

        The similarity of a state g is its cosine similarity to h, h @ g / (|h| |g|). All places are at least `apart`
        words from each other. Among places that are closer together, only the most similar is returned. Returns fewer
        than `count` places if the text is too short. If h is all zeros, every cosine is 0.
        """
        cosines = self.directions @ _directions(h)
        places: list[Place] = []
        while len(places) < count and np.isfinite(cosines).any():
            i = int(cosines.argmax())
            places.append(Place(i, float(cosines[i])))
            cosines[max(0, i - apart + 1) : i + apart] = -np.inf
        return places


def slow_order(hs: np.ndarray) -> np.ndarray:
    """Return the indices of the H units from slow to fast, for consecutive states (T, H).

    A unit is slow if its changes from word to word are small relative to its variation over the text. The measure is
    the mean of (h_t - h_(t-1))^2 divided by the variance of h. For a long text this ratio is 2 * (1 - autocorrelation
    at lag 1). A unit that never changes is the slowest. Equally slow units keep their order.   (von Neumann 1941)
    """
    hs = np.asarray(hs, np.float64)
    variance = hs.var(axis=0)
    steps = np.square(np.diff(hs, axis=0)).mean(axis=0) if len(hs) > 1 else variance
    return np.argsort(np.divide(steps, variance, out=np.zeros_like(steps), where=variance > 0), kind="stable")


def _directions(hs: np.ndarray) -> np.ndarray:
    # a blank state stays 0
    return hs / np.maximum(np.linalg.norm(hs, axis=-1, keepdims=True), np.finfo(hs.dtype).tiny)
