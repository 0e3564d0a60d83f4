"""Dropout: set some numbers to 0 during training, so that the network does not depend on any one of them."""

from dataclasses import dataclass

import numpy as np

from rnnlm.nn.kernels.memory import batch_major


@dataclass(frozen=True)
class Dropout:
    """The dropout ratios of a network: the shares of numbers or words that are set to 0. 0 <= ratio < 1.

    inputs: the share of the numbers in word vectors.
    state: the share of the numbers in the carried state.
    outputs: the share of the numbers in the hidden states from which the scores are computed.
    words: the share of the vocabulary's words that get a vector of zeros.
    """

    inputs: float = 0.0
    state: float = 0.0
    outputs: float = 0.0
    words: float = 0.0


def dropout_mask(shape: tuple[int, ...], ratio: float, rng: np.random.Generator, dtype: np.dtype) -> np.ndarray:
    """Draw a mask: each number is 0 with probability `ratio`, otherwise 1 / (1 - ratio). The expected value is 1."""
    return (rng.random(shape, np.float32) >= ratio) * dtype.type(1 / (1 - ratio))


class TimeDropout:
    """Set numbers to 0 at random and scale the others up: out = xs * mask.

    xs (N, T, K) -> out (N, T, K), with a new mask at every `forward`. Gradient: dxs = dout * mask.
    (Srivastava et al. 2014; before and after a recurrent layer: Zaremba et al. 2014)
    """

    def __init__(self, ratio: float):
        self.params, self.grads = [], []
        self.ratio = ratio

    def forward(self, xs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        N, T, K = xs.shape
        self.mask = batch_major(dropout_mask((T * N, K), self.ratio, rng, xs.dtype), N, T)
        return xs * self.mask

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return dout * self.mask


class TimeWordDropout:
    """Set the vectors of some words to 0 and scale the others up: out[n, t] = xs[n, t] * mask[word_ids[n, t]].

    xs (N, T, D), word_ids (N, T) -> out (N, T, D). The mask (V,) has one number for each word. Every `forward` draws a
    new mask. So a dropped word has a vector of zeros everywhere in the window, as if its row of embed_W were 0.
    Gradient: dxs[n, t] = dout[n, t] * mask[word_ids[n, t]].   (Gal and Ghahramani 2016; Merity et al. 2018)
    """

    def __init__(self, ratio: float, vocab_size: int):
        self.params, self.grads = [], []
        self.ratio, self.vocab_size = ratio, vocab_size

    def forward(self, xs: np.ndarray, word_ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        mask = dropout_mask((self.vocab_size,), self.ratio, rng, xs.dtype)
        self.mask = batch_major(mask[word_ids.T.ravel()], *word_ids.shape)  # (N, T, 1)
        return xs * self.mask

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return dout * self.mask
