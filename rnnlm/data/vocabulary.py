"""Vocabularies: the distinct words of a text, their ids, and how often each word occurs."""

import difflib
from collections.abc import Iterable
from functools import cached_property

import numpy as np

from rnnlm.data.spelling import spelled
from rnnlm.errors import UserError

EOS, UNK = "<eos>", "<unk>"
LONGEST_NAMED = 60  # characters of a word quoted in a message


class UnknownWordError(UserError):
    """A word is not in the vocabulary. The message suggests similar words from the vocabulary."""


class Vocabulary:
    """The distinct words of a text, numbered in order of first appearance. The numbers are the word ids.

    counts int64 (V,): how often each word occurs in the training text; all 0 if unknown.
    full_stop: whether `<eos>` is written as a full stop. This is True if the training text has no full stops of its
    own (PTB, the grammar).
    Words are compared by their normalised spelling, so a word is found in any spelling that looks the same.
    """

    def __init__(self, words: Iterable[str], counts: np.ndarray | None = None, full_stop: bool = False):
        self.words = tuple(words)
        self.full_stop = full_stop
        self.counts = np.zeros(len(self.words), np.int64) if counts is None else np.asarray(counts, np.int64)
        self.counts.flags.writeable = False
        self._ids = {word: i for i, word in enumerate(self.words)}

    @property
    def size(self) -> int:
        return len(self.words)

    @cached_property
    def ids_by_count(self) -> np.ndarray:
        return np.argsort(-self.counts, kind="stable")

    @cached_property
    def words_by_count(self) -> list[str]:
        return [self.words[i] for i in self.ids_by_count]

    @cached_property
    def _ids_by_spelling(self) -> dict[str, int]:
        return {spelled(word): i for i, word in enumerate(self.words)}

    def word(self, id: int) -> str:
        """Return the word with this id. Raises ValueError if no word has this id."""
        if not 0 <= id < self.size:
            raise UserError("word id must be between 0 and {value:,}, got {id}", value=self.size - 1, id=id)
        return self.words[id]

    def id(self, word: str) -> int:
        """Return the id of a word. Raises UnknownWordError if the word is unknown."""
        if word in self:
            return self._ids[word] if word in self._ids else self._ids_by_spelling[spelled(word)]
        word = word if len(word) <= LONGEST_NAMED else f"{word[:LONGEST_NAMED]}…"
        near = difflib.get_close_matches(word, [w for w in self.words if len(w) <= LONGEST_NAMED], n=3, cutoff=0.6)
        hint = UserError("; similar ones are {words}", words=", ".join(map(repr, near))) if near else ""
        raise UnknownWordError(
            "{word!r} is not one of the {size:,} words of the vocabulary{hint}", word=word, size=self.size, hint=hint
        )

    def ids(self, words: Iterable[str], known_only: bool = False) -> list[int]:
        """Return the ids of words. An unknown word raises UnknownWordError, or is skipped if `known_only` is set."""
        return [self.id(word) for word in words if not known_only or word in self]

    def __contains__(self, word: str) -> bool:
        return word in self._ids or spelled(word) in self._ids_by_spelling
