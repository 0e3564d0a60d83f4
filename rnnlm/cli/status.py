"""Print the status of a server."""

import argparse
import time

from rnnlm.cli.console import say
from rnnlm.serving.visitors.status import EVERY, Status, read_status


def status(options: argparse.Namespace) -> int:
    """Print the status that a server last wrote to its file.

    Returns 1 if the age of the status is a sign of trouble, else 0.
    """
    found = read_status(options.file)
    seconds = time.time() - found.at
    for line in told(found, seconds):
        say(line)
    return int(is_old(seconds))


def is_old(seconds: float) -> bool:
    """Return whether a status of this age is a sign of trouble: either too old, or from the future (a negative age)."""
    return not -3 * EVERY <= seconds <= 3 * EVERY


def told(status: Status, seconds: float) -> list[str]:
    """Return the lines of a table that shows a status. `seconds` is the age of the status."""
    alone = f"{in_mb(status.memory)}, workers {in_mb(status.worker_memory)}"
    rows = {
        "visitors": f"{status.connected:,} connected, {status.kept:,} kept after they left",
        "runs": f"{status.training:,} training, {status.waiting:,} waiting, {status.paused:,} paused, "
        f"{status.finished:,} finished",
        "workers": f"{status.workers:,}",
        "memory": alone,
        "looks": f"{status.looks:,.1f} a second, a page every {status.pause:.1f} s",
        "written": written(seconds),
    }
    return [f"{name:<10}{value}" for name, value in rows.items()]


def written(seconds: float) -> str:
    """Describe the age of a status. If this age is a sign of trouble, explain what it may mean."""
    if seconds < 0 and is_old(seconds):
        return f"{-seconds:,.0f} s in the future: a clock was changed, so nobody can say whether the server runs"
    return f"{max(0.0, seconds):,.0f} s ago" + (
        ": the server has stopped or does not answer" if is_old(seconds) else ""
    )


def in_mb(size: float | None) -> str:
    """Format a size in bytes as MB. Returns the word `unknown` if the size is None."""
    return "unknown" if size is None else f"{size / 1e6:,.0f} MB"
