"""Arrays that lie side by side in memory, so that a product or an update can take them as one."""

import numpy as np


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
