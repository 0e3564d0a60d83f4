"""Questions that workers have been asked: how far each answer is, then the answer."""

import itertools
import threading
from dataclasses import dataclass

from rnnlm.data.stages import Tell
from rnnlm.serving.engine.worker_links import Link, ThreadLink
from rnnlm.serving.worker.protocol import Arrays, Message


class BusyError(ValueError):
    """The server did not answer in time; the message asks to try again."""


class TrainingFailedError(ValueError):
    """A run stopped for a reason that is not its own, memory that ran out say."""


@dataclass(eq=False)
class Asked:
    """A question on its way: who has it, who is told how far it is, and what has come back."""

    link: Link | ThreadLink
    tell: Tell | None
    report: tuple[Message, Arrays] | None = None


class Answers:
    """The questions on their way. changed is the lock of who asks, and he says when something has come."""

    def __init__(self, changed: threading.Condition):
        self._changed = changed
        self._numbers = itertools.count(1)
        self._asked: dict[int, Asked] = {}

    def expect(self, link: Link | ThreadLink, tell: Tell | None = None) -> int:
        """The number of a question that a worker is about to get; tell is called with the lock held."""
        number = next(self._numbers)
        self._asked[number] = Asked(link, tell)
        return number

    def at_work(self) -> list[Link | ThreadLink]:
        """Who has a question to answer, once for each."""
        return [asked.link for asked in self._asked.values() if asked.report is None]

    def hear(self, message: Message, arrays: Arrays) -> None:
        """A worker has an answer, or says how much of it is done; nobody may be waiting any more."""
        asked = self._asked.get(message["question"])
        if asked is not None and message["kind"] == "answer":
            asked.report = message, arrays
        elif asked is not None and asked.tell is not None:
            asked.tell(message["done"])

    def lose(self, link: Link | ThreadLink) -> None:
        """A worker has died, and with it what it had to answer."""
        for asked in self._asked.values():
            if asked.link is link and asked.report is None:
                asked.report = {"broken": "a worker process was lost: try again"}, {}

    def wait(self, number: int, seconds: float) -> tuple[Message, Arrays]:
        """Wait for an answer; what went wrong is raised."""
        with self._changed:
            self._changed.wait_for(lambda: self._asked[number].report is not None, seconds)
            report = self._asked.pop(number).report
        if report is None:
            raise BusyError("The server is very busy: try again in a moment.")
        message, arrays = report
        if "broken" in message:
            raise TrainingFailedError(message["broken"])
        if "error" in message:
            raise ValueError(message["error"])
        return message["about"], arrays
