"""What processes leave to each other: memory that was let go of, and the cores and the rest of the memory."""

import contextlib
import ctypes
import gc
import os
from pathlib import Path


def give_back() -> None:
    """Let the system have the memory again that was let go of.

    Sessions are circles, which Python would clear late, and Linux's C library keeps what is free, in pieces.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def give_way() -> None:
    """Leave the cores to the page's process, and end before it where memory runs out: a worker comes back."""
    if hasattr(os, "nice"):
        os.nice(5)
    with contextlib.suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text("500")
