"""The guessing game: a person and a network predict the same words, and get scores with confidence intervals."""

import math
from dataclasses import dataclass

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import EOS, UNK
from rnnlm.errors import UserError
from rnnlm.inference.scoring import perplexity, surprisal

ROUNDS = 10
T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # Student's t, 97.5 %, for 2 to 10 words


@dataclass(frozen=True)
class Place:
    """A word to guess.

    at: the position of the word in the text. word_id: its id.
    context: the ids of the words before it in its sentence.
    """

    at: int
    context: np.ndarray
    word_id: int


def pick_places(
    corpus: Corpus, rng: np.random.Generator, rounds: int = ROUNDS, shortest: int = 8, longest: int = 12
) -> list[Place]:
    """Draw `rounds` different sentences uniformly, then draw a word to guess from each sentence, also uniformly.

    The word has `shortest` to `longest` words before it in its sentence. None of these words is `<unk>`, and the word
    to guess is neither `<unk>` nor `<eos>`. Raises ValueError if the text has fewer than `rounds` such sentences.
    """
    ids = corpus.ids
    ends, unknown = (_is_word(corpus, word) for word in (EOS, UNK))
    starts = np.flatnonzero(np.append(True, ends[:-1]))
    stops = np.append(starts[1:], len(ids))
    places = np.arange(len(ids))
    sentence = np.searchsorted(starts, places, side="right") - 1
    before = places - starts[sentence]  # words of the sentence before each place
    unknowns = np.append(0, np.cumsum(unknown))
    known = unknowns[places + 1] == unknowns[starts[sentence]]
    may_be = places[known & ~ends & (before >= shortest) & (before <= longest)]
    sentences = np.unique(sentence[may_be])
    if len(sentences) < rounds:
        raise UserError(
            "rounds must be at most {count}, got {rounds}: only {count} sentences in {title} begin with "
            "more than {shortest} known words",
            count=len(sentences),
            title=corpus.title,
            shortest=shortest,
            rounds=rounds,
        )
    chosen = rng.choice(sentences, rounds, replace=False)
    return [_place(corpus, starts[s], rng.choice(may_be[(may_be >= starts[s]) & (may_be < stops[s])])) for s in chosen]


def guess_distribution(frequencies: np.ndarray, guess: int | None = None, sure: float = 0.5) -> np.ndarray:
    """Turn a person's guess of one word into a distribution p (V,) over all words: float64, sum 1.

    The guessed word gets the probability `sure`. The rest is divided among the other words in proportion to
    `frequencies` (V,), which may be counts or shares. If there is no guess (None), p is proportional to the frequencies
    of all words.

    Raises ValueError unless 0 < sure < 1. With sure = 1, one mistake would cost infinitely many bits.
    """
    p = np.asarray(frequencies, np.float64) / np.sum(frequencies)
    if guess is None:
        return p
    if not 0 < sure < 1:
        raise UserError("sure must be above 0 and below 1, got {sure:g}", sure=sure)
    p[guess] = 0
    if not p.any():
        raise UserError("the vocabulary needs at least two words to share the probability")
    p *= (1 - sure) / p.sum()
    p[guess] = sure
    return p


@dataclass(frozen=True)
class Interval:
    """A mean over uniformly drawn words, and its 95 % confidence interval from low to high."""

    mean: float
    low: float
    high: float

    @property
    def is_zero_within(self) -> bool:
        return self.low <= 0 <= self.high


def interval(values: np.ndarray) -> Interval:
    """Return the mean of values (n,) and its 95 % confidence interval: mean -+ t s / sqrt(n).

    s is the standard deviation, and t is Student's t for n values. One value says nothing about the spread, so for n =
    1 the interval is -inf to inf. For more than ten values, the t for ten values is used. The interval is then slightly
    too wide. Raises ValueError if there are no values.
    """
    n = len(values)
    if not n:
        raise UserError("a mean needs at least one word")
    mean = float(np.mean(values))
    if n == 1:
        return Interval(mean, -math.inf, math.inf)
    reach = T_975[min(n, ROUNDS) - 2] * float(np.std(values, ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - reach, mean + reach)


@dataclass(frozen=True)
class Score:
    """A player's score: total surprisal in bits, and perplexity with its 95 % confidence interval from low to high."""

    bits: float
    perplexity: float
    low: float
    high: float


def score(p: np.ndarray) -> Score:
    """Return the score of a player from the probabilities p (n,), all above 0, that it gave to the n right words."""
    bits = surprisal(p)
    mean = interval(bits)
    # A perplexity is at least 1, even if the interval is wider.
    low, high = (perplexity(max(0.0, bound) * math.log(2)) for bound in (mean.low, mean.high))
    return Score(float(bits.sum()), perplexity(mean.mean * math.log(2)), low, high)


def lead(p: np.ndarray, other: np.ndarray) -> Interval:
    """Return by how many bits per word the first player's surprisal is lower than the second player's.

    The result is a mean with its confidence interval. p (n,) are the probabilities that the first player gave to the n
    right words, and other (n,) are those of the second player. The difference is taken word by word, because a hard
    word is hard for both players. So ten words say more about the difference than about either player's score.
    """
    return interval(np.log2(p) - np.log2(other))


def _is_word(corpus: Corpus, word: str) -> np.ndarray:
    if word not in corpus.vocabulary:
        return np.zeros(len(corpus), bool)
    return corpus.ids == corpus.vocabulary.id(word)


def _place(corpus: Corpus, start: int, at: int) -> Place:
    return Place(int(at), corpus.ids[start:at], int(corpus.ids[at]))
