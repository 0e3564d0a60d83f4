"""Perplexities of counting models, for comparison with a network."""

from dataclasses import dataclass

from rnnlm.data.corpus import Corpus
from rnnlm.inference.counting import PairCounts, WordCounts
from rnnlm.inference.scoring import perplexity_of, surprisal


@dataclass(frozen=True)
class Baselines:
    """Perplexities of simple counting models on the words that a network trains on."""

    uniform: float  # all words equally likely: V
    unigram: float  # each word as often as it occurs
    bigram: float  # each word as often as it follows the word before it


def baselines(corpus: Corpus) -> Baselines:
    """Compute the uniform, unigram and bigram perplexity of a text.

    The first word is not scored, because a network in training never predicts it. The models are scored on the text
    that they count, which is also the text that a network is trained on.
    """
    first, rest = corpus.ids[:1], corpus.ids[1:]
    counted = (model.probabilities(rest, before=first) for model in (WordCounts(corpus), PairCounts(corpus)))
    return Baselines(float(corpus.vocabulary.size), *(perplexity_of(surprisal(p)) for p in counted))
