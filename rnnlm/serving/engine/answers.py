"""Questions that the page sends to workers, and the answers and progress reports that come back."""

import itertools
import threading
from dataclasses import dataclass

from rnnlm.data.stages import Tell
from rnnlm.errors import UserError, from_parts, marked
from rnnlm.serving.engine.worker_links import Link, ThreadLink
from rnnlm.serving.worker.protocol import Arrays, Message


class BusyError(UserError):
    """The server did not answer in time. The message asks the visitor to try again."""


class TrainingFailedError(UserError):
    """A worker could not train a run or answer a question, for example because memory ran out."""


@dataclass(eq=False)
class Asked:
    """A question sent to a worker.

    link: the link to the worker.
    tell: a function that is called with the share of the work done so far; None if nobody follows the progress.
    report: the answer; None until the answer arrives.
    """

    link: Link | ThreadLink
    tell: Tell | None
    report: tuple[Message, Arrays] | None = None


class Answers:
    """The questions sent to workers, and their answers.

    After each call of `hear` or `lose`, the caller must notify the condition `changed`.
    """

    def __init__(self, changed: threading.Condition):
        self._changed = changed
        self._numbers = itertools.count(1)
        self._asked: dict[int, Asked] = {}

    def expect(self, link: Link | ThreadLink, tell: Tell | None = None) -> int:
        """Register a question for a worker, and return the number that identifies the question.

        When the worker reports progress, `tell` is called with the share of the work done so far. During this call, the
        lock of `changed` is held.
        """
        number = next(self._numbers)
        self._asked[number] = Asked(link, tell)
        return number

    def at_work(self) -> list[Link | ThreadLink]:
        """List the worker of each unanswered question. A worker with several questions is listed several times."""
        return [asked.link for asked in self._asked.values() if asked.report is None]

    def hear(self, message: Message, arrays: Arrays) -> None:
        """Store a worker's message if it is an answer. If it is a progress report, call `tell` with the progress.

        A message about a question that nobody waits for is ignored.
        """
        asked = self._asked.get(message["question"])
        if asked is not None and message["kind"] == "answer":
            asked.report = message, arrays
        elif asked is not None and asked.tell is not None:
            asked.tell(message["done"])

    def lose(self, link: Link | ThreadLink) -> None:
        """Make `wait` raise TrainingFailedError for every unanswered question sent to a worker that has died."""
        for asked in self._asked.values():
            if asked.link is link and asked.report is None:
                asked.report = {"broken": marked("a worker process was lost: try again")}, {}

    def wait(self, number: int, seconds: float) -> tuple[Message, Arrays]:
        """Wait up to `seconds` seconds for the answer to question `number`, and return it.

        Raises BusyError if no answer comes in time, and TrainingFailedError if the worker failed. If the worker reports
        an error, that error is raised.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._asked[number].report is not None, seconds)
            report = self._asked.pop(number).report
        if report is None:
            raise BusyError("The server is very busy: try again in a moment.")
        message, arrays = report
        if "broken" in message:
            raise TrainingFailedError(message["broken"])
        if "error" in message:
            raise from_parts(message["error"], message["values"])
        return message["about"], arrays
