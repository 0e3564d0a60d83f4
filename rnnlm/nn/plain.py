"""A plain version of the network, not written for speed. It reads word by word; each line is a formula from the book.

Read it before `layers` and `model`, which process a whole window at once. Tests check that both give the same results.
"""

import numpy as np

from rnnlm.nn.cell import step
from rnnlm.nn.params import Params


class PlainRnnlm:
    """A language model that reads one time step at a time. Its method `update` trains it by SGD.

    Its layers are an embedding, a recurrent layer, an affine layer and softmax with loss.
    `params` are copies of the given arrays.   (book 5.3 to 5.5)
    """

    def __init__(self, params: list[np.ndarray], dtype=np.float64):
        self.params = Params(param.astype(dtype) for param in params)
        self.h = None
        self.steps = []

    def forward(self, xs: np.ndarray, ts: np.ndarray) -> float:
        """Return the mean loss in nats. xs (N, T) are the words read, and ts (N, T) are the next words.

        The last state h (N, H) is kept, and the next window starts from it.
        """
        embed_W, Wx, Wh, b, W, c = self.params
        N, T = xs.shape
        self.steps, losses = [], []
        h = np.zeros((N, len(b)), b.dtype) if self.h is None else self.h
        for t in range(T):
            x, before = embed_W[xs[:, t]], h  # (N, D), (N, H)
            h, back = step(x @ Wx + b, before, Wh)
            scores = h @ W + c  # (N, V)
            y = np.exp(scores - scores.max(axis=1, keepdims=True))
            y /= y.sum(axis=1, keepdims=True)  # softmax
            losses.append(-np.log(y[np.arange(N), ts[:, t]]).mean())
            self.steps.append((xs[:, t], ts[:, t], x, before, h, y, back))
        self.h = h
        return float(np.mean(losses))

    def backward(self) -> Params:
        """Return the gradients of the loss that the last `forward` returned, one array for each parameter."""
        _, Wx, _, _, W, _ = self.params
        d_embed, dWx, dWh, db, dW, dc = grads = Params(np.zeros_like(param) for param in self.params)
        dh_after = 0
        for word, right, x, before, h, y, back in reversed(self.steps):
            N = len(word)
            dscores = y.copy()
            dscores[np.arange(N), right] -= 1
            dscores /= N * len(self.steps)
            dW += h.T @ dscores
            dc += dscores.sum(axis=0)
            da, dh_after = back(dscores @ W.T + dh_after)
            dWx += x.T @ da
            dWh += before.T @ da
            db += da.sum(axis=0)
            np.add.at(d_embed, word, da @ Wx.T)
        return grads

    def update(self, xs: np.ndarray, ts: np.ndarray, lr: float, max_grad: float | None = None) -> float:
        """Do one step of SGD, and return the loss before the step.

        max_grad: the norm to which the gradients are clipped; None means no clipping.
        """
        loss = self.forward(xs, ts)
        grads = self.backward()
        norm = np.sqrt(sum((grad.astype(np.float64) ** 2).sum() for grad in grads))
        shorter = 1.0 if max_grad is None else min(1.0, max_grad / norm)
        for param, grad in zip(self.params, grads, strict=True):
            param -= lr * float(shorter) * grad
        return loss
