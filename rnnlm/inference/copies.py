"""Copied or invented: the runs of words in a text that also occur in the training text of a network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 3  # words in a run


@dataclass(frozen=True)
class Copy:
    """The words start to end (excluded) of a text, which occur in another one `times` times, first at `place`.

    No longer run around these words occurs there.
    """

    start: int
    end: int
    place: int
    times: int


class CopyIndex:
    """The three-word runs of a text in order, so that copies from it are found without reading it again.

    ids (words,), of fewer than two million different words. Each run of three is one number,
    (first * V + second) * V + third, and the numbers are sorted, once.
    """

    def __init__(self, ids: np.ndarray):
        self.V = int(np.max(ids, initial=-1)) + 1
        self._ids = np.concatenate([[-1], np.asarray(ids, np.int64), [-1]])  # an end is like no word
        keys = self._keys(self._ids[1:-1])
        self._places = np.argsort(keys, kind="stable")
        self._sorted = keys[self._places]

    def copies(self, text: Sequence[int] | np.ndarray) -> list[Copy]:
        """Every run of three or more words of this text that occurs in the other and is not part of a longer one.

        Runs may share words. They are found from left to right: next comes the leftmost run that contains the word at
        which the one before ended.
        """
        text = np.concatenate([[-2], np.asarray(text, np.int64), [-2]])
        keys = self._keys(text[1:-1])
        first, last = (np.searchsorted(self._sorted, keys, side) for side in ("left", "right"))
        found: list[Copy] = []
        end = 0
        for i in np.flatnonzero(first < last):
            if i + LEAST > end:  # otherwise these three are a part of the run before
                found.append(self._extended(text, int(i), self._places[first[i] : last[i]]))
                end = found[-1].end
        return found

    def _extended(self, text: np.ndarray, start: int, places: np.ndarray) -> Copy:
        """The run of three at `start`, which occurs at these places, extended as far as possible, first left."""
        ids, end = self._ids, start + LEAST
        while len(longer := places[ids[places] == text[start]]):  # both have an end ahead of their first word
            start, places = start - 1, longer - 1
        while len(longer := places[ids[places + end - start + 1] == text[end + 1]]):
            end, places = end + 1, longer
        return Copy(start, end, int(places.min()), len(places))

    def _keys(self, ids: np.ndarray) -> np.ndarray:
        """One number for each three words in a row (words - 2,); -1 if one of them is not in the text."""
        known = np.where((ids >= 0) & (ids < self.V), ids, -1)
        a, b, c = known[:-2], known[1:-1], known[2:]
        return np.where(np.minimum(np.minimum(a, b), c) < 0, -1, (a * self.V + b) * self.V + c)


def new_share(copies: Sequence[Copy], words: int) -> float:
    """The share, 0 to 1, of a text's words that are in none of its copies; 1 for a text without words."""
    copied = np.zeros(words, bool)
    for copy in copies:
        copied[copy.start : copy.end] = True
    return 1 - float(copied.mean()) if words else 1.0
