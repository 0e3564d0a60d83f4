"""The layout of arrays in memory: time-major rows, several arrays in one block, and reused arrays."""

from collections.abc import Iterable

import numpy as np


def time_major(xs: np.ndarray) -> np.ndarray:
    """Return all rows of xs, step by step: xs (N, T, K) -> rows (T * N, K) with rows[t * N + n] = xs[n, t].

    Arrays between layers already have this order in memory, so nothing is copied. All rows form one matrix, and the
    rows of one step are next to each other.
    """
    N, T, K = xs.shape
    return xs.transpose(1, 0, 2).reshape(T * N, K)


def batch_major(rows: np.ndarray, N: int, T: int) -> np.ndarray:
    """Undo `time_major`: rows (T * N, K) -> xs (N, T, K) with xs[n, t] = rows[t * N + n], a view of the same memory."""
    return rows.reshape(T, N, -1).transpose(1, 0, 2)


class Workspace:
    """A store of reusable arrays: work(name, shape) returns the same array at every call, with arbitrary content.

    New arrays would cost time, because the system first clears new memory. Without this kernel, a step with large
    windows (V = 10,000, N = 40, T = 35) takes 6 % longer.
    """

    def __init__(self, dtype: np.dtype):
        self._dtype = dtype
        self._arrays: dict[str | int, np.ndarray] = {}

    def __call__(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        array = self._arrays.get(name)
        if array is None or array.shape != shape:
            array = self._arrays[name] = np.empty(shape, self._dtype)
        return array

    def ones(self, size: int) -> np.ndarray:
        """Return an array of ones (size,), which must not be changed. A product with ones is the fastest way to sum."""
        array = self._arrays.get(size)
        if array is None:
            array = self._arrays[size] = np.ones(size, self._dtype)
        return array


class Beside(list):
    """A list of arrays. If they are adjacent in memory, `flat` is one array (1-D) with all their numbers.

    `whole` is [flat], or a list of the arrays if there is no `flat`. `rest` is `whole` without the first array's
    numbers.
    """

    def __init__(self, arrays: Iterable[np.ndarray], flat: np.ndarray | None = None):
        super().__init__(arrays)
        self.whole = list(self) if flat is None else [flat]
        self.rest = self[1:] if flat is None else [flat[self[0].size :]]


def zeros_beside(arrays: list[np.ndarray]) -> Beside:
    """Make an array of zeros for each given array, with the same shape. The new arrays are adjacent in memory.

    `Affine` and `joined` rely on this layout.
    """
    ends = np.cumsum([array.size for array in arrays])
    flat = np.zeros(ends[-1], arrays[0].dtype)
    parts = [
        part.reshape(array.shape) if array.flags.c_contiguous else part.reshape(array.T.shape).T
        for part, array in zip(np.split(flat, ends[:-1]), arrays, strict=True)
    ]
    return Beside(parts, flat)


def joined(params: list[np.ndarray], grads: list[np.ndarray], but_first: bool) -> tuple[list, list]:
    """Return (params, grads). If the arrays in both lists are adjacent in memory, each list is joined into one array.

    If `but_first` is set, the first array of each list is left out. Without this kernel, a training step of the
    book's network takes 2 % longer.
    """
    if not (isinstance(params, Beside) and isinstance(grads, Beside) and len(params.whole) == len(grads.whole)):
        return params[but_first:], grads[but_first:]
    return (params.rest, grads.rest) if but_first else (params.whole, grads.whole)


def below_each_other(W: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """Return one matrix (H + 1, V): W (H, V) with b (V,) as a last row. It shares their memory.

    Returns None if b does not follow W in memory.
    """
    whole = W.flags.c_contiguous and b.flags.c_contiguous
    if not whole or W.base is None or W.base is not b.base or W.ctypes.data + W.nbytes != b.ctypes.data:
        return None
    start = (W.ctypes.data - W.base.ctypes.data) // W.itemsize
    return W.base.reshape(-1)[start : start + W.size + b.size].reshape(-1, len(b))
