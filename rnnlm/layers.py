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

from rnnlm.memory import as_one, zeros_beside
from rnnlm.threads import halves, pieces, together

SAFE = 30.0  # scores between -30 and 30 have an exp that is far from overflow, underflow and loss of digits


def time_first(xs: np.ndarray) -> np.ndarray:
    """(N, T, K) -> (T * N, K), the rows of one step together; no copy where memory lies so."""
    N, T, K = xs.shape
    return xs.transpose(1, 0, 2).reshape(T * N, K)


def streams_first(rows: np.ndarray, N: int, T: int) -> np.ndarray:
    """(T * N, K) -> (N, T, K), the same memory."""
    return rows.reshape(T, N, -1).transpose(1, 0, 2)


def product(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """out = a @ b, where out may be the transposed view of an array in one piece."""
    if out.flags.c_contiguous:
        np.dot(a, b, out=out)
    else:
        np.dot(b.T, a.T, out=out.T)


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


class TimeRNN:
    """Carry a hidden state through time: h_t = tanh(h_(t-1) @ Wh + x_t @ Wx + b).

    xs (N, T, D), Wx (D, H), Wh (H, H), b (H,) -> hs (N, T, H). The last state is kept in `h`
    (N, H) and the next `forward` starts from it; gradients stop at the window's first step:
    that is truncated BPTT.   (book 5.3.2) With a dropout, a part of every h_(t-1) is left out
    before Wh, the same numbers at all steps of a window.   (Gal and Ghahramani 2016)
    """

    def __init__(self, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray, dropout: float = 0.0):
        self.params = [Wx, Wh, b]
        self.grads = zeros_beside(self.params)
        self.dropout, self.mask = dropout, None
        self.h = None
        self.a = np.empty((0, 0, 0))

    def _fit(self, T: int, N: int, D: int, H: int, dtype: np.dtype) -> None:
        """Arrays to work in, for windows of this shape."""
        self.dxs = np.empty((T * N, D), dtype)
        self.a, self.da, self.slope = (np.empty((T, N, H), dtype) for _ in range(3))
        self.u, self.ones = np.empty((N, H), dtype), np.ones(T * N, dtype)

    def forward(self, xs: np.ndarray, rng: np.random.Generator | None = None) -> np.ndarray:
        """xs (N, T, D) -> hs (N, T, H); rng draws the dropout's mask."""
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = len(b)
        if self.a.shape != (T, N, H):
            self._fit(T, N, D, H, b.dtype)
        a, u = self.a, self.u
        self.hs = hs = np.empty((T + 1, N, H), b.dtype)  # hs[0] is the state carried in, hs[t + 1] that after step t
        hs[0] = 0 if self.h is None else self.h
        # All steps of x @ Wx are one product; only h @ Wh has to wait for the step before.
        self.xs = time_first(xs)
        np.dot(self.xs, Wx, out=a.reshape(T * N, H))
        a += b
        if self.dropout:
            self.mask = dropout_mask((N, H), self.dropout, rng, b.dtype)
        for a_t, before, after in zip(a, hs, hs[1:], strict=False):
            np.dot(before if self.mask is None else before * self.mask, Wh, out=u)
            np.add(u, a_t, out=u)
            np.tanh(u, out=after)
        self.h = hs[T].copy()
        return streams_first(hs[1:], N, T)

    def backward(self, dhs: np.ndarray) -> np.ndarray:
        """dhs (N, T, H) -> dxs (N, T, D)."""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        N, T, H = dhs.shape
        hs, da, dh, slope = self.hs, self.da, self.u, self.slope
        np.multiply(hs[1:], hs[1:], out=slope)
        np.subtract(1, slope, out=slope)  # the derivative of tanh, for all steps at once
        WhT = Wh.T.copy()  # a product with a copy is faster than with a transposed view
        dh.fill(0)
        for da_t, dh_t, slope_t in zip(da[::-1], dhs.transpose(1, 0, 2)[::-1], slope[::-1], strict=True):
            np.add(dh_t, dh, out=da_t)
            da_t *= slope_t
            np.dot(da_t, WhT, out=dh)
            if self.mask is not None:
                dh *= self.mask
        da = da.reshape(T * N, H)
        carried = hs[:-1] if self.mask is None else hs[:-1] * self.mask

        def to_params() -> None:
            np.dot(self.xs.T, da, out=dWx)
            np.dot(carried.reshape(T * N, H).T, da, out=dWh)

        def to_input() -> None:
            np.dot(self.ones, da, out=db)  # faster than da.sum(axis=0)
            np.dot(da, Wx.T.copy(), out=self.dxs)

        together(to_params, to_input, size=3 * da.size)
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
        N, T, _ = dscores.shape
        ds, hs1 = time_first(dscores), self.hs1
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
            np.dot(ds, W.T, out=self.dhs)

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
