"""rnnlm_gen at the command line: write text with a trained network."""

import argparse

import numpy as np

from rnnlm.cli.flags import given
from rnnlm.data.writing import as_text, typed
from rnnlm.inference.sampling import Sampler, Sampling
from rnnlm.storage.pretrained import load_network


def generate(options: argparse.Namespace) -> int:
    """rnnlm_gen: sample one word after another and print them as text."""
    network, sampling = load_network(options.run), Sampling(**given(options, Sampling))
    if not hasattr(options, "start"):
        sampling = sampling.with_known_start(network.vocabulary)
    start = network.vocabulary.ids(typed(sampling.start, network.vocabulary))
    if not len(start) <= options.words <= 1_000_000 or not start:
        raise ValueError(f"words must be between those of --start ({len(start)}) and 1,000,000, got {options.words}")
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
    for _ in range(options.words - len(start)):
        show_step(sampler) if options.show else sampler.step()
    if options.show:
        print(f"word_ids: {sampler.ids}")
    print(as_text((network.vocabulary.word(i) for i in sampler.ids), network.vocabulary))
    return 0


def show_step(sampler: Sampler) -> None:
    """One step with everything it goes through, in the shapes of the book."""
    x = np.array([sampler.ids[-1:]])
    score = sampler.reader.scores(sampler.h)[None, None, :]
    draw = sampler.step()
    p = draw.distribution
    with np.printoptions(threshold=8, edgeitems=3):
        print(f"x: {x} shape {x.shape}")
        print(f"score: {score} shape {score.shape}")
        print(f"p: {p} sum {p.sum():.6f}")
    print(f"sampled: [{draw.word_id}]")
