"""The slow, obvious network, one word a step, and the few measures that tests share.

`ReferenceRnnlm` is written from the formulas of the book (5.3 to 5.5) and shares no code with
rnnlm: what the fast layers compute is held against it.
"""

import hashlib
from collections.abc import Callable

import numpy as np

from rnnlm.training.state import Progress
from rnnlm.training.trainer import Trainer


class ReferenceRnnlm:
    """Embedding, RNN, affine and softmax with loss, every step of a window by itself; trained by SGD.

    params are copies of the six arrays given, in the order embed_W, Wx, Wh, b, W, c.
    """

    def __init__(self, params: list[np.ndarray], dtype=np.float64):
        self.params = [param.astype(dtype) for param in params]
        self.h = None
        self.steps = []

    def forward(self, xs: np.ndarray, ts: np.ndarray) -> float:
        """xs, ts (N, T) -> mean loss in nats; carries h (N, H) to the next window."""
        embed_W, Wx, Wh, b, W, c = self.params
        N, T = xs.shape
        self.steps, losses = [], []
        h = np.zeros((N, len(b)), b.dtype) if self.h is None else self.h
        for t in range(T):
            x, before = embed_W[xs[:, t]], h
            h = np.tanh(before @ Wh + x @ Wx + b)
            scores = h @ W + c
            y = np.exp(scores - scores.max(axis=1, keepdims=True))
            y /= y.sum(axis=1, keepdims=True)
            losses.append(-np.log(y[np.arange(N), ts[:, t]]).mean())
            self.steps.append((xs[:, t], ts[:, t], x, before, h, y))
        self.h = h
        return float(np.mean(losses))

    def backward(self) -> list[np.ndarray]:
        """The gradients of the last forward's loss, one array for each of params."""
        _, Wx, Wh, _, W, _ = self.params
        d_embed, dWx, dWh, db, dW, dc = grads = [np.zeros_like(param) for param in self.params]
        dh_after = 0
        for word, right, x, before, h, y in reversed(self.steps):
            N = len(word)
            dscores = y.copy()
            dscores[np.arange(N), right] -= 1
            dscores /= N * len(self.steps)
            dW += h.T @ dscores
            dc += dscores.sum(axis=0)
            da = (dscores @ W.T + dh_after) * (1 - h**2)
            dWx += x.T @ da
            dWh += before.T @ da
            db += da.sum(axis=0)
            dx = da @ Wx.T
            for n in range(N):
                d_embed[word[n]] += dx[n]
            dh_after = da @ Wh.T
        return grads

    def update(self, xs: np.ndarray, ts: np.ndarray, lr: float, max_grad: float | None = None) -> float:
        """One step of SGD on one window, the gradients shortened to max_grad; returns the loss before it."""
        loss = self.forward(xs, ts)
        grads = self.backward()
        norm = np.sqrt(sum((grad.astype(np.float64) ** 2).sum() for grad in grads))
        shorter = 1.0 if max_grad is None else min(1.0, max_grad / norm)
        for param, grad in zip(self.params, grads, strict=True):
            param -= lr * float(shorter) * grad
        return loss


def slope(f: Callable[[], float], x: np.ndarray, direction: np.ndarray, eps: float = 1e-5) -> float:
    """How fast f() rises when x (float64, put back afterwards) moves along direction."""
    kept = x.copy()
    x += eps * direction
    above = f()
    x[...] = kept - eps * direction
    below = f()
    x[...] = kept
    return (above - below) / (2 * eps)


def numerical_gradient(f: Callable[[], float], x: np.ndarray) -> np.ndarray:
    """The slope of f() along every entry of x, in the shape of x."""
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([slope(f, x, unit) for unit in units]).reshape(x.shape)


def softmax(scores: np.ndarray) -> np.ndarray:
    """exp(scores) / sum of exp(scores), in float64."""
    e = np.exp(scores.astype(np.float64) - scores.max())
    return e / e.sum()


def frequencies_fit(counts: np.ndarray, p: np.ndarray) -> bool:
    """Whether counts look drawn from p: chi-square below its 99.9 % quantile (Wilson and Hilferty's)."""
    if counts[p == 0].any():
        return False
    expected = counts.sum() * p[p > 0]
    statistic = ((counts[p > 0] - expected) ** 2 / expected).sum()
    k = len(expected) - 1
    return bool(statistic < k * (1 - 2 / (9 * k) + 3.09 * (2 / (9 * k)) ** 0.5) ** 3)


def points(progress: list[Progress]) -> list[tuple[float, float, float]]:
    """(epoch, loss, perplexity) of each point: all of it that does not depend on the clock."""
    return [(point.epoch, point.loss, point.perplexity) for point in progress]


def network(trainer: Trainer) -> str:
    """A fingerprint of every bit of the parameters and the carried state."""
    h = trainer.model.rnn.h
    arrays = [*trainer.model.params, *([] if h is None else [h])]
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


def state(trainer: Trainer) -> dict:
    """All that a run has come to, bit for bit, save how long it took."""
    return {
        "update": trainer.position.update,
        "diverged": trainer.position.diverged,
        "history": points(trainer.history),
        "curve": points(trainer.curve),
        "network": network(trainer),
    }
