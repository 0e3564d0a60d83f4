"""Score every word of a text with a trained network, or with a model that counts."""

import argparse

from rnnlm.cli.console import say
from rnnlm.cli.flags import given
from rnnlm.data.corpus import Corpus
from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.formats import as_printed
from rnnlm.inference.kneser_ney import KneserNey, check_order
from rnnlm.inference.neural_cache import Caching, evaluate_cached
from rnnlm.inference.scoring import evaluate, first_word, perplexity_of
from rnnlm.storage.pretrained import load_network


def evaluate_text(options: argparse.Namespace) -> int:
    """Score every word of a split in one stateful stream; ValueError unless one model is named."""
    cache = given(options, Caching)
    if (options.run is None) == (options.kneser_ney is None):
        raise ValueError("evaluate needs one model: a RUN.npz, or --kneser-ney and an order")
    if options.run is None and cache:
        raise ValueError(f"--{next(iter(cache))} is of a neural cache, which needs a network: name a RUN.npz")
    return _evaluate_counts(options) if options.run is None else _evaluate_network(options, cache)


def _evaluate_network(options: argparse.Namespace, cache: dict) -> int:
    network = load_network(options.run)
    corpus = _read(options, network.vocabulary, "the network")
    if cache:
        choices = Caching(**cache)
        say(f"with a neural cache of {choices.cache:,} words, theta {choices.theta:g}, share {choices.share:g}")
        result = evaluate_cached(network.reader, corpus, choices)
    else:
        result = evaluate(network.reader, corpus)
    say(f"perplexity {as_printed(result)}")
    return 0


def _evaluate_counts(options: argparse.Namespace) -> int:
    check_order(order := options.kneser_ney)
    train = load_ptb("train")
    corpus = _read(options, train.vocabulary, f"the {order}-gram model of PTB train")
    model = KneserNey(train, order)
    say(f"perplexity {as_printed(perplexity_of(model.surprisals(corpus.ids, first_word(corpus))))}")
    return 0


def _read(options: argparse.Namespace, vocabulary: Vocabulary, model: str) -> Corpus:
    """The text to score, in the words of the model, and a line that says what it is."""
    source = load_text(options.text, like=vocabulary) if options.text else load_ptb(options.split)
    corpus, known = source.read_with(vocabulary)
    say(f"{corpus.title}: {len(corpus):,} words, {known:.2%} of them known to {model}")
    return corpus
