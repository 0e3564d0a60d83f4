"""The four Time layers: each reads T steps of N streams at once.

N streams, T steps, D numbers in a word vector, H numbers in the hidden state, V words in the vocabulary.

Every layer has `params` and `grads`, lists of arrays in the same order. The arrays are filled in place and never
replaced, so a list of them stays valid. `backward` does not change what `forward` has cached, so calling it twice gives
the same gradients.

Arrays between layers have the shape (N, T, .), as in the book, but the order (T, N, .) in memory (time-major). So the
rows of one step are next to each other, and the rows of all steps form one matrix. The arrays that `forward` and
`backward` return are valid until the next window, because the layer may then overwrite them. The functions from
`kernels` are fast versions of the formulas in the comments next to their calls. kernels/simple.py has the same
functions in plain NumPy.
"""

import numpy as np

from rnnlm.nn.kernels.memory import Workspace, batch_major, time_major, zeros_beside
from rnnlm.nn.kernels.products import Affine, Scaled, matmul, repeated, with_ones
from rnnlm.nn.kernels.rows import lowered, sum_by_word
from rnnlm.nn.kernels.threads import halves, pieces, together


class TimeEmbedding:
    """Look up the vector of every word: out = W[xs].

    xs (N, T) word ids, W (V, D) -> out (N, T, D).
    Gradient: dout[n, t] is added to row xs[n, t] of dW. The rows of dW for words outside the window stay 0.
    `word_ids` (T * N,) lists the words in the window, with repeats. If a layer above uses W too, dW (V, D) already
    contains the gradient of that layer, and the rows are added to it.   (book 5.4.2.1)
    """

    def __init__(self, W: np.ndarray, dW: np.ndarray | None = None, shares: bool = False):
        self.params = [W]
        self.grads = [np.zeros_like(W) if dW is None else dW]
        self.shares = shares
        self.word_ids = self.filled = np.empty(0, int)

    def forward(self, xs: np.ndarray) -> np.ndarray:
        (W,) = self.params
        N, T = xs.shape
        self.word_ids = xs.T.astype(np.intp, order="C").ravel()  # (T * N,)
        return batch_major(W.take(self.word_ids, axis=0), N, T)

    def backward(self, dout: np.ndarray) -> None:
        """Fill dW from dout (N, T, D). Returns None, because there is no layer below this one."""
        (dW,) = self.grads
        ids, sums = sum_by_word(self.word_ids, time_major(dout))  # a word's rows of dout, summed
        if self.shares:
            dW[ids] += sums
        else:
            dW[self.filled] = 0  # rows of the previous window's words; all other rows are zero already
            dW[ids] = sums
            self.filled = ids


