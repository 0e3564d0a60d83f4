"""Checks that a file may be written to its place. They are made before any work is done for the file."""

from pathlib import Path

from rnnlm.storage.npz import check_place


def check_free(path: Path, overwrite: bool, otherwise: str = "") -> None:
    """Check that a file can be written to a path.

    Raises ValueError if the file exists, unless `overwrite`; `otherwise` is a part of its message that offers an
    alternative. Raises SavedRunError if nothing can be written there.
    """
    check_place(path)
    if path.exists() and not overwrite:
        raise ValueError(f"{path} already exists: {otherwise}--overwrite replaces it")


def is_same(path: Path, other: Path | None) -> bool:
    """Whether two paths lead to the same existing file."""
    return other is not None and path.exists() and other.exists() and path.samefile(other)
