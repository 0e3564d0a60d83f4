"""Memory: given back to the system when it was let go of, and who ends where there is none left."""

import contextlib
import ctypes
import gc
from pathlib import Path


def give_back() -> None:
    """Let the system have the memory again that was let go of.

    Sessions are circles, which Python would clear late, and Linux's C library keeps what is free, in pieces.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def end_first() -> None:
    """Where memory runs out Linux ends this process before its parent, the page's: a worker comes back with its runs."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
