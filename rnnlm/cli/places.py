"""Check that a command may write its output files, before it starts to work."""

from pathlib import Path

from rnnlm.storage.npz import check_place


def check_free(path: Path, overwrite: bool, otherwise: str = "") -> None:
    """Check that a file can be written to a path.

    Raises ValueError if the file exists, unless `overwrite` is set. The error message contains `otherwise`, a phrase
    that offers an alternative. Raises SavedRunError if the path cannot be written to.
    """
    check_place(path)
    if path.exists() and not overwrite:
        raise ValueError(f"{path} already exists: {otherwise}--overwrite replaces it")


def is_same(path: Path, other: Path | None) -> bool:
    """Return whether two paths refer to the same existing file."""
    return other is not None and path.exists() and other.exists() and path.samefile(other)
