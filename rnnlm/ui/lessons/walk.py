"""Progress through a lesson: the current step, the state of its condition, and when a step ends.

A visitor's progress is kept with the tab. A step with a condition that already holds on arrival ends only when the
visitor clicks Next: otherwise its text would disappear before it was read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rnnlm.lessons.lesson import Lesson, Step, is_done
from rnnlm.ui.language import say
from rnnlm.ui.lessons import library
from rnnlm.ui.state import session, tab
from rnnlm.ui.state.choices import choose, chosen


@dataclass
class Taken:
    """A visitor's progress in a lesson: the finished steps, the choices picked in each, and whether the lesson is done.

    `asked` is the step reached last; `held` is whether its condition has held since then.
    """

    ended: set[int] = field(default_factory=set)
    picked: dict[int, list[int]] = field(default_factory=dict)
    finished: bool = False
    asked: int | None = None
    held: bool = False


def taken(lesson: Lesson) -> Taken:
    return tab.visitor().place.setdefault("lessons", {}).setdefault(lesson.id, Taken())


def begun(name: str) -> Taken | None:
    """A visitor's progress, None for a lesson that was never started."""
    return tab.visitor().place.get("lessons", {}).get(name)


def lesson() -> Lesson | None:
    """The lesson in progress."""
    return library.find(chosen("lesson"))


def place(lesson: Lesson) -> int:
    """The current step, from 0 on."""
    return min(chosen("step"), len(lesson.steps)) - 1


def begin() -> None:
    """Before a page is drawn, report a lesson that does not exist."""
    name = chosen("lesson")
    if name is not None and library.find(name) is None:
        st.session_state.problem = say(
            "The lesson {name} of this link does not exist here. See Lessons for those that do, or open a "
            "lesson file there.",
            name=repr(name[:60]),
        )
        choose(lesson=None, step=1)


def start(name: str) -> None:
    """Start a lesson, or continue it at the last step."""
    it = taken(library.find(name))
    steps = len(library.find(name).steps)
    first = 0 if it.finished else next((i for i in range(steps) if i not in it.ended), 0)
    it.asked, it.finished = None, False
    choose(lesson=name, step=first + 1)


def close() -> None:
    choose(lesson=None, step=1)


def go(to: int) -> None:
    """Go to a step, from 0 on; after the last one the lesson is finished."""
    it = lesson()
    mine = taken(it)
    if to > place(it):
        mine.ended.add(place(it))
    mine.asked = None
    if to >= len(it.steps):
        mine.finished = True
        close()
    else:
        choose(step=max(0, to) + 1)


def pick(choice: int) -> None:
    """Answer the question of the step."""
    it = lesson()
    picked = taken(it).picked.setdefault(place(it), [])
    if choice not in picked and 0 <= choice < len(it.steps[place(it)].ask.choices):
        picked.append(choice)


def is_over(lesson: Lesson) -> bool:
    """Whether the current step has ended since the visitor reached it."""
    mine, at = taken(lesson), place(lesson)
    now = holds(lesson)
    if mine.asked != at:
        mine.asked, mine.held = at, now
    mine.held = mine.held and now
    if now:
        mine.ended.add(at)
    return now and not mine.held


def holds(lesson: Lesson) -> bool:
    """Whether the condition of the current step holds now."""
    return is_done(lesson.steps[place(lesson)], Now(is_answered(lesson)))


def is_answered(lesson: Lesson) -> bool:
    """Whether the question of the current step has a correct answer."""
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
}


class Now(Mapping):
    """The current facts of the page by name, each computed when it is asked for."""

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
