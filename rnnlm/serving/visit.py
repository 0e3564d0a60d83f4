"""What a visitor has as files: where he is, his run, his text; each whole or not there."""

import contextlib
import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.serving.arrivals import Arrived
from rnnlm.serving.job import Job
from rnnlm.storage.handover import points_from
from rnnlm.storage.npz import Arrays, read_archive, write_archive, write_whole

RUN, TEXT = "rnnlm visit 1", "rnnlm text 1"
PLACE = ("by", "place", "small", "running")
LARGEST = 64_000_000  # bytes of a run or a text that is written
MOST_PLACE = 4_000_000  # bytes of where he is; a pasted text of 200,000 characters is in it


@dataclass(frozen=True)
class Found:
    """What a visitor had at another server, or at this one before it was started anew.

    place is what the page wanted to find again, small its text as it was pasted; running tells that the run was in
    training. text is the visitor's whole one, corpus that of a run on it.
    """

    place: dict[str, Any]
    small: dict[str, str] | None
    running: bool
    experiment: Experiment | None = None
    arrived: Arrived | None = None
    corpus: Corpus | None = None
    text: Corpus | None = None


def write_place(path: Path, place: dict[str, Any]) -> None:
    """Write where a visitor is; SavedRunError where that cannot be."""
    write_whole(path, lambda file: file.write(json.dumps(place).encode()))


def read_place(path: Path) -> dict[str, Any] | None:
    """Where a visitor is; None where nothing is written, or nothing that can be read."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        with path.open("rb") as file:
            place = json.loads(file.read(MOST_PLACE))
        return {name: place[name] for name in PLACE}
    return None


def write_run(path: Path, job: Job) -> None:
    """Write what a run can go on from, or none for one that is at its beginning or too large; errors as above."""
    state, arrays, trained = job.kept or ({}, {}, 0.0)
    if not 0 < sum(array.nbytes for array in arrays.values()) <= LARGEST:
        path.unlink(missing_ok=True)
        return
    about = {"format": RUN, "experiment": state["experiment"], "state": state, "trained": trained}
    write_whole(path, lambda file: write_archive(file, about, job.corpus.vocabulary, arrays))


def _read_run(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> dict[str, Any]:
    state, experiment, corpus = about["state"], Experiment(**about["experiment"]), None
    if experiment.corpus == "text":
        corpus = Corpus(arrays["corpus_ids"], vocabulary, state["corpus"]["title"], state["corpus"]["remark"])
    points_from(arrays["curve"])  # a worker looks at all the rest
    return {"experiment": experiment, "arrived": Arrived((state, arrays, about["trained"]), ()), "corpus": corpus}


def write_text(path: Path, corpus: Corpus) -> None:
    """Write a text, or none that is too large; SavedRunError where that cannot be."""
    if corpus.ids.nbytes > LARGEST:
        path.unlink(missing_ok=True)
        return
    about = {"format": TEXT, "experiment": {"corpus": "text"}, "title": corpus.title, "remark": corpus.remark}
    write_whole(path, lambda file: write_archive(file, about, corpus.vocabulary, {"ids": corpus.ids}))


def _read_text(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> dict[str, Any]:
    return {"text": Corpus(arrays["ids"], vocabulary, str(about["title"]), str(about["remark"]))}


def read_visit(file: Callable[[str], Path]) -> Found | None:
    """What is written of a visitor, `file` being the place of each of his files by its end; None where nothing is."""
    place = read_place(file(".place"))
    if place is None:
        return None
    found = Found(place["place"], place["small"], place["running"])
    for suffix, reader in ((".run", {RUN: _read_run}), (".text", {TEXT: _read_text})):
        with contextlib.suppress(ValueError):  # there is none, or a damaged one
            found = dataclasses.replace(found, **read_archive(file(suffix), reader))
    return found
