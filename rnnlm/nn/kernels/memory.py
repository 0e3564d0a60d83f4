"""How arrays lie in memory: time first, and side by side so that a product or an update can take them as one."""

from collections.abc import Callable

import numpy as np

SMALL = 1_000_000  # multiplications; for a larger product OpenBLAS first arranges both matrices anew


def zeros_beside(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Zeros laid out as these arrays are, one behind the other in memory."""
    ends = np.cumsum([array.size for array in arrays])
    parts = np.split(np.zeros(ends[-1], arrays[0].dtype), ends[:-1])
    return [
        part.reshape(array.shape) if array.flags.c_contiguous else part.reshape(array.T.shape).T
        for part, array in zip(parts, arrays, strict=True)
    ]


def as_one(one: np.ndarray, other: np.ndarray) -> np.ndarray | None:
    """All numbers of two arrays as one flat array, the same memory; None if they do not lie so."""
    base, whole = one.base, one.flags.c_contiguous and other.flags.c_contiguous
    if not whole or base is None or base is not other.base or one.ctypes.data + one.nbytes != other.ctypes.data:
        return None
    start = (one.ctypes.data - base.ctypes.data) // one.itemsize
    return base.reshape(-1)[start : start + one.size + other.size]


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


def multiplier(W: np.ndarray, rows: int) -> Callable[[np.ndarray, np.ndarray], None]:
    """A function of (x, out) for out = x @ W, with many an x of the same few rows.

    Where arranging W at every product would take longer than the product itself, W is cut into
    parts of its columns, so that each product is small enough to do without.
    """
    H = W.shape[1]
    parts = next((n for n in range(1, 17) if H % n == 0 and rows * W.size <= n * SMALL), 1)
    if parts == 1:
        return lambda x, out: np.dot(x, W, out=out)
    Ws, outs = np.stack(np.split(W, parts, axis=1)), np.empty((parts, rows, H // parts), W.dtype)

    def multiply(x: np.ndarray, out: np.ndarray) -> None:
        np.matmul(x, Ws, out=outs)
        out.reshape(rows, parts, -1)[...] = outs.transpose(1, 0, 2)

    return multiply
