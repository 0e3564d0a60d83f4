"""Visitors' data in a folder that several servers share, so that a visitor can continue on another server.

A visitor has up to three files: .place (JSON), .run and .text (plain arrays). The files are named by a hash of the
visitor's token. Each file is either complete or absent. If a visitor does not return within `Store.keep` seconds, the
files are deleted.
"""

import atexit
import contextlib
import hashlib
import math
import os
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.engine.job import Job
from rnnlm.serving.settings import check_private, settings_here
from rnnlm.serving.visitors.store import Store, Visitor
from rnnlm.serving.visitors.visitor_files import Found, read_place, read_visit, write_place, write_run, write_text

LOOK, EVERY = 1.0, 5.0  # seconds between two checks for changes, and between two writes of a run in training
MOST = 1_000_000_000  # bytes of the whole folder
ENDING = 8.0  # seconds that runs get to stop when the server ends
OURS = re.compile(r"([0-9a-f]{32})\.(?:place|run|text)|rnnlm-[0-9a-f]{12}\.part")


@dataclass(eq=False)
class _Written:
    """The data last written for a visitor, and when it was written (seconds of a monotonic clock)."""

    text: Any = None
    job: Job | None = None
    kept: Any = None
    run_at: float = -math.inf
    place: dict[str, Any] | None = None
    place_at: float = -math.inf


class Folder:
    """Write the data of a store's visitors to a folder. Every method may be called from any thread."""

    def __init__(self, path: Path, engine: Engine, store: Store, look: float = LOOK, every: float = EVERY):
        self.path, self.look, self.every = path, look, every
        self._engine, self._store = engine, store
        self._id = secrets.token_hex(8)
        self._written: dict[str, _Written] = {}  # by token
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._told = False
        check_private(path)
        atexit.register(self.end)
        threading.Thread(target=self._keep, name="rnnlm-folder", daemon=True).start()

    def write(self, visitor: Visitor, at_once: bool = False, running: bool | None = None) -> None:
        """Write what has changed in a visitor's data. Do nothing for a visitor with neither a run nor a text.

        A run in training is written every few seconds, or immediately if `at_once` is set. The files also record
        whether the run is training. When the server shuts down, the runs are paused before they are written, so
        `running` gives the value to record. Raises SavedRunError if the folder cannot be written to.
        """
        job, text = _job(visitor), visitor.text
        if job is None and text is None:
            return
        running = _is_running(job) if running is None else running
        with self._lock:
            last, file = self._written.setdefault(visitor.token, _Written()), self._file(visitor.token)
            if text is not None and text is not last.text:
                write_text(file(".text"), text.corpus)
                last.text = text
            now, kept = time.monotonic(), job and job.kept
            due = at_once or not running or now - last.run_at >= self.every
            if job is not None and due and (job is not last.job or kept is not last.kept):
                write_run(file(".run"), job)
                last.job, last.kept, last.run_at = job, kept, now
            place = {name: visitor.place.get(name) for name in ("address", "link")}
            place = {"by": self._id, "place": place, "small": text and text.small, "running": running}
            if place != last.place or now - last.place_at > self._store.keep / 4:  # a new time keeps it from `tidy`
                write_place(file(".place"), place)
                last.place, last.place_at = place, now

    def find(self, token: str) -> Found | None:
        """Return the stored data of the visitor with this token, or None if nothing is stored."""
        return read_visit(self._file(token))

    def is_elsewhere(self, token: str) -> bool:
        """Return whether another server was the last to write data for the visitor with this token."""
        place = read_place(self._file(token)(".place"))
        return place is not None and place["by"] != self._id

    def tidy(self) -> None:
        """Delete the files of visitors who have not returned.

        If the folder is still too large, delete the oldest files.
        """
        now, groups = time.time(), {}
        for entry in os.scandir(self.path):
            if match := OURS.fullmatch(entry.name):
                with contextlib.suppress(OSError):  # another server was quicker
                    about = entry.stat(follow_symlinks=False)
                    if about.st_mtime > now + 1:  # the clock was set back
                        os.utime(entry.path)
                    at, size, paths = groups.get(match[1] or entry.name, (0.0, 0, []))
                    groups[match[1] or entry.name] = max(at, about.st_mtime), size + about.st_size, [*paths, entry.path]
        left = sum(size for _, size, _ in groups.values())
        for at, size, paths in sorted(groups.values()):
            if now - at > self._store.keep or left > MOST:
                left -= size
                for path in paths:
                    with contextlib.suppress(OSError):
                        os.unlink(path)

    def end(self) -> None:
        """Pause the runs, and write all data that has not been written yet. Called when the server shuts down."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        until, everybody = time.monotonic() + ENDING, self._store.everybody()
        running = {visitor.token: _is_running(_job(visitor)) for visitor in everybody}
        jobs = [job for visitor in everybody if (job := _job(visitor)) and job.running]
        for job in jobs:
            if time.monotonic() < until:
                self._engine.pause(job)
        while time.monotonic() < until and not all(_is_kept(job) for job in jobs):
            time.sleep(0.01)
        for visitor in everybody:
            if not self.is_elsewhere(visitor.token):
                self._guarded(partial(self.write, visitor, at_once=True, running=running[visitor.token]))

    def _file(self, token: str) -> Callable[[str], Path]:
        name = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return lambda suffix: self.path / (name + suffix)

    def _keep(self) -> None:
        looks = 0
        while not self._stopped.wait(self.look):
            looks += 1
            everybody = {visitor.token: visitor for visitor in self._store.everybody()}
            with self._lock:
                self._written = {token: last for token, last in self._written.items() if token in everybody}
            work = [partial(self.write, visitor) for visitor in everybody.values() if visitor.left is None]
            went_well = [self._guarded(do) for do in ([*work, self.tidy] if looks % 10 == 0 else work)]
            self._told = self._told and not all(went_well)

    def _guarded(self, do: Callable[[], None]) -> bool:
        """Call `do`, and return whether it succeeded.

        If it fails repeatedly, only the first failure is reported, on stderr.
        """
        try:
            do()
            return True
        except (OSError, ValueError) as error:
            if not self._told:
                print(f"rnnlm: {error}", file=sys.stderr, flush=True)
            self._told = True
            return False


def folder_here(engine: Engine, store: Store) -> Folder | None:
    """Start writing visitors' data to the folder named by RNNLM_STORE. Returns None if the variable is not set."""
    path = settings_here().store
    return Folder(path, engine, store) if path else None


def _job(visitor: Visitor) -> Job | None:
    return visitor.run.job if visitor.run is not None else None


def _is_running(job: Job | None) -> bool:
    # a run that trains only some updates, or only to the end of an epoch, does not count
    return job is not None and job.running and not job.targeted


def _is_kept(job: Job) -> bool:
    return bool(job.failure) or (job.kept[0]["position"]["update"] if job.kept else 0) == job.view.update
