"""The list of lessons: the question that each lesson answers, its length, and the visitor's progress."""

import html

import streamlit as st

from rnnlm.lessons.lesson import Lesson
from rnnlm.ui.language import say
from rnnlm.ui.lessons import library, walk
from rnnlm.ui.state import press


def show() -> None:
    lessons = list(library.every_lesson().values())
    half = (len(lessons) + 1) // 2
    with st.container(key="lessons"):
        for column, mine in zip(st.columns(2, gap="medium"), (lessons[:half], lessons[half:]), strict=True):
            with column:
                for lesson in mine:
                    one(lesson)


def one(lesson: Lesson) -> None:
    it = walk.begun(lesson.id)
    label = say("Start") if it is None else say("Again") if it.finished else say("Continue")
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"lesson_{lesson.id.replace('-', '_')}"
    ):
        title, question = html.escape(library.numbered(lesson)), html.escape(lesson.question)
        st.html(
            f'<h3 class="lesson"><bdi>{title}</bdi> <span>{minutes(lesson)}{so_far(lesson)}</span></h3>'
            f'<p class="lesson" dir="auto">{question}</p>'
        )
        if press.button(label, f"start_{lesson.id.replace('-', '_')}", walk.start, (lesson.id,)):
            st.switch_page(st.session_state.pages[0])


def minutes(lesson: Lesson) -> str:
    return say("{minutes} min", minutes=lesson.minutes)


def so_far(lesson: Lesson) -> str:
    it, steps = walk.begun(lesson.id), len(lesson.steps)
    if it is None:
        return ""
    done = say("✓ done") if it.finished else say("{ended} of {steps} steps done", ended=len(it.ended), steps=steps)
    return f'<i class="so-far">{done}</i>'
