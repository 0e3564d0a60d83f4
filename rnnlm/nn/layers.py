"""The four Time layers: each reads T steps of N streams at once.

Every layer has `params` and `grads`, lists of arrays in the same order. Both are filled in place
and never rebound, so lists collected once stay valid. `backward` leaves what `forward` cached as it
was: called twice it gives the same gradients. N streams, T steps, D numbers in a word vector,
H in the hidden state, V words in the vocabulary.

Arrays between layers read (N, T, .), as in the book, but lie in memory time first, (T, N, .): the
rows of one step lie together, and the rows of all steps make one matrix. Large arrays are filled
again at the next window of the same shape.
"""

import numpy as np

from rnnlm.nn.kernels.memory import as_one, multiplier, product, streams_first, time_first, zeros_beside
from rnnlm.nn.kernels.threads import halves, pieces, together

FEW = 5_000  # numbers; OpenBLAS multiplies so small a matrix with a transposed one 1.4 times as fast
SAFE = 30.0  # scores between -30 and 30 have an exp that is far from overflow, underflow and loss of digits


class TimeEmbedding:
    """Look up the vector of every word: out = W[xs].

    xs (N, T) word ids, W (V, D) -> out (N, T, D).
    Gradient: row xs[n, t] of dW collects dout[n, t]. Only rows of words in the window are not zero:
    `words` lists them, perhaps more than once. Where W is shared with a layer above, that layer's
    gradient of it is given as shared (V, D), and the rows are added to it.   (book 5.4.2.1)
    """

    def __init__(self, W: np.ndarray, shared: np.ndarray | None = None):
        self.params = [W]
        self.grads = [np.zeros_like(W) if shared is None else shared]
        self.words = np.empty(0, int)
        self._filled = self.words if shared is None else None

    def forward(self, xs: np.ndarray) -> np.ndarray:
        """xs (N, T) -> (N, T, D)."""
        (W,) = self.params
        self.words = xs.T.ravel()
        return streams_first(W.take(self.words, axis=0), *xs.shape)

    def backward(self, dout: np.ndarray) -> None:
        """dout (N, T, D) -> nothing: there is nothing below a word."""
        (dW,) = self.grads
        words, rows = self.words, time_first(dout)
        if len(words) <= 128:
            # A few words: one small product gives each the sum of its rows, a repeated one again and again.
            rows = (words[:, None] == words).astype(rows.dtype) @ rows
        else:
            order = np.argsort(words, kind="stable")
            first = np.flatnonzero(np.diff(words[order], prepend=-1))
            words, rows = words[order[first]], np.add.reduceat(rows[order], first, axis=0)
        if self._filled is None:
            dW[words] += rows
        else:
            dW[self._filled] = 0  # all other rows are zero already
            dW[words] = rows
            self._filled = words


