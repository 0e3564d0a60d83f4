"""Operations on the rows of a matrix: sum the rows of a word, subtract each row's largest number, copy some rows."""

import numpy as np

from rnnlm.nn.kernels.threads import halves

SAFE = 30.0  # the exp of numbers between -30 and 30, and a sum of such values, is far from overflow and from 0
MANY = 128  # rows; for more, sorting is faster than comparing each pair


def sum_by_word(word_ids: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum the rows that belong to the same word. Returns (ids, sums).

    sums[k] is the sum of rows[i] over every i with word_ids[i] = ids[k]. With up to MANY rows, one matrix product
    computes all sums. In this case ids is word_ids itself, and a repeated word has its sum at each of its positions.
    With more rows, the rows are sorted by word first. Without the matrix product, a training step of the book's
    network takes 12 % longer.
    """
    if len(word_ids) <= MANY:
        return word_ids, (word_ids[:, None] == word_ids).astype(rows.dtype) @ rows
    order = np.argsort(word_ids, kind="stable")
    first = np.flatnonzero(np.diff(word_ids[order], prepend=-1))
    return word_ids[order[first]], np.add.reduceat(rows[order], first, axis=0)


def lowered(y: np.ndarray) -> None:
    """Subtract from each row of y its largest number, so that exp(y) cannot overflow. softmax(y) does not change.

    Nothing is subtracted if no number is above 30 and the first number of every row is at least -30. In that case, no
    sum of exp(y) can overflow or be 0. Without this exception, a training step of the book's network takes 2 % longer.
    """
    if y.max() > SAFE or y[:, 0].min() < -SAFE:
        y -= y.max(axis=1, keepdims=True)


def gather(W: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """Compute out = W[rows][:, columns] column by column, on two threads if out is large.

    Working by columns is fast if W is a transposed view, because the columns of such a view are contiguous.
    """

    def part(i: int, j: int) -> None:
        out[:, i:j] = W.T[columns[i:j]].take(rows, axis=1).T

    halves(part, len(columns), len(rows))


def scatter(part: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """Set out[rows][:, columns] = part, and all other numbers of out to 0. Large arrays use two threads.

    out may be a transposed view.
    """
    H, V = out.shape

    def clear(i: int, j: int) -> None:
        out.T[i:j] = 0

    def put(i: int, j: int) -> None:
        whole = np.zeros((j - i, H), out.dtype)
        whole[:, rows] = part[:, i:j].T
        out.T[columns[i:j]] = whole

    if len(columns) < V:  # otherwise every column is filled below
        halves(clear, V, H)
    halves(put, len(columns), len(rows))
