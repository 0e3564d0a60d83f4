"""A `map` that works on a cluster: on whatever workers a scheduler of Dask has."""

import contextlib
import importlib.util
import queue
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rnnlm.nn.kernels.threads import allow_helper, one_blas_thread

LOOK_EVERY = 0.2  # seconds
TOLD_EVERY = 1.0  # seconds between two words of a run's about how far it is
ANSWER = 10.0  # seconds a scheduler is given to answer
UNREAD = "could not read what it was sent: has it this version of the package?"
LACKS = "{} lacks the package {}: start it where Python finds it, in the project's folder with PYTHONPATH=. say"


@dataclass(frozen=True)
class Cluster:
    """Calls a function with each of many items, on the workers of the scheduler at an address, tcp:// or tls://.

    stop and tell(done) are as for `Cores`: the function is called as function(item, goes_on=...). What it was doing on
    a worker that was lost is done again on another. Where this process stops or is lost, so do the workers' calls.
    Scheduler and workers execute what they are sent: who can reach an open scheduler can do anything there.
    """

    address: str
    stop: list[int]
    tell: Callable[[Sequence[float]], None]

    def map(self, function: Callable, items: Sequence[Any]) -> Iterator[Any]:
        """What the function gives for each item, in the order in which they are done.

        ValueError, one sentence, where there is no scheduler or no worker, or one lacks the package, and where the
        scheduler is lost; an error of the function is raised here.
        """
        if not items:
            return
        client = _client(self.address)
        try:
            yield from self._results(client, function, items)
        except ModuleNotFoundError as error:
            raise ValueError(LACKS.format("a worker", error.name)) from error
        finally:
            with contextlib.suppress(OSError):
                client.close()  # what nobody waits for any more is stopped

    def _results(self, client: Any, function: Callable, items: Sequence[Any]) -> Iterator[Any]:
        _check_packages(client, self.address)
        done, topic = [0.0] * len(items), f"rnnlm-{secrets.token_hex(8)}"
        client.subscribe_topic(topic, lambda event: done.__setitem__(*event[1]))
        sent = client.submit(_itself, function, pure=False)  # a text in it crosses once, not with every item
        ready: queue.SimpleQueue = queue.SimpleQueue()
        waiting = [client.submit(_work, sent, item, topic, i, pure=False) for i, item in enumerate(items)]
        for future in waiting:
            future.add_done_callback(ready.put)
        for _ in items:
            while ready.empty() and not self.stop:
                with contextlib.suppress(queue.Empty):
                    ready.put(ready.get(timeout=LOOK_EVERY))
                self.tell(done)
            if self.stop:
                return
            yield self._result(client, ready.get())

    def _result(self, client: Any, future: Any) -> Any:
        from distributed.scheduler import KilledWorker

        if future.cancelled():
            if client.status == "running":
                raise ValueError(f"the scheduler at {self.address} {UNREAD}")
            raise ValueError(f"the scheduler at {self.address} was lost")
        try:
            return future.result()
        except KilledWorker as error:
            raise ValueError("a run's worker was lost again and again; was there enough memory?") from error


def _client(address: str) -> Any:
    """A connection to a scheduler; for tls:// the files are those that Dask's own settings name."""
    if not re.fullmatch(r"(tcp|tls)://.+:\d+", address):
        raise ValueError(f"--dask must be an address, tcp://scheduler:8786 say, got {address!r}")
    try:
        from distributed import Client, Security
    except ModuleNotFoundError as error:
        raise ValueError("--dask needs a package: pip install -r assets/hosting/dask.txt") from error
    security = Security()
    if address.startswith("tls:") and None in (security.tls_ca_file, security.tls_client_cert):
        raise ValueError("--dask tls:// needs Dask's settings DASK_DISTRIBUTED__COMM__TLS__CA_FILE and __CLIENT__CERT")
    try:
        return Client(address, timeout=ANSWER, set_as_default=False, security=security)
    except (OSError, ValueError) as error:
        raise ValueError(f"no scheduler answers at {address}") from error


def _check_packages(client: Any, address: str) -> None:
    """Raise a ValueError, one sentence, where there is no worker, or where it or the scheduler lacks this package."""
    find, package = importlib.util.find_spec, __name__.split(".")[0]
    if client.run_on_scheduler(find, package) is None:
        raise ValueError(LACKS.format(f"the scheduler at {address}", package))
    found = client.run(find, package)
    if not found:
        raise ValueError(f"the scheduler at {address} has no workers: start some, `dask worker {address}` say")
    for worker, spec in found.items():
        if spec is None:
            raise ValueError(LACKS.format(f"the worker at {worker}", package))


def _itself(function: Callable) -> Callable:
    return function


def _work(function: Callable, item: Any, topic: str, i: int) -> Any:
    """What a worker does: the call, in one thread, like everybody else's."""
    one_blas_thread()
    allow_helper(False)
    return function(item, goes_on=_going(topic, i))


def _going(topic: str, i: int) -> Callable[[float], bool]:
    """On a worker: tell how far a call is, and end it once nobody waits for it.

    It ends by asking to be scheduled anew, so that nothing is lost where somebody waits for it again.
    """
    from distributed import Reschedule, get_worker

    worker, told = get_worker(), time.monotonic()
    key = worker.get_current_task()

    def goes_on(how_far: float) -> bool:
        nonlocal told
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            raise Reschedule
        if time.monotonic() - told > TOLD_EVERY:
            told = time.monotonic()
            worker.log_event(topic, (i, how_far))
        return True

    return goes_on
