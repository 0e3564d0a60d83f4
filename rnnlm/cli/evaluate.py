"""Score every word of a text with a trained network or a counting model."""

import argparse

import numpy as np

from rnnlm.cli.console import say
from rnnlm.cli.flags import given
from rnnlm.data.corpus import Corpus
from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import UNK, Vocabulary
from rnnlm.formats import as_printed
from rnnlm.inference.kneser_ney import KneserNey, check_order
from rnnlm.inference.neural_cache import Caching, cached_surprisals
from rnnlm.inference.scoring import first_word, perplexity_of, word_surprisals
from rnnlm.storage.pretrained import load_network


def evaluate_text(options: argparse.Namespace) -> int:
    """Print a model's perplexity on a text, which the model reads as one continuous stream.

    Raises ValueError unless exactly one model is given, or if a neural cache is requested without a network.
    """
    cache = given(options, Caching)
    if (options.run is None) == (options.kneser_ney is None):
        raise ValueError("evaluate needs one model: a RUN.npz, or --kneser-ney and an order")
    if options.run is None and cache:
        raise ValueError(f"--{next(iter(cache))} belongs to a neural cache, which needs a network: name a RUN.npz")
    return _evaluate_counts(options) if options.run is None else _evaluate_network(options, cache)


def _evaluate_network(options: argparse.Namespace, cache: dict) -> int:
    network = load_network(options.run)
    corpus, known = _read(options, network.vocabulary, "the network")
    if cache:
        choices = Caching(**cache)
        say(f"with a neural cache of {choices.cache:,} words, theta {choices.theta:g}, share {choices.share:g}")
        bits = cached_surprisals(network.reader, corpus.ids, choices, first_word(corpus))
    else:
        bits = word_surprisals(network.reader, corpus.ids, first_word(corpus))
    _tell(bits, corpus, known)
    return 0


def _evaluate_counts(options: argparse.Namespace) -> int:
    check_order(order := options.kneser_ney)
    train = load_ptb("train")
    corpus, known = _read(options, train.vocabulary, f"the {order}-gram model of PTB train")
    _tell(KneserNey(train, order).surprisals(corpus.ids, first_word(corpus)), corpus, known)
    return 0


def _tell(bits: np.ndarray, corpus: Corpus, known: float) -> None:
    """Print the perplexity. If the model reads some words as `<unk>`, also print the perplexity of all other words."""
    say(f"perplexity {as_printed(perplexity_of(bits))}")
    unknown = corpus.ids[-len(bits) :] == corpus.vocabulary.id(UNK) if known < 1 else np.zeros(len(bits), bool)
    if unknown.any():
        others = as_printed(perplexity_of(bits[~unknown])) if not unknown.all() else "not known"
        words = "1 word is" if unknown.sum() == 1 else f"{unknown.sum():,} words are"
        say(f"{words} read as {UNK}, which is easy to predict; the other words have perplexity {others}")


def _read(options: argparse.Namespace, vocabulary: Vocabulary, model: str) -> tuple[Corpus, float]:
    """Load the text to score, print a line about it, and encode it with the model's vocabulary.

    Returns the corpus and the share of its words that the model knows.
    """
    source = load_text(options.text, like=vocabulary) if options.text else load_ptb(options.split)
    corpus, known = source.read_with(vocabulary)
    say(f"{corpus.title}: {len(corpus):,} words, {known:.2%} of them known to {model}")
    return corpus, known
