"""Visitors and their data. Each browser tab is a separate visitor with its own token.

A visitor's data is deleted some time after the visitor has left.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.engine.limits import is_hosted
from rnnlm.serving.settings import settings_here
from rnnlm.serving.worker.memory import give_back

Content = Callable[[], str | bytes]
MOST_KEPT = 64_000_000  # bytes of runs and texts kept for visitors who have left, on a public host


@dataclass(frozen=True)
class File:
    """A file to download: its MIME type, and a function that makes its content."""

    kind: str
    content: Content


@dataclass(eq=False)
class Visitor:
    """One tab of a browser: its token, its session, and its data.

    run, last_run: the run on the page and the one before it. kept: earlier runs. fan: many runs shown together. Each of
    these four has an attribute `nbytes` (its size in bytes) and a method `close` (which deletes it).
    text: the visitor's own text. network: a network that the visitor opened from a file.
    place: a dict of other values that the page stores for the visitor.
    files: a dict from names to files offered for download. The address of each file contains `secret`.
    left: the time when the connection was cut; None while it is open. ended: whether the session has been dropped since
    then.
    """

    token: str
    session: str
    run: Any = None
    last_run: Any = None
    kept: Any = None
    fan: Any = None
    text: Any = None
    network: Any = None
    place: dict[str, Any] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    secret: str = field(default_factory=secrets.token_urlsafe)
    left: float | None = None
    ended: bool = False

    @property
    def runs(self) -> list[Any]:
        return [run for run in (self.run, self.last_run, self.kept, self.fan) if run is not None]

    @property
    def nbytes(self) -> int:
        """The approximate number of bytes kept for this visitor, without the network, which others may share."""
        return sum(run.nbytes for run in self.runs) + (self.text.corpus.nbytes if self.text is not None else 0)


class Store:
    """All visitors of this server. Every method may be called from any thread.

    `is_live(session)` says whether a session is connected. `end(session)` is called to drop a session that has been
    disconnected for `waits` seconds. After that, the visitor can be found only by the token.
    """

    def __init__(
        self,
        engine: Engine,
        is_live: Callable[[str], bool],
        keep: float | None = None,
        end: Callable[[str], None] = lambda session: None,
        waits: float = float("inf"),
    ):
        self.engine, self._is_live, self._end, self.waits = engine, is_live, end, waits
        self.keep = settings_here().keep if keep is None else keep
        self._visitors: dict[str, Visitor] = {}
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        threading.Thread(target=self._tidy, name="rnnlm-store", daemon=True).start()

    def visitor(self, token: str, session: str) -> Visitor:
        """Return the visitor with this token, or make a new visitor if there is none."""
        with self._lock:
            visitor = self._visitors.get(token)
            if visitor is None:
                visitor = self._visitors[token] = Visitor(token, session)
            if visitor.session == session:
                visitor.left = None
            return visitor

    def claim(self, token: str, session: str) -> Visitor | None:
        """Let the visitor with this token continue in `session`, and return the visitor.

        Returns None if no visitor has this token, or if the visitor's earlier session is still live. In the second case
        the visitor duplicated the tab, and the duplicate must become a new visitor.
        """
        with self._lock:
            visitor = self._visitors.get(token)
            if visitor is None or (visitor.session != session and self._is_live(visitor.session)):
                return None
            visitor.session, visitor.left, visitor.ended = session, None, False
            return visitor

    def has(self, token: str) -> bool:
        with self._lock:
            return token in self._visitors

    def file(self, secret: str, name: str) -> File | None:
        """Return the file with this name from the visitor with this secret, or None if there is no such file."""
        with self._lock:
            found = [visitor for visitor in self._visitors.values() if secrets.compare_digest(visitor.secret, secret)]
        return found[0].files.get(name) if found else None

    def everybody(self) -> list[Visitor]:
        with self._lock:
            return list(self._visitors.values())

    def census(self) -> tuple[int, int]:
        """Return the number of connected visitors, and the number of absent visitors who still have data here."""
        with self._lock:
            left = sum(visitor.left is not None for visitor in self._visitors.values())
            return len(self._visitors) - left, left

    def forget(self, visitor: Visitor) -> None:
        with self._lock:
            self._visitors.pop(visitor.token, None)
        visitor.network = None
        for run in visitor.runs:
            run.close()

    def let_go(self, token: str) -> None:
        """Delete the data of a visitor who now uses another server, unless the visitor is also connected here."""
        with self._lock:
            visitor = self._visitors.get(token)
        if visitor is not None and not self._is_live(visitor.session):
            self.forget(visitor)

    def stop(self) -> None:
        self._stopped.set()

    def tidy(self) -> None:
        """Record which visitors have left, and delete the data of those who left too long ago.

        If memory is short, delete the oldest data, too.
        """
        now, most = time.monotonic(), MOST_KEPT if is_hosted() else float("inf")
        with self._lock:
            for visitor in self._visitors.values():
                if self._is_live(visitor.session):
                    visitor.left = None
                elif visitor.left is None:
                    visitor.left = now
                    self.engine.left(visitor.token)
            absent = sorted((v for v in self._visitors.values() if v.left is not None), key=lambda v: v.left)
            present = [v for v in self._visitors.values() if v.left is None]
        sizes = _sizes(absent, present)
        kept = sum(sizes)
        over = []
        for visitor, size in zip(absent, sizes, strict=True):
            if now - visitor.left > self.keep or kept > most:
                kept -= size
                over.append(visitor)
        for visitor in over:
            self.forget(visitor)
        ended = [visitor for visitor in absent if now - visitor.left > self.waits and not visitor.ended]
        for visitor in ended:
            visitor.ended = True
            self._end(visitor.session)
        if over or ended:
            give_back()

    def _tidy(self) -> None:
        while not self._stopped.wait(min(2.0, self.keep / 4)):
            self.tidy()


def _sizes(absent: list[Visitor], present: list[Visitor]) -> list[int]:
    """Return how many bytes each deletion frees if the data of the absent visitors is deleted in the given order.

    A network that several absent visitors have is freed with the last of them. A network that a present visitor has is
    not freed.
    """
    seen, sizes = {id(visitor.network) for visitor in present}, []
    for visitor in reversed(absent):
        is_last = visitor.network is not None and id(visitor.network) not in seen
        sizes.append(visitor.nbytes + (visitor.network.reader.nbytes if is_last else 0))
        seen.add(id(visitor.network))
    return sizes[::-1]
