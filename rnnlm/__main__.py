"""The command line: python -m rnnlm train | evaluate | generate | export | bench."""

import argparse
import dataclasses
import os
import sys
from pathlib import Path
from typing import NoReturn

import numpy as np

from rnnlm import bench
from rnnlm.checkpoint import load_run
from rnnlm.corpus import PTB_SPLITS, load_ptb, load_text
from rnnlm.experiment import PRESETS, Experiment
from rnnlm.flags import add_flags, given
from rnnlm.loop import train
from rnnlm.network import Network, load_network, network_of, save_network
from rnnlm.perplexity import evaluate, in_figures
from rnnlm.sampling import Sampler, Sampling, as_text


class Parser(argparse.ArgumentParser):
    """Answers a bad command line with one sentence and exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, in a sentence."""
        if "required: RUN.npz" in message:
            message += " (before any flags: --start and --skip take all words that follow them)"
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = build_parser().parse_args(arguments)
    try:
        return options.command(options)
    except (ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader, `head` say, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"rnnlm: {error}", file=sys.stderr)
        return 2


def build_parser() -> Parser:
    """The commands and their flags."""
    parser = Parser(prog="rnnlm", description="A simple RNN language model in NumPy.")
    commands = parser.add_subparsers(required=True, metavar="train | evaluate | generate | export | bench")

    command = commands.add_parser("train", help="train a network and print its perplexity after each epoch")
    command.set_defaults(command=train)
    command.add_argument("--preset", choices=PRESETS, help="start from these options; flags change them")
    add_flags(command, Experiment)
    command.add_argument(
        "--text", type=Path, metavar="FILE", help="train on a text of your own (UTF-8), as far as --words says"
    )
    command.add_argument("--save", type=Path, metavar="RUN.npz", help="keep the run in this file")
    command.add_argument("--resume", type=Path, metavar="RUN.npz", help="go on with a saved run, and keep it there")

    command = commands.add_parser("evaluate", help="print one perplexity, over every word of a split")
    command.set_defaults(command=evaluate_split)
    command.add_argument("run", type=Path, metavar="RUN.npz")
    command.add_argument("--split", choices=PTB_SPLITS, default="test", help="which part of PTB (default: test)")
    command.add_argument("--text", type=Path, metavar="FILE", help="score this text instead of PTB")

    command = commands.add_parser("generate", help="write text with a trained network")
    command.set_defaults(command=generate)
    command.add_argument("run", type=Path, metavar="RUN.npz")
    command.add_argument("--words", type=int, default=100, help="how many words, the first included (default: 100)")
    command.add_argument("--seed", type=int, default=0, help="where the random numbers start (default: 0)")
    command.add_argument("--show", action="store_true", help="print x, score, p and the sampled id of every step")
    add_flags(command, Sampling)

    command = commands.add_parser("export", help="write the network of a run to a smaller file, to read and write with")
    command.set_defaults(command=export)
    command.add_argument("run", type=Path, metavar="RUN.npz")
    command.add_argument("network", type=Path, metavar="NETWORK.npz")

    command = commands.add_parser("bench", help="time a training step beside its floor and other ways to write it")
    command.set_defaults(command=bench.run)
    command.add_argument("--rounds", type=int, default=7, help="turns of each contender (default: 7)")
    command.add_argument("--scaling", action="store_true", help="a second table: how the cost grows")
    command.add_argument("--epoch", action="store_true", help="train one epoch of all of PTB too")
    command.add_argument("--json", type=Path, metavar="FILE", help="write all figures to a file")
    return parser


def evaluate_split(options: argparse.Namespace) -> int:
    """Score every word of a split in one stateful stream."""
    run = load_network(options.run)
    source = load_text(options.text) if options.text else load_ptb(options.split)
    corpus, known = source.read_with(run.vocabulary)
    print(f"{corpus.title}: {len(corpus):,} words, {known:.2%} of them known to the network")
    print(f"perplexity {in_figures(evaluate(run.model, corpus), mark='')}")
    return 0


def generate(options: argparse.Namespace) -> int:
    """rnnlm_gen: sample one word after another and print them as text."""
    run, sampling = load_network(options.run), Sampling(**given(options, Sampling))
    if not hasattr(options, "start"):
        sampling = sampling.with_known_start(run.vocabulary, run.counts)
    start = run.vocabulary.ids(sampling.start)
    if not len(start) <= options.words <= 1_000_000 or not start:
        raise ValueError(f"words must be between those of --start ({len(start)}) and 1,000,000, got {options.words}")
    if options.seed < 0:
        raise ValueError(f"seed must be at least 0, got {options.seed}")
    sampler = Sampler(
        run.model,
        start,
        np.random.default_rng(options.seed),
        sampling.temperature,
        sampling.top_k,
        sampling.skip_ids(run.vocabulary),
    )
    for _ in range(options.words - len(start)):
        show_step(run, sampler) if options.show else sampler.step()
    if options.show:
        print(f"word_ids: {sampler.ids}")
    print(as_text(run.vocabulary.word(i) for i in sampler.ids))
    return 0


def show_step(run: Network, sampler: Sampler) -> None:
    """One step with everything it goes through, in the shapes of the book."""
    x = np.array([sampler.ids[-1:]])
    score = run.model.scores(sampler.h)[None, None, :]
    draw = sampler.step()
    p = draw.distribution
    with np.printoptions(threshold=8, edgeitems=3):
        print(f"x: {x} shape {x.shape}")
        print(f"score: {score} shape {score.shape}")
        print(f"p: {p} sum {p.sum():.6f}")
    print(f"sampled: [{draw.word_id}]")


def export(options: argparse.Namespace) -> int:
    """Write the network of a run, the best on the valid split where that was measured, as float16."""
    network, path = network_of(load_run(options.run)).shortened(), options.network
    if path.exists() and path.samefile(options.run):
        raise ValueError(f"{path} is the run itself: give the network a file of its own")
    if network.valid is not None:  # what is claimed is what the shortened weights reach
        valid = evaluate(network.model, load_ptb("valid").read_with(network.vocabulary)[0])
        network = dataclasses.replace(network, valid=valid)
        print(f"perplexity on the valid split: {valid:.2f}")
    save_network(network, path)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
