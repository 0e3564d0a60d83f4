"""A network that reads: from its parameters alone, without anything that is there for training."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class HasParams(Protocol):
    """A network, in training or not: whatever has the arrays a `Reader` reads with."""

    params: list[np.ndarray]


class Reader:
    """Reads words and scores the next one.

    params are the arrays of a `SimpleRnnlm` themselves, not copies: six, or five of a tied network,
    whose affine_W is embed_W transposed. Every method is pure: a state h (H,) goes in and comes out, and
    the one that training carries is neither used nor changed.
    """

    def __init__(self, params: Sequence[np.ndarray]):
        self.params = list(params)
        embed_W, _, _, _, *affine_W, self._affine_b = self.params
        self._affine_W = affine_W[0] if affine_W else embed_W.T

    @property
    def sizes(self) -> tuple[int, int, int]:
        """(V, D, H)."""
        embed_W, rnn_Wx = self.params[:2]
        return embed_W.shape[0], *rnn_Wx.shape

    @property
    def nbytes(self) -> int:
        """The bytes of its parameters."""
        return sum(param.nbytes for param in self.params)

    def read(self, ids: np.ndarray, h: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read one stream of words: ids (T,) -> hidden states (T, H) and the last of them (H,); h None is all zeros."""
        embed_W, Wx, Wh, b = self.params[:4]
        hs = embed_W[ids] @ Wx + b
        h = np.zeros_like(b) if h is None else h
        for t in range(len(hs)):
            h = np.tanh(hs[t] + h @ Wh)
            hs[t] = h
        return hs, h

    def scores(self, hs: np.ndarray) -> np.ndarray:
        """Hidden states (..., H) -> the scores (logits) of every word after each, (..., V)."""
        return hs @ self._affine_W + self._affine_b

    def after(self, ids: Sequence[int]) -> np.ndarray:
        """The scores (V,) of what comes after these words, read from a blank state."""
        return self.scores(self.read(np.asarray(ids))[1])

    def step(self, word_id: int, h: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read one word: (word_id, h (H,)) -> (scores (V,), h (H,)); h None is all zeros."""
        _, h = self.read(np.array([word_id]), h)
        return self.scores(h), h


def reader_of(network: HasParams) -> Reader:
    """The reader that reads as this network does now: itself, or one around the arrays of a network in training."""
    return network if isinstance(network, Reader) else Reader(network.params)