class TimeRNN:
    """Carry a hidden state through time: h_t = tanh(h_(t-1) @ Wh + x_t @ Wx + b).

    xs (N, T, D), Wx (D, H), Wh (H, H), b (H,) -> hs (N, T, H). The last state is kept in `h`
    (N, H) and the next `forward` starts from it; gradients stop at the window's first step:
    that is truncated BPTT.   (book 5.3.2) With a mask (N, H), every h_(t-1) is multiplied by it
    before Wh, by the same one at all steps of a window.   (Gal and Ghahramani 2016)
    """

    def __init__(self, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray):
        self.params = [Wx, Wh, b]
        self.grads = zeros_beside(self.params)
        self.h = self.mask = None
        self.a = np.empty((0, 0, 0))

    def _fit(self, T: int, N: int, D: int, H: int, dtype: np.dtype) -> None:
        """Arrays to work in, for windows of this shape."""
        self.dxs = np.empty((T * N, D), dtype)
        self.a, self.da, self.slope = (np.empty((T, N, H), dtype) for _ in range(3))
        self.u, self.ones = np.empty((N, H), dtype), np.ones(T * N, dtype)

    def forward(self, xs: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """xs (N, T, D), mask (N, H) or none -> hs (N, T, H)."""
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = len(b)
        if self.a.shape != (T, N, H):
            self._fit(T, N, D, H, b.dtype)
        a, u, self.mask = self.a, self.u, mask
        self.hs = hs = np.empty((T + 1, N, H), b.dtype)  # hs[0] is the state carried in, hs[t + 1] that after step t
        hs[0] = 0 if self.h is None else self.h
        # All steps of x @ Wx are one product; only h @ Wh has to wait for the step before.
        self.xs, above = time_first(xs), a.reshape(T * N, H)
        halves(lambda i, j: np.dot(self.xs[i:j], Wx, out=above[i:j]), T * N, H)
        above += b

        def carry(i: int, j: int) -> None:  # the streams i to j
            u_ij, times_Wh = u[i:j], multiplier(Wh, j - i)
            for a_t, before, after in zip(a[:, i:j], hs[:, i:j], hs[1:, i:j], strict=False):
                times_Wh(before if mask is None else before * mask[i:j], u_ij)
                np.add(u_ij, a_t, out=u_ij)
                np.tanh(u_ij, out=after)

        halves(carry, N, T * H)
        self.h = hs[T].copy()
        return streams_first(hs[1:], N, T)

    def backward(self, dhs: np.ndarray) -> np.ndarray:
        """dhs (N, T, H) -> dxs (N, T, D)."""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        N, T, H = dhs.shape
        hs, dhs_t, da, dh, slope = self.hs, dhs.transpose(1, 0, 2), self.da, self.u, self.slope
        WhT = Wh.T.copy()  # a product with a copy is faster than with a transposed view

        def carry_back(i: int, j: int) -> None:  # the streams i to j
            dh_ij, slope_ij, after, times_WhT = dh[i:j], slope[:, i:j], hs[1:, i:j], multiplier(WhT, j - i)
            np.multiply(after, after, out=slope_ij)
            np.subtract(1, slope_ij, out=slope_ij)  # the derivative of tanh, for all steps at once
            dh_ij.fill(0)
            back = zip(da[::-1, i:j], dhs_t[::-1, i:j], slope_ij[::-1], strict=True)
            for da_t, dh_t, slope_t in back:
                np.add(dh_t, dh_ij, out=da_t)
                da_t *= slope_t
                times_WhT(da_t, dh_ij)
                if self.mask is not None:
                    dh_ij *= self.mask[i:j]

        halves(carry_back, N, T * H)
        da = da.reshape(T * N, H)
        carried = hs[:-1] if self.mask is None else hs[:-1] * self.mask
        WxT = Wx.T.copy()

        def to_Wx() -> None:
            np.dot(self.xs.T, da, out=dWx)
            np.dot(self.ones, da, out=db)  # faster than da.sum(axis=0)

        def to_Wh() -> None:
            np.dot(carried.reshape(T * N, H).T, da, out=dWh)

        together(to_Wx, to_Wh, size=3 * da.size)
        halves(lambda i, j: np.dot(da[i:j], WxT, out=self.dxs[i:j]), T * N, H)
        return streams_first(self.dxs, N, T)


class TimeAffine:
    """Score every word from the hidden state: scores = hs @ W + b.

    hs (N, T, H), W (H, V), b (V,) -> scores (N, T, V). W may be the transpose of an array. Where b
    lies behind W in memory the two are one matrix (H + 1, V), and hs has a last column of ones.
    Gradients: dW = hs' dscores, db = sum of dscores, dhs = dscores W'.   (book 5.4.2.2)
    """

    def __init__(self, W: np.ndarray, b: np.ndarray):
        self.params = [W, b]
        self.grads = zeros_beside(self.params)
        both, dboth = as_one(W, b), as_one(*self.grads)
        self.Wb, self.dWb = (None, None) if both is None else (both.reshape(-1, len(b)), dboth.reshape(-1, len(b)))
        self.scores = np.empty((0, 0))

    def forward(self, hs: np.ndarray) -> np.ndarray:
        """hs (N, T, H) -> scores (N, T, V), in an array the next `forward` fills again."""
        W, b = self.params
        N, T, H = hs.shape
        if self.scores.shape != (T * N, len(b)):
            self.scores, self.dhs = np.empty((T * N, len(b)), b.dtype), np.empty((T * N, H), b.dtype)
            self.hs1 = np.ones((T * N, H + 1), b.dtype)
        self.hs1[:, :H] = time_first(hs)

        def score(i: int, j: int) -> None:
            if self.Wb is None:
                np.dot(self.hs1[i:j, :H], W, out=self.scores[i:j])
                self.scores[i:j] += b
            else:
                np.dot(self.hs1[i:j], self.Wb, out=self.scores[i:j])

        halves(score, *self.scores.shape)
        return streams_first(self.scores, N, T)

    def backward(self, dscores: np.ndarray, factors: np.ndarray | None = None) -> np.ndarray:
        """dscores (N, T, V) -> dhs (N, T, H).

        With factors (T * N,), a number for each row, time first, the gradient of the scores is
        dscores times these: they are multiplied into the small arrays instead.
        """
        W, _ = self.params
        dW, db = self.grads
        N, T, V = dscores.shape
        ds, hs1 = time_first(dscores), self.hs1
        rows = N if N * V <= FEW else N * T
        if factors is not None:
            factors = factors[:, None]
            hs1 = hs1 * factors

        def to_params() -> None:
            if self.dWb is None:
                product(hs1[:, :-1].T, ds, out=dW)
                np.dot(hs1[:, -1], ds, out=db)
            else:
                np.dot(hs1.T, ds, out=self.dWb)

        def to_input() -> None:
            for i in range(0, N * T, rows):
                np.dot(ds[i : i + rows], W.T, out=self.dhs[i : i + rows])

        together(to_params, to_input, size=ds.size)
        if factors is not None:
            self.dhs *= factors
        return streams_first(self.dhs, N, T)


class TimeSoftmaxWithLoss:
    """Mean cross-entropy of the right words: loss = -mean(ln softmax(scores)[right word]), in nats.

    scores (N, T, V), ts (N, T) word ids -> loss, a float.
    Gradient: dscores = (softmax(scores) - one_hot(ts)) / (N * T).   (book 5.4.2.2)
    """

    def __init__(self):
        self.params = []
        self.grads = []
        self.losses = np.empty(0)

    def forward(self, scores: np.ndarray, ts: np.ndarray) -> float:
        """scores (N, T, V), ts (N, T) -> loss in nats. The array of scores becomes the gradient's."""
        N, T, V = scores.shape
        ys, right = time_first(scores), ts.T.ravel()
        if len(self.losses) != T * N:
            self.losses, self.sums = np.empty((2, T * N), ys.dtype)
            self.place, self.ones = np.arange(T * N), np.ones(V, ys.dtype)
            self.weights = np.full(T * N, 1 / (T * N), ys.dtype)

        def softmax(first: int, last: int) -> None:
            for i, j in pieces(first, last, V):
                y, at, sums = ys[i:j], (self.place[: j - i], right[i:j]), self.sums[i:j]
                if y.max() > SAFE or y.min() < -SAFE:
                    y -= y.max(axis=1, keepdims=True)
                wanted = y[at]
                np.exp(y, out=y)
                np.dot(y, self.ones, out=sums)
                self.losses[i:j] = np.log(sums) - wanted
                y[at] -= sums

        halves(softmax, *ys.shape)
        # softmax(scores) - one_hot(ts) is exp(scores) - sum * one_hot(ts), divided by the sum of each row
        self.rows, self.factors = streams_first(ys, N, T), self.weights / self.sums
        return float(np.dot(self.losses, self.weights))

    def backward(self) -> np.ndarray:
        """Nothing -> dscores (N, T, V)."""
        return self.rows * self.factors.reshape(-1, len(self.rows)).T[:, :, None]
