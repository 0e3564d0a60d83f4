"""Read and write files of plain arrays: .npz without pickle, written completely or not at all."""

import contextlib
import errno
import io
import json
import math
import os
import re
import secrets
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rnnlm.data.files import plain_file
from rnnlm.data.own_text import MAX_VOCABULARY
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.errors import UserError, marked

Arrays = dict[str, np.ndarray]
Reader = Callable[[dict[str, Any], Vocabulary, Arrays], Any]
MOST = 320_000_000  # bytes of all arrays together; the largest possible run has 230 million
Most = tuple[float, float]  # limits in bytes: for all arrays, and for the description alone
MOST_PACKED = 2_000_000  # bytes of a compressed description, unpacked; its Python objects take up to 30 times as many
MOST_LISTED = 200_000  # bytes of an archive's list of contents
BESIDE = 1_000_000  # bytes of an archive besides its arrays: names, sizes and the list of contents
PART, PART_OLD = re.compile("rnnlm-[0-9a-f]{12}[.]part"), 3600.0  # unfinished files, and seconds until they are removed
END = struct.Struct("<4s4H2LH")  # the end of an archive: a mark, counts, the list's length and position, remark length
KINDS = marked("run"), marked("network"), marked("moments")  # kinds of files, to be translated in messages
PLAIN = tuple(np.dtype(name) for name in ("uint8", "int32", "int64", "float16", "float32", "float64"))


class SavedRunError(UserError):
    """A file cannot be read or written, or it is not a complete saved run or network."""


def write_archive(
    file: BinaryIO, about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays, compressed: bool = False
) -> None:
    """Write a description (with the key "format"), the words and the arrays to an open file.

    If `compressed` is set, weights take a few per cent less space, but writing takes a hundred times as long.
    """
    save = np.savez_compressed if compressed else np.savez
    counts = vocabulary.counts if vocabulary.counts.max() >= 2**31 else vocabulary.counts.astype(np.int32)
    described = {"about": json.dumps(about), "vocabulary": "\n".join(vocabulary.words)}
    save(file, **{name: _as_bytes(text) for name, text in described.items()}, counts=counts, **arrays)


def write_whole(path: str | os.PathLike, write: Callable[[BinaryIO], None]) -> None:
    """Write a file completely or not at all. The function `write` is called with an open file, and fills it.

    An existing file keeps its mode and owner. The mode of a new file follows the umask. If the path is a symbolic link,
    the file that it points to is written. An existing file is replaced only if it is a regular file. Raises
    SavedRunError if the file cannot be written.
    """
    temporary = None
    try:
        place, there = _place(path)
        mode = stat.S_IMODE(there.st_mode) if there else 0o666
        part = place.with_name(f"rnnlm-{secrets.token_hex(6)}.part")
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            temporary = part
            _remove_old_parts(place.parent, os.fstat(file.fileno()).st_mtime)
            write(whole := io.BytesIO())  # in memory, because a zip file on a full disk fails again when it is closed
            file.write(whole.getbuffer())
        if there:
            with contextlib.suppress(OSError, AttributeError):  # only root may change the owner; Windows has no chown
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


def _remove_old_parts(folder: Path, now: float) -> None:
    # the unfinished files of processes that were killed
    for part in folder.glob("rnnlm-*.part"):
        with contextlib.suppress(OSError):
            if PART.fullmatch(part.name) and now - part.lstat().st_mtime > PART_OLD:
                part.unlink()


def check_place(path: str | os.PathLike) -> None:
    """Raise SavedRunError if `write_whole` could not write to this path. The check leaves no file behind."""
    try:
        place, _ = _place(path)
        tempfile.TemporaryFile(dir=place.parent).close()
    except OSError as error:
        raise _cannot_write(path, error) from error


def _place(path: str | os.PathLike) -> tuple[Path, os.stat_result | None]:
    """Return a path without symbolic links, and the status (os.stat) of the file there.

    The status is None if the file does not exist. Raises OSError if the file may not be replaced.
    """
    place = Path(os.path.realpath(path))
    try:
        there = os.stat(place)
    except FileNotFoundError:
        return place, None
    if not stat.S_ISREG(there.st_mode):
        kind = "a directory" if stat.S_ISDIR(there.st_mode) else "not a regular file"
        raise OSError(errno.EINVAL, f"it is {kind}")
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return place, there


def _cannot_write(path: str | os.PathLike, error: OSError) -> SavedRunError:
    return SavedRunError("cannot write {path}: {reason}", path=path, reason=error.strerror or error)


