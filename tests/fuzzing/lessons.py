"""Properties of lesson and hand-in files: they are read, or refused in sentences with line numbers."""

import json
import re
from pathlib import Path

from rnnlm.lessons.form import MOST_PROBLEMS
from rnnlm.lessons.hand_in import HandIn, Text, hand_in, read_hand_in, write_hand_in
from rnnlm.lessons.lesson import Lesson, is_done
from rnnlm.lessons.markdown import as_html
from rnnlm.lessons.names import GROUPS, NAMES, PAGES, SETTINGS
from rnnlm.lessons.reading import LessonError, load_lesson
from rnnlm.options import from_link
from tests.fuzzing.targets import a_sentence

TEXT = Text("0123456789abcdef", "a text")
FIGURES = {1: 401.4, 50: 77.7, 100: 5.1}
HANDED_IN = write_hand_in(hand_in({"lr": "0.5", "start": "you say"}, 100, FIGURES, TEXT)).encode()
DEFAULTS = {name: value for group in GROUPS for name, value in vars(group()).items()}
TAGS = re.compile("</?(?:p|em|strong|code)>")


def a_shipped_lesson() -> bytes:
    """The content of a shipped lesson, to be damaged."""
    return min(Path("assets/lessons").glob("*.toml"), key=lambda path: path.stat().st_size).read_bytes()


def a_lesson(content: bytes) -> Lesson | None:
    """Check that a file is a lesson that can be taken, or that each problem is a sentence with a valid line."""
    try:
        lesson = load_lesson(content, "mine.toml")
    except LessonError as error:
        are_sentences(error, content.count(b"\n") + 1)
        return None
    is_whole(lesson)
    return lesson


def are_sentences(error: LessonError, lines: int) -> None:
    """Check that each problem is a sentence and its line exists in the file."""
    assert 1 <= len(error.problems) <= MOST_PROBLEMS + 1
    for problem in error.problems:
        assert 0 <= problem.line <= lines
        a_sentence(ValueError(problem.sentence))


def is_whole(lesson: Lesson) -> None:
    """Check that all of a lesson can be shown and done, and that its texts make only four kinds of tags."""
    assert re.fullmatch("[a-z0-9-]{1,40}", lesson.id)
    texts = [lesson.title, lesson.question]
    for step in lesson.steps:
        assert step.ring is None or step.ring in NAMES
        texts += [step.say, *([step.do.label] if step.do else ())]
        texts += [text for choice in (step.ask.choices if step.ask else ()) for text in (choice.text, choice.why)]
        if step.do:
            assert step.do.page is None or step.do.page in PAGES
            for name, value in step.do.settings.items():
                next(group for group in SETTINGS if name in vars(group()))(**{name: value})
    for html in map(as_html, texts):
        assert not re.search("[<>]", TAGS.sub("", html))
    json.dumps(texts, ensure_ascii=False).encode()  # the page sends them to a browser in this form
    assert {is_done(step, DEFAULTS) for step in lesson.steps} <= {False, True}


def a_hand_in(content: bytes) -> HandIn | None:
    """Check that a file is a hand-in with settings within limits that reads back as written, or is refused."""
    try:
        it = read_hand_in(content, "mine.json")
    except ValueError as error:
        a_sentence(error)
        return None
    for group in SETTINGS:
        values, problems = from_link(group, it.settings)
        assert not problems
        group(**values)
    assert read_hand_in(write_hand_in(it).encode()) == it
    return it
