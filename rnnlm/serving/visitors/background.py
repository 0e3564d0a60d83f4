"""Work beside the page: begun once, found by whoever asks for it again."""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

Work = Callable[[], Any]


class Later:
    """What takes longer than a page may stand still for, each piece once, in a thread for each visitor who waits.

    At most `most` results are kept, the newest; an error is a result too. Any thread may call.
    """

    def __init__(self, most: int):
        self.most = most
        self._lock = threading.Lock()
        self._found: dict[Hashable, Any] = {}
        self._waiting: dict[
            str, deque[tuple[Hashable, Work]]
        ] = {}  # of those for whom a thread works; it has the first

    def get(self, key: Hashable) -> Any | None:
        """The result for this key, None as long as there is none."""
        with self._lock:
            return self._found.get(key)

    def ask(self, key: Hashable, work: Work, whose: str) -> None:
        """Let a piece of work be done for somebody, after what he asked for before, unless it is asked for already."""
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
        """How many pieces somebody waits for."""
        with self._lock:
            return len(self._waiting.get(whose, ()))

    def forget(self, whose: str) -> None:
        """Leave undone what somebody waits for, but for the piece that is under way."""
        with self._lock:
            while len(self._waiting.get(whose, ())) > 1:
                self._waiting[whose].pop()

    def _work(self, whose: str) -> None:
        while whose in self._waiting:
            key, work = self._waiting[whose][0]
            try:
                result = work()
            except Exception as error:  # asked for again it would fail again
                result = error
            with self._lock:
                self._found[key] = result
                while len(self._found) > self.most:
                    del self._found[next(iter(self._found))]
                self._waiting[whose].popleft()
                if not self._waiting[whose]:
                    del self._waiting[whose]