def read_archive(
    path: str | os.PathLike, readers: dict[str, Reader], content: bytes | None = None, most: Most = (MOST, math.inf)
) -> Any:
    """Read a file written by `write_archive`, using the reader for its format.

    readers: a function for each known format. It makes the result from the description, the vocabulary and the arrays.
    content: the content of the file. If it is given, no file is read, and the path is only a name for messages.
    most: the limits in bytes, for all arrays together and for the description. Sizes are checked before unpacking.
    Raises SavedRunError if the file is missing, truncated, too large or of another kind.
    """
    name = Path(path).name
    try:
        with plain_file(path, most[0] + BESIDE) if content is None else io.BytesIO(content) as source:
            arrays = _unpacked(name, source, *most)
        about, words = json.loads(_as_text(arrays.pop("about"))), _as_text(arrays.pop("vocabulary"))
        if about["format"] not in readers:
            kind, kinds = about["format"].split()[1], [format.split()[1] for format in readers]
            if kind not in kinds:
                raise SavedRunError(
                    "{name} is a saved {kind}, but a saved {kinds} is needed",
                    name=name,
                    kind=UserError(kind),
                    kinds=UserError(kinds[0]),
                )
            raise SavedRunError(
                "{name} is a saved {kind} from another version of this program (file format {about}): open "
                "it with that version",
                name=name,
                kind=UserError(kind),
                about=about["format"],
            )
        counts, V = arrays.pop("counts"), words.count("\n") + 1
        if not V <= MAX_VOCABULARY or counts.shape != (V,) or counts.dtype.kind != "i" or counts.min() < 0:
            raise ValueError("the counts do not fit the words, or these are too many")
        words = words.split("\n")
        if len(set(words)) < len(words):
            raise ValueError("a word occurs twice")
        vocabulary = Vocabulary(words, counts, full_stop=about["experiment"]["corpus"] != "text")
        return readers[about["format"]](about, vocabulary, arrays)
    except SavedRunError:
        raise
    except OSError as error:
        reason = error.strerror or UserError("it is not a saved run")
        raise SavedRunError("cannot read {name}: {reason}", name=name, reason=reason) from error
    except Exception as error:  # a damaged archive can fail in any of its layers, and in any way
        raise SavedRunError("{name} is not a saved run, or is incomplete", name=name) from error


def _unpacked(name: str, source: BinaryIO, most: int, most_told: float) -> Arrays:
    """Return the arrays of an archive.

    Raises an error if the archive contains anything except plain arrays, or takes more than `most` bytes when unpacked.
    """
    _check_list(source)
    with zipfile.ZipFile(source) as file:
        members = file.infolist()
        size = sum(member.file_size for member in members)
        if size > most:
            raise SavedRunError(
                "{name} would unpack to {size:,} bytes, but the limit is {most:,}", name=name, size=size, most=most
            )
        arrays = {member.filename.removesuffix(".npy"): _array(file, member, most_told) for member in members}
        if len(arrays) < len(members):
            raise ValueError("a name occurs twice")
        return arrays


def _check_list(source: BinaryIO) -> None:
    """Raise ValueError if an archive's list of contents is too long, because zipfile would read all of it."""
    source.seek(max(0, source.seek(0, os.SEEK_END) - END.size - 20))
    tail = source.read()
    mark, *_, size, _, remark = END.unpack(tail[20:])
    if mark != b"PK\5\6" or remark or tail.startswith(b"PK\6\7"):  # PK 6 7 marks a list of another format (ZIP64)
        raise ValueError("its end is damaged")
    if size > MOST_LISTED:
        raise ValueError("it lists too much")


def _array(file: zipfile.ZipFile, member: zipfile.ZipInfo, most_told: float) -> np.ndarray:
    """Read one array.

    Raises ValueError before unpacking if the array is not plain, or if its size is not the one listed in the archive.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("it is compressed in an unknown way")
    most = MOST_PACKED if member.compress_type == zipfile.ZIP_DEFLATED else most_told
    if member.filename.startswith("about") and member.file_size > most:
        raise ValueError("its description is too long")
    with file.open(member) as stream:
        if np.lib.format.read_magic(stream) != (1, 0):  # the header of another version may have any length
            raise ValueError("it is not an array that this program wrote")
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        if dtype not in PLAIN or math.prod(shape) * dtype.itemsize != member.file_size - stream.tell():
            raise ValueError("it is not a plain array, or it has the wrong size")
    with file.open(member) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)


def _as_bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


def _as_text(array: np.ndarray) -> str:
    return array.tobytes().decode()
