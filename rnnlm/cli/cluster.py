"""A `map` that runs on the workers of a Dask scheduler."""

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

LOOK_EVERY = 0.2  # seconds between two checks
TOLD_EVERY = 1.0  # seconds between two progress reports of a run
ANSWER = 10.0  # seconds to wait for a scheduler's answer
UNREAD = "could not read the data: install the same version of this package there"
LACKS = "{} lacks the package {}: for example, start it in the project's folder with PYTHONPATH=."


@dataclass(frozen=True)
class Cluster:
    """Call a function for each of many items, on the workers of the Dask scheduler at `address` (tcp:// or tls://).

    See `Cores` for how the function is called, and for `stop` and `tell`. If a worker is lost, another
    worker repeats the lost work. If this process ends, its calls on the workers stop. The scheduler and the workers
    execute all code that they receive, so anybody who can reach an open scheduler can run any code there.
    """

    address: str
    stop: list[int]
    tell: Callable[[Sequence[float]], None]

    def map(self, function: Callable, items: Sequence[Any]) -> Iterator[Any]:
        """Yield the result of the function for each item, in the order in which the calls finish.

        Raises ValueError if there is no scheduler or no worker, or if the scheduler or a worker lacks this package.
        Also raises ValueError if the scheduler is lost, or if one call loses its worker several times. Any error that
        the function raises is passed on.
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
                client.close()  # stops the work that is not finished

    def _results(self, client: Any, function: Callable, items: Sequence[Any]) -> Iterator[Any]:
        _check_packages(client, self.address)
        done, topic = [0.0] * len(items), f"rnnlm-{secrets.token_hex(8)}"
        client.subscribe_topic(topic, lambda event: done.__setitem__(*event[1]))
        sent = client.submit(_itself, function, pure=False)  # sends a text once, not with every item
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
            raise ValueError(f"the scheduler at {self.address} was lost: start it again, then repeat the command")
        try:
            return future.result()
        except KilledWorker as error:
            raise ValueError("the worker of a run was lost several times: check that it has enough memory") from error


def _client(address: str) -> Any:
    """Connect to a scheduler. For tls://, Dask's own settings name the certificate files."""
    if not re.fullmatch(r"(tcp|tls)://.+:\d+", address):
        raise ValueError(f"--dask must be an address like tcp://scheduler:8786, got {address!r}")
    try:
        from distributed import Client, Security
    except ModuleNotFoundError as error:
        raise ValueError("--dask needs another package: run pip install -r assets/hosting/dask.txt") from error
    security = Security()
    if address.startswith("tls:") and None in (security.tls_ca_file, security.tls_client_cert):
        raise ValueError(
            "--dask tls:// needs the variables DASK_DISTRIBUTED__COMM__TLS__CA_FILE and __CLIENT__CERT of Dask"
        )
    try:
        return Client(address, timeout=ANSWER, set_as_default=False, security=security)
    except (OSError, ValueError) as error:
        raise ValueError(f"no scheduler answers at {address}: start one with dask scheduler") from error


def _check_packages(client: Any, address: str) -> None:
    find, package = importlib.util.find_spec, __name__.split(".")[0]
    if client.run_on_scheduler(find, package) is None:
        raise ValueError(LACKS.format(f"the scheduler at {address}", package))
    found = client.run(find, package)
    if not found:
        raise ValueError(
            f"the scheduler at {address} has no workers: start some, for example with `dask worker {address}`"
        )
    for worker, spec in found.items():
        if spec is None:
            raise ValueError(LACKS.format(f"the worker at {worker}", package))


def _itself(function: Callable) -> Callable:
    return function


def _work(function: Callable, item: Any, topic: str, i: int) -> Any:
    # one thread, like every run of a sweep
    one_blas_thread()
    allow_helper(False)
    return function(item, goes_on=_going(topic, i))


def _going(topic: str, i: int) -> Callable[[float], bool]:
    """Return the function goes_on(how_far) for one call on a worker.

    `goes_on` reports the progress of the call. If nobody is waiting for the result any more, `goes_on` raises
    Reschedule, which ends the call. Dask repeats the call if somebody asks for the result again.
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
