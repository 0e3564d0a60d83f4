"""Read and write a visitor's data as up to three files: place, run and text.

The place file has the page's address and link, the pasted text, whether the run was training, and which server wrote
the file. Each file is either complete or absent.
"""

import contextlib
import dataclasses
import json
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlm.data.corpus import Corpus
from rnnlm.data.encoding import whole
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.serving.engine.job import Job
from rnnlm.serving.engine.linked_moments import Arrived
from rnnlm.storage.checkpoint import own_corpus
from rnnlm.storage.checks import check_numbers
from rnnlm.storage.handover import read_handed_over
from rnnlm.storage.npz import Arrays, read_archive, write_archive, write_whole

RUN, TEXT = "rnnlm visit 1", "rnnlm text 1"
PLACE = ("by", "place", "small", "running")
LARGEST = 64_000_000  # bytes of a run or a text; a larger one is not written
MOST = 100_000_000  # limit in bytes for such a file, packed and unpacked
MOST_PLACE = 4_000_000  # limit in bytes for a place, with a pasted text of 200,000 characters, and for a description


@dataclass(frozen=True)
class Found:
    """A visitor's stored data, written by another server, or by this server before a restart.

    place: a dict with the page's `address` and `link`. Both are None if they are not known.
    small: the visitor's text as it was pasted, with its title; None if no text was pasted.
    running: whether the run was training.
    experiment, arrived, corpus: the experiment, the checkpoint and the text of the run. `corpus` is set only if the run
    reads the visitor's own text.
    text: the visitor's whole text.
    """

    place: dict[str, Any]
    small: dict[str, str] | None
    running: bool
    experiment: Experiment | None = None
    arrived: Arrived | None = None
    corpus: Corpus | None = None
    text: Corpus | None = None


def write_place(path: Path, place: dict[str, Any]) -> None:
    """Write a visitor's place file. Raises SavedRunError if writing fails."""
    write_whole(path, lambda file: file.write(json.dumps(place).encode()))


def read_place(path: Path) -> dict[str, Any] | None:
    """Read a visitor's place file. Returns None if the file is missing or invalid."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        if _is_plain(path, MOST_PLACE):
            place = json.loads(path.read_bytes())
            _check_place(place)
            return {name: place[name] for name in PLACE}
    return None


def _is_plain(path: Path, most: int) -> bool:
    # other kinds are not read: a pipe may never end, and a link leads elsewhere
    about = path.lstat()
    return stat.S_ISREG(about.st_mode) and about.st_size <= most


def _check_place(told: dict[str, Any]) -> None:
    """Raise ValueError if a part of a place file has the wrong type. The page does not check the parts again."""
    place, small = told["place"], told["small"]
    parts = [place[name] for name in ("address", "link")]
    if not (parts == [None, None] or all(map(_is_texts, parts))):
        raise ValueError("it is no address and no link")
    if not (small is None or (_is_texts(small) and small.keys() == {"content", "title"})):
        raise ValueError("it is no text")
    if not (isinstance(told["by"], str) and isinstance(told["running"], bool)):
        raise ValueError("it does not say whose it is, or whether that trained")


def _is_texts(value: Any) -> bool:
    """Return whether the value is a dict of strings. Raises ValueError if a string has a lone surrogate."""
    is_texts = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    return is_texts and all(whole(text, "place") == text for text in (*value, *value.values()))


def write_run(path: Path, job: Job) -> None:
    """Write a run's checkpoint to a file.

    If there is no checkpoint yet, or if it is too large, write nothing and delete the file if it exists. Raises
    SavedRunError if writing fails.
    """
    state, arrays, trained = job.kept or ({}, {}, 0.0)
    if not 0 < sum(array.nbytes for array in arrays.values()) <= LARGEST:
        path.unlink(missing_ok=True)
        return
    about = {"format": RUN, "experiment": state["experiment"], "state": state, "trained": trained}
    write_whole(path, lambda file: write_archive(file, about, job.corpus.vocabulary, arrays))


def _read_run(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> dict[str, Any]:
    state, trained = about["state"], about["trained"]
    saved, _ = read_handed_over(state, arrays, vocabulary)
    check_numbers({"trained": trained})
    return {"experiment": saved.experiment, "arrived": Arrived((state, arrays, trained), ()), "corpus": saved.corpus}


def write_text(path: Path, corpus: Corpus) -> None:
    """Write a visitor's text to a file. If the text is too large, write nothing and delete the file if it exists.

    Raises SavedRunError if writing fails.
    """
    if corpus.ids.nbytes > LARGEST:
        path.unlink(missing_ok=True)
        return
    about = {"format": TEXT, "experiment": {"corpus": "text"}, "title": corpus.title, "remark": corpus.remark}
    write_whole(path, lambda file: write_archive(file, about, corpus.vocabulary, {"ids": corpus.ids}))


def _read_text(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> dict[str, Any]:
    return {"text": own_corpus(arrays["ids"], vocabulary, about["title"], about["remark"])}


def read_visit(file: Callable[[str], Path]) -> Found | None:
    """Read a visitor's stored data. Returns None if nothing is stored.

    `file(extension)` returns the path of the visitor's file with this extension.
    """
    place = read_place(file(".place"))
    if place is None:
        return None
    found = Found(place["place"], place["small"], place["running"])
    for suffix, reader in ((".run", {RUN: _read_run}), (".text", {TEXT: _read_text})):
        with contextlib.suppress(OSError, ValueError):  # there is no file, or it is damaged
            if _is_plain(path := file(suffix), MOST):
                found = dataclasses.replace(found, **read_archive(path, reader, most=(MOST, MOST_PLACE)))
    return found
