"""A `map` that uses all cores. The calls run in separate processes, each with one thread."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Any

from rnnlm.nn.kernels.threads import allow_helper, cores, one_blas_thread

LOOK_EVERY = 0.2  # seconds between two checks


@dataclass(frozen=True)
class Cores:
    """Call a function for each of many items, on all cores.

    The function is called as function(item, goes_on=...). To report its progress, the function calls goes_on(how_far).
    Once the list `stop` is no longer empty, `goes_on` returns False, and the function must return early. `tell(done)`
    is called a few times a second with the progress of every item. Processes are spawned, as on Windows and macOS, so
    the function and the classes of the items must be importable by name.
    """

    stop: list[int]
    tell: Callable[[Sequence[float]], None]

    def map(self, function: Callable, items: Sequence[Any]) -> Iterator[Any]:
        """Yield the result of the function for each item, in the order in which the calls finish.

        Raises ValueError if a process ends unexpectedly. Any error that the function raises is passed on.
        """
        context = multiprocessing.get_context("spawn")
        done, stopped = context.RawArray("d", max(1, len(items))), context.RawValue("b")  # a lock might stay locked
        pool = ProcessPoolExecutor(max(1, min(cores(), len(items))), context, _begin, (done, stopped))
        with _signals_held():  # the processes are started here
            waiting = {pool.submit(_work, function, i, item) for i, item in enumerate(items)}
        try:
            while waiting and not self.stop:
                ready, waiting = wait(waiting, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
                self.tell(done[:])
                yield from (future.result() for future in ready)
        except BrokenProcessPool as error:
            if not self.stop:
                raise ValueError(
                    "a process ended in the middle of its work: check that there is enough memory"
                ) from error
        finally:
            stopped.value = True
            pool.shutdown(cancel_futures=True)


ASKS_TO_STOP = (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT))  # a terminal sends these to all processes


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Block the signals that ask a process to stop. Processes that start inside the `with` block keep them blocked."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKS_TO_STOP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_done: Sequence[float] = ()
_stopped: Any = None


def _begin(done: Sequence[float], stopped: Any) -> None:
    """Set up a new process to ignore the signals that ask it to stop, and to end when its parent ends."""
    global _done, _stopped
    _done, _stopped = done, stopped
    for number in ASKS_TO_STOP:
        signal.signal(number, signal.SIG_IGN)
    one_blas_thread()
    allow_helper(False)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(1)


def _work(function: Callable, i: int, item: Any) -> Any:
    return function(item, goes_on=partial(_goes_on, i))


def _goes_on(i: int, how_far: float) -> bool:
    _done[i] = how_far
    return not _stopped.value
