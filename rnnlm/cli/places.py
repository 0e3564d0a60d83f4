"""Checks that a file may be written somewhere, made before any work is done for it."""

from pathlib import Path

from rnnlm.storage.npz import check_place


def check_free(path: Path, overwrite: bool, otherwise: str = "") -> None:
    """Refuse to overwrite an existing file unless that is allowed.

    Raise ValueError, which says `otherwise` what one can do, for an existing file unless `overwrite`, and SavedRunError
    for a place that cannot be written to.
    """
    check_place(path)
    if path.exists() and not overwrite:
        raise ValueError(f"{path} already exists: {otherwise}--overwrite replaces it")


def is_same(path: Path, other: Path | None) -> bool:
    """Whether two paths lead to the same existing file."""
    return other is not None and path.exists() and other.exists() and path.samefile(other)
