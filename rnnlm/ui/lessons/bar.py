"""The lesson bar. During a lesson, it shows the current step and the step's buttons at the bottom of every page."""

import secrets
from collections.abc import Hashable

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.lessons.lesson import Lesson, Step
from rnnlm.lessons.markdown import as_html
from rnnlm.lessons.names import NAMES
from rnnlm.lessons.reading import MOST_STEPS
from rnnlm.ui import style
from rnnlm.ui.language import say
from rnnlm.ui.lessons import library, selectors, walk
from rnnlm.ui.lessons.figures import in_text
from rnnlm.ui.state import clock, mail, messages, session
from rnnlm.ui.state.choices import chosen, hold, read
from rnnlm.ui.train import controls

_bar = style.component("lesson_bar", "lesson.css", "lesson.js")
PLACE = messages.whole(-1, MOST_STEPS)  # form of the number of a step or a choice


def version() -> Hashable:
    lesson = walk.lesson()
    if lesson is None:
        over = walk.over()
        return over and over.id
    it, at = walk.begun(lesson.id), walk.place(lesson)
    step, picked = lesson.steps[at], tuple(it.picked.get(at, ())) if it else ()
    doing = st.session_state.get("doing", {}).get("id")
    return lesson.id, at, walk.holds(lesson), picked, doing, control(step), *map(in_text, texts(step))


@clock.panel("lesson", version)
def show() -> None:
    lesson, over = walk.lesson(), walk.over()
    if lesson is None and over is None:
        return
    ring = None if lesson is None else control(lesson.steps[walk.place(lesson)])
    with st.container(key="lesson_bar"):
        style.style("lesson_page.css")
        if ring is not None:
            st.html(f"<style>{selectors.ring_style(ring)}</style>")
        mail.mount(
            _bar,
            "lesson",
            ending(over) if lesson is None else picture(lesson),
            go=(messages.record(**{"from": PLACE, "to": PLACE}), _go),
            pick=(messages.record(choice=PLACE), _pick),
            do=(messages.record(at=PLACE), _do),
            start=(messages.record(id=messages.words), _start),
            close=(messages.record(at=PLACE), _close),
        )


def texts(step: Step) -> list[str]:
    ask = step.ask
    answers = [text for choice in ask.choices for text in (choice.text, choice.why)] if ask else []
    return [step.say, *([ask.question] if ask else []), *answers]


def control(step: Step) -> str | None:
    """Name of the control to highlight with a ring. Returns None if the step highlights no control.

    Usually this is the step's `ring`. The exception is a step whose `do` presses a control and also sets the option
    named by `ring`. Such a step highlights one setting after another until all are right, and then the control to
    press.
    """
    do = step.do
    if do is None or do.press is None or step.ring not in do.settings:
        return step.ring
    left = (name for name in (step.ring, *do.settings) if name in NAMES and chosen(name) != do.settings[name])
    return next(left, do.press)


def picture(lesson: Lesson) -> dict:
    at, is_done = walk.place(lesson), walk.is_over(lesson)
    step, mine, last = lesson.steps[at], walk.taken(lesson), len(lesson.steps) - 1
    waits = step.condition is not None and not is_done
    return {
        "id": lesson.id,
        "at": at,
        "title": library.numbered(lesson),
        "where": say("Step {step} of {steps}", step=at + 1, steps=len(lesson.steps)),
        "ended": [i in mine.ended for i in range(len(lesson.steps))],
        "say": as_html(in_text(step.say)),
        "done": say("Done") if is_done else "",
        "waits": waits,
        "ask": question(step, mine.picked.get(at, []), walk.is_marked(lesson)) if step.ask else None,
        "do": step.do.label if step.do and not is_done else None,
        "ring": ring(step),
        "doing": st.session_state.get("doing"),
        "names": names(say("Finish") if at == last else say("Skip") if waits else say("Next")),
    }


def names(onward: str | None) -> dict[str, str | None]:
    return {"lesson": say("Lesson"), "back": say("Back"), "next": onward, "close": say("Close the lesson")}


def ending(lesson: Lesson) -> dict:
    """Data for the component after the last step: a summary of the lesson for the learner, and the next lesson."""
    following = library.after(lesson)
    head = as_html(say("**You know now:**"))
    return {
        "id": lesson.id,
        "at": len(lesson.steps),
        "title": library.numbered(lesson),
        "where": "",
        "ended": [],
        "say": head + as_html(lesson.known) if lesson.known else as_html(say("This lesson is done.")),
        "done": say("Done"),
        "waits": False,
        "ask": None,
        "do": None,
        "ring": None,
        "doing": None,
        "start": following and following.id,
        "names": names(following and say("Next lesson: {title}", title=library.numbered(following))),
    }


def question(step: Step, picked: list[int], is_marked: bool) -> dict:
    """Data for a step's question and its choices. If `is_marked` is true, the picked choices include explanations."""
    choices = []
    for i, choice in enumerate(step.ask.choices):
        is_picked = i in picked
        verdict = ("right" if choice.right else "wrong") if is_picked and is_marked else "picked" if is_picked else ""
        told = {"right": say("Right."), "wrong": say("Not quite."), "picked": say("Your prediction."), "": ""}[verdict]
        why = as_html(in_text(choice.why)) if verdict in ("right", "wrong") else ""
        choices.append({"text": as_html(in_text(choice.text)), "verdict": verdict, "told": told, "why": why})
    return {"question": as_html(in_text(step.ask.question)), "choices": choices, "label": say("Answers")}


def ring(step: Step) -> dict | None:
    """Data for a ring around a control: the control, the panel to watch, and a hint if the control is on another page.

    Returns None if the step highlights no control.
    """
    name = control(step)
    if name is None:
        return None
    page = st.session_state.page
    home = selectors.home(name, page)
    title = next(it.title for it in st.session_state.pages if (it.url_path or "train") == home)
    elsewhere = say("The highlighted control is on the {page} page.", page=title) if home != page else ""
    return {
        "selector": selectors.selector(name),
        "watch": step.watch and selectors.selector(step.watch),
        "settings": selectors.is_setting(name),
        "page": home,
        "elsewhere": elsewhere,
        "go": say("Go there"),
    }


def _go(asked: dict) -> None:
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


def _start(asked: dict) -> None:
    if walk.over() is not None and library.find(asked["id"]) is not None:
        walk.start(asked["id"])
    st.rerun()


def _close(_: dict) -> None:
    walk.close()
    st.rerun()


def _do(_: dict) -> None:
    """Do the current step for the visitor. This function changes the settings.

    The browser then opens the right page and presses the step's control.
    """
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
            press = None  # the run is already training
    button = None if press is None else selectors.selector(press)
    st.session_state.doing = {"id": secrets.token_hex(4), "page": page, "press": button}
    st.rerun()
