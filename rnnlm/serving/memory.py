"""Memory that was let go of, given back to the system."""

import contextlib
import ctypes
import gc


def give_back() -> None:
    """Let the system have the memory again that was let go of.

    Sessions are circles, which Python would clear late, and Linux's C library keeps what is free, in pieces.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
