"""Write text with a trained network on the command line (the book's rnnlm_gen)."""

import argparse
from itertools import chain

import numpy as np

from rnnlm.cli.console import say
from rnnlm.cli.flags import given
from rnnlm.data.writing import typed, written
from rnnlm.inference.sampling import Draw, Sampler, Sampling
from rnnlm.storage.pretrained import load_network


def generate(options: argparse.Namespace) -> int:
    """Sample words one after the other, and print them as text."""
    network, sampling = load_network(options.run), Sampling(**given(options, Sampling))
    if not hasattr(options, "start"):
        sampling = sampling.with_known_start(network.vocabulary)
    start = network.vocabulary.ids(typed(sampling.start, network.vocabulary))
    if not start:
        raise ValueError("start must have at least one word, got none: give one, or leave --start out")
    if not len(start) <= options.words <= 1_000_000:
        raise ValueError(
            f"words must be between the number of --start words ({len(start)}) and 1,000,000, got {options.words}"
        )
    if options.seed < 0:
        raise ValueError(f"seed must be at least 0, got {options.seed}")
    sampler = Sampler(
        network.reader,
        start,
        np.random.default_rng(options.seed),
        sampling.temperature,
        sampling.top_k,
        sampling.skip_ids(network.vocabulary),
    )
    drawn = (show_step(sampler) if options.show else sampler.step() for _ in range(options.words - len(start)))
    ids = chain(start, (draw.word_id for draw in drawn))
    if options.show:
        ids = list(ids)
        say(f"word_ids: {ids}")
    for piece in written(map(network.vocabulary.word, ids), network.vocabulary):
        say(piece, end="", raw=options.raw)
    say("")
    return 0


def show_step(sampler: Sampler) -> Draw:
    """Make one sampling step, and print its intermediate results in the book's shapes."""
    x = np.array([[sampler.last_id]])
    score = sampler.reader.scores(sampler.h)[None, None, :]
    p = sampler.next_distribution
    draw = sampler.step()
    with np.printoptions(threshold=8, edgeitems=3):
        say(f"x: {x} shape {x.shape}")
        say(f"score: {score} shape {score.shape}")
        say(f"p: {p} sum {p.sum():.6f}")
    say(f"sampled: [{draw.word_id}]")
    return draw
