"""List the lessons of the page, or check lesson files."""

import argparse
from pathlib import Path

from rnnlm.catalogues import NAMES, is_missing
from rnnlm.cli.console import say
from rnnlm.lessons.lesson import Lesson
from rnnlm.lessons.reading import LessonError, load_lesson, shipped
from rnnlm.lessons.translated import sentences


def lessons(options: argparse.Namespace) -> int:
    """List the lessons, or check files.

    A check prints a line `file:line: sentence` for each problem. If there is a problem, the exit status is 1.
    """
    if options.check:
        return max(map(check, options.check))
    for lesson in shipped().values():
        say(told(lesson))
    return 0


def check(path: Path) -> int:
    """Print the problems of a lesson file, or describe the lesson if there are none. Returns the exit status."""
    try:
        lesson = load_lesson(path)
    except LessonError as error:
        say(str(error))
        return 1
    say(f"{path}: no problems. {told(lesson)}")
    report_translations(lesson)
    return 0


def report_translations(lesson: Lesson) -> None:
    """For each language, print the sentences of a lesson that are not translated.

    If more than half of the sentences are missing in every language, only print that the lesson is not translated.
    """
    every = list(dict.fromkeys(filter(None, sentences(lesson))))
    missing = {language: [it for it in every if is_missing(it, language)] for language in NAMES if language != "en"}
    if all(len(lacking) > len(every) / 2 for lacking in missing.values()):  # a few words such as "Train" occur anyway
        say("It is not translated, so every learner reads it as it is written.")
        return
    for language, lacking in missing.items():
        say(f"{language}: {len(every) - len(lacking)} of {len(every)} sentences are translated")
        for sentence in lacking:
            say(f"  {language} lacks: {sentence}")


def told(lesson: Lesson) -> str:
    """Describe a lesson in one line."""
    steps = f"{len(lesson.steps)} step{'s' * (len(lesson.steps) > 1)}"
    return f"{lesson.id} ({lesson.minutes} min, {steps}): “{lesson.title}” {lesson.question}"
