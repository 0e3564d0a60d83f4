"""The book's train_custom_loop (5.5.3) on the command line: train, print, save, and continue a stopped run."""

import argparse
import shlex
import signal
import sys
import time
from pathlib import Path

from rnnlm.cli.console import say, tell
from rnnlm.cli.flags import given
from rnnlm.cli.places import check_free, is_same
from rnnlm.data.own_text import load_text
from rnnlm.experiment import PRESETS, Experiment
from rnnlm.formats import as_printed, figure
from rnnlm.options import changed_options, table
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.storage.moments import save_moments
from rnnlm.storage.npz import SavedRunError
from rnnlm.training.build import load_corpus
from rnnlm.training.snapshots import Snapshots
from rnnlm.training.state import Progress
from rnnlm.training.trainer import DivergedError, Trainer

SAVE_EVERY = 60  # seconds between two saves


def train(options: argparse.Namespace) -> int:
    """Train a new run or continue a stopped one, print its perplexity after each epoch, and save it."""
    chosen = given(options, Experiment)
    if options.preset:
        chosen = changed_options(PRESETS[options.preset]) | chosen
    path, replaces = place(options)
    if options.moments:
        check_free(options.moments, options.overwrite)
    trainer = resumed(options.resume, chosen, options.text) if options.resume else started(chosen, options.text)
    if options.moments:
        trainer.snapshots = Snapshots(trainer)
    stop = signals()
    if path and not replaces:
        save_run(trainer, path)
    if trainer.divergence:
        tell(f"this run has diverged and cannot continue. {trainer.divergence}")
        return 1
    if trainer.finished:
        tell(finished(trainer))
    say(f"corpus size: {len(trainer.corpus)}, vocabulary size: {trainer.vocabulary.size}", flush=True)
    try:
        run_and_print(trainer, path, stop, replaces)
    except DivergedError as error:
        tell(f"{error} {path} was not changed." if replaces and not trainer.history else str(error))
        return 1
    finally:
        if options.moments:
            save_moments(trainer, trainer.snapshots.fetch(), options.moments)
    if stop:
        tell(stopped(trainer, path))
        return 128 + stop[0]
    return 0


def finished(trainer: Trainer) -> str:
    """Return the message for a run that has already finished its last epoch."""
    epochs = trainer.experiment.epochs
    most = min(2 * epochs, table(Experiment)["epochs"].high)
    more = f"; continue with --epochs {most}" if trainer.extensible and most > epochs else ""
    return f"all {epochs} epochs of this run are done{more}"


def stopped(trainer: Trainer, path: Path | None) -> str:
    """Return the message for a run that was stopped, with the command that continues it."""
    kept = (
        f"continue with --resume {shlex.quote(str(path))}" if path else "nothing was saved, because --save is missing"
    )
    return f"stopped in epoch {int(trainer.epoch) + 1} of {trainer.experiment.epochs}; {kept}"


def place(options: argparse.Namespace) -> tuple[Path | None, bool]:
    """Return the path to save the run to, and whether saving replaces an existing file.

    A resumed run that is saved to its own file does not count. The path is None if the run is not to be saved.
    Raises ValueError if the file at the path must not be replaced.
    """
    path = options.save or options.resume
    if options.overwrite and not (options.save or options.moments):
        raise ValueError("--overwrite only works with --save, which names the file to replace: leave --overwrite out")
    if path is None or is_same(path, options.resume):
        return path, False
    if is_same(path, options.text):
        raise ValueError(f"{path} is the text itself: name another file for the run")
    check_free(path, options.overwrite, otherwise="--resume continues it, ")
    return path, path.exists()


def signals() -> list[int]:
    """Return a list that collects every signal that asks the program to stop: Ctrl-C, kill, and a closed terminal."""
    stop: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) != signal.SIG_IGN or number == signal.SIGINT:  # nohup ignores SIGHUP; keep it so
            signal.signal(number, lambda number, _frame: stop.append(number))
    return stop