class TimeRNN:
    """Compute the hidden state step by step: h_t = tanh(h_(t-1) @ Wh + x_t @ Wx + b).

    xs (N, T, D), Wx (D, H), Wh (H, H), b (H,) -> hs (N, T, H). The last state is kept in `h` (N, H), and the next
    `forward` starts from it. Gradients stop at the window's first step: this is truncated BPTT.   (book 5.3.2)

    With a dropout mask (N, H), h_(t-1) is multiplied by the mask before the product with Wh. The same mask is used at
    all steps of a window.   (Gal and Ghahramani 2016)
    """

    def __init__(self, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray, grads: list[np.ndarray] | None = None):
        self.params = [Wx, Wh, b]
        self.grads = grads or zeros_beside(self.params)
        self.h = self.mask = None
        self.work = Workspace(b.dtype)

    def forward(self, xs: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """Return the states hs (N, T, H) after the word vectors xs (N, T, D). `mask`: a dropout mask (N, H) or None."""
        Wx, Wh, b = self.params
        (N, T, _), H = xs.shape, len(b)
        self.x, self.mask = time_major(xs), mask  # (T * N, D)
        a = matmul(self.x, Wx, out=self.work("a", (T * N, H)))  # x @ Wx of all steps at once: it needs no state
        a += b
        a = a.reshape(T, N, H)
        self.hs = hs = np.empty((T + 1, N, H), b.dtype)  # hs[t + 1] is the state after step t,
        hs[0] = 0 if self.h is None else self.h  # and hs[0] the last state of the previous window

        def carry(i: int, j: int) -> None:  # the streams i to j
            times_Wh = repeated(Wh, rows=j - i)
            for t in range(T):
                before = hs[t, i:j] if mask is None else hs[t, i:j] * mask[i:j]
                h = times_Wh(before, hs[t + 1, i:j])  # before @ Wh
                h += a[t, i:j]
                np.tanh(h, out=h)  # tanh(before @ Wh + x @ Wx + b)

        halves(carry, N, T * H)
        self.h = hs[T].copy()
        return batch_major(hs[1:], N, T)

    def backward(self, dhs: np.ndarray) -> np.ndarray:
        """Return dxs (N, T, D) from dhs (N, T, H), and fill the gradients of the parameters."""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        N, T, H = dhs.shape
        x, hs, mask = self.x, self.hs, self.mask
        dhs = dhs.transpose(1, 0, 2)  # (T, N, H)
        da = self.work("da", (T, N, H))  # the gradient of a + h @ Wh, the argument of tanh

        def carry_back(i: int, j: int) -> None:  # the streams i to j
            times_WhT = repeated(Wh.T, rows=j - i)
            np.square(hs[1:, i:j], out=da[:, i:j])
            np.subtract(1, da[:, i:j], out=da[:, i:j])  # the slope of tanh, 1 - h * h
            dh = np.zeros((j - i, H), da.dtype)  # the part of the gradient that comes from later steps
            for t in reversed(range(T)):
                dh += dhs[t, i:j]
                da[t, i:j] *= dh  # dh * (1 - h * h)
                times_WhT(da[t, i:j], dh)  # da @ Wh'
                if mask is not None:
                    dh *= mask[i:j]

        halves(carry_back, N, T * H)
        da = da.reshape(T * N, H)
        before = (hs[:-1] if mask is None else hs[:-1] * mask).reshape(T * N, H)
        together(lambda: np.dot(x.T, da, out=dWx), lambda: np.dot(before.T, da, out=dWh), size=3 * da.size)
        np.dot(self.work.ones(T * N), da, out=db)  # the sum of its rows
        dx = matmul(da, Wx.T, out=self.work("dx", x.shape))  # (T * N, D)
        return batch_major(dx, N, T)


class TimeAffine:
    """Score every word from the hidden state: scores = hs @ W + b (logits).

    hs (N, T, H), W (H, V), b (V,) -> scores (N, T, V). In a tied network, W is a transposed view of the word vectors.
    Gradients: dW = hs' dscores, db = sum of dscores, dhs = dscores W'.   (book 5.4.2.2)
    """

    def __init__(self, W: np.ndarray, b: np.ndarray, grads: list[np.ndarray] | None = None):
        self.params = [W, b]
        self.grads = grads or zeros_beside(self.params)
        self.affine = Affine(*self.params, *self.grads)
        self.work = Workspace(b.dtype)

    def forward(self, hs: np.ndarray) -> np.ndarray:
        _, b = self.params
        (N, T, H), V = hs.shape, len(b)
        self.hs1 = with_ones(time_major(hs), out=self.work("hs1", (T * N, H + 1)))
        scores = self.affine.scores(self.hs1, out=self.work("scores", (T * N, V)))  # hs @ W + b
        return batch_major(scores, N, T)

    def backward(self, dscores: np.ndarray | Scaled) -> np.ndarray:
        ds = Scaled.of(dscores)
        M, H = len(ds.rows), len(self.params[0])  # M = T * N
        # dW = hs' @ ds, db = the sum of the rows of ds, dhs = ds @ W'
        dhs = self.affine.backward(self.hs1, ds, out=self.work("dhs", (M, H)))
        return batch_major(dhs, ds.N, M // ds.N)


class TimeSoftmaxWithLoss:
    """Compute the mean cross-entropy loss of the correct next words: loss = -mean(ln softmax(scores)[word]), in nats.

    scores (N, T, V), ts (N, T) word ids -> loss, a float.
    Gradient: dscores = (softmax(scores) - one_hot(ts)) / (N * T).   (book 5.4.2.2)
    """

    def __init__(self):
        self.params = []
        self.grads = []
        self.work: Workspace | None = None

    def forward(self, scores: np.ndarray, ts: np.ndarray) -> float:
        """Return the loss in nats for scores (N, T, V) and ts (N, T). This call may overwrite `scores`."""
        N, T, V = scores.shape
        ys, right = time_major(scores), ts.T.astype(np.intp, order="C").ravel()  # (T * N, V), (T * N,)
        self.work = self.work or Workspace(ys.dtype)
        losses, sums, ones = self.work("losses", (T * N,)), self.work("sums", (T * N,)), self.work.ones

        def softmax(i: int, j: int) -> None:  # the rows i to j
            y, at = ys[i:j], (np.arange(j - i), right[i:j])
            lowered(y)  # y -= the largest of its row: changes no probability, and exp does not overflow
            score = y[at]
            np.exp(y, out=y)
            np.dot(y, ones(V), out=sums[i:j])  # the sum of each row
            losses[i:j] = np.log(sums[i:j]) - score  # -ln(exp(score) / sum)
            y[at] -= sums[i:j]

        pieces(softmax, T * N, V)
        # softmax - one_hot = (exp(scores) - sum * one_hot) / sum: the factors divide by the sums, not the large array
        self.dscores = Scaled(ys, 1 / (T * N) / sums[:, None], N)
        return float(np.dot(losses, ones(T * N)) / (T * N))

    def backward(self) -> Scaled:
        """Return dscores (N, T, V) as a `Scaled`: the rows, and one factor for each row."""
        return self.dscores
