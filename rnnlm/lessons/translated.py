"""Lessons in another language: the sentences are replaced, and the structure stays the same."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from rnnlm.lessons.lesson import Choice, Lesson, Question, Step


def sentences(lesson: Lesson) -> Iterator[str]:
    """Yield every sentence that learners read in a lesson."""
    found = []
    in_words(lesson, lambda sentence: found.append(sentence) or sentence)
    return iter(found)


def in_words(lesson: Lesson, say: Callable[[str], str]) -> Lesson:
    """Translate every sentence of a lesson with the function `say`."""

    def of_choice(choice: Choice) -> Choice:
        return replace(choice, text=say(choice.text), why=say(choice.why))

    def of_question(ask: Question) -> Question:
        return replace(ask, question=say(ask.question), choices=tuple(map(of_choice, ask.choices)))

    def of_step(step: Step) -> Step:
        do = step.do and replace(step.do, label=say(step.do.label))
        return replace(step, say=say(step.say), do=do, ask=step.ask and of_question(step.ask))

    title, question = say(lesson.title), say(lesson.question)
    known = lesson.known and say(lesson.known)  # for an empty text, gettext would return the catalogue's header
    return replace(lesson, title=title, question=question, steps=tuple(map(of_step, lesson.steps)), known=known)
