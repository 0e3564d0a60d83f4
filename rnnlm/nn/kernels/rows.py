"""Rows and columns that are picked out of a matrix, added to one, and put back."""

import numpy as np

from rnnlm.nn.kernels.threads import halves

MANY = 128  # rows; to sort so many takes less time than a product of each with each


def add_by_word(dW: np.ndarray, word_ids: np.ndarray, rows: np.ndarray) -> None:
    """dW[word_ids[i]] += rows[i] for every i, also where a word comes again.

    rows of the same word are summed first: by one product where they are few, which saves 12 % of a
    step at the book's sizes, else sorted by word.
    """
    if len(word_ids) <= MANY:
        same = word_ids[:, None] == word_ids
        dW[word_ids] += same.astype(rows.dtype) @ rows  # a repeated word has the same sum again and again
    else:
        order = np.argsort(word_ids, kind="stable")
        first = np.flatnonzero(np.diff(word_ids[order], prepend=-1))
        dW[word_ids[order[first]]] += np.add.reduceat(rows[order], first, axis=0)


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
