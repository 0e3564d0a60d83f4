"""A worker: it trains the runs that it receives, slice by slice, and answers questions between two slices.

    python -m rnnlm.serving.worker.worker      # started by the engine, which uses its standard input and output

A worker imports NumPy, threadpoolctl and this package, but not the page (`ui`). A worker ends when its input ends, so
it never outlives the page's process.
"""

import os
import queue
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.errors import parts_of
from rnnlm.experiment import Experiment
from rnnlm.nn.kernels.threads import allow_helper, one_blas_thread
from rnnlm.serving.worker.fair_share import Turns
from rnnlm.serving.worker.memory import give_back, give_way
from rnnlm.serving.worker.protocol import Arrays, Message, corpus_from, read_frame, write_frame
from rnnlm.serving.worker.questions import LARGE, answered
from rnnlm.serving.worker.worker_run import WorkerRun, told
from rnnlm.storage.checkpoint import run_bytes
from rnnlm.storage.handover import hand_over, take_over
from rnnlm.training.trainer import Trainer

Send = Callable[[Message, Arrays], None]


class Worker:
    """Obey the orders in the queue `orders`, train runs between orders, and send reports with `send`.

    The order None ends the work.
    """

    def __init__(self, orders: "queue.SimpleQueue[tuple[Message, Arrays] | None]", send: Send):
        self.orders, self.send = orders, send
        self.runs: dict[int, WorkerRun] = {}
        self.turns = Turns()
        self.corpora: weakref.WeakValueDictionary[str, Corpus] = weakref.WeakValueDictionary()

    def work(self) -> None:
        """Obey all orders in the queue, then train one slice, and repeat until the order to stop (None) arrives."""
        while True:
            order = self._next_order()
            while order is not queue.Empty:
                if order is None:
                    return
                self._obey(*order)
                order = self._next_order(wait=False)
            run = self.turns.next(self._running(), time.monotonic())
            if run is not None:
                self._guarded(run, run.train_slice)
                self.turns.charge(run.visitor, time.monotonic() - run.served)
                self._report(run)

    def _running(self) -> list[WorkerRun]:
        return [run for run in self.runs.values() if run.running]

    def _next_order(self, wait: bool = True):
        """Return the next order, or queue.Empty if there is none.

        If `wait` is set, wait for an order, but only until a run is due for training.
        """
        soonest = min((run.due for run in self._running()), default=None)
        pause = None if soonest is None else soonest - time.monotonic()
        try:
            if not wait or (pause is not None and pause <= 0):
                return self.orders.get_nowait()
            return self.orders.get(timeout=pause)
        except queue.Empty:
            return queue.Empty

    def _obey(self, message: Message, arrays: Arrays) -> None:
        kind, id = message["kind"], message.get("run")
        if kind == "ask":
            self._answer(message, arrays)
        elif kind == "open":
            self._open(message, arrays)
        elif kind == "helper":
            allow_helper(message["allowed"])
        elif id in self.runs:  # a run that could not be opened is missing; its failure was reported
            run = self.runs[id]
            run.done = message["number"]
            self._guarded(run, lambda: getattr(self, f"_{kind}")(run, message))

    def _open(self, message: Message, arrays: Arrays) -> None:
        id, visitor, done = message["run"], message["visitor"], message["number"]
        try:
            corpus = self.corpora.get(checksum := message["corpus"]["checksum"])
            if corpus is None:
                self.corpora[checksum] = corpus = corpus_from(message["corpus"], arrays)
            if message["state"] is None:
                trainer = Trainer(Experiment(**message["experiment"]), corpus)
            else:
                trainer = take_over(message["state"], arrays, corpus)
            self.runs[id] = run = WorkerRun(id, visitor, trainer, done=done, points=message["points"])
            run.running, run.target, run.trained = message["running"], message["target"], message["trained"]
            run.seconds_per_epoch, run.due = message["seconds_per_epoch"], time.monotonic() + message["pause"]
            self._report(run, now=True)
        except Exception as error:  # reported to whoever waits for the run
            self.send({"kind": "failed", "run": id, "number": done, "error": told(error)}, {})

    def _train(self, run: WorkerRun, message: Message) -> None:
        updates = run.trainer.updates_to_epoch_end if message["to_epoch_end"] else message["updates"]
        run.target = None if updates is None else run.trainer.position.update + updates
        run.running, run.due = not run.trainer.finished, 0.0
        self._report(run, now=True)

    def _pause(self, run: WorkerRun, message: Message) -> None:
        run.running, run.target = False, None
        self._report(run, now=True)

    def _extend(self, run: WorkerRun, message: Message) -> None:
        run.trainer.extend(message["epochs"])
        self._report(run, now=True)

    def _rate(self, run: WorkerRun, message: Message) -> None:
        run.trainer.change_rate(message["lr"])
        self._report(run, now=True)

    def _pace(self, run: WorkerRun, message: Message) -> None:
        run.seconds_per_epoch, run.due = message["seconds_per_epoch"], 0.0

    def _want(self, run: WorkerRun, message: Message) -> None:
        run.wanted = True
        self._report(run, now=not run.running)

    def _save(self, run: WorkerRun, message: Message) -> None:
        file = np.frombuffer(run_bytes(run.trainer), np.uint8)
        self.send({"kind": "answer", "question": message["question"], "about": {}}, {"file": file})

    def _release(self, run: WorkerRun, message: Message) -> None:
        state, arrays = hand_over(run.trainer)
        how = {name: getattr(run, name) for name in ("running", "target", "seconds_per_epoch", "trained")}
        how["pause"] = max(0.0, run.due - time.monotonic())
        self.send({"kind": "released", "run": run.id, "number": run.done, "state": state} | how, arrays)
        del self.runs[run.id]

    def _close(self, run: WorkerRun, message: Message) -> None:
        del self.runs[run.id]
        if not self.runs:
            give_back()

    def _guarded(self, run: WorkerRun, do: Callable[[], None]) -> None:
        try:
            do()
        except Exception as error:
            run.running = False
            self.send({"kind": "failed", "run": run.id, "number": run.done, "error": told(error)}, {})

    def _report(self, run: WorkerRun, now: bool = False) -> None:
        for message, arrays in run.reports(now, len(self.runs)):
            self.send(message, arrays)

    def _answer(self, message: Message, arrays: Arrays) -> None:
        start = time.monotonic()
        try:
            answer, found = answered(message, arrays, self.send)
            report = {"about": answer}
        except ValueError as error:
            report, found = dict(zip(("error", "values"), parts_of(error), strict=True)), {}
        except Exception as error:
            report, found = {"broken": told(error)}, {}
        self.turns.charge(message["visitor"], time.monotonic() - start)
        self.send({"kind": "answer", "question": message["question"]} | report, found)
        if message["name"] in LARGE:
            arrays.clear()  # otherwise the order would keep them in memory until the next order
            del found
            give_back()


def main() -> None:
    """Obey the orders of the parent process until that process ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # these are for the page's process, which may still need the runs
        signal.signal(number, signal.SIG_IGN)  # this process ends when the page's process does
    give_way()
    one_blas_thread()
    orders, output, lock = queue.SimpleQueue(), os.fdopen(os.dup(sys.stdout.fileno()), "wb"), threading.Lock()
    sys.stdout = sys.stderr  # nothing but frames goes out

    def send(message: Message, arrays: Arrays) -> None:
        with lock:
            write_frame(output, message, arrays)

    def read() -> None:
        try:
            while True:
                orders.put(read_frame(sys.stdin.buffer))
        except (EOFError, OSError, ValueError):
            os._exit(0)  # the page's process has ended, so nobody needs the work in progress

    threading.Thread(target=read, daemon=True).start()
    try:
        Worker(orders, send).work()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
