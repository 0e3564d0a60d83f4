"""A neural cache makes recently read words more likely, especially those that followed a similar hidden state."""

from dataclasses import dataclass, field

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.errors import UserError
from rnnlm.inference.reader import HasParams, reader_of
from rnnlm.inference.sampling import distribution
from rnnlm.inference.scoring import first_word, perplexity_of, softmax, surprisals_by_chunk
from rnnlm.options import check, option


@dataclass(frozen=True)
class Caching:
    """Settings of a neural cache: the number of words it remembers, its selectivity theta, and its share lambda."""

    cache: int = option(500, int, "how many words a neural cache remembers", low=1, high=10_000)
    theta: float = option(
        0.1,
        float,
        "theta: how much the similarity of hidden states matters; with 0 only word counts matter",
        low=0.0,
        high=10.0,
    )
    share: float = option(0.1, float, "lambda, the cache's share of every probability", low=0.0, high=1.0)

    def __post_init__(self):
        check(self)


@dataclass(frozen=True)
class Mixture:
    """The distribution of the next word for a network with a neural cache.

    p (V,): the probabilities, sum 1. from_cache (V,): the part of each probability that comes from the cache.
    """

    p: np.ndarray
    from_cache: np.ndarray


@dataclass(frozen=True)
class NeuralCache:
    """The last words that a network has read, each with the hidden state before it, from which it was predicted.

    p = (1 - lambda) p_network + lambda p_cache
    p_cache(w) is proportional to the sum over all remembered (h_i, x_i+1 = w) of exp(theta h . h_i)

    states (n, H) and next_ids (n,), n <= choices.cache, are in order, the oldest first; h (H,) is the present state. A
    cache never changes: `read` returns a new cache. With an empty cache, such as `NeuralCache(choices)`, p is the
    network's distribution alone.   (Grave, Joulin and Usunier 2017, linear interpolation)
    """

    choices: Caching = field(default_factory=Caching)
    states: np.ndarray | None = None
    next_ids: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    h: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.next_ids)

    def read(self, ids: np.ndarray, hs: np.ndarray) -> "NeuralCache":
        """Return a copy of the cache with the words ids (T,) added.

        hs (T, H) are the states after each of these words, as `Reader.read` returns them.
        """
        if not len(ids):
            return self
        states, next_ids = self._and(ids, hs)
        last = slice(-self.choices.cache, None)
        return NeuralCache(self.choices, states[last].copy(), next_ids[last].copy(), hs[-1].copy())

    def p(self, vocab_size: int) -> np.ndarray:
        """Return the cache's distribution (V,) of the next word, float64, sum 1.

        Raises ValueError if the cache is empty.
        """
        if not len(self):
            raise UserError("the cache remembers no words yet: let it read at least two")
        agreement = self.choices.theta * (self.states @ self.h).astype(np.float64)  # (n,)
        return np.bincount(self.next_ids, softmax(agreement), minlength=vocab_size)

    def mixed(self, p_network: np.ndarray) -> Mixture:
        """Mix the network's distribution p_network (V,) with the cache's distribution."""
        if not len(self):
            return Mixture(p_network, np.zeros_like(p_network))
        share, given = self.choices.share, self.choices.share * self.p(len(p_network))
        return Mixture((1 - share) * p_network + given, given)

    def mixed_bits(self, ids: np.ndarray, hs: np.ndarray, next_ids: np.ndarray, bits: np.ndarray) -> np.ndarray:
        """Return the surprisals (T,) of the words next_ids, in bits, for the network combined with the cache.

        bits (T,) are the surprisals for the network alone. next_ids[t] comes after ids[t], and hs[t] is the state
        between them. One matrix product compares every present state (rows) with every remembered state (columns). In
        each row, the words that the cache remembers at that time are a window of columns. This window moves by one
        column from row to row.
        """
        states, given_ids = self._and(ids, hs)
        T, n = len(ids), len(given_ids)
        ends = np.arange(n - T + 1, n + 1)[:, None]  # (T, 1)
        place = np.arange(n)
        agreement = self.choices.theta * (hs @ states.T)  # (T, n)
        agreement[(place >= ends) | (place < ends - self.choices.cache)] = -np.inf
        remembers = ends[:, 0] > 0
        agreement -= np.where(remembers, agreement.max(axis=1, initial=-np.inf), 0)[:, None]
        weights = np.exp(agreement)
        right = np.where(given_ids == next_ids[:, None], weights, 0).sum(axis=1, dtype=np.float64)
        p_cache = right / np.where(remembers, weights.sum(axis=1, dtype=np.float64), 1)
        share = np.where(remembers, self.choices.share, 0.0)
        with np.errstate(divide="ignore"):  # a share of 1 gives 0 to words it does not remember
            return -np.log2((1 - share) * np.exp2(-bits) + share * p_cache)

    def _and(self, ids: np.ndarray, hs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the remembered (states, next_ids) with these words appended.

        The result may exceed the cache's limit.
        """
        if self.h is None:
            return hs[:-1], np.asarray(ids)[1:]  # the first word was predicted from nothing
        return np.concatenate([self.states, self.h[None], hs[:-1]]), np.concatenate([self.next_ids, ids])


def mixed_after(
    network: HasParams, ids: np.ndarray, choices: Caching, forgotten: int = 0
) -> tuple[Mixture, np.ndarray]:
    """Return the distribution of the word after ids (words,), with a neural cache (`Mixture`) and without it (V,).

    The network reads all words. The first word is not put into the cache, because the network did not predict it.
    The next `forgotten` words are not put into the cache either. Raises ValueError if there are no words.
    """
    if not len(ids):
        raise UserError("a neural cache must have read at least one word")
    reader = reader_of(network)
    hs, h = reader.read(np.asarray(ids))
    p = distribution(reader.scores(h))
    start = min(forgotten, len(ids) - 1)
    return NeuralCache(choices).read(ids[start:], hs[start:]).mixed(p), p


def cached_surprisals(network: HasParams, ids: np.ndarray, choices: Caching, before: int | None = None) -> np.ndarray:
    """Return surprisals in bits as `word_surprisals` does, but for a network with a neural cache.

    The cache is empty at first. ids (words,) -> (words - 1,): the first word is not scored. `before` is the id of a
    word to read before the text. If `before` is given, the first word is scored too, and the result is (words,).
    """
    cache, bits = NeuralCache(choices), []
    for chunk in surprisals_by_chunk(network, ids, before):
        bits.append(cache.mixed_bits(*chunk))
        cache = cache.read(*chunk[:2])
    return np.concatenate([np.empty(0), *bits])


def evaluate_cached(network: HasParams, corpus: Corpus, choices: Caching) -> float:
    """Return the perplexity of a corpus as `evaluate` does, but for a network with a neural cache."""
    return perplexity_of(cached_surprisals(network, corpus.ids, choices, first_word(corpus)))
