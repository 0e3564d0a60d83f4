"""Stochastic gradient descent and Adam, both with weight decay; also gradient clipping."""

import math

import numpy as np

from rnnlm.nn.kernels.blocks import in_blocks
from rnnlm.nn.kernels.memory import joined


class SGD:
    """Gradient descent: every parameter W becomes W - lr * (dW + weight_decay * W), in place.

    Weight decay applies only to arrays with two axes, not to biases.   (book 6.1.4; book 1, 6.4.2)
    """

    def __init__(self, lr: float = 0.01, weight_decay: float = 0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def update(self, params: list[np.ndarray], grads: list[np.ndarray], *, rows: np.ndarray | None = None) -> None:
        """Change `params` in place by one step of descent.

        `rows` lists the non-zero rows of the first gradient, and repeats are allowed. If `rows` is given, the other
        rows of the first parameter change only by weight decay.
        """
        if self.weight_decay:
            for W in (param for param in params if param.ndim == 2):
                W *= 1 - self.lr * self.weight_decay
        if rows is not None:
            W, dW = params[0], grads[0]
            W[rows] -= self.lr * dW.take(rows, axis=0)  # a repeated row is written twice with the same values

        def step(W: np.ndarray, dW: np.ndarray) -> None:
            W -= self.lr * dW

        in_blocks(step, *joined(params, grads, but_first=rows is not None))


class Adam:
    """Gradient descent with a separate step size for every number: W becomes W - lr * m / (sqrt(v) + 1e-8), in place.

    m is a running mean of dW over about 10 updates. v is a running mean of dW * dW over about 1,000 updates. Both means
    start at 0, and the resulting bias is corrected. With weight decay, dW is replaced by dW + weight_decay * W.
    (Kingma and Ba 2015)
    """

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, lr: float = 0.001, weight_decay: float = 0.0):
        self.lr = lr
        self.weight_decay = weight_decay
        self.steps = 0
        self.m: list[np.ndarray] = []
        self.v: list[np.ndarray] = []

    def restore(self, m: list[np.ndarray], v: list[np.ndarray], steps: int) -> None:
        """Continue from the running means m and v of an earlier Adam that had made `steps` steps."""
        self.m, self.v, self.steps = m, v, steps

    def update(self, params: list[np.ndarray], grads: list[np.ndarray], *, rows: np.ndarray | None = None) -> None:
        """Change params (contiguous arrays) in place by one step. `rows` is ignored, because Adam moves all rows."""
        if not self.m:
            self.m, self.v = ([np.zeros_like(param) for param in params] for _ in range(2))
        self.steps += 1
        # The step is lr * (m / c1) / (sqrt(v / c2) + epsilon). Two scalars absorb c1 and c2, so no array is divided.
        c1, c2 = 1 - self.BETA1**self.steps, 1 - self.BETA2**self.steps
        pace, epsilon = self.lr * math.sqrt(c2) / c1, self.EPSILON * math.sqrt(c2)
        decays = [self.weight_decay if param.ndim == 2 else 0 for param in params]

        def step(W: np.ndarray, dW: np.ndarray, m: np.ndarray, v: np.ndarray, decay: float) -> None:
            if decay:
                dW = dW + decay * W
            m *= self.BETA1
            m += (1 - self.BETA1) * dW
            v *= self.BETA2
            v += (1 - self.BETA2) * dW**2
            W -= pace * (m / (np.sqrt(v) + epsilon))

        in_blocks(step, params, grads, self.m, self.v, decays)


def clip_grads(grads: list[np.ndarray], max_norm: float) -> float:
    """Scale all gradients (in place) so that their joint norm is at most max_norm.

    norm = sqrt(sum of squares of all numbers in all gradients). If the norm is larger than max_norm, each gradient is
    multiplied by max_norm / norm. Returns the norm before clipping.   (book 6.1.4)
    """
    flat = [grad.reshape(-1) for grad in grads]
    with np.errstate(over="ignore"):
        squares = sum(float(np.dot(grad, grad)) for grad in flat)
    if not math.isfinite(squares):  # the squares of large float32 numbers may overflow
        squares = sum(float(np.dot(grad.astype(np.float64), grad)) for grad in flat)
    norm = math.sqrt(squares)
    if norm > max_norm:
        for grad in grads:
            grad *= max_norm / norm
    return norm
