"""One sentence, several readers: the probability each gives to every word, and its surprisal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.data.spelling import spelled
from rnnlm.data.vocabulary import EOS, UNK, Vocabulary
from rnnlm.data.writing import MARKS, spellings, typed
from rnnlm.errors import UserError
from rnnlm.inference.counting import PairCounts, Uniform, WordCounts
from rnnlm.inference.kneser_ney import KneserNey, Level
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import distribution
from rnnlm.inference.scoring import perplexity_of, softmax, surprisal


class WordModel(Protocol):
    """Any model that predicts words of its own vocabulary."""

    vocabulary: Vocabulary

    def after(self, context: Sequence[int] = ()) -> np.ndarray:
        """The distribution (V,) of the next word after these, float64, sum 1."""

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        """p (words,) of each word after all before it; `before` are ids ahead of the text."""


class NetworkModel:
    """A network that starts to read from a state h (H,), None being a blank one: p = softmax(scores(h))."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, h: np.ndarray | None = None):
        self.reader, self.vocabulary = reader, vocabulary
        self.h = reader.blank if h is None else h

    def after(self, context: Sequence[int] = ()) -> np.ndarray:
        """The distribution (V,) of the next word after these, float64, sum 1."""
        return distribution(self.reader.scores(self.reader.read(np.asarray(context, np.int64), self.h)[1]))

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        """p (words,) of each word after all before it; `before` are ids ahead of the text.

        The scores of all words are computed at once, (words, V), so it is meant for sentences.
        """
        ids = np.asarray(ids, np.int64)
        text = np.append(np.asarray(before, np.int64), ids)
        states = np.vstack([self.h, self.reader.read(text[:-1], self.h)[0]])[len(before) :]  # before each word
        return softmax(self.reader.scores(states[: len(ids)]))[np.arange(len(ids)), ids]


def counting_models(corpus: Corpus, levels: Sequence[Level] | None = None) -> dict[str, WordModel]:
    """Every counting model of this text, by its name, the one that knows least first.

    levels are Kneser-Ney's, if they were counted elsewhere: for 929,589 words that takes a second.
    """
    order = min(5, len(corpus))
    return {
        "uniform": Uniform(corpus.vocabulary),
        "word counts": WordCounts(corpus),
        "pair counts": PairCounts(corpus),
        "kneser-ney": KneserNey(corpus, order, levels),
    }


@dataclass(frozen=True)
class Reading:
    """A sentence as one reader reads it.

    words are the words it reads, with `<unk>` for those it does not know; unknown are the unknown words, each once. p
    (words,) is the probability of each after all before it, 0 to 1.
    """

    words: tuple[str, ...]
    unknown: tuple[str, ...]
    p: np.ndarray

    @property
    def bits(self) -> np.ndarray:
        """The surprisal -log2 p of each word, (words,) in bits, inf if p is 0."""
        return surprisal(self.p)

    @property
    def mean_bits(self) -> np.ndarray:
        """The mean surprisal of the words so far, at each word: (words,) in bits."""
        return np.cumsum(self.bits) / np.arange(1, len(self.p) + 1)

    @property
    def perplexity(self) -> float:
        """exp of the mean surprisal in nats, as on the learning curve; inf if a p is 0."""
        return perplexity_of(self.bits)


def cut(sentence: str, vocabularies: Iterable[Vocabulary]) -> list[str]:
    """The words of a sentence, the same for all its readers.

    A piece between two spaces is cut as by the first of these vocabularies that knows all of it (`typed`): `dog,` is
    `dog` and `,` for a reader that knows them. If one knows `dog` and none knows `,` they are still two words. A piece
    that none knows stays whole.
    """
    vocabularies = list(vocabularies)
    return [word for piece in spelled(sentence).split() for word in _cut_piece(piece, vocabularies)]


def _cut_piece(piece: str, vocabularies: list[Vocabulary]) -> list[str]:
    for vocabulary in vocabularies:
        words = typed([piece], vocabulary)
        if all(word in vocabulary for word in words):
            return words
    word = piece.rstrip(MARKS)
    known = (spelling for spelling in spellings(word) if any(spelling in vocabulary for vocabulary in vocabularies))
    found = next(known, None)
    return [piece] if found is None else [found, piece[len(word) :]]


def encode(words: Sequence[str], vocabulary: Vocabulary) -> tuple[np.ndarray, tuple[str, ...]]:
    """The ids (words,) of these words in a vocabulary, and the unknown ones, each once.

    Unknown words are read as `<unk>`, and a full stop as `<eos>` if a text has no full stops of its own. ValueError,
    which names the unknown words, if there is no `<unk>`.
    """
    stop = {".": EOS} if vocabulary.full_stop and "." not in vocabulary and EOS in vocabulary else {}
    words = [stop.get(word, word) for word in words]
    unknown = tuple(dict.fromkeys(word for word in words if word not in vocabulary))
    if unknown and UNK not in vocabulary:
        named = ", ".join(map(repr, unknown))
        raise UserError(
            "a sentence must have only known words, because this vocabulary has no {UNK}, got {named}",
            UNK=UNK,
            named=named,
        )
    return np.array([vocabulary.id(UNK if word in unknown else word) for word in words], np.int64), unknown


def stands_in(corpus: Corpus, words: Sequence[str]) -> bool:
    """Whether these words, one or more, occur somewhere in a text in this order; ValueError as `encode`."""
    ids, unknown = encode(words, corpus.vocabulary)
    starts = np.flatnonzero(corpus.ids[: len(corpus) - len(ids) + 1] == ids[0])
    return not unknown and any(np.array_equal(corpus.ids[start : start + len(ids)], ids) for start in starts)


def read_sentence(model: WordModel, words: Sequence[str], before: Sequence[int] = ()) -> Reading:
    """A model's reading of a sentence that is cut into words; `before` are ids, in its vocabulary, of words ahead.

    ValueError for no words, and for words that the model cannot read.
    """
    if not len(words):
        raise UserError("a sentence needs at least one word")
    ids, unknown = encode(words, model.vocabulary)
    read = tuple(model.vocabulary.word(i) for i in ids)
    return Reading(read, unknown, model.probabilities(ids, before))
