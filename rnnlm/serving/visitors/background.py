"""Slow work, done in background threads.

Each piece of work is done once, and everybody who asks for it gets the same result.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

Work = Callable[[], Any]


class Later:
    """Do work that is too slow for the page to wait for. Each visitor has a queue of work, and one thread per queue.

    Each piece of work is done once. If it raises an error, the error is stored as its result. Only the newest `most`
    results are kept. Every method may be called from any thread.
    """

    def __init__(self, most: int):
        self.most = most
        self._lock = threading.Lock()
        self._found: dict[Hashable, Any] = {}
        self._waiting: dict[
            str, deque[tuple[Hashable, Work]]
        ] = {}  # the work that each visitor waits for; the visitor's thread does the first piece

    def get(self, key: Hashable) -> Any | None:
        with self._lock:
            return self._found.get(key)

    def ask(self, key: Hashable, work: Work, whose: str) -> None:
        """Add a piece of work to the end of a visitor's queue.

        `key` identifies the piece of work, and `whose` is the visitor. If any visitor has already asked for
        the same piece, it is not added again.
        """
        with self._lock:
            is_asked = any(key == other for pieces in self._waiting.values() for other, _ in pieces)
            if key in self._found or is_asked:
                return
            if whose in self._waiting:
                self._waiting[whose].append((key, work))
            else:
                self._waiting[whose] = deque([(key, work)])
                threading.Thread(target=self._work, args=(whose,), name="rnnlm-later", daemon=True).start()

    def waiting(self, whose: str) -> int:
        with self._lock:
            return len(self._waiting.get(whose, ()))

    def forget(self, whose: str) -> None:
        """Cancel the work that a visitor is waiting for, except the piece in progress."""
        with self._lock:
            while len(self._waiting.get(whose, ())) > 1:
                self._waiting[whose].pop()

    def _work(self, whose: str) -> None:
        while whose in self._waiting:
            key, work = self._waiting[whose][0]
            try:
                result = work()
            except Exception as error:  # it would fail again if asked again
                result = error
            with self._lock:
                self._found[key] = result
                while len(self._found) > self.most:
                    del self._found[next(iter(self._found))]
                self._waiting[whose].popleft()
                if not self._waiting[whose]:
                    del self._waiting[whose]
