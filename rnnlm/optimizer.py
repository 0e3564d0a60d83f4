"""Stochastic gradient descent, and gradient clipping."""

import math

import numpy as np

BLOCK = 32_768  # numbers changed at a time: they stay in the cache between the two steps below


class SGD:
    """Walk downhill: every parameter becomes W - lr * dW, in place."""

    def __init__(self, lr: float = 0.01):
        self.lr = lr
        self._seen: list[np.ndarray] = []
        self._blocks: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def update(self, params: list[np.ndarray], grads: list[np.ndarray], words: np.ndarray | None = None) -> None:
        """Change params (in place, each in one piece of memory) by one step along grads.

        words, if given, are the rows of the first gradient that are not zero, perhaps repeated: no
        other rows of the first parameter are touched.
        """
        if words is not None:
            params[0][words] -= self.lr * grads[0][words]  # a repeated row is written twice with the same values
            params, grads = params[1:], grads[1:]
        for param, grad, scratch in self._cut([*params, *grads]):
            np.multiply(grad, self.lr, out=scratch)
            np.subtract(param, scratch, out=param)

    def _cut(self, arrays: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Params and then grads as pairs of flat blocks, each with room to work in; cut once for the same arrays."""
        if len(arrays) != len(self._seen) or any(
            one is not other for one, other in zip(arrays, self._seen, strict=True)
        ):
            half, scratch = len(arrays) // 2, np.empty(BLOCK, arrays[0].dtype)
            flat = [array.reshape(-1) for array in arrays]
            self._blocks = [
                (param[i : i + BLOCK], grad[i : i + BLOCK], scratch[: min(BLOCK, len(param) - i)])
                for param, grad in zip(flat[:half], flat[half:], strict=True)
                for i in range(0, len(param), BLOCK)
            ]
            self._seen = arrays
        return self._blocks


def clip_grads(grads: list[np.ndarray], max_norm: float) -> float:
    """Scale all gradients (in place) so that their joint norm is at most max_norm.

    norm = sqrt(sum of squares of all numbers in all gradients); if it is larger than max_norm,
    each gradient is multiplied by max_norm / norm. Returns the norm before.   (book 6.1.4)
    """
    # Summed in float64: the squares of large float32 gradients would overflow.
    squares = (np.einsum("i,i->", grad.ravel(), grad.ravel(), dtype=np.float64) for grad in grads)
    norm = math.sqrt(sum(squares))
    if norm > max_norm:
        for grad in grads:
            grad *= max_norm / norm
    return norm
