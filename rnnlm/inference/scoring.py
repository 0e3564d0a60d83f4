"""The perplexity of a text and the surprisal of its words, computed with a network."""

import math
from collections.abc import Iterator

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import EOS
from rnnlm.errors import UserError
from rnnlm.inference.reader import HasParams, reader_of
from rnnlm.nn.kernels.threads import halves

CHUNK = 512  # words scored at once: (512, V) scores, 20 MB at V = 10,000


def perplexity(loss: float) -> float:
    """Return the perplexity for a mean loss in nats: exp(loss), or inf if the result is too large for a float."""
    return math.exp(loss) if loss < 709 else math.inf


def perplexity_of_probability(p: float) -> float:
    """Return the perplexity of one word with probability p, 1 / p: 0.8 -> 1.25, 0.2 -> 5.

    1 / p is a branching factor: predicting the word is like choosing among 1 / p equally likely words.   (book 5.5.2)
    """
    return 1 / p


def perplexity_of(bits: np.ndarray) -> float:
    """Return the perplexity of a text from the surprisals of its words in bits: 2 to the power of the mean surprisal.

    If one surprisal is inf, the perplexity is inf.
    """
    return perplexity(float(np.mean(bits)) * math.log(2))


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return p = exp(scores) / sum(exp(scores)): (..., V) -> (..., V) float64, sum 1. A score of -inf gives p = 0."""
    p = np.asarray(scores, np.float64)
    p = np.exp(p - p.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def surprisal(p: np.ndarray | float) -> np.ndarray:
    """Return -log2 p in bits, or inf if p is 0."""
    with np.errstate(divide="ignore"):
        return np.abs(np.log2(p))  # for p = 1 it is 0, not -0


def surprisals(scores: np.ndarray, ids: np.ndarray | int) -> np.ndarray:
    """Return -log2 softmax(scores)[id] in bits for one word per row: scores (rows, V), ids (rows,) -> (rows,).

    Overwrites the scores, so that a large array is not copied.
    """
    scores -= scores.max(axis=1, keepdims=True)
    right = scores[np.arange(len(scores)), ids]
    np.exp(scores, out=scores)
    return (np.log(scores.sum(axis=1)) - right) / math.log(2)


def word_surprisals(network: HasParams, ids: np.ndarray, before: int | None = None) -> np.ndarray:
    """Return the surprisal -log2 p(word | words before it) of each word of one stream, in bits.

    ids (words,) -> (words - 1,): the first word is not scored, because there is no word before it. `before` is the id
    of a word to read before the text. If `before` is given, the first word is scored too, and the result is (words,).
    The network does not change.
    """
    return np.concatenate([np.empty(0), *(bits for *_, bits in surprisals_by_chunk(network, ids, before))])


def surprisals_by_chunk(
    network: HasParams, ids: np.ndarray, before: int | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield the intermediate results of `word_surprisals`, up to 512 words at a time.

    Each result has four arrays: the ids (n,) of the words read, the states (n, H) after them, the ids (n,) of the words
    that came next, and the surprisals (n,) in bits of those next words.
    """
    reader, h = reader_of(network), None
    ids = np.asarray(ids) if before is None else np.append(before, ids)
    for start in range(0, len(ids) - 1, CHUNK):
        targets = ids[start + 1 : start + 1 + CHUNK]
        words = ids[start : start + len(targets)]
        hs, h = reader.read(words, h)
        bits = np.empty(len(targets))

        def score(i: int, j: int, bits=bits, targets=targets, hs=hs) -> None:
            bits[i:j] = surprisals(reader.scores(hs[i:j]), targets[i:j])

        halves(score, len(targets), reader.sizes[0])
        yield words, hs, targets, bits


def evaluate(network: HasParams, corpus: Corpus) -> float:
    """Return the perplexity of a corpus, read as one stream. An `<eos>` is read first, so that every word is scored.

    The corpus must be encoded with the network's vocabulary (`Corpus.read_with`). If the vocabulary has no `<eos>`, the
    first word is read but not scored, and a corpus of one word raises ValueError.
    """
    return perplexity_of(word_surprisals(network, corpus.ids, first_word(corpus)))


def first_word(corpus: Corpus) -> int | None:
    """Return the id of `<eos>`, to read before a text so that its first word can be scored.

    Returns None if the vocabulary has no `<eos>`, or raises ValueError if the text also has only one word.
    """
    if EOS in corpus.vocabulary:
        return corpus.vocabulary.id(EOS)
    if len(corpus) < 2:
        raise UserError(
            "{title} has only one word, and each prediction needs an earlier word: use at least two words",
            title=corpus.title,
        )
    return None
