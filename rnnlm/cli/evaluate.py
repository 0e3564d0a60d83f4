"""Score every word of a text with a trained network."""

import argparse

from rnnlm.cli.console import say
from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import load_ptb
from rnnlm.formats import as_printed
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.pretrained import load_network


def evaluate_text(options: argparse.Namespace) -> int:
    """Score every word of a split in one stateful stream."""
    network = load_network(options.run)
    source = load_text(options.text, like=network.vocabulary) if options.text else load_ptb(options.split)
    corpus, known = source.read_with(network.vocabulary)
    say(f"{corpus.title}: {len(corpus):,} words, {known:.2%} of them known to the network")
    say(f"perplexity {as_printed(evaluate(network.reader, corpus))}")
    return 0
