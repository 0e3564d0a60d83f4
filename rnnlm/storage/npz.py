"""Files of plain arrays: .npz without pickle, written atomically, read with one sentence for whatever is wrong."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rnnlm.data.vocabulary import Vocabulary

Arrays = dict[str, np.ndarray]
Reader = Callable[[dict[str, Any], Vocabulary, Arrays], Any]


class SavedRunError(ValueError):
    """A file that is not a saved run, or not a whole one."""


def write_archive(
    file: BinaryIO, about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays, compressed: bool = False
) -> None:
    """Write a description (with its "format"), the words and the arrays to an open file.

    Compressing weights saves a few per cent and takes a hundred times as long.
    """
    save = np.savez_compressed if compressed else np.savez
    counts = vocabulary.counts if vocabulary.counts.max() >= 2**31 else vocabulary.counts.astype(np.int32)
    described = {"about": json.dumps(about), "vocabulary": "\n".join(vocabulary.words)}
    save(file, **{name: _as_bytes(text) for name, text in described.items()}, counts=counts, **arrays)


def write_whole(path: str | os.PathLike, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` fill a file, which is there whole or not at all; SavedRunError if it cannot be written."""
    path, temporary = Path(path), None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            write(file)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError):
            raise SavedRunError(f"cannot write {path}: {error.strerror or error}") from error
        raise


def read_archive(path: str | os.PathLike, readers: dict[str, Reader]) -> Any:
    """Read a file of `write_archive` with the reader of its format.

    Raises SavedRunError with one sentence for a file that is missing, truncated or foreign.
    """
    name = Path(path).name
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        about, words = json.loads(_as_text(arrays.pop("about"))), _as_text(arrays.pop("vocabulary"))
        if about["format"] not in readers:
            kind, kinds = about["format"].split()[1], [format.split()[1] for format in readers]
            if kind not in kinds:
                raise SavedRunError(f"{name} is a saved {kind}, where a saved {kinds[0]} is needed")
            raise SavedRunError(f"{name} is a saved {kind} of another version ({about['format']})")
        words, counts = words.split("\n"), arrays.pop("counts")
        if counts.shape != (len(words),):
            raise ValueError("the counts do not fit the words")
        vocabulary = Vocabulary(words, counts, full_stop=about["experiment"]["corpus"] != "text")
        return readers[about["format"]](about, vocabulary, arrays)
    except SavedRunError:
        raise
    except OSError as error:
        reason = error.strerror or "it is not a saved run"
        raise SavedRunError(f"cannot read {name}: {reason}") from error
    except Exception as error:  # a damaged archive can fail in any of its layers, and in any way
        raise SavedRunError(f"{name} is not a saved run, or not a whole one") from error


def _as_bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


def _as_text(array: np.ndarray) -> str:
    return array.tobytes().decode()
