"""`Reader`: read words with a network and score the next word, without anything that only training needs."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from rnnlm.nn.cell import Back, step
from rnnlm.nn.params import Params

AT_ONCE = 512  # words looked up together, so that a long text needs no large array of word vectors


class HasParams(Protocol):
    """Any object whose attribute `params` holds the arrays for a `Reader`, for example a network in training."""

    params: list[np.ndarray]


class Reader:
    """Read words and score the next one.

    The reader shares the arrays `params` with a `SimpleRnnlm`, and does not copy them. Every method is pure: it takes a
    state h (H,) and returns a new one. No method uses or changes the state that training carries.
    """

    def __init__(self, params: Sequence[np.ndarray]):
        self.params = params if isinstance(params, Params) else Params(params)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The sizes (V, D, H)."""
        return self.params.sizes

    @property
    def blank(self) -> np.ndarray:
        return np.zeros(len(self.params.rnn_Wh), self.params.rnn_Wh.dtype)

    def inputs(self, ids: np.ndarray) -> np.ndarray:
        """Return the part of the next state that depends only on the word: ids (...) -> a = x @ Wx + b, (..., H)."""
        params = self.params
        return params.embed_W[ids] @ params.rnn_Wx + params.rnn_b

    @property
    def nbytes(self) -> int:
        return sum(param.nbytes for param in self.params)

    def read(self, ids: np.ndarray, h: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read one stream of words: ids (T,) -> the hidden states (T, H) after each word, and the last of them (H,).

        h (H,): the state before the first word; None means a blank state (all zeros).
        """
        h = self.blank if h is None else h
        hs = np.empty((len(ids), len(h)), h.dtype)
        for t, (after, _) in enumerate(self.steps(ids, h)):
            hs[t] = h = after
        return hs, h

    def steps(self, ids: np.ndarray, h: np.ndarray) -> Iterator[tuple[np.ndarray, Back]]:
        """Read ids (T,) word by word. Yields the state (H,) after each word, and the function for its backward step."""
        for start in range(0, len(ids), AT_ONCE):
            for a in self.inputs(ids[start : start + AT_ONCE]):
                h, back = step(a, h, self.params.rnn_Wh)
                yield h, back

    def scores(self, hs: np.ndarray) -> np.ndarray:
        """Return the scores (logits) of the next word: hidden states (..., H) -> (..., V)."""
        return hs @ self.params.affine_W + self.params.affine_b

    def after(self, ids: Sequence[int]) -> np.ndarray:
        """Return the scores (V,) of the next word after reading ids from a blank state."""
        return self.scores(self.read(np.asarray(ids))[1])

    def step(self, word_id: int, h: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read one word: (word_id, h (H,)) -> (scores (V,) of the next word, the new h (H,)).

        h: the state before the word; None means a blank state (all zeros).
        """
        _, h = self.read(np.array([word_id]), h)
        return self.scores(h), h


def reader_of(network: HasParams) -> Reader:
    """Return the network itself if it is a `Reader`, otherwise a new `Reader` that shares the network's arrays."""
    return network if isinstance(network, Reader) else Reader(network.params)
