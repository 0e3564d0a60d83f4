"""How surprised a model is: perplexity, surprisal, and what simple models reach on the same words."""

import math
from dataclasses import dataclass

import numpy as np

from rnnlm.corpus import EOS, Corpus
from rnnlm.model import SimpleRnnlm
from rnnlm.threads import halves

CHUNK = 512  # words scored at once: (512, V) scores, 20 MB at V = 10,000


def perplexity(loss: float) -> float:
    """The perplexity of a mean loss in nats: exp(loss), inf where that is too large for a float."""
    return math.exp(loss) if loss < 709 else math.inf


def in_figures(perplexity: float, mark: str = ",") -> str:
    """A perplexity as it is shown: two decimals, with a mark between thousands; a power of ten from a million on."""
    return f"{perplexity:{mark}.2f}" if perplexity < 1e6 else f"{perplexity:.1e}"


def perplexity_of_probability(p: float) -> float:
    """The perplexity of one word is 1 / p: 0.8 -> 1.25, 0.2 -> 5.

    Read it as a number of branches: how many words, all alike, it is like choosing from.   (book 5.5.2)
    """
    return 1 / p


def word_surprisals(model: SimpleRnnlm, ids: np.ndarray, before: int | None = None) -> np.ndarray:
    """The surprisal -log2 p(word | words before it) of each word of one stream, in bits.

    ids (words,) -> (words - 1,): the first word has nothing before it to be predicted from. With
    `before`, a word id read ahead of the text, every word is scored: (words,). Pure.
    """
    ids = np.asarray(ids) if before is None else np.append(before, ids)
    bits, h = np.empty(len(ids) - 1), None
    for start in range(0, len(ids) - 1, CHUNK):
        targets = ids[start + 1 : start + 1 + CHUNK]
        hs, h = model.read(ids[start : start + len(targets)], h)

        def score(i: int, j: int, start=start, targets=targets, hs=hs) -> None:
            scores = model.scores(hs[i:j])
            scores -= scores.max(axis=1, keepdims=True)
            right = scores[np.arange(j - i), targets[i:j]]
            np.exp(scores, out=scores)
            bits[start + i : start + j] = (np.log(scores.sum(axis=1)) - right) / math.log(2)

        halves(score, len(targets), model.sizes[0])
    return bits


def evaluate(model: SimpleRnnlm, corpus: Corpus) -> float:
    """The perplexity of every word of a corpus, read as one stream that starts after an `<eos>`.

    The corpus must be in the network's vocabulary (`Corpus.read_with`). Where that has no
    `<eos>`, the first word is read but not scored.
    """
    before = corpus.vocabulary.id(EOS) if EOS in corpus.vocabulary else None
    bits = word_surprisals(model, corpus.ids, before)
    return perplexity(float(bits.mean()) * math.log(2))


@dataclass(frozen=True)
class Baselines:
    """Perplexities on the words a network trains on, of models that are simple counts of them."""

    uniform: float  # every word alike: V
    unigram: float  # each word as often as it occurs
    bigram: float  # each word as often as it follows the word before it


def baselines(corpus: Corpus) -> Baselines:
    """Uniform, unigram and bigram perplexity of the words a network predicts: all but the first.

    Both counting models have seen exactly these words, as the network in training has.
    """
    ids, V = corpus.ids.astype(np.int64), corpus.vocabulary.size
    before, after = ids[:-1], ids[1:]
    unigram = _mean_nats(np.bincount(after), len(after))
    pairs = np.unique(before * V + after, return_counts=True)[1]
    # H(after | before) = H(before, after) - H(before)
    bigram = _mean_nats(pairs, len(after)) - _mean_nats(np.bincount(before), len(after))
    return Baselines(float(V), math.exp(unigram), math.exp(bigram))


def _mean_nats(counts: np.ndarray, total: int) -> float:
    p = counts[counts > 0] / total
    return float(-(p @ np.log(p)))
