"""A lesson: steps that say something, have something done, and end by themselves when it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlm.lessons.conditions import Comparison, Condition

ANSWERED = Condition(((Comparison("answered", "==", True),),))


@dataclass(frozen=True)
class Choice:
    """One answer to a question, and why it is right or wrong."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """A question with choices; one of them at least is right."""

    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Do:
    """*Do it for me*: settings are held, then a page is opened, then a control is pressed; each where it is given.

    settings are values by the option's name, as Python has them.
    """

    label: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    page: str | None = None
    press: str | None = None


@dataclass(frozen=True)
class Step:
    """One step. say is small Markdown (`markdown.as_html`); ring names a control or a panel."""

    say: str
    ring: str | None = None
    do: Do | None = None
    until: Condition | None = None
    ask: Question | None = None

    @property
    def condition(self) -> Condition | None:
        """What ends the step: `until`, else a right answer to its question; None where only Next does."""
        return self.until or (ANSWERED if self.ask else None)


@dataclass(frozen=True)
class Lesson:
    """A lesson; id is what the link calls it, question what one can answer after it."""

    id: str
    title: str
    minutes: int
    question: str
    steps: tuple[Step, ...]


def is_done(step: Step, facts: Mapping[str, Any]) -> bool:
    """Whether the condition of a step holds; facts has `answered` for this very step. Never where only Next ends it."""
    return step.condition is not None and step.condition.holds(facts)
