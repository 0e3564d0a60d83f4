"""Links to workers. If the host allows no other processes, the worker is a thread of this process."""

import contextlib
import math
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from rnnlm.nn.kernels.threads import cores
from rnnlm.serving.settings import settings_here
from rnnlm.serving.worker.protocol import Arrays, Message, read_frame, write_frame
from rnnlm.serving.worker.worker import Worker

ROOT = Path(__file__).parents[3]
Heard = Callable[["Link", Message, Arrays], None]
Lost = Callable[["Link"], None]


class Link:
    """The link from the page's process to a worker process.

    The link's thread calls `heard` with each report from the worker. When the worker ends, the thread calls `lost`.
    """

    def __init__(self, heard: Heard, lost: Lost):
        self._heard, self._lost = heard, lost
        self._lock = threading.Lock()
        low = {"creationflags": subprocess.BELOW_NORMAL_PRIORITY_CLASS} if sys.platform == "win32" else {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rnnlm.serving.worker.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            **low,
        )
        self.reader = threading.Thread(target=self._read, name=f"rnnlm-link-{self.process.pid}", daemon=True)
        self.reader.start()

    def send(self, message: Message, arrays: Arrays) -> None:
        """Send an order. If the worker has died, nothing is sent, and the link's thread calls `lost`."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            write_frame(self.process.stdin, message, arrays)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.process.stdin.close()

    def _read(self) -> None:
        with contextlib.suppress(EOFError, OSError, ValueError):
            while True:
                self._heard(self, *read_frame(self.process.stdout))
        self.process.kill()  # it may still run, but its messages can no longer be read
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        self._lost(self)


class ThreadLink:
    """A link to a worker in a thread of this process: for tests, and for hosts that allow no other processes."""

    def __init__(self, heard: Heard, lost: Lost):
        self._orders, self.process = queue.SimpleQueue(), None
        worker = Worker(self._orders, lambda message, arrays: heard(self, message, arrays))
        self._thread = threading.Thread(target=worker.work, name="rnnlm-worker", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def send(self, message: Message, arrays: Arrays) -> None:
        self._orders.put((message, arrays))

    def stop(self) -> None:
        self._orders.put(None)


def workers_here() -> int:
    """Return the number of workers for this server: RNNLM_WORKERS or, by default, one per usable core."""
    asked = settings_here().workers
    return max(1, math.ceil(min(cores(), quota()))) if asked is None else asked


def quota() -> float:
    """Return the number of cores this container may use (Linux cgroups), or inf if there is no limit."""
    with contextlib.suppress(OSError, ValueError):
        limit, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return math.inf if limit == "max" else int(limit) / int(period)
    with contextlib.suppress(OSError, ValueError):
        limit, period = (int(Path(f"/sys/fs/cgroup/cpu/cpu.cfs_{name}_us").read_text()) for name in ("quota", "period"))
        return limit / period if limit > 0 else math.inf
    return math.inf
