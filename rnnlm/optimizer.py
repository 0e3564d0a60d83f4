"""Stochastic gradient descent, and gradient clipping."""

import math

import numpy as np


class SGD:
    """Walk downhill: every parameter becomes W - lr * dW, in place."""

    def __init__(self, lr: float = 0.01):
        self.lr = lr

    def update(self, params: list[np.ndarray], grads: list[np.ndarray]) -> None:
        """Change params (in place) by one step along grads."""
        for param, grad in zip(params, grads, strict=True):
            param -= self.lr * grad


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
