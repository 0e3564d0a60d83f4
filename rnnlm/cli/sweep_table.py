"""The table of a sweep: a CSV file with one row per run. A continued sweep skips the runs that are in the table."""

import contextlib
import csv
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rnnlm.data.files import content_of
from rnnlm.experiment import Experiment
from rnnlm.options import changed_options, parse, table, write
from rnnlm.storage.checks import check_numbers
from rnnlm.storage.npz import check_place, write_whole
from rnnlm.training.sweep import Outcome

try:
    import fcntl
except ImportError:  # Windows, where two sweeps may not share a table
    fcntl = None

RESULTS = ("text", "final_perplexity", "valid_perplexity", "epochs_done", "seconds", "diverged_at", "curve")
MOST_BYTES = 50_000_000  # bytes of a table; a run takes about 3,000


def read_table(path: Path) -> list[Outcome]:
    """Read the runs of a table. The list is empty if there is no file yet.

    Raises ValueError with a message if the file is not the table of a sweep, or if its path cannot be written to.
    """
    check_place(path)
    if not path.exists():
        return []
    try:
        lines = content_of(path, MOST_BYTES).decode("utf-8-sig")
        lines = lines[: lines.rfind("\n") + 1]  # drop a last row that is cut off; its run is trained again
        rows = list(csv.DictReader(io.StringIO(lines), strict=True))
        header = set(rows[0]) if rows else set()
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error):
        header = set()
    if not {"seed", *RESULTS} <= header <= {*table(Experiment), *RESULTS}:
        raise ValueError(f"{path} already exists and is not a sweep table: name another file for the table")
    return [_outcome(path, number, row) for number, row in enumerate(rows, 2)]


def add_run(path: Path, outcome: Outcome) -> None:
    """Add a run to the table, and keep the runs that another sweep has added since the table was read."""
    with _alone(path):
        others = [other for other in read_table(path) if _name(other) != _name(outcome)]
        write_table(path, [*others, outcome])


def _name(outcome: Outcome) -> tuple[Experiment, str]:
    return outcome.experiment, outcome.text


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Lock a table's folder during a change. The table itself cannot be locked, because each change replaces it."""
    if fcntl is None:
        yield
        return
    folder = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def write_table(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Write the runs as a table, atomically. An option that has its default in every run gets no column."""
    rows = [_row(outcome) for outcome in outcomes]
    given = {name for row in rows for name in row}
    names = [name for name in table(Experiment) if name in given and name != "seed"]
    file = io.StringIO()
    writer = csv.DictWriter(file, [*names, "seed", *RESULTS], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, lambda binary: binary.write(file.getvalue().encode()))


def _row(outcome: Outcome) -> dict[str, str]:
    row = {name: write(value) for name, value in changed_options(outcome.experiment).items()}
    figures = outcome.perplexity, outcome.valid, outcome.epochs, outcome.seconds, outcome.diverged
    curve = " ".join(f"{epoch:g}:{perplexity:.6g}" for epoch, perplexity in outcome.curve)
    results = [outcome.text, *("" if value is None else repr(value) for value in figures), curve]
    return row | {"seed": write(outcome.experiment.seed)} | dict(zip(RESULTS, results, strict=True))


def _outcome(path: Path, number: int, row: dict[str, Any]) -> Outcome:
    """Make the outcome of a run from row `number` of a table. An empty cell for an option means its default.

    Raises ValueError if the row is not valid.
    """
    if None in row or None in row.values():
        raise ValueError(f"row {number} of {path} was changed: it has too few or too many cells")
    try:
        options = {name: parse(Experiment, name, row[name]) for name in table(Experiment) if row.get(name)}
        text, *figures, curve = (row[name] for name in RESULTS)
        perplexity, valid, epochs, seconds, diverged = (float(value) if value else None for value in figures)
        points = tuple((float(epoch), float(y)) for epoch, y in (point.split(":") for point in curve.split()))
        experiment = Experiment(**options)
        numbers = {"perplexity": perplexity, "valid": valid, "epochs_done": epochs, "seconds": seconds}
        check_numbers(numbers | {"diverged_at": diverged}, may_lack=("perplexity", "valid", "diverged_at"))
        if epochs > experiment.epochs:
            raise ValueError("it has more epochs than its settings allow")
        return Outcome(experiment, perplexity, valid, epochs, seconds, diverged, points, text)
    except ValueError as error:
        raise ValueError(f"row {number} of {path} was changed: {error}") from error
