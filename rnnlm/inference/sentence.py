"""Compare several readers on one sentence: the probability and the surprisal of every word for each reader."""

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
        """Return the distribution (V,) of the next word after the context, float64, sum 1."""

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        """Return the probability of each word, given all words before it: ids (words,) -> p (words,).

        before: the ids of words that come before the text.
        """


class NetworkModel:
    """A network as a `WordModel` that starts from the state h (H,), or from a blank state if h is None."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, h: np.ndarray | None = None):
        self.reader, self.vocabulary = reader, vocabulary
        self.h = reader.blank if h is None else h

    def after(self, context: Sequence[int] = ()) -> np.ndarray:
        return distribution(self.reader.scores(self.reader.read(np.asarray(context, np.int64), self.h)[1]))

    def probabilities(self, ids: Sequence[int], before: Sequence[int] = ()) -> np.ndarray:
        """Return the probability of each word, p (words,), as every `WordModel` does.

        This method is meant for sentences: for a long text, the array (words, V) of scores would be too large.
        """
        ids = np.asarray(ids, np.int64)
        text = np.append(np.asarray(before, np.int64), ids)
        states = np.vstack([self.h, self.reader.read(text[:-1], self.h)[0]])[len(before) :]  # before each word
        return softmax(self.reader.scores(states[: len(ids)]))[np.arange(len(ids)), ids]


def counting_models(corpus: Corpus, levels: Sequence[Level] | None = None) -> dict[str, WordModel]:
    """Make all counting models of a text, keyed by name. The simplest model comes first.

    levels: the counts for Kneser-Ney, if they already exist. Counting takes a second for 929,589 words.
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
    """The result of one reader (a `WordModel`) for one sentence.

    words: the words as read, with `<unk>` for each unknown word.
    unknown: the unknown words, without repeats.
    p (words,): the probability (0 to 1) of each word, given all words before it.
    """

    words: tuple[str, ...]
    unknown: tuple[str, ...]
    p: np.ndarray

    @property
    def bits(self) -> np.ndarray:
        return surprisal(self.p)

    @property
    def mean_bits(self) -> np.ndarray:
        """For each word, the mean surprisal in bits of all words up to and including this one: (words,)."""
        return np.cumsum(self.bits) / np.arange(1, len(self.p) + 1)

    @property
    def perplexity(self) -> float:
        return perplexity_of(self.bits)


def cut(sentence: str, vocabularies: Iterable[Vocabulary]) -> list[str]:
    """Cut a sentence into words, in the same way for all readers.

    The sentence is cut at spaces. Then each piece is cut with the first vocabulary that has all its parts (see
    `typed`): `dog,` becomes `dog` and `,`. If no vocabulary has all parts, only the marks at the end of the piece are
    cut off, and only if some vocabulary has the word before them. All other pieces stay whole.
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
    """Return the ids (words,) of words in a vocabulary, and a tuple of the unknown words, without repeats.

    Unknown words get the id of `<unk>`. A full stop gets the id of `<eos>` if the vocabulary's text has no full stops.
    If there are unknown words and the vocabulary has no `<unk>`, raises a ValueError that names these words.
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
    """Return whether a text contains these words one after another. Raises ValueError in the same cases as `encode`."""
    ids, unknown = encode(words, corpus.vocabulary)
    starts = np.flatnonzero(corpus.ids[: len(corpus) - len(ids) + 1] == ids[0])
    return not unknown and any(np.array_equal(corpus.ids[start : start + len(ids)], ids) for start in starts)


def read_sentence(model: WordModel, words: Sequence[str], before: Sequence[int] = ()) -> Reading:
    """Return a model's `Reading` of a sentence. The sentence is given as a list of words.

    before: the ids of words that come before the sentence.
    Raises ValueError if there are no words, or if the model cannot read one of them.
    """
    if not len(words):
        raise UserError("a sentence needs at least one word")
    ids, unknown = encode(words, model.vocabulary)
    read = tuple(model.vocabulary.word(i) for i in ids)
    return Reading(read, unknown, model.probabilities(ids, before))
