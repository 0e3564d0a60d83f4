"""Where a file may be written, found out before any work is done for it."""

from pathlib import Path

from rnnlm.storage.npz import check_place


def check_free(path: Path, overwrite: bool, otherwise: str = "") -> None:
    """Check that nothing of anybody's is lost if a file is written here.

    Raises ValueError, with what one can do otherwise, for a file that is there, unless it may be
    overwritten; and SavedRunError for a place that cannot be written to.
    """
    check_place(path)
    if path.exists() and not overwrite:
        raise ValueError(f"{path} is there already: {otherwise}--overwrite writes over it")


def is_same(path: Path, other: Path | None) -> bool:
    """Whether two paths lead to one file that is there."""
    return other is not None and path.exists() and other.exists() and path.samefile(other)