def run_and_print(trainer: Trainer, path: Path | None, stop: list[int], replaces: bool = False) -> None:
    """Train to the end, or until the list `stop` contains a signal.

    A line is printed for each epoch. The run is saved to `path` every SAVE_EVERY seconds and at the end. If `replaces`
    is set, the old file is kept until the run has finished an epoch or has been stopped.
    """
    before = printed = len(trainer.history)
    saved, told = time.monotonic(), ""
    try:
        while not trainer.finished and not stop:
            trainer.run(for_seconds=0.2)
            show_bar("")
            printed = print_epochs(trainer, printed)
            show_bar(bar(trainer))
            if path and time.monotonic() - saved > SAVE_EVERY and (printed > before or not replaces):
                told = kept_or_told(trainer, path, told)
                saved = time.monotonic()
    finally:
        done = trainer.finished and not trainer.divergence
        if path and (not replaces or stop or done or len(trainer.history) > before):
            save_run(trainer, path)  # before printing, because the output may be a closed pipe
        show_bar("")
        print_epochs(trainer, printed)  # epochs of a run that diverged since the last print


def kept_or_told(trainer: Trainer, path: Path, before: str) -> str:
    """Save a run. If saving fails, for example because the disk is full, report the reason once.

    `before` is the error message of the previous attempt. Returns the error message of this attempt, or an empty string
    if the run was saved.
    """
    try:
        save_run(trainer, path)
        return ""
    except SavedRunError as error:
        if str(error) != before:
            show_bar("")
            tell(f"{error}. Training continues, and the run is saved as soon as possible.")
        return str(error)


def started(chosen: dict, text: Path | None) -> Trainer:
    """Make a new run with the chosen options. If the file `text` is given, the run trains on it."""
    if text is not None:
        chosen = {"corpus": "text"} | chosen
        if chosen["corpus"] != "text":
            raise ValueError(f"--text names your own text, but --corpus names {chosen['corpus']}: leave one out")
    experiment = Experiment(**chosen)
    return Trainer(experiment, load_corpus(experiment, load_text(text) if text else None))


def resumed(path: Path, chosen: dict, text: Path | None) -> Trainer:
    """Load a saved run. Only the number of epochs and the start of averaging may differ from the saved values."""
    run = load_run(path)
    changed = {name: value for name, value in chosen.items() if value != getattr(run.experiment, name)}
    kept = [name for name in changed if name not in ("epochs", "average_from")]
    if kept:
        name = kept[0]
        raise ValueError(f"a resumed run keeps its {name}, {getattr(run.experiment, name)}: leave the flag out")
    if text is not None:
        raise ValueError("a resumed run keeps its text: leave --text out")
    trainer = run.resume()
    if "epochs" in changed:
        trainer.extend(changed["epochs"])
    if "average_from" in changed:
        trainer.average_since(changed["average_from"])
    return trainer


def print_epochs(trainer: Trainer, printed: int) -> int:
    """Print a line for each finished epoch that has not been printed yet.

    `printed` is the number of epochs printed so far. Returns the new number.
    """
    for progress in trainer.history[printed:]:
        say(epoch_line(progress), flush=True)
    return len(trainer.history)


def epoch_line(progress: Progress) -> str:
    """Return the line for an epoch, with its perplexity.

    If the perplexity on the validation split was measured, the line also shows this perplexity and the training time
    so far.
    """
    line = f"| epoch {progress.epoch} | perplexity {as_printed(progress.perplexity)}"
    if progress.valid is None:
        return line
    return f"{line} | valid {as_printed(progress.valid)} | {progress.seconds / 60:.1f} min"


def bar(trainer: Trainer) -> str:
    """Return a progress bar for a run as one line."""
    epochs = trainer.experiment.epochs
    done = int(30 * trainer.epoch / epochs)
    words = f"{figure(round(trainer.words_per_second))} words/s" if trainer.position.seconds else ""
    return f"[{'=' * done}{' ' * (30 - done)}] epoch {trainer.epoch:.1f} of {epochs}  {words}"


def show_bar(line: str) -> None:
    """Replace the progress bar on stderr with this line. Does nothing if stderr is not a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
