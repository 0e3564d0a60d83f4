"""A small probabilistic grammar with a known entropy rate.

The grammar is a state machine: in each state it emits one word and moves to another state. The words so far determine
the state, so -ln p(word | state) is the true surprisal of every word. The average surprisal is the entropy rate.
exp(entropy rate) is the lowest perplexity that a model can reach on these sentences.

    sentence   subject (that verbs it | near a noun)? verb object <eos>

The verb agrees with its subject, even if there are other words between them. A bigram model cannot know which form of
the verb is right, but a network that remembers the subject can.
"""

import math
from bisect import bisect_right
from functools import cached_property

import numpy as np

from rnnlm.data.corpus import Corpus, corpus_of

ADJECTIVES = ("small", "old", "quiet", "red", "clever")
NOUNS = ("cat", "dog", "bird", "girl", "teacher", "river")
VERBS = ("see", "follow", "like", "hear", "find")
DETERMINERS = {"one": ("a", "every"), "many": ("two", "some")}
LINK = "near"


class Grammar:
    """The grammar as a state machine: `table[state]` lists (word, probability, next state)."""

    def __init__(self):
        self.table = {"start": _determiners("subject")}
        for number in ("one", "many"):
            subject, verb = f"subject {number}", f"verb {number}"
            self.table |= _noun_phrase(subject, number, after=f"after {number}")
            self.table[f"after {number}"] = [
                *_share(0.65, _verbs(number), "object"),
                ("that", 0.2, f"clause {number}"),
                (LINK, 0.15, f"place {number}"),
            ]
            self.table[f"clause {number}"] = _share(1.0, _verbs(number), f"clause end {number}")
            self.table[f"clause end {number}"] = [("it", 1.0, verb)]
            self.table[f"place {number}"] = _determiners(f"place {number}")
            for other in ("one", "many"):
                self.table |= _noun_phrase(f"place {number} {other}", other, after=verb)
            self.table[verb] = _share(1.0, _verbs(number), "object")
        self.table["object"] = _determiners("object")
        for number in ("one", "many"):
            self.table |= _noun_phrase(f"object {number}", number, after="end")
        self.table["end"] = [("<eos>", 1.0, "start")]

    def sample(self, words: int, rng: np.random.Generator) -> list[str]:
        """Draw `words` words from the grammar, with one random number for each word."""
        edges = {
            state: np.cumsum([probability for _, probability, _ in moves])[:-1].tolist()
            for state, moves in self.table.items()
        }
        said, state = [], "start"
        for u in rng.random(words).tolist():
            word, _, state = self.table[state][bisect_right(edges[state], u)]
            said.append(word)
        return said

    def surprisals(self, words: list[str]) -> np.ndarray:
        """Return an array (words,): the true surprisal of each word in bits.

        Raises ValueError if the grammar forbids a word.
        """
        bits, state = [], "start"
        for word in words:
            steps = {said: (probability, following) for said, probability, following in self.table[state]}
            if word not in steps:
                raise ValueError(f"the grammar does not say {word!r} in state {state!r}")
            probability, state = steps[word]
            bits.append(-math.log2(probability))
        return np.array(bits)

    @cached_property
    def entropy(self) -> float:
        """The entropy rate in nats per word: the mean entropy of the next word, over all states.

        Each state is weighted by how often it is visited.
        """
        names = list(self.table)
        moves = np.zeros((len(names), len(names)))
        nats = np.zeros(len(names))
        for i, name in enumerate(names):
            for _, probability, following in self.table[name]:
                moves[i, names.index(following)] += probability
                nats[i] -= probability * math.log(probability)
        # The share of visits v of each state solves v = v @ moves, with sum 1.
        system = np.vstack([moves.T - np.eye(len(names)), np.ones(len(names))])
        visits = np.linalg.lstsq(system, np.append(np.zeros(len(names)), 1.0), rcond=None)[0]
        return float(visits @ nats)

    @property
    def perplexity(self) -> float:
        return math.exp(self.entropy)


def _share(probability: float, words: tuple[str, ...], following: str) -> list[tuple[str, float, str]]:
    weights = 1.5 ** -np.arange(len(words))
    return [(word, probability * float(w), following) for word, w in zip(words, weights / weights.sum(), strict=True)]


def _verbs(number: str) -> tuple[str, ...]:
    return VERBS if number == "many" else tuple(verb + "s" for verb in VERBS)


def _determiners(role: str) -> list[tuple[str, float, str]]:
    return [row for n, words in DETERMINERS.items() for row in _share(0.5, words, f"{role} {n}")]


def _noun_phrase(state: str, number: str, after: str) -> dict[str, list[tuple[str, float, str]]]:
    nouns = tuple(noun + "s" if number == "many" else noun for noun in NOUNS)
    return {
        state: [*_share(0.4, ADJECTIVES, f"{state} noun"), *_share(0.6, nouns, after)],
        f"{state} noun": _share(1.0, nouns, after),
    }


def toy_corpus(words: int = 10_000, seed: int = 0) -> Corpus:
    """Make a corpus of `words` words from the built-in grammar. Its `true_perplexity` is exp(entropy rate)."""
    grammar = Grammar()
    tokens = grammar.sample(words, np.random.default_rng(seed))
    return corpus_of(tokens, words, "the built-in grammar", true_perplexity=grammar.perplexity, full_stop=True)
