"""Find the passages of a text that are copied from a network's training text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 3  # words in a passage


@dataclass(frozen=True)
class Copy:
    """A copied passage: consecutive words that a text shares with a source. The passage cannot be made longer.

    start: the position of the passage's first word in the text. end: the position just after its last word.
    place: the position of the passage's first occurrence in the source. times: how often the source contains it.
    """

    start: int
    end: int
    place: int
    times: int


class CopyIndex:
    """A sorted index of all groups of three consecutive words in a source, so that finding copies is fast.

    ids (words,): the source, with fewer than two million different words. Each group of three words is stored as one
    number, (first * V + second) * V + third, and the numbers are sorted once.
    """

    def __init__(self, ids: np.ndarray):
        self.V = int(np.max(ids, initial=-1)) + 1
        self._ids = np.concatenate([[-1], np.asarray(ids, np.int64), [-1]])  # marks the ends: -1 equals no word
        keys = self._keys(self._ids[1:-1])
        self._places = np.argsort(keys, kind="stable")
        self._sorted = keys[self._places]

    def copies(self, text: Sequence[int] | np.ndarray) -> list[Copy]:
        """List the passages of three or more words that `text` shares with the source and that cannot be made longer.

        Passages are found from left to right, and may overlap. Each search starts from the next three words in a
        row that occur in the source. At least one of the three lies after the previous passage.
        """
        text = np.concatenate([[-2], np.asarray(text, np.int64), [-2]])
        keys = self._keys(text[1:-1])
        first, last = (np.searchsorted(self._sorted, keys, side) for side in ("left", "right"))
        found: list[Copy] = []
        end = 0
        for i in np.flatnonzero(first < last):
            if i + LEAST > end:  # otherwise these three words are part of the passage before
                found.append(self._extended(text, int(i), self._places[first[i] : last[i]]))
                end = found[-1].end
        return found

    def _extended(self, text: np.ndarray, start: int, places: np.ndarray) -> Copy:
        """Extend a three-word passage to the left and then to the right, while the words match the source.

        start: the position of the three words in the text. places: all their positions in the source.
        """
        ids, end = self._ids, start + LEAST
        while len(longer := places[ids[places] == text[start]]):  # index i has word i - 1: the words before
            start, places = start - 1, longer - 1
        while len(longer := places[ids[places + end - start + 1] == text[end + 1]]):
            end, places = end + 1, longer
        return Copy(start, end, int(places.min()), len(places))

    def _keys(self, ids: np.ndarray) -> np.ndarray:
        """Return one number for each group of three consecutive words: ids (words,) -> (words - 2,).

        The number is -1 if the source lacks one of the three words.
        """
        known = np.where((ids >= 0) & (ids < self.V), ids, -1)
        a, b, c = known[:-2], known[1:-1], known[2:]
        return np.where(np.minimum(np.minimum(a, b), c) < 0, -1, (a * self.V + b) * self.V + c)


def new_share(copies: Sequence[Copy], words: int) -> float:
    """Return the share (0 to 1) of a text's words that are not part of any copied passage.

    The share of a text without words is 1.
    """
    copied = np.zeros(words, bool)
    for copy in copies:
        copied[copy.start : copy.end] = True
    return 1 - float(copied.mean()) if words else 1.0
