"""The four Time layers: each reads T steps of N streams at once.

Every layer has `params` and `grads`, lists of arrays in the same order. Both are filled in place
and never rebound, so lists collected once stay valid. `backward` leaves what `forward` cached as it
was: called twice it gives the same gradients. N streams, T steps, D numbers in a word vector,
H in the hidden state, V words in the vocabulary.
"""

import numpy as np


class TimeEmbedding:
    """Look up the vector of every word: out = W[xs].

    xs (N, T) word ids, W (V, D) -> out (N, T, D).
    Gradient: row xs[n, t] of dW collects dout[n, t].   (book 5.4.2.1)
    """

    def __init__(self, W: np.ndarray):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.xs = None

    def forward(self, xs: np.ndarray) -> np.ndarray:
        """xs (N, T) -> (N, T, D)."""
        (W,) = self.params
        self.xs = xs
        return W[xs]

    def backward(self, dout: np.ndarray) -> None:
        """dout (N, T, D) -> nothing: there is nothing below a word."""
        (dW,) = self.grads
        dW.fill(0)
        np.add.at(dW, self.xs.ravel(), dout.reshape(-1, dW.shape[1]))


class TimeRNN:
    """Carry a hidden state through time: h_t = tanh(h_(t-1) @ Wh + x_t @ Wx + b).

    xs (N, T, D), Wx (D, H), Wh (H, H), b (H,) -> hs (N, T, H). The last state is kept in `h`
    (N, H) and the next `forward` starts from it; gradients stop at the window's first step:
    that is truncated BPTT.   (book 5.3.2)
    """

    def __init__(self, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(param) for param in self.params]
        self.h = None
        self.cache = None

    def forward(self, xs: np.ndarray) -> np.ndarray:
        """xs (N, T, D) -> hs (N, T, H)."""
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        H = Wh.shape[0]
        h = np.zeros((N, H), xs.dtype) if self.h is None else self.h
        # All steps of x @ Wx are one product; only h @ Wh has to wait for the step before.
        hs = (xs.reshape(N * T, D) @ Wx + b).reshape(N, T, H)
        before = np.empty_like(hs)
        for t in range(T):
            before[:, t] = h
            h = hs[:, t]
            h += before[:, t] @ Wh
            np.tanh(h, out=h)
        self.h = h.copy()
        self.cache = xs, before, hs
        return hs

    def backward(self, dhs: np.ndarray) -> np.ndarray:
        """dhs (N, T, H) -> dxs (N, T, D)."""
        Wx, Wh, _ = self.params
        dWx, dWh, db = self.grads
        xs, before, hs = self.cache
        N, T, D = xs.shape
        H = Wh.shape[0]
        da = 1 - hs**2  # the derivative of tanh, to be multiplied by what comes from above
        dh = 0
        for t in reversed(range(T)):
            da[:, t] *= dhs[:, t] + dh
            dh = da[:, t] @ Wh.T
        da = da.reshape(N * T, H)
        np.matmul(xs.reshape(N * T, D).T, da, out=dWx)
        np.matmul(before.reshape(N * T, H).T, da, out=dWh)
        np.sum(da, axis=0, out=db)
        return (da @ Wx.T).reshape(N, T, D)


class TimeAffine:
    """Score every word from the hidden state: scores = hs @ W + b.

    hs (N, T, H), W (H, V), b (V,) -> scores (N, T, V).
    Gradients: dW = hs' dscores, db = sum of dscores, dhs = dscores W'.   (book 5.4.2.2)
    """

    def __init__(self, W: np.ndarray, b: np.ndarray):
        self.params = [W, b]
        self.grads = [np.zeros_like(param) for param in self.params]
        self.hs = None
        self.scores = None

    def forward(self, hs: np.ndarray) -> np.ndarray:
        """hs (N, T, H) -> scores (N, T, V), in an array the next `forward` fills again."""
        W, b = self.params
        N, T, H = hs.shape
        V = W.shape[1]
        self.hs = hs
        # A fresh (N * T, V) array every time would cost more than the product at V = 10,000.
        if self.scores is None or len(self.scores) != N * T:
            self.scores = np.empty((N * T, V), W.dtype)
        np.matmul(hs.reshape(N * T, H), W, out=self.scores)
        self.scores += b
        return self.scores.reshape(N, T, V)

    def backward(self, dscores: np.ndarray) -> np.ndarray:
        """dscores (N, T, V) -> dhs (N, T, H)."""
        W, _ = self.params
        dW, db = self.grads
        N, T, H = self.hs.shape
        ds = dscores.reshape(N * T, -1)
        np.matmul(self.hs.reshape(N * T, H).T, ds, out=dW)
        # ones @ ds sums the columns faster than ds.sum(0).
        np.matmul(np.ones(N * T, ds.dtype), ds, out=db)
        return (ds @ W.T).reshape(N, T, H)


class TimeSoftmaxWithLoss:
    """Mean cross-entropy of the right words: loss = -mean(ln softmax(scores)[right word]), in nats.

    scores (N, T, V), ts (N, T) word ids -> loss, a float.
    Gradient: dscores = (softmax(scores) - one_hot(ts)) / (N * T).   (book 5.4.2.2)
    """

    def __init__(self):
        self.params = []
        self.grads = []
        self.dscores = None

    def forward(self, scores: np.ndarray, ts: np.ndarray) -> float:
        """scores (N, T, V), ts (N, T) -> loss in nats. The array of scores is used up."""
        N, T, V = scores.shape
        ys, right = scores.reshape(N * T, V), (np.arange(N * T), ts.ravel())
        ys -= ys.max(axis=1, keepdims=True)
        shifted = ys[right]
        np.exp(ys, out=ys)
        sums = ys.sum(axis=1)
        loss = np.mean(np.log(sums) - shifted)
        # The scores are not needed again, so the same array now becomes their gradient.
        ys *= (1 / (sums * (N * T)))[:, None]
        ys[right] -= 1 / (N * T)
        self.dscores = ys.reshape(N, T, V)
        return float(loss)

    def backward(self) -> np.ndarray:
        """Nothing -> dscores (N, T, V)."""
        return self.dscores
