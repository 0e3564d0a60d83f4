"""The lesson bar: at the foot of every page during a lesson, with the current step and its buttons."""

import secrets
from collections.abc import Hashable

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.lessons.lesson import Lesson, Step
from rnnlm.lessons.markdown import as_html
from rnnlm.lessons.reading import MOST_STEPS
from rnnlm.ui import style
from rnnlm.ui.language import say
from rnnlm.ui.lessons import selectors, walk
from rnnlm.ui.state import clock, mail, messages, session
from rnnlm.ui.state.choices import hold, read
from rnnlm.ui.train import controls

STAYS = 1.6  # seconds that a finished step remains on screen before the next one

_bar = st.components.v2.component(
    "lesson_bar",
    css=(style.ASSETS / "lesson.css").read_text(),
    js=style.script("lesson.js"),
)
PLACE = messages.whole(-1, MOST_STEPS)  # form of a step's or a choice's number


def version() -> Hashable:
    lesson = walk.lesson()
    if lesson is None:
        return None
    it, at = walk.begun(lesson.id), walk.place(lesson)
    picked = tuple(it.picked.get(at, ())) if it else ()
    return lesson.id, at, walk.holds(lesson), picked, st.session_state.get("doing", {}).get("id")


@clock.panel("lesson", version)
def show() -> None:
    """Show the current step; nothing if no lesson is open."""
    lesson = walk.lesson()
    if lesson is None:
        return
    ring = lesson.steps[walk.place(lesson)].ring
    with st.container(key="lesson_bar"):
        style.style("lesson_page.css")
        if ring is not None:
            st.html(f"<style>{selectors.ring_style(ring)}</style>")
        mail.mount(
            _bar,
            "lesson",
            picture(lesson),
            go=(messages.record(**{"from": PLACE, "to": PLACE}), _go),
            pick=(messages.record(choice=PLACE), _pick),
            do=(messages.record(at=PLACE), _do),
            close=(messages.record(at=PLACE), _close),
        )


def picture(lesson: Lesson) -> dict:
    """The component's data: texts and buttons, all as data."""
    at, is_over = walk.place(lesson), walk.is_over(lesson)
    step, mine, last = lesson.steps[at], walk.taken(lesson), len(lesson.steps) - 1
    is_done = at in mine.ended and (step.condition is None or walk.holds(lesson))
    return {
        "id": lesson.id,
        "at": at,
        "title": lesson.title,
        "where": say("Step {step} of {steps}", step=at + 1, steps=len(lesson.steps)),
        "ended": [i in mine.ended for i in range(len(lesson.steps))],
        "say": as_html(step.say),
        "done": say("Done") if is_done else "",
        "waits": step.condition is not None and not is_done,
        "moves": STAYS if is_over and step.ask is None and at < last else None,
        "ask": question(step, mine.picked.get(at, [])) if step.ask else None,
        "do": step.do.label if step.do and not is_done else None,
        "ring": ring(step),
        "doing": st.session_state.get("doing"),
        "names": {
            "lesson": say("Lesson"),
            "back": say("Back"),
            "next": say("Next") if at < last else say("Finish"),
            "close": say("Close the lesson"),
        },
    }


def question(step: Step, picked: list[int]) -> dict:
    """The question of a step: its choices, and an explanation for each one picked."""
    choices = []
    for i, choice in enumerate(step.ask.choices):
        is_picked = i in picked
        told = (say("Right.") if choice.right else say("Not quite.")) if is_picked else ""
        why = as_html(choice.why) if is_picked else ""
        verdict = ("right" if choice.right else "wrong") if is_picked else ""
        choices.append({"text": as_html(choice.text), "verdict": verdict, "told": told, "why": why})
    return {"question": as_html(step.ask.question), "choices": choices, "label": say("Answers")}


def ring(step: Step) -> dict | None:
    """The ringed element, and a hint if it is on another page."""
    if step.ring is None:
        return None
    page = st.session_state.page
    home = selectors.home(step.ring, page)
    title = next(it.title for it in st.session_state.pages if (it.url_path or "train") == home)
    is_setting = selectors.is_setting(step.ring)
    elsewhere = say("The highlighted control is on the page {page}.", page=title) if home != page else ""
    return {
        "selector": selectors.selector(step.ring),
        "settings": is_setting,
        "page": home,
        "elsewhere": elsewhere,
        "go": say("Go there"),
    }


def _go(asked: dict) -> None:
    """Handle Back, Next, a dot, or the end of a step."""
    lesson = walk.lesson()
    if lesson is not None and asked["from"] == walk.place(lesson):
        walk.go(asked["to"])
    if st.session_state.page == "lessons" or walk.lesson() is None:
        st.rerun()
    st.rerun(["lesson", "clock"])


def _pick(picked: dict) -> None:
    lesson = walk.lesson()
    if lesson is not None and lesson.steps[walk.place(lesson)].ask is not None:
        walk.pick(picked["choice"])
    st.rerun(["lesson", "clock"])


def _close(_: dict) -> None:
    """Leave the lesson; the visitor can continue it later."""
    walk.close()
    st.rerun()


def _do(_: dict) -> None:
    """Do it for me: change the settings, open the page and press the control, as a visitor would."""
    lesson = walk.lesson()
    do = lesson and lesson.steps[walk.place(lesson)].do
    if not do:
        return
    st.session_state.pop("problem", None)
    if do.settings:
        hold(**do.settings)
        session.know_start()
    press, page = do.press, do.page
    if press is not None:
        page = page or selectors.home(press, st.session_state.page)
    experiment = read(Experiment)
    if press == "train" and session.view().running:
        if session.is_changed(experiment):
            controls.pause(experiment)
        else:
            press = None  # it is already training
    button = None if press is None else selectors.selector(press)
    st.session_state.doing = {"id": secrets.token_hex(4), "page": page, "press": button}
    st.rerun()
