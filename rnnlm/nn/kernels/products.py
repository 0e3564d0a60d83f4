"""Matrix products, each written in the form that OpenBLAS computes fastest."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnnlm.nn.kernels.memory import batch_major, below_each_other, time_major
from rnnlm.nn.kernels.threads import halves, together

SMALL = 1_000_000  # multiplications; before a larger product, OpenBLAS rearranges both matrices in memory


def matmul(x: np.ndarray, W: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Compute out = x @ W. If out is large, two threads share the rows of x.

    A transposed W is copied first. Without the copy, a step with the preset `full` takes 6 % longer.
    """
    W = np.ascontiguousarray(W)
    halves(lambda i, j: np.dot(x[i:j], W, out=out[i:j]), *out.shape)
    return out


def repeated(W: np.ndarray, rows: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a function times_W(x, out) that computes out = x @ W. Use it for many products with few rows in each x.

    rows: the number of rows of each x. Before every large matrix product, OpenBLAS rearranges W in memory. With few
    rows, this takes longer than the product itself. Before small products, OpenBLAS does not rearrange W, so W is split
    by columns into small products. Without this kernel, a step with the preset `full` takes 5 % longer.
    """
    W, H = np.ascontiguousarray(W), W.shape[1]
    parts = next((n for n in range(1, 17) if H % n == 0 and rows * W.size <= n * SMALL), 1)
    if parts == 1:
        return lambda x, out: np.dot(x, W, out=out)
    Ws, outs = np.stack(np.split(W, parts, axis=1)), np.empty((parts, rows, H // parts), W.dtype)

    def times_W(x: np.ndarray, out: np.ndarray) -> np.ndarray:
        np.matmul(x, Ws, out=outs)
        out.reshape(rows, parts, -1)[...] = outs.transpose(1, 0, 2)
        return out

    return times_W


class Scaled(NamedTuple):
    """An array (N, T, V), stored as a product of two time-major arrays: rows (T * N, V) and factors (T * N, 1).

    A matrix product with a `Scaled` multiplies the other operand or the result by the factors, because both are
    smaller than `rows`. Without this class, a training step of a PTB-sized network takes 5 % longer.
    """

    rows: np.ndarray
    factors: np.ndarray
    N: int

    @classmethod
    def of(cls, array: "np.ndarray | Scaled") -> "Scaled":
        """Convert an array (N, T, V) to a `Scaled` with all factors 1. A `Scaled` is returned unchanged."""
        if isinstance(array, Scaled):
            return array
        rows = time_major(array)
        return cls(rows, np.ones((len(rows), 1), rows.dtype), len(array))

    def whole(self) -> np.ndarray:
        """Return rows * factors as an array (N, T, V)."""
        return batch_major(self.rows * self.factors, self.N, len(self.rows) // self.N)


def with_ones(x: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Copy x (M, H) into out (M, H + 1). The last column of out becomes ones, to be multiplied by a bias."""
    out[:, :-1] = x
    out[:, -1] = 1
    return out


class Affine:
    """Compute x @ W + b as x1 @ Wb, where x1 (M, H + 1) is x with a column of ones (`with_ones`).

    b follows W in memory, so the two form one matrix Wb (H + 1, V). If W is a transposed view, as in a tied network,
    there is no Wb, and b is added after the product. Without this kernel, a training step of a PTB-sized network takes
    3 % longer.
    """

    def __init__(self, W: np.ndarray, b: np.ndarray, dW: np.ndarray, db: np.ndarray):
        self.W, self.b, self.dW, self.db = W, b, dW, db
        self.Wb, self.dWb = below_each_other(W, b), below_each_other(dW, db)

    def scores(self, x1: np.ndarray, out: np.ndarray) -> np.ndarray:
        """Compute out = x @ W + b. If out is large, two threads share the rows of x."""

        def score(i: int, j: int) -> None:
            if self.Wb is None:
                np.dot(x1[i:j, :-1], self.W, out=out[i:j])
                out[i:j] += self.b
            else:
                np.dot(x1[i:j], self.Wb, out=out[i:j])

        halves(score, *out.shape)
        return out

    def backward(self, x1: np.ndarray, ds: Scaled, out: np.ndarray) -> np.ndarray:
        """Compute the gradients: dW = x' @ ds, dx = ds @ W' (in `out`), and db, the sum of the rows of ds.

        If ds is large, two threads are used.
        """
        rows, factors, _ = ds
        x1 = x1 * factors

        def to_params() -> None:
            if self.dWb is None:
                np.dot(rows.T, x1[:, :-1], out=self.dW.T)
                np.dot(x1[:, -1], rows, out=self.db)
            else:
                np.dot(x1.T, rows, out=self.dWb)

        together(to_params, lambda: np.dot(rows, self.W.T, out=out), size=rows.size)
        out *= factors
        return out
