"""The parts of a lesson: its steps, their questions with choices, and the actions of the *Do it for me* button."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlm.lessons.conditions import Comparison, Condition

ANSWERED = Condition(((Comparison("answered", "==", True),),))


@dataclass(frozen=True)
class Choice:
    """One answer to a question: its text, whether it is right, and an explanation."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """A question with choices. At least one choice is right.

    If `prediction` is set, the page does not show which choices are right until the step's condition is true.
    """

    question: str
    choices: tuple[Choice, ...]
    prediction: bool = False


@dataclass(frozen=True)
class Do:
    """The actions of the *Do it for me* button: change settings, then open a page, then press a control.

    Each action is optional. `settings` has the new values (Python values), keyed by option. `label` is the button's
    text.
    """

    label: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    page: str | None = None
    press: str | None = None


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    `say` is a text in a small subset of Markdown (`markdown.as_html`). `ring` names the control or panel around which
    the page draws a ring. `watch` names the panel that shows the effect. If there is room, the page keeps both the ring
    and this panel in sight.
    """

    say: str
    ring: str | None = None
    do: Do | None = None
    until: Condition | None = None
    ask: Question | None = None
    watch: str | None = None

    @property
    def condition(self) -> Condition | None:
        """The condition that ends the step: `until` or, without `until`, a right answer to the question.

        If only the Next button ends the step, the condition is None.
        """
        return self.until or (ANSWERED if self.ask else None)


@dataclass(frozen=True)
class Lesson:
    """A lesson: its steps, and what learners should know at the end.

    `id` names the lesson in links. `question` is a question that learners can answer after the lesson. `known` sums up
    what they have learned; it may be empty.
    """

    id: str
    title: str
    minutes: int
    question: str
    steps: tuple[Step, ...]
    known: str = ""


def is_done(step: Step, facts: Mapping[str, Any]) -> bool:
    """Return whether the condition of a step is true. If only the Next button ends the step, the result is False.

    `facts` maps the name of each fact about the page to its value. The fact `answered` says whether the question of
    this step has been answered correctly.
    """
    return step.condition is not None and step.condition.holds(facts)
