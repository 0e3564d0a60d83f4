"""Leave memory and cores to other processes, especially to the page's process."""

import contextlib
import ctypes
import gc
import os
from pathlib import Path

M_MMAP_THRESHOLD = -3  # from malloc.h


def give_back() -> None:
    """Collect garbage, and return unused memory to the system.

    Sessions contain reference cycles, which Python may collect late, and Linux's C library keeps freed memory.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def map_large_blocks() -> None:
    """Make Linux's C library return every block of 1 MB or more to the system as soon as the block is freed.

    By default, once a large block has been freed, the library places later large blocks among the small ones, for
    speed. A file that arrives in pieces would leave holes between the small blocks, and `give_back` could not return
    the memory in these holes.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 2**20)


def give_way() -> None:
    """Lower this worker's CPU priority. On Linux, also make the worker more likely to be killed if memory runs out.

    This protects the page's process. The engine replaces a worker that was killed.
    """
    if hasattr(os, "nice"):
        os.nice(5)
    with contextlib.suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text("500")
