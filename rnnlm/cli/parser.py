"""The commands and their flags."""

import argparse
from pathlib import Path
from typing import NoReturn

from rnnlm.cli.bench import bench
from rnnlm.cli.console import in_one_line
from rnnlm.cli.evaluate import evaluate_text
from rnnlm.cli.export import export
from rnnlm.cli.flags import add_flags
from rnnlm.cli.generate import generate
from rnnlm.cli.lessons import lessons
from rnnlm.cli.status import status
from rnnlm.cli.sweep import sweep
from rnnlm.cli.train import train
from rnnlm.data.ptb import PTB_SPLITS
from rnnlm.experiment import PRESETS, Experiment
from rnnlm.inference.neural_cache import Caching
from rnnlm.inference.sampling import Sampling


class Parser(argparse.ArgumentParser):
    """A parser that reports an invalid command line in one sentence and exits with status 2."""

    def error(self, message: str) -> NoReturn:
        if "required: RUN.npz" in message:
            message += " (before any flags: --start and --skip take all words that follow them)"
        self.exit(2, in_one_line(f"{self.prog}: {message}") + "\n")


def file_name(text: str) -> Path:
    """Convert the value of a flag to a path. Raises ArgumentTypeError if no file can have this name."""
    if not text.strip() or "\0" in text:
        raise argparse.ArgumentTypeError(f"must be the name of a file, got {text!r}")
    return Path(text)


def build_parser() -> Parser:
    """Make a parser with all commands and their flags."""
    parser = Parser(prog="rnnlm", description="A simple RNN language model in NumPy.")
    names = "train | sweep | evaluate | generate | export | lessons | status | bench"
    commands = parser.add_subparsers(required=True, metavar=names)

    command = commands.add_parser("train", help="train a network and print its perplexity after each epoch")
    command.set_defaults(command=train)
    command.add_argument("--preset", choices=PRESETS, help="a set of options to start from; other flags change them")
    add_flags(command, Experiment)
    command.add_argument(
        "--text", type=file_name, metavar="FILE", help="train on the first --words words of your own text (UTF-8)"
    )
    command.add_argument("--save", type=file_name, metavar="RUN.npz", help="save the run to this file")
    add_overwrite(command)
    moments = "save snapshots of the network after 1, 2, 5, 10 ... epochs to this file (float16)"
    command.add_argument("--moments", type=file_name, metavar="FILE.npz", help=moments)
    command.add_argument(
        "--resume", type=file_name, metavar="RUN.npz", help="continue a saved run, and save it to the same file"
    )

    command = commands.add_parser("sweep", help="train every combination of the values given, on all cores")
    command.set_defaults(command=sweep)
    command.add_argument("--preset", choices=PRESETS, help="a set of options to start from; other flags change them")
    add_flags(command, Experiment, several=True)
    command.add_argument(
        "--seeds", type=int, metavar="K", help="train each combination with K seeds, counted up from --seed"
    )
    command.add_argument(
        "--text", type=file_name, metavar="FILE", help="train on the first --words words of your own text (UTF-8)"
    )
    command.add_argument(
        "--csv",
        type=file_name,
        metavar="FILE",
        help="save a row for each run to this table; if it exists, continue that sweep",
    )
    command.add_argument(
        "--html",
        type=file_name,
        metavar="FILE",
        help="write an HTML page with all curves; any browser can open it",
    )
    dask = "train on the workers of this Dask scheduler, for example tcp://scheduler:8786, instead of on this machine"
    command.add_argument("--dask", metavar="ADDRESS", help=dask)
    add_overwrite(command)

    command = commands.add_parser("evaluate", help="print the perplexity of a network over all words of a text")
    command.set_defaults(command=evaluate_text)
    command.add_argument("run", type=file_name, metavar="RUN.npz", nargs="?")
    command.add_argument("--split", choices=PTB_SPLITS, default="test", help="which part of PTB (default: test)")
    command.add_argument("--text", type=file_name, metavar="FILE", help="score this text instead of PTB")
    command.add_argument(
        "--kneser-ney",
        type=int,
        metavar="ORDER",
        help="instead of a network, score a Kneser-Ney model of PTB train with n-grams up to this length",
    )
    add_flags(command.add_argument_group("neural cache (any of these options adds one)"), Caching)

    command = commands.add_parser("generate", help="write text with a trained network")
    command.set_defaults(command=generate)
    command.add_argument("run", type=file_name, metavar="RUN.npz")
    command.add_argument(
        "--words", type=int, default=100, help="number of words, including the --start words (default: 100)"
    )
    command.add_argument("--seed", type=int, default=0, help="seed of the random numbers (default: 0)")
    command.add_argument("--show", action="store_true", help="print x, score, p and the sampled id of every step")
    raw = "print control characters in words unchanged, so that a terminal obeys them; by default they are escaped"
    command.add_argument("--raw", action="store_true", help=raw)
    add_flags(command, Sampling)

    command = commands.add_parser(
        "export", help="write the network of a run to a smaller file, for evaluate and generate"
    )
    command.set_defaults(command=export)
    command.add_argument("run", type=file_name, metavar="RUN.npz")
    command.add_argument("network", type=file_name, metavar="NETWORK.npz")
    add_overwrite(command)

    command = commands.add_parser("lessons", help="list the lessons of the page, or check lesson files")
    command.set_defaults(command=lessons)
    command.add_argument(
        "--check", type=file_name, nargs="+", metavar="FILE.toml", help="list the problems in these files"
    )

    command = commands.add_parser("status", help="print the status of a server, from the file it writes (RNNLM_STATUS)")
    command.set_defaults(command=status)
    command.add_argument("file", type=file_name, metavar="FILE")

    command = commands.add_parser(
        "bench", help="time a training step, its lower bound, and the same step in PyTorch and JAX"
    )
    command.set_defaults(command=bench)
    command.add_argument("--rounds", type=int, default=7, help="repetitions of each measurement (default: 7)")
    command.add_argument(
        "--scaling", action="store_true", help="print a second table: how the time grows with each size"
    )
    command.add_argument("--epoch", action="store_true", help="also train one epoch of all of PTB")
    command.add_argument("--json", type=file_name, metavar="FILE", help="write all figures to a file")
    add_overwrite(command)
    return parser


def add_overwrite(command: argparse.ArgumentParser) -> None:
    """Add the flag --overwrite. Every command that writes a file has this flag."""
    command.add_argument("--overwrite", action="store_true", help="replace a file that already exists")
