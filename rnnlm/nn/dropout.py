"""Dropout: leave a part of the numbers out while training, so that a network does not lean on any of them."""

from dataclasses import dataclass

import numpy as np

from rnnlm.nn.kernels.memory import batch_major


@dataclass(frozen=True)
class Dropout:
    """The parts left out of a network: of the word vectors, of the carried state, of the states before the scores."""

    inputs: float = 0.0
    state: float = 0.0
    outputs: float = 0.0


def dropout_mask(shape: tuple[int, ...], ratio: float, rng: np.random.Generator, dtype: np.dtype) -> np.ndarray:
    """An array of 0 with probability ratio and of 1 / (1 - ratio) otherwise: its mean is 1."""
    return (rng.random(shape, np.float32) >= ratio) * dtype.type(1 / (1 - ratio))


class TimeDropout:
    """Leave a part of the numbers out, at random: out = xs * mask.

    xs (N, T, K) -> out (N, T, K), with a new mask at every `forward`; gradient: dxs = dout * mask.
    (Srivastava et al. 2014; around a recurrent layer: Zaremba et al. 2014)
    """

    def __init__(self, ratio: float):
        self.params, self.grads = [], []
        self.ratio = ratio

    def forward(self, xs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """xs (N, T, K) -> (N, T, K)."""
        N, T, K = xs.shape
        self.mask = batch_major(dropout_mask((T * N, K), self.ratio, rng, xs.dtype), N, T)
        return xs * self.mask

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """dout (N, T, K) -> dxs (N, T, K)."""
        return dout * self.mask
