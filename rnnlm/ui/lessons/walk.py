"""Progress through a lesson: the current step, and whether the step is done.

A visitor's progress is kept with the tab. When a step is done, the page says so and waits for the Next button.
Otherwise the step's text would disappear before the visitor has read it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rnnlm.lessons.lesson import Lesson, Step, is_done
from rnnlm.screen import Screen
from rnnlm.ui.compare import fan
from rnnlm.ui.language import say
from rnnlm.ui.lessons import library
from rnnlm.ui.state import session, tab
from rnnlm.ui.state.choices import Sampling, choose, chosen, hold


@dataclass
class Taken:
    """A visitor's progress in a lesson: finished steps, picked choices, and whether the lesson is done.

    `passed` holds the steps that the visitor has left with Next. `ended` holds the finished steps. A step with a
    condition counts as finished once its condition has been true.
    `picked` holds the choices picked in each step, keyed by the step's index.
    `asked` is the step that the visitor reached most recently. `held` says whether the condition of that step has been
    true at least once since then.
    """

    ended: set[int] = field(default_factory=set)
    passed: set[int] = field(default_factory=set)
    picked: dict[int, list[int]] = field(default_factory=dict)
    finished: bool = False
    asked: int | None = None
    held: bool = False


def taken(lesson: Lesson) -> Taken:
    return tab.visitor().place.setdefault("lessons", {}).setdefault(lesson.id, Taken())


def begun(name: str) -> Taken | None:
    return tab.visitor().place.get("lessons", {}).get(name)


def lesson() -> Lesson | None:
    return library.find(chosen("lesson"))


def place(lesson: Lesson) -> int:
    """Index of the current step, counted from 0."""
    return min(chosen("step"), len(lesson.steps)) - 1


def begin() -> None:
    """Report a lesson that the link names but that does not exist. Called before a page is drawn."""
    name = chosen("lesson")
    if name is not None and library.find(name) is None:
        st.session_state.problem = say(
            "The lesson {name} of this link does not exist here. Choose another one on the Lessons page, "
            "or open a lesson file there.",
            name=repr(name[:60]),
        )
        choose(lesson=None, step=1)


def start(name: str) -> None:
    """Start a lesson, or continue it at the first step that the visitor has neither finished nor left with Next."""
    it = taken(library.find(name))
    steps = len(library.find(name).steps)
    first = 0 if it.finished else next((i for i in range(steps) if i not in it.ended | it.passed), 0)
    it.asked, it.finished = None, False
    st.session_state.pop("lesson_over", None)
    choose(lesson=name, step=first + 1, expected=())
    if not first:  # a lesson describes what its reader sees with the usual options
        usual = Screen()
        hold(**vars(Sampling()), network=usual.network, state=usual.state)


def close() -> None:
    st.session_state.pop("lesson_over", None)
    choose(lesson=None, step=1)


def over() -> Lesson | None:
    """The lesson that the visitor has just finished. Returns None once the lesson's ending has been closed."""
    return None if lesson() is not None else library.find(st.session_state.get("lesson_over"))


def go(to: int) -> None:
    """Go to the step with this index, counted from 0. An index beyond the last step finishes the lesson."""
    it = lesson()
    mine = taken(it)
    if to > place(it):
        mine.passed.add(place(it))
        if it.steps[place(it)].condition is None:
            mine.ended.add(place(it))
    mine.asked = None
    if to >= len(it.steps):
        mine.finished = True
        close()
        st.session_state.lesson_over = it.id
    else:
        choose(step=max(0, to) + 1)


def pick(choice: int) -> None:
    """Pick a choice of the current step's question. A prediction can be changed until it is graded."""
    it = lesson()
    picked = taken(it).picked.setdefault(place(it), [])
    if not is_marked(it):
        picked.clear()
    if choice not in picked and 0 <= choice < len(it.steps[place(it)].ask.choices):
        picked.append(choice)


def is_over(lesson: Lesson) -> bool:
    """Whether the current step is done. If its condition is true, this call also records the step as finished.

    A step with a condition is done if its condition has been true at least once since the visitor reached the step. A
    step without a condition is done once the visitor has left it with Next.
    """
    mine, at = taken(lesson), place(lesson)
    mine.held = holds(lesson) or (mine.held and mine.asked == at)
    mine.asked = at
    if mine.held:
        mine.ended.add(at)
    return at in mine.ended if lesson.steps[at].condition is None else mine.held


def is_marked(lesson: Lesson) -> bool:
    """Whether the choices of the current step are graded.

    A prediction is graded only after the run has shown the result.
    """
    step, mine = lesson.steps[place(lesson)], taken(lesson)
    return not step.ask.prediction or holds(lesson) or (mine.held and mine.asked == place(lesson))


def holds(lesson: Lesson) -> bool:
    """Whether the condition of the current step is true now."""
    return is_done(lesson.steps[place(lesson)], Now(is_answered(lesson)))


def is_answered(lesson: Lesson) -> bool:
    it, at = begun(lesson.id), place(lesson)
    step: Step = lesson.steps[at]
    picked = it.picked.get(at, ()) if it else ()
    return step.ask is not None and any(step.ask.choices[i].right for i in picked if i < len(step.ask.choices))


def _perplexity() -> float | None:
    here = session.instant()
    curve = session.view().curve if here.is_now else session.current().curve
    return curve.until(here.epoch).last


FACTS: dict[str, Callable[[], Any]] = {
    "page": lambda: st.session_state.page,
    "epoch": lambda: session.view().epoch,
    "update": lambda: session.view().update,
    "moment": lambda: session.instant().epoch,
    "perplexity": _perplexity,
    "finished": lambda: session.view().finished,
    "running": lambda: session.view().running,
    "diverged": lambda: bool(session.view().divergence),
    "drawn": lambda: chosen("length"),
    "predicted": lambda: bool(chosen("expected")),
    "fan_done": lambda: fan.current() is not None and fan.current().is_finished,
}


class Now(Mapping):
    """The current facts about the page, keyed by name. A fact is computed when its name is looked up."""

    def __init__(self, answered: bool):
        self.answered = answered

    def __getitem__(self, name: str) -> Any:
        if name == "answered":
            return self.answered
        return FACTS[name]() if name in FACTS else chosen(name)

    def __iter__(self) -> Iterator[str]:
        return iter((*FACTS, "answered"))

    def __len__(self) -> int:
        return len(FACTS) + 1
