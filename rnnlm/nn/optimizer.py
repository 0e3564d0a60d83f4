"""Stochastic gradient descent, Adam, both with weight decay, and gradient clipping."""

import math
import operator

import numpy as np

from rnnlm.nn.kernels.memory import as_one
from rnnlm.nn.kernels.threads import together

BLOCK = 65_536  # numbers changed at a time: they stay in the cache between the two steps below


class SGD:
    """Walk downhill: every parameter becomes W - lr * (dW + weight_decay * W), in place.

    Weights, the arrays of two axes, decay; biases do not.   (book 6.1.4; book 1, 6.4.2)
    """

    def __init__(self, lr: float = 0.01, weight_decay: float = 0.0):
        self.lr = lr
        self.weight_decay = weight_decay
        self._seen: list[np.ndarray] = []
        self._blocks: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def update(self, params: list[np.ndarray], grads: list[np.ndarray], words: np.ndarray | None = None) -> None:
        """Change params (in place, each in one piece of memory) by one step along grads.

        words, if given, are the rows of the first gradient that are not zero, perhaps repeated: no
        other rows of the first parameter are touched, but by decay.
        """
        if self.weight_decay:
            for W in (param for param in params if param.ndim == 2):
                W *= 1 - self.lr * self.weight_decay
        if words is not None:
            steps = grads[0].take(words, axis=0)
            steps *= self.lr
            params[0][words] = params[0].take(words, axis=0) - steps  # a repeated row is written twice, the same
            params, grads = params[1:], grads[1:]
        for param, grad, scratch in self._cut([*params, *grads]):
            np.multiply(grad, self.lr, out=scratch)
            np.subtract(param, scratch, out=param)

    def _cut(self, arrays: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Params and then grads as pairs of flat blocks, each with room to work in; cut once for the same arrays."""
        if len(arrays) != len(self._seen) or any(map(operator.is_not, arrays, self._seen)):
            half, scratch = len(arrays) // 2, np.empty(BLOCK, arrays[0].dtype)
            self._blocks = [
                (param[i : i + BLOCK], grad[i : i + BLOCK], scratch[: min(BLOCK, len(param) - i)])
                for param, grad in joined(arrays[:half], arrays[half:])
                for i in range(0, len(param), BLOCK)
            ]
            self._seen = arrays
        return self._blocks


def joined(params: list[np.ndarray], grads: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Params and grads as pairs of flat arrays; neighbours in memory, if their grads are too, become one."""
    pairs: list[tuple[np.ndarray, np.ndarray]] = []
    for pair in zip(params, grads, strict=True):
        both = tuple(map(as_one, pairs[-1], pair)) if pairs else (None, None)
        if both[0] is not None and both[1] is not None:
            pairs[-1] = both
        else:
            pairs.append(tuple(array.reshape(-1) for array in pair))
    return pairs


class Adam:
    """Walk downhill, every number at its own pace: W - lr * m / (sqrt(v) + 1e-8), in place.

    m and v are running means of dW and dW * dW (over about 10 and 1,000 updates), corrected for
    their start from zero. Where weights decay, dW is dW + weight_decay * W.   (Kingma and Ba 2015)
    """

    BETA1, BETA2, EPSILON, BLOCK = 0.9, 0.999, 1e-8, 262_144

    def __init__(self, lr: float = 0.001, weight_decay: float = 0.0):
        self.lr = lr
        self.weight_decay = weight_decay
        self.steps = 0
        self.m: list[np.ndarray] = []
        self.v: list[np.ndarray] = []

    def restore(self, m: list[np.ndarray], v: list[np.ndarray], steps: int) -> None:
        """Go on from the running means of another Adam, after so many steps."""
        self.m, self.v, self.steps = m, v, steps

    def update(self, params: list[np.ndarray], grads: list[np.ndarray], words: np.ndarray | None = None) -> None:
        """Change params (in place, each in one piece of memory) by one step; words is not made use of."""
        if not self.m:
            self.m, self.v = ([np.zeros_like(param) for param in params] for _ in range(2))
        self.steps += 1
        # lr * (m / c1) / (sqrt(v / c2) + eps) with the corrections c1 and c2 taken out of the array's way
        c1, c2 = 1 - self.BETA1**self.steps, math.sqrt(1 - self.BETA2**self.steps)
        pace, epsilon = self.lr * c2 / c1, self.EPSILON * c2
        blocks = [
            (arrays[0].ndim == 2, *(array.reshape(-1)[i : i + self.BLOCK] for array in arrays))
            for arrays in zip(params, grads, self.m, self.v, strict=True)
            for i in range(0, arrays[0].size, self.BLOCK)
        ]

        def step(part: list[tuple]) -> None:
            room = np.empty((2, self.BLOCK), params[0].dtype)
            for weights, param, grad, m, v in part:
                x, decayed = room[:, : len(param)]
                if weights and self.weight_decay:
                    np.multiply(param, self.weight_decay, out=decayed)
                    grad = np.add(grad, decayed, out=decayed)
                np.multiply(grad, 1 - self.BETA1, out=x)
                m *= self.BETA1
                m += x
                np.multiply(grad, grad, out=x)
                x *= 1 - self.BETA2
                v *= self.BETA2
                v += x
                np.sqrt(v, out=x)
                x += epsilon
                np.divide(m, x, out=x)
                x *= pace
                param -= x

        half = len(blocks) // 2
        together(lambda: step(blocks[:half]), lambda: step(blocks[half:]), size=len(blocks) * self.BLOCK)


def clip_grads(grads: list[np.ndarray], max_norm: float) -> float:
    """Scale all gradients (in place) so that their joint norm is at most max_norm.

    norm = sqrt(sum of squares of all numbers in all gradients); if it is larger than max_norm,
    each gradient is multiplied by max_norm / norm. Returns the norm before.   (book 6.1.4)
    """
    flat = [grad.reshape(-1) for grad in grads]
    with np.errstate(over="ignore"):
        squares = sum(float(np.dot(grad, grad)) for grad in flat)
    if not math.isfinite(squares):  # the squares of large float32 numbers overflow
        squares = sum(float(np.dot(grad.astype(np.float64), grad)) for grad in flat)
    norm = math.sqrt(squares)
    if norm > max_norm:
        for grad in grads:
            grad *= max_norm / norm
    return norm
