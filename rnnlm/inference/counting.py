"""Models that only count the words of a text, with the same methods as a network (`WordModel`)."""

from collections.abc import Sequence

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.errors import UserError


class Uniform:
    """Give all words the same probability: p(w) = 1 / V."""

    def __init__(self, vocabulary: Vocabulary):
        self.vocabulary = vocabulary

    def after(self, context: Sequence[int] = ()) -> np.ndarray:
        """Return the distribution (V,) of the next word, float64, sum 1. The context has no effect."""
        return np.full(self.vocabulary.size, 1 / self.vocabulary.size)

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        return np.full(len(ids), 1 / self.vocabulary.size)


class WordCounts:
    """Predict each word by how often it occurs (unigram): p(w) = count(w) / count of all words.

    The first word of the text is not counted, because a network in training never has to predict it. Raises ValueError
    for a text of one word.
    """

    def __init__(self, corpus: Corpus):
        if len(corpus) < 2:
            raise UserError(
                "{title} has only one word, and each prediction needs an earlier word: use at least two words",
                title=corpus.title,
            )
        self.vocabulary = corpus.vocabulary
        self._p = np.bincount(corpus.ids[1:], minlength=corpus.vocabulary.size) / (len(corpus) - 1)

    def after(self, context: Sequence[int] = ()) -> np.ndarray:
        return self._p.copy()

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        return self._p[np.asarray(ids, np.int64)]


class PairCounts:
    """Predict each word by how often it follows the word before it (bigram): p(w | v) = count(v w) / count(v).

    A pair that never occurs gets probability 0, so a text with such a pair has an infinite perplexity. The unigram
    probability is used if there is no word v before w, or if v occurs only at the end of the text. Raises ValueError
    for a text of one word.
    """

    def __init__(self, corpus: Corpus):
        self._words = WordCounts(corpus)
        self.vocabulary, self._V = corpus.vocabulary, corpus.vocabulary.size
        ids = corpus.ids.astype(np.int64)
        self._pairs, self._counts = np.unique(ids[:-1] * self._V + ids[1:], return_counts=True)  # v V + w, ascending
        self._totals = np.bincount(ids[:-1], minlength=self._V)

    def after(self, context: Sequence[int] = ()) -> np.ndarray:
        if not len(context) or not self._totals[context[-1]]:
            return self._words.after()
        last, p = int(context[-1]), np.zeros(self._V)
        start, end = np.searchsorted(self._pairs, [last * self._V, (last + 1) * self._V])
        p[self._pairs[start:end] - last * self._V] = self._counts[start:end] / self._totals[last]
        return p

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        text = np.array([*before[-1:], *ids], np.int64)
        p = self._words.probabilities(text)
        totals = self._totals[text[:-1]]
        pairs = text[:-1] * self._V + text[1:]
        place = np.minimum(np.searchsorted(self._pairs, pairs), len(self._pairs) - 1)
        counts = np.where(self._pairs[place] == pairs, self._counts[place], 0)
        p[1:] = np.where(totals > 0, counts / np.maximum(totals, 1), p[1:])
        return p[len(text) - len(ids) :]
