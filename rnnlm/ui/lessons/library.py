"""The available lessons: those that come with the page, and those that a visitor has opened."""

import streamlit as st

from rnnlm.catalogues import catalogue
from rnnlm.lessons.lesson import Lesson
from rnnlm.lessons.reading import LessonError, load_lesson, shipped
from rnnlm.lessons.translated import in_words
from rnnlm.ui.language import language, say
from rnnlm.ui.state import tab

MOST_OPENED = 5


def of_the_page() -> dict[str, Lesson]:
    return _in_language(language())


@st.cache_resource(show_spinner=False)
def _in_language(name: str) -> dict[str, Lesson]:
    return {id: in_words(lesson, catalogue(name).gettext) for id, lesson in shipped().items()}


def opened() -> dict[str, Lesson]:
    return tab.visitor().place.setdefault("opened_lessons", {})


def every_lesson() -> dict[str, Lesson]:
    return of_the_page() | opened()


def find(name: str | None) -> Lesson | None:
    if name is None:
        return None
    return opened().get(name) or of_the_page().get(name)


def numbered(lesson: Lesson) -> str:
    names = list(of_the_page())
    is_of_the_page = of_the_page().get(lesson.id) == lesson
    return f"{names.index(lesson.id) + 1}. {lesson.title}" if is_of_the_page else lesson.title


def after(lesson: Lesson) -> Lesson | None:
    """The page's next lesson after this one.

    Returns None after the last lesson, and after a lesson from a visitor's file.
    """
    lessons = list(of_the_page().values())
    place = next((i for i, other in enumerate(lessons) if other == lesson), len(lessons))
    return lessons[place + 1] if place + 1 < len(lessons) else None


def open_lesson(content: bytes, title: str) -> Lesson:
    """Add a lesson from a file. Raises a LessonError that lists all problems in the file."""
    lesson, mine = load_lesson(content, title), opened()
    mine.pop(lesson.id, None)
    mine[lesson.id] = lesson
    while len(mine) > MOST_OPENED:
        del mine[next(iter(mine))]
    return lesson


def problems(error: LessonError) -> list[str]:
    told = []
    for problem in error.problems:
        what = say(problem.rule, **problem.values)
        told.append(say("Line {line}: {what}", line=problem.line, what=what) if problem.line else what)
    return told
