"""Write the network of a run to a smaller file."""

import argparse
import dataclasses

from rnnlm.data.ptb import load_ptb
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.pretrained import network_of, save_network


def export(options: argparse.Namespace) -> int:
    """Write the network of a run, the best on the valid split where that was measured, as float16."""
    network, path = network_of(load_run(options.run)).shortened(), options.network
    if path.exists() and path.samefile(options.run):
        raise ValueError(f"{path} is the run itself: give the network a file of its own")
    if network.valid is not None:  # what is claimed is what the shortened weights reach
        valid = evaluate(network.reader, load_ptb("valid").read_with(network.vocabulary)[0])
        network = dataclasses.replace(network, valid=valid)
        print(f"perplexity on the valid split: {valid:.2f}")
    save_network(network, path)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return 0
