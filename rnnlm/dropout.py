"""Dropout: leave a part of the numbers out while training, so that a network does not lean on any of them."""

from collections.abc import Sequence

import numpy as np

from rnnlm.memory import product, streams_first, time_first
from rnnlm.threads import halves, together


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
        self.mask = streams_first(dropout_mask((T * N, K), self.ratio, rng, xs.dtype), N, T)
        return xs * self.mask

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """dout (N, T, K) -> dxs (N, T, K)."""
        return dout * self.mask


class TimeBatchwiseAffine:
    """Score every word from K of the H units, from others at each window: scores = hs[kept] * H / K @ W[kept] + b.

    hs (N, T, H) -> scores (N, T, V). It is dropout of the states with one mask for all words of a
    window. What is left out is not computed either, so the three products shrink to K / H.
    (batchwise dropout, Graham et al. 2015) params and grads are those of the TimeAffine it stands for.
    """

    def __init__(self, params: Sequence[np.ndarray], grads: Sequence[np.ndarray], ratio: float):
        self.params, self.grads = list(params), list(grads)
        W, b = params
        H, V = W.shape
        K = max(1, round(H * (1 - ratio)))
        self.kept, self.louder = np.arange(K), b.dtype.type(H / K)
        # W[kept] with b as a last row makes one matrix, as its gradient does; both lie transposed, as a tied W does.
        self.Wb, self.dWb = (np.empty((V, K + 1), b.dtype) for _ in range(2))
        self.scores = np.empty((0, 0))

    def forward(self, hs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """hs (N, T, H) -> scores (N, T, V), in an array the next `forward` fills again; rng draws the units."""
        W, b = self.params
        (N, T, H), (V, K) = hs.shape, (len(b), len(self.kept))
        if self.scores.shape != (T * N, V):
            self.scores, self.hs1 = np.empty((T * N, V), b.dtype), np.ones((T * N, K + 1), b.dtype)
        self.kept = np.sort(rng.permutation(H)[:K])
        np.multiply(time_first(hs).take(self.kept, axis=1), self.louder, out=self.hs1[:, :K])

        def gather(i: int, j: int) -> None:
            self.Wb[i:j, :K], self.Wb[i:j, K] = W.T[i:j].take(self.kept, axis=1), b[i:j]

        halves(gather, V, K)
        halves(lambda i, j: np.dot(self.hs1[i:j], self.Wb.T, out=self.scores[i:j]), T * N, V)
        return streams_first(self.scores, N, T)

    def backward(self, dscores: np.ndarray, factors: np.ndarray) -> np.ndarray:
        """dscores (N, T, V), factors (T * N,) -> dhs (N, T, H), as in `TimeAffine.backward`."""
        dW, db = self.grads
        N, T, V = dscores.shape
        K, ds, factors = len(self.kept), time_first(dscores), factors[:, None]
        hs1, dkept = self.hs1 * factors, np.empty((T * N, K), db.dtype)

        def to_params() -> None:
            product(hs1.T, ds, out=self.dWb.T)

        def to_input() -> None:
            np.dot(ds, self.Wb[:, :K], out=dkept)

        def scatter(i: int, j: int) -> None:
            dW.T[i:j] = 0
            dW.T[i:j, self.kept], db[i:j] = self.dWb[i:j, :K], self.dWb[i:j, K]

        together(to_params, to_input, size=ds.size)
        halves(scatter, V, K)
        dhs = np.zeros((T * N, len(dW)), db.dtype)
        dhs[:, self.kept] = dkept * (factors * self.louder)
        return streams_first(dhs, N, T)
