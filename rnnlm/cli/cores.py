"""A `map` that works on all cores: in processes of their own, each with one thread."""

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

LOOK_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Cores:
    """Calls a function with each of many items, on all cores.

    tell(done), a few times a second, is given how far each item is, as the function says itself: it is called as
    function(item, goes_on=...), and goes_on(how far) is False once anything stands in `stop`. The processes are
    started afresh (spawned), as Windows and macOS do it, so the function and the items must be importable by name.
    """

    stop: list[int]
    tell: Callable[[Sequence[float]], None]

    def map(self, function: Callable, items: Sequence[Any]) -> Iterator[Any]:
        """What the function gives for each item, in the order in which they are done.

        ValueError if a process ends by itself; an error of the function is raised here.
        """
        context = multiprocessing.get_context("spawn")
        done, stopped = context.RawArray("d", max(1, len(items))), context.RawValue("b")  # no locks to die with
        pool = ProcessPoolExecutor(max(1, min(cores(), len(items))), context, _begin, (done, stopped))
        with _signals_held():  # the processes start here
            waiting = {pool.submit(_work, function, i, item) for i, item in enumerate(items)}
        try:
            while waiting and not self.stop:
                ready, waiting = wait(waiting, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
                self.tell(done[:])
                yield from (future.result() for future in ready)
        except BrokenProcessPool as error:
            if not self.stop:
                raise ValueError("a process ended in the middle of its work; was there enough memory?") from error
        finally:
            stopped.value = True
            pool.shutdown(cancel_futures=True)


ASKS_TO_STOP = (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT))  # a terminal sends these to all processes


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """What asks to stop waits until this is over, and for a process started meanwhile it waits for good."""
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
    """What a process begins with: signals are its parent's to answer, and it ends when its parent does."""
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
