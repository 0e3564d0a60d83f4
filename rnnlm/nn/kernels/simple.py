"""Plain NumPy versions of all kernels, with the same names. They compute the same formulas, but are not optimised.

Only a test imports this module. The test compares each kernel with its plain version.
"""

from collections.abc import Callable

import numpy as np


def time_major(xs):
    """Return the rows of xs (N, T, ...) with the steps first: all rows of step 0, then all rows of step 1."""
    return np.array([xs[n, t] for t in range(xs.shape[1]) for n in range(xs.shape[0])])


def batch_major(rows, N, T):
    """Undo `time_major`: return the rows of each stream, in order."""
    return np.array([[rows[t * N + n] for t in range(T)] for n in range(N)])


class Workspace:
    """A source of arrays for intermediate results. This version makes a new array at every call."""

    def __init__(self, dtype):
        self.dtype = dtype

    def __call__(self, name, shape):
        return np.empty(shape, self.dtype)

    def ones(self, size):
        return np.ones(size, self.dtype)


def zeros_beside(arrays):
    """Return an array of zeros for each given array, with the same shape."""
    return [np.zeros_like(array) for array in arrays]


def joined(params, grads, but_first):
    """Return both lists. If `but_first` is set, leave out the first array of each."""
    return params[but_first:], grads[but_first:]


def below_each_other(W, b):
    """Return a new matrix with b as a row below W."""
    return np.vstack([W, b])


def halves(work: Callable[[int, int], None], rows, columns):
    """Call `work` once, for all rows."""
    work(0, rows)


pieces = halves


def together(first: Callable[[], None], second: Callable[[], None], size):
    """Call first, then second."""
    first()
    second()


def matmul(x, W, out):
    """Compute out = x @ W."""
    out[...] = x @ W
    return out


def repeated(W, rows):
    """Return a function that multiplies by W."""
    return lambda x, out: matmul(x, W, out)


def with_ones(x, out):
    """Copy x into out, with a column of ones to its right."""
    out[...] = np.hstack([x, np.ones((len(x), 1), x.dtype)])
    return out


class Affine:
    """Compute the scores x @ W + b, and their gradients (book 5.4.2.2)."""

    def __init__(self, W, b, dW, db):
        self.W, self.b, self.dW, self.db = W, b, dW, db

    def scores(self, x1, out):
        out[...] = x1[:, :-1] @ self.W + self.b
        return out

    def backward(self, x1, ds, out):
        ds = ds.rows * ds.factors
        self.dW[...], self.db[...], out[...] = x1[:, :-1].T @ ds, ds.sum(axis=0), ds @ self.W.T
        return out


def sum_by_word(word_ids, rows):
    """Return each distinct word, and the sum of its rows."""
    ids = np.unique(word_ids)
    return ids, np.array([rows[word_ids == word_id].sum(axis=0) for word_id in ids])


def lowered(y):
    """Subtract each row's largest number from the row."""
    y -= y.max(axis=1, keepdims=True)


def gather(W, rows, columns, out):
    """Compute out = W[rows][:, columns]."""
    out[...] = W[rows][:, columns]


def scatter(part, rows, columns, out):
    """Put the numbers of `part` into `out` at these rows and columns, and 0 everywhere else."""
    out[...] = 0
    out[np.ix_(rows, columns)] = part


def in_blocks(formula, *lists):
    """Call the formula with the first array of every list, then with the second of every list, and so on."""
    for arrays in zip(*lists, strict=True):
        formula(*arrays)
