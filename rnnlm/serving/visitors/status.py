"""The status of a server (visitors, runs, queue and memory) in a file for its operator. Visitors cannot see it."""

import contextlib
import dataclasses
import json
import math
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from rnnlm.data.files import content_of
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.settings import settings_here
from rnnlm.serving.visitors.polling import Pace
from rnnlm.serving.visitors.store import Store
from rnnlm.storage.npz import write_whole

EVERY = 10.0  # seconds between two lines
MOST_BYTES = 10_000  # of a file that holds such a line


@dataclass(frozen=True)
class Status:
    """The status of a server at a given time.

    at: the time, in seconds since 1970.
    connected: visitors with an open page; kept: visitors who have left, but whose data is kept.
    training, waiting (queued), paused, finished: numbers of runs.
    memory: bytes used by the page's process; worker_memory: bytes used by all workers together. Memory that two
    processes share counts twice. Both numbers are None if the system does not report them.
    looks: polls per second of all pages together; pause: seconds between two polls of one page.
    """

    at: float
    connected: int
    kept: int
    training: int
    waiting: int
    paused: int
    finished: int
    workers: int
    memory: int | None
    worker_memory: int | None
    looks: float
    pause: float


class StatusFile:
    """Write the server's status to a file every few seconds. The file is one line of JSON and is replaced atomically.

    If writing fails repeatedly, only the first failure is reported, on stderr.
    """

    def __init__(self, path: Path, engine: Engine, store: Store, pace: Pace, every: float = EVERY):
        self.path, self.every = path, every
        self._engine, self._store, self._pace = engine, store, pace
        self._looked = pace.looks, time.monotonic()
        self._stopped = threading.Event()
        self._told = False
        threading.Thread(target=self._keep, name="rnnlm-status", daemon=True).start()

    def now(self) -> Status:
        """Return the current status.

        The status field `looks` (polls per second) is an average over the time since the previous call.
        """
        jobs, waiting = self._engine.census()
        training = sum(job.running and not job.asleep for job in jobs)
        finished = sum(job.view is not None and job.view.finished for job in jobs)
        connected, kept = self._store.census()
        pids = [link.process.pid for link in self._engine.links if link.alive and link.process]
        each = [resident(pid) for pid in pids]
        (looks, at), self._looked = self._looked, (self._pace.looks, time.monotonic())
        return Status(
            round(time.time(), 1),
            connected,
            kept,
            training,
            waiting,
            max(0, len(jobs) - training - waiting - finished),
            finished,
            sum(link.alive for link in self._engine.links),
            resident(os.getpid()),
            None if None in each else sum(each),
            round((self._pace.looks - looks) / max(1e-3, time.monotonic() - at), 1),
            round(self._pace.usual, 2),
        )

    def write(self) -> None:
        line = json.dumps(dataclasses.asdict(self.now())) + "\n"
        try:
            write_whole(self.path, lambda file: file.write(line.encode()))
            self._told = False
        except ValueError as error:
            if not self._told:
                print(f"rnnlm: {error}", file=sys.stderr, flush=True)
            self._told = True

    def stop(self) -> None:
        self._stopped.set()

    def _keep(self) -> None:
        while True:
            self.write()
            if self._stopped.wait(self.every):
                return


def status_here(engine: Engine, store: Store, pace: Pace) -> StatusFile | None:
    """Start writing this server's status to the file named by RNNLM_STATUS. Returns None if the variable is not set."""
    path = settings_here().status
    return StatusFile(path, engine, store, pace) if path else None


def read_status(path: Path) -> Status:
    """Read a status file. Raises ValueError if the file cannot be read, or if it does not contain a valid status."""
    try:
        found = json.loads(content_of(path, MOST_BYTES))
        status = Status(**found)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} is not the status of a server") from error
    for name, value in found.items():
        known = value is None and name.endswith("memory")
        if not known and (type(value) not in (int, float) or not math.isfinite(value) or value < 0):
            raise ValueError(f"{path} is not the status of a server: {name} is {value!r}")
    return status


def resident(pid: int) -> int | None:
    """Return the bytes of memory that a process uses.

    Returns None if the process has ended, or on a system without /proc.
    """
    with contextlib.suppress(OSError, ValueError, AttributeError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return None
