"""Rows and columns of a matrix: summed by word, lowered, picked out and put back."""

import numpy as np

from rnnlm.nn.kernels.threads import halves

SAFE = 30.0  # the exp of numbers between -30 and 30 is far from overflow and from 0, also summed
MANY = 128  # rows; with more, sorting is faster than a product of each with each


def sum_by_word(word_ids: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ids, sums with sums[k] = the sum of rows[i] over every i where word_ids[i] is ids[k].

    Few rows are summed by one product, which saves 12 % of a step at the book's sizes: ids are word_ids
    themselves then, and a word that comes again has its sum again. Many are sorted by word.
    """
    if len(word_ids) <= MANY:
        return word_ids, (word_ids[:, None] == word_ids).astype(rows.dtype) @ rows
    order = np.argsort(word_ids, kind="stable")
    first = np.flatnonzero(np.diff(word_ids[order], prepend=-1))
    return word_ids[order[first]], np.add.reduceat(rows[order], first, axis=0)


def lowered(y: np.ndarray) -> None:
    """y -= the largest number of its row, so that exp(y) does not overflow; softmax(y) stays what it was.

    Not done if no number is too large and every row has one that is not too small, its first: 2 % of a step at the
    book's sizes.
    """
    if y.max() > SAFE or y[:, 0].min() < -SAFE:
        y -= y.max(axis=1, keepdims=True)


def gather(W: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """out = W[rows][:, columns], a W that is the transpose of an array column by column, on two threads."""

    def part(i: int, j: int) -> None:
        out[:, i:j] = W.T[columns[i:j]].take(rows, axis=1).T

    halves(part, len(columns), len(rows))


def scatter(part: np.ndarray, rows: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
    """out[rows][:, columns] = part and 0 everywhere else, out the transpose of an array or not, on two threads."""
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
