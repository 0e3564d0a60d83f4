"""Kneser-Ney: an n-gram model that moves some probability from the n-grams of a text to unseen ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.errors import UserError
from rnnlm.inference.scoring import surprisal


@dataclass(frozen=True)
class Level:
    """All n-grams of one length, sorted by context (the n-gram without its last word), then by last word.

    The number of an n-gram is its position in this order. A context is a shorter n-gram, so it has a number in the
    level of its own length.
    keys int64 (n-grams,), ascending: the number of the context times V, plus the id of the last word.
    part (n-grams,): the discounted probability of the last word after the context.
    gamma (contexts,): the probability that the discounts leave for the model with a shorter context.
    """

    keys: np.ndarray
    part: np.ndarray
    gamma: np.ndarray

    def numbers(self, contexts: np.ndarray, words: np.ndarray, V: int) -> np.ndarray:
        """Return the number of each n-gram in this level, given the number of its context and its last word.

        The result is -1 if the n-gram does not occur, or if the number of its context is -1.
        """
        keys = np.where(contexts < 0, -1, contexts * V + words)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, -1)


def check_order(order: int) -> None:
    """Raise ValueError unless the order is between 1 and 9."""
    if not 1 <= order <= 9:
        raise UserError("order must be between 1 and 9, got {order}", order=order)


class KneserNey:
    """Interpolated modified Kneser-Ney, estimated from a text, with contexts c of up to order - 1 words.

    p(w | c) = max(count(c w) - D, 0) / count(c) + gamma(c) p(w | c without its first word)

    If c is empty, the last factor is 1 / V, so no word gets probability 0. At the highest order, count is the number of
    occurrences. At lower orders, count is the number of different words before the n-gram (continuation
    counts). D has three values, for counts of 1, 2, and 3 or more, estimated from the numbers of n-grams with counts of
    1 to 4. gamma(c) makes the sum over w equal 1. The text is one stream: contexts reach across `<eos>`.
    (Chen and Goodman 1999, section 3)

    levels: the levels of this text for this order, if its n-grams have already been counted.
    Raises ValueError if order is not between 1 and 9, or if the text has fewer words than order.
    """

    def __init__(self, corpus: Corpus, order: int = 5, levels: Sequence[Level] | None = None):
        check_order(order)
        if len(corpus) < order:
            raise UserError(
                "order must be at most {count}, the length of {title}, got {order}",
                count=len(corpus),
                title=corpus.title,
                order=order,
            )
        self.vocabulary, self.order = corpus.vocabulary, order
        self._V = corpus.vocabulary.size
        self.levels = _counted(corpus, order) if levels is None else list(levels)

    def after(self, context: Sequence[int]) -> np.ndarray:
        """Return the distribution (V,) of the next word after the context, float64, sum 1."""
        p = np.full(self._V, 1 / self._V)
        for n, level in enumerate(self.levels):
            if n > len(context):
                break
            number = self._number(context[len(context) - n :])
            if number < 0:
                break  # this context does not occur, so longer ones do not either
            first, last = np.searchsorted(level.keys, [number * self._V, (number + 1) * self._V])
            p *= level.gamma[number]
            p[level.keys[first:last] - number * self._V] += level.part[first:last]
        return p

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        """Return the probability of each word, given all words before it: ids (words,) -> p (words,).

        before: the ids of words that come before the text.
        """
        text = np.array([*before, *ids], np.int64)
        p = np.full(len(text), 1 / self._V)
        numbers = np.zeros(len(text) + 1, np.int64)
        for n, level in enumerate(self.levels):  # the context of the word at position i starts at i - n
            if n >= len(text):
                break
            contexts, words = numbers[: len(text) - n], text[n:]
            gamma = np.where(contexts < 0, 1.0, level.gamma[contexts])
            numbers = level.numbers(contexts, words, self._V)
            p[n:] = p[n:] * gamma + np.where(numbers < 0, 0.0, level.part[numbers])
        return p[len(before) :]

    def surprisals(self, ids: Sequence[int], before: int | None = None) -> np.ndarray:
        """Return the surprisal -log2 p of each word in bits, like `word_surprisals`.

        ids (words,) -> (words - 1,): the first word is not scored. `before` is the id of a word to read before the
        text. If `before` is given, the first word is scored too, and the result is (words,).
        """
        text = list(ids) if before is None else [before, *ids]
        return surprisal(self.probabilities(text[1:], before=text[:1]))

    def _number(self, context: Sequence[int]) -> int:
        number = np.zeros(1, np.int64)
        for level, word in zip(self.levels, context, strict=False):
            number = level.numbers(number, np.array([word]), self._V)
        return int(number[0])


def _counted(corpus: Corpus, order: int) -> list[Level]:
    V = corpus.vocabulary.size
    ids = corpus.ids.astype(np.int64)
    keys, counts, numbers = [], [], np.zeros(len(ids) + 1, np.int64)  # numbers[i]: that of the n-gram at position i
    for n in range(1, order + 1):
        given = numbers[: len(ids) - n + 1] * V + ids[n - 1 :]
        level, after = np.unique(given, return_inverse=True)
        if n > 1:
            place = np.empty(len(level), np.int64)
            place[after] = np.arange(len(after))  # the position of one occurrence of each n-gram
            counts[-1] = np.bincount(numbers[place + 1], minlength=len(keys[-1]))
        keys.append(level)
        counts.append(np.bincount(after))
        numbers = after
    contexts = [1, *map(len, keys)]
    return [_level(*each, V) for each in zip(keys, counts, contexts, strict=False)]


def _level(keys: np.ndarray, counts: np.ndarray, contexts: int, V: int) -> Level:
    before = keys // V
    total = np.bincount(before, counts, minlength=contexts)
    off = _discounts(counts)[np.minimum(counts, 3)]
    seen = total > 0
    total = np.where(seen, total, 1)
    gamma = np.where(seen, np.bincount(before, off, minlength=contexts) / total, 1.0)  # 1 if nothing follows a context
    return Level(keys, (counts - off) / total[before], gamma)


def _discounts(counts: np.ndarray) -> np.ndarray:
    """Return the discounts D (4,) for counts of 0, 1, 2, and 3 or more.

    D_0 = 0, D_k = k - (k + 1) Y n_(k+1) / n_k, Y = n_1 / (n_1 + 2 n_2). n_k is the number of n-grams with a count of k.
    In a small text, n_k or n_(k+1) may be 0. Then D_k is Y, the single discount of unmodified Kneser-Ney. D_k is also Y
    if the formula does not give a positive number. Y is 0.5 if no n-gram has a count of 1.
    """
    n = np.bincount(np.minimum(counts, 5), minlength=6).astype(float)
    Y = n[1] / (n[1] + 2 * n[2]) if n[1] else 0.5
    D = [k - (k + 1) * Y * n[k + 1] / n[k] if n[k] and n[k + 1] else Y for k in (1, 2, 3)]
    return np.array([0.0, *(found if found > 0 else Y for found in D)])
