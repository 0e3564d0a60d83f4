"""Write a run's network to a smaller file."""

import argparse
import dataclasses

from rnnlm.cli.console import say
from rnnlm.cli.places import check_free, is_same
from rnnlm.data.ptb import load_ptb
from rnnlm.formats import as_printed
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.pretrained import network_of, save_network


def export(options: argparse.Namespace) -> int:
    """Write the network of a saved run to a file, with weights as float16.

    If the run measured perplexity on the validation split, the file contains the network with the lowest perplexity.
    Otherwise, the file contains the last network.
    """
    run, path = load_run(options.run), options.network
    if is_same(path, options.run):
        raise ValueError(f"{path} is the run itself: name another file for the network")
    check_free(path, options.overwrite)
    network = network_of(run).shortened()
    if network.valid is not None:  # the perplexity in the file is that of the rounded weights
        valid = evaluate(network.reader, load_ptb("valid").read_with(network.vocabulary)[0])
        network = dataclasses.replace(network, valid=valid)
        say(f"perplexity on the valid split: {as_printed(valid)}")
    save_network(network, path)
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return 0
