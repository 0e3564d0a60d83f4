"""List the lessons of the page, or check lesson files."""

import argparse
from pathlib import Path

from rnnlm.cli.console import say
from rnnlm.lessons.lesson import Lesson
from rnnlm.lessons.reading import LessonError, load_lesson, shipped


def lessons(options: argparse.Namespace) -> int:
    """List the lessons, or check files.

    A check prints a line `file:line: sentence` for each problem, and returns 1 if there is a problem.
    """
    if options.check:
        return max(map(check, options.check))
    for lesson in shipped().values():
        say(told(lesson))
    return 0


def check(path: Path) -> int:
    """Print the problems of a file, or its lesson if there are none, and return the exit status."""
    try:
        lesson = load_lesson(path)
    except LessonError as error:
        say(str(error))
        return 1
    say(f"{path}: no problems. {told(lesson)}")
    return 0


def told(lesson: Lesson) -> str:
    """Describe a lesson in one line."""
    steps = f"{len(lesson.steps)} step{'s' * (len(lesson.steps) > 1)}"
    return f"{lesson.id} ({lesson.minutes} min, {steps}): “{lesson.title}” {lesson.question}"
