"""What models that only count words reach on the words a network trains on."""

import math
from dataclasses import dataclass

import numpy as np

from rnnlm.data.corpus import Corpus


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
