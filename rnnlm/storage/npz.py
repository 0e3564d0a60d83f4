"""Files of plain arrays: .npz without pickle, written atomically, read with one sentence for whatever is wrong."""

import contextlib
import errno
import io
import json
import os
import secrets
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rnnlm.data.vocabulary import Vocabulary

MOST_UNPACKED = 200_000_000  # bytes of the arrays of a file that comes from elsewhere

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
    """Let `write` fill a file, which is there whole or not at all; SavedRunError if it cannot be written.

    A file that is there keeps its mode and owner, a new one has what the umask leaves. Behind a symbolic
    link the file it leads to is written; what is no plain file is never replaced.
    """
    temporary = None
    try:
        place, there = _place(path)
        mode = stat.S_IMODE(there.st_mode) if there else 0o666
        part = place.with_name(f"rnnlm-{secrets.token_hex(6)}.part")
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            temporary = part
            write(file)
        if there:
            with contextlib.suppress(OSError, AttributeError):  # only root may give a file away, on Windows nobody
                os.chown(temporary, there.st_uid, there.st_gid)
            os.chmod(temporary, mode)
        os.replace(temporary, place)
    except BaseException as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError):
            raise _cannot_write(path, error) from error
        raise


def check_place(path: str | os.PathLike) -> None:
    """Check that `write_whole` could write here, and leave no trace; SavedRunError if not."""
    try:
        place, _ = _place(path)
        tempfile.TemporaryFile(dir=place.parent).close()
    except OSError as error:
        raise _cannot_write(path, error) from error


def _place(path: str | os.PathLike) -> tuple[Path, os.stat_result | None]:
    """Where a path leads to, and what is there; OSError where that may not be replaced."""
    place = Path(os.path.realpath(path))
    try:
        there = os.stat(place)
    except FileNotFoundError:
        return place, None
    if not stat.S_ISREG(there.st_mode):
        kind = "a directory" if stat.S_ISDIR(there.st_mode) else "no plain file"
        raise OSError(errno.EINVAL, f"it is {kind}")
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return place, there


def _cannot_write(path: str | os.PathLike, error: OSError) -> SavedRunError:
    return SavedRunError(f"cannot write {path}: {error.strerror or error}")


def read_archive(path: str | os.PathLike, readers: dict[str, Reader], content: bytes | None = None) -> Any:
    """Read a file of `write_archive` with the reader of its format; content is what it holds, where that is here.

    Raises SavedRunError with one sentence for a file that is missing, truncated or foreign, and for a content that
    would unpack to more than a run has.
    """
    name = Path(path).name
    try:
        if content is not None:
            _check_unpacked(name, content)
        with np.load(path if content is None else io.BytesIO(content), allow_pickle=False) as file:
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


def _check_unpacked(name: str, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        size = sum(part.file_size for part in file.infolist())
    if size > MOST_UNPACKED:
        raise SavedRunError(f"{name} unpacks to {size:,} bytes, and {MOST_UNPACKED:,} are the most that is read here")


def _as_bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


def _as_text(array: np.ndarray) -> str:
    return array.tobytes().decode()
