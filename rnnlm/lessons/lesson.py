"""A lesson: steps that explain something, give a task, and notice when it is done."""

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
    """A question with choices; at least one of them is right.

    If it is a prediction, no choice is marked before the step's condition holds.
    """

    question: str
    choices: tuple[Choice, ...]
    prediction: bool = False


@dataclass(frozen=True)
class Do:
    """*Do it for me*: change settings, then open a page, then press a control; each part is optional.

    settings are Python values by the option's name.
    """

    label: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    page: str | None = None
    press: str | None = None


@dataclass(frozen=True)
class Step:
    """One step. say is small Markdown (`markdown.as_html`); ring names a control or a panel.

    watch names the panel that shows the effect, which stays in sight beside the ring if there is room.
    """

    say: str
    ring: str | None = None
    do: Do | None = None
    until: Condition | None = None
    ask: Question | None = None
    watch: str | None = None

    @property
    def condition(self) -> Condition | None:
        """The condition that ends the step: `until`, or else a right answer to its question; None if only Next does."""
        return self.until or (ANSWERED if self.ask else None)


@dataclass(frozen=True)
class Lesson:
    """A lesson; id is its name in the link, question is one that learners can answer after it.

    known sums up what they know at its end, in small Markdown; it may be empty.
    """

    id: str
    title: str
    minutes: int
    question: str
    steps: tuple[Step, ...]
    known: str = ""


def is_done(step: Step, facts: Mapping[str, Any]) -> bool:
    """Whether the condition of a step holds; facts has `answered` for this step. False if only Next ends it."""
    return step.condition is not None and step.condition.holds(facts)
