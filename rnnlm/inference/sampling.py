"""From scores to words: the distribution of the next word, a draw from it, and a `Sampler` that writes a text."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np

from rnnlm.data.vocabulary import EOS, Vocabulary
from rnnlm.data.writing import typed
from rnnlm.errors import UserError
from rnnlm.inference.reader import HasParams, reader_of
from rnnlm.inference.scoring import softmax, surprisal
from rnnlm.options import check, option

SKIP = ("<unk>", "N", "$")


@dataclass(frozen=True)
class Sampling:
    """Settings for drawing words: temperature, top-k, the words to skip, and the start words."""

    temperature: float = option(
        1.0, float, "below 1 favours probable words, above 1 evens out the probabilities", low=0.1, high=3.0
    )
    top_k: int | None = option(None, int, "draw only from the k most probable words", low=1, high=1000, optional=True)
    skip: tuple[str, ...] = option(SKIP, tuple, "words that are never drawn")
    start: tuple[str, ...] = option(("you",), tuple, "the words to start from")

    def __post_init__(self):
        check(self)

    def skip_ids(self, vocabulary: Vocabulary) -> list[int]:
        """Return the ids of the words to skip. Words that the vocabulary lacks are ignored."""
        return vocabulary.ids((word for words in self.skip for word in words.split()), known_only=True)

    def with_known_start(self, vocabulary: Vocabulary) -> "Sampling":
        """Return these settings with start words that the vocabulary has.

        If the vocabulary lacks a start word, the most frequent ordinary word of the vocabulary replaces all start
        words.
        """
        if all(word in vocabulary for word in typed(self.start, vocabulary)):
            return self
        by_count = vocabulary.words_by_count
        is_ordinary = [word not in (*SKIP, EOS) and any(letter.isalnum() for letter in word) for word in by_count]
        ordinary = list(compress(by_count, is_ordinary)) or by_count
        return replace(self, start=(ordinary[0],))


def distribution(
    scores: np.ndarray, temperature: float = 1.0, top_k: int | None = None, skip_ids: Iterable[int] = ()
) -> np.ndarray:
    """Return the distribution to draw the next word from: p = softmax(scores / temperature) over the allowed words.

    scores (V,) -> p (V,) float64, sum 1. Words in skip_ids get 0, and the others are renormalised. Drawing again
    whenever a skipped word comes up (rnnlm_gen, book 7.1.2) has the same effect. If top_k is given, only the top_k most
    probable words that are not skipped are kept. Raises ValueError if temperature or top_k is not positive, or if no
    word is left.
    """
    if not temperature > 0:
        raise UserError("temperature must be above 0, got {temperature}", temperature=temperature)
    if top_k is not None and top_k < 1:
        raise UserError("top_k must be at least 1, got {top_k}", top_k=top_k)
    z = np.asarray(scores, np.float64) / temperature
    z[list(skip_ids)] = -np.inf
    if np.isneginf(z).all():
        raise UserError("every word of the vocabulary is on the skip list: leave at least one to draw")
    if top_k is not None and top_k < len(z):
        z[np.argsort(-z, kind="stable")[top_k:]] = -np.inf
    return softmax(z)


@dataclass(frozen=True)
class Draw:
    """One draw: the random number u fell into [lo, hi), the part of the range 0 to 1 that belongs to the drawn word.

    probability: the drawn word's probability in the distribution. rank: its rank by probability; the most probable word
    has rank 1.
    """

    word_id: int
    u: float
    lo: float
    hi: float
    probability: float
    rank: int

    @property
    def surprisal(self) -> float:
        return float(surprisal(self.probability))

    @property
    def in_figures(self) -> dict[str, str]:
        """u, lo and hi as text, with enough decimals to show lo <= u < hi, for example 0.6132 in [0.5810, 0.6400)."""
        for decimals in range(4, 17):
            u, lo, hi = (f"{value:.{decimals}f}" for value in (self.u, self.lo, self.hi))
            if lo <= u < hi:
                break
        return {"u": u, "lo": lo, "hi": hi}


def cumulative(p: np.ndarray) -> np.ndarray:
    """Return the upper edge of each word's part of the range 0 to 1, by id: (V,) float64. The last edge is 1."""
    edges = np.cumsum(p)
    return edges / edges[-1]


