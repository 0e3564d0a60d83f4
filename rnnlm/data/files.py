"""Read regular files of limited size. The kind and the size of a file are checked before reading."""

import errno
import os
import stat
from typing import BinaryIO


def plain_file(path: str | os.PathLike, most: int) -> BinaryIO:
    """Open a regular file of up to `most` bytes for reading.

    Raises OSError if the file is larger, or if it is not a regular file. Reading any other kind of file might never
    finish: a device may have no end, and a pipe may have no writer.
    """
    _check(os.stat(path), most)  # opening a device may already have an effect
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = open(path, "rb", opener=lambda name, _: os.open(name, flags))  # noqa: SIM115 (the caller closes it)
    try:
        _check(os.fstat(file.fileno()), most)
    except OSError:
        file.close()
        raise
    return file


def content_of(path: str | os.PathLike, most: int) -> bytes:
    """Return the content of a regular file of up to `most` bytes. Raises OSError in the same cases as `plain_file`."""
    with plain_file(path, most) as file:
        content = file.read(most + 1)
    if len(content) > most:  # some system files report no size until they are read
        raise _too_long(most)
    return content


def _check(about: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    if about.st_size > most:
        raise _too_long(most)


def _too_long(most: int) -> OSError:
    return OSError(errno.EFBIG, f"it is too long: it may have at most {most:,} bytes")
