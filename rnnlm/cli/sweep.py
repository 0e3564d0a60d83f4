"""A sweep: train every combination of the given options on all cores. A stopped sweep can be continued."""

import argparse
import itertools
import math
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnnlm.cli.cluster import Cluster
from rnnlm.cli.console import say, tell
from rnnlm.cli.cores import Cores
from rnnlm.cli.flags import given_several
from rnnlm.cli.places import check_free, is_same
from rnnlm.cli.sweep_page import sweep_page
from rnnlm.cli.sweep_table import add_run, read_table
from rnnlm.cli.sweep_words import Bar, run_line, runs, sentences, varied
from rnnlm.cli.train import show_bar, signals
from rnnlm.data.files import content_of
from rnnlm.data.own_text import MAX_BYTES
from rnnlm.experiment import PRESETS, Experiment
from rnnlm.options import changed_options, table
from rnnlm.storage.npz import write_whole
from rnnlm.training.sweep import Outcome, check_runs, corpus_of_run, run_all, text_of

MOST_RUNS = 1000


def sweep(options: argparse.Namespace) -> int:
    """Train every combination of the options, print a line for each run, and then print the spread over seeds."""
    experiments = planned(options)
    check_files(options)
    kept = read_table(options.csv) if options.csv else []
    check_runs(experiments, options.text)
    texts = {experiment: text_of(experiment, corpus_of_run(experiment, options.text)) for experiment in experiments}
    done = {outcome.experiment: outcome for outcome in kept if texts.get(outcome.experiment) == outcome.text}
    stop = signals()
    say(runs(len(experiments)) + (f"; {len(done):,} of them are already in {options.csv}" if done else ""), flush=True)
    left = [experiment for experiment in experiments if experiment not in done]
    for outcome in trained(left, options, stop):
        done[outcome.experiment] = outcome
        if options.csv:
            add_run(options.csv, outcome)
        show_bar("")
        say(run_line(outcome, varied(experiments)), flush=True)
    show_bar("")
    if len(done) < len(experiments):
        tell(stopped(len(done), len(experiments), options.csv))
        return 128 + stop[0]
    conclude([done[experiment] for experiment in experiments], options)
    return 0


def trained(experiments: Sequence[Experiment], options: argparse.Namespace, stop: list[int]) -> Iterator[Outcome]:
    """Train the experiments, and yield their outcomes in the order in which the runs finish.

    A bar shows the progress. Training stops as soon as the list `stop` contains a signal.
    """
    show = Bar(experiments).show
    if options.dask is not None:  # the workers do not have the text's file
        content = content_of(options.text, MAX_BYTES) if options.text else None
        return run_all(experiments, content, Cluster(options.dask, stop, show).map)
    return run_all(experiments, options.text, Cores(stop, show).map)


def conclude(outcomes: Sequence[Outcome], options: argparse.Namespace) -> None:
    """Print the results of a complete sweep, and write its HTML page if --html is given."""
    names = varied([outcome.experiment for outcome in outcomes])
    told = sentences(outcomes, names)
    for sentence in told:
        say(sentence)
    if options.html:
        page = sweep_page(outcomes, names, told)
        write_whole(options.html, lambda file: file.write(page.encode()))


def planned(options: argparse.Namespace) -> list[Experiment]:
    """List every combination of the given values, without repetitions.

    Raises ValueError if there are too many combinations, or if flags contradict each other.
    """
    chosen = given_several(options, Experiment)
    if options.preset:
        preset = {name: [value] for name, value in changed_options(PRESETS[options.preset]).items()}
        chosen = preset | chosen
    if options.text is not None:
        chosen = {"corpus": ["text"]} | chosen
        if chosen["corpus"] != ["text"]:
            raise ValueError(f"--text names your own text, but --corpus names {chosen['corpus'][0]}: leave one out")
    if options.seeds is not None:
        if not 1 <= options.seeds <= MOST_RUNS:
            raise ValueError(f"seeds must be between 1 and {MOST_RUNS:,}, got {options.seeds:,}")
        first, *others = chosen.get("seed", [0])
        if others:
            raise ValueError("--seeds counts up from a single --seed: give one seed, or leave --seeds out")
        chosen["seed"] = [first + i for i in range(options.seeds)]
    count = math.prod(len(values) for values in chosen.values())
    if count > MOST_RUNS:
        raise ValueError(f"a sweep has at most {MOST_RUNS:,} runs, got {count:,}: give fewer values")
    ordered = {name: chosen[name] for name in table(Experiment) if name in chosen and name != "seed"}
    ordered["seed"] = chosen.get("seed", [0])  # the seed changes fastest
    return [Experiment(**dict(zip(ordered, values, strict=True))) for values in itertools.product(*ordered.values())]


def check_files(options: argparse.Namespace) -> None:
    """Raise ValueError if the sweep would overwrite a file. A table may exist, because the sweep continues it."""
    if options.overwrite and not options.html:
        raise ValueError("--overwrite only works with --html, which names the page to replace: leave --overwrite out")
    for path in (options.csv, options.html):
        if path and is_same(path, options.text):
            raise ValueError(f"{path} is the text itself: name another file for the table")
    if options.html:
        if options.csv and options.csv.resolve() == options.html.resolve():
            raise ValueError(f"{options.html} is the table itself: name another file for the page")
        check_free(options.html, options.overwrite)


def stopped(done: int, count: int, path: Path | None) -> str:
    """Return the message for a sweep that was stopped, with the command that continues it."""
    kept = (
        f"repeat the command to continue with {shlex.quote(str(path))}"
        if path
        else "nothing was saved, because --csv is missing"
    )
    return f"stopped after {done:,} of {runs(count)}; {kept}"