def draw(p: np.ndarray, u: float) -> Draw:
    """Draw a word from p (V,) with the random number u, 0 <= u < 1.

    The range 0 to 1 is divided among the words in proportion to p, and the word on which u falls is drawn.
    `Generator.choice(len(p), p=p)` picks the same word if its random number is u.
    """
    edges = cumulative(p)
    word_id = int(np.searchsorted(edges, u, side="right"))
    lo = float(edges[word_id - 1]) if word_id > 0 else 0.0
    rank = 1 + int((p > p[word_id]).sum())
    return Draw(word_id, float(u), lo, float(edges[word_id]), float(p[word_id]), rank)


def times_drawn(p: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Count how often each word comes up in `draws` draws from p (V,): (V,) int64, sum `draws`."""
    return np.bincount(np.searchsorted(cumulative(p), rng.random(draws), side="right"), minlength=len(p))


class Sampler:
    """Write a text like the book's rnnlm_gen (7.1.2). Each call of `step` adds one word.

    start_id: the id of the start word, or the ids of several. Raises ValueError if there is no start word.
    h (H,): the state after the start words. If h is None, the start words are read from a blank state.

    The sampler has a separate hidden state, so training is not affected. Each word takes one random number, so samplers
    with equal seeds use the same numbers with any network or temperature. The sampler keeps the ids of the drawn words,
    but not the `Draw` objects.
    """

    def __init__(
        self,
        network: HasParams,
        start_id: int | Iterable[int],
        rng: np.random.Generator,
        temperature: float = 1.0,
        top_k: int | None = None,
        skip_ids: Iterable[int] = (),
        h: np.ndarray | None = None,
    ):
        self.start_ids = [int(i) for i in np.atleast_1d(start_id)]
        if not self.start_ids:
            raise UserError("a text needs at least one word to start from")
        self.rng = rng
        self.temperature = temperature
        self.top_k = top_k
        self.skip_ids = list(skip_ids)
        self.reader = reader_of(network)
        self._drawn = array("i")
        self._start_h = self.h = self.reader.read(np.array(self.start_ids))[1] if h is None else h

    @property
    def ids(self) -> list[int]:
        return self.start_ids + self._drawn.tolist()

    @property
    def last_id(self) -> int:
        return self._drawn[-1] if self._drawn else self.start_ids[-1]

    @property
    def next_distribution(self) -> np.ndarray:
        return self.distribution_from(self.reader.scores(self.h))

    def step(self, u: float | None = None) -> Draw:
        """Draw the next word. If u (0 <= u < 1) is given, it replaces the random number of this step."""
        luck = self.rng.random()  # drawn anyway, so that all other steps keep theirs
        drawn = draw(self.next_distribution, luck if u is None else u)
        self._drawn.append(drawn.word_id)
        self.h = self._read(drawn.word_id, self.h)
        return drawn

    def distribution_of(self, step: int) -> np.ndarray:
        """Return the distribution (V,) from which an earlier step drew its word, exact to the last digit.

        Step 0 drew the first word. Raises ValueError if this step has not been made yet.
        """
        if not 0 <= step < len(self._drawn):
            raise UserError(
                "step must be one of the {count} steps made, counted from 0, got {step}",
                count=len(self._drawn),
                step=step,
            )
        return self.distribution_from(self.scores_before(step))

    def scores_before(self, step: int) -> np.ndarray:
        """Return the scores (V,) from which an earlier step drew its word.

        The scores are not stored, so all words before that step are read again.
        """
        h = self._start_h
        for word_id in self._drawn[:step]:
            h = self._read(word_id, h)
        return self.reader.scores(h)

    def distribution_from(self, scores: np.ndarray) -> np.ndarray:
        """Turn the scores (V,) of the next word into the distribution (V,) from which this sampler draws it."""
        return distribution(scores, self.temperature, self.top_k, self.skip_ids)

    def _read(self, word_id: int, h: np.ndarray) -> np.ndarray:
        return self.reader.read(np.array([word_id]), h)[1]
