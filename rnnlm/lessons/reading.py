"""Read a lesson file. The result is a `Lesson`, or an error that lists all problems by line."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from rnnlm.data.encoding import decoded
from rnnlm.data.files import content_of
from rnnlm.errors import marked
from rnnlm.lessons.conditions import Condition, ConditionError, meant, read_condition
from rnnlm.lessons.figures import FIGURES, unknown
from rnnlm.lessons.form import MOST_PROBLEMS, Form, Problem, Source, TooManyError
from rnnlm.lessons.lesson import Choice, Do, Lesson, Question, Step
from rnnlm.lessons.names import NAMES, NOT_ON_THE_PAGE, PAGES, SETTINGS, value_of
from rnnlm.lessons.source import Place, lines_of
from rnnlm.options import OptionError, table

FOLDER = Path(__file__).parents[2] / "assets" / "lessons"
MOST_BYTES, MOST_STEPS, MOST_CHOICES = 100_000, 40, 6
TYPESET = dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’‚", "'") | {"\u00a0": "a plain space", "\u200b": "nothing"}
MOST_DIGITS = 1000  # digits in a row; Python reads no number with more than 4,300
MOST_DOTS = 100  # dots in a line; tomllib needs a minute for a key of 50,000 parts
SETTABLE = tuple(name for group in SETTINGS for name in table(group) if name not in NOT_ON_THE_PAGE)


class LessonError(ValueError):
    """A lesson file has problems. The message lists them, one per line, in the form `file:line: sentence`."""

    def __init__(self, title: str, problems: list[Problem]):
        super().__init__(title, problems)
        self.title, self.problems = title, problems

    def __str__(self) -> str:
        places = [f"{self.title}:{problem.line}" if problem.line else self.title for problem in self.problems]
        return "\n".join(f"{place}: {problem.sentence}" for place, problem in zip(places, self.problems, strict=True))


def load_lesson(source: bytes | os.PathLike, title: str = "lesson.toml") -> Lesson:
    """Read a lesson from the file at a path (Path) or from the content of a file (bytes).

    `title` names the content in messages. Raises LessonError with all problems of the file.
    """
    if isinstance(source, os.PathLike):
        title = os.fspath(source)
        try:
            source = content_of(source, MOST_BYTES)
        except OSError as error:
            raise LessonError(title, [Problem(0, "cannot be read: {why}", {"why": error.strerror})]) from error
    content, lines = _content(source, title)
    read = Source(lines)
    try:
        lesson = _lesson(read, content, _id_of(title))
    except TooManyError:
        read.problems.append(Problem(0, "only the first {most} problems are listed", {"most": MOST_PROBLEMS}))
    if read.problems:
        raise LessonError(title, sorted(read.problems, key=lambda problem: problem.line))
    return lesson


def shipped(folder: Path = FOLDER) -> dict[str, Lesson]:
    """Read the lessons that come with the program, keyed by id, in the order of their files.

    Raises LessonError if a file has problems, or if two lessons have the same id.
    """
    lessons = {}
    for path in sorted(folder.glob("*.toml")):
        lesson = load_lesson(path)
        if lesson.id in lessons:
            raise LessonError(
                str(path),
                [Problem(0, "another lesson already has the name {id}: choose another name", {"id": lesson.id})],
            )
        lessons[lesson.id] = lesson
    return lessons


def _id_of(title: str) -> str:
    # "02-By heart.toml" becomes "by-heart"
    name = re.sub("[^a-z0-9]+", "-", re.sub("^[0-9]+-", "", Path(title).stem.lower())).strip("-")
    return name[:40].strip("-") or "lesson"


def _content(source: bytes, title: str) -> tuple[dict, dict[Place, int]]:
    """Return the tables of a TOML file and the line number of each key. Raises LessonError if the file is not TOML."""
    if len(source) > MOST_BYTES:
        raise LessonError(title, [Problem(0, "a lesson must have at most {most:,} bytes", {"most": MOST_BYTES})])
    try:
        text = re.sub("\r\n?", "\n", decoded(source, Path(title).name))
    except ValueError as error:
        raise LessonError(title, [Problem(0, "{why}", {"why": error})]) from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise LessonError(title, [Problem(number, "a line must have at most {most} dots", {"most": MOST_DOTS})])
        if re.search(f"[0-9_]{{{MOST_DIGITS + 1}}}", line):
            rule = marked("a line must have at most {most:,} digits in a row")
            raise LessonError(title, [Problem(number, rule, {"most": MOST_DIGITS})])
    try:
        return tomllib.loads(text), lines_of(text)
    except RecursionError:
        problem = Problem(0, "it is nested too deeply")
    except ValueError as error:
        at = re.search(r" \(at (?:line ([0-9]+), column [0-9]+|end of document)\)$", str(error))
        line = int(at[1] or text.count("\n") + 1) if at else 0
        why = str(error)[: at.start()] if at else str(error)
        typeset = re.search(f"[{''.join(TYPESET)}]", text.split("\n")[line - 1]) if line else None
        if typeset is None:
            problem = Problem(line, "this is not TOML: {why}", {"why": why})
        else:
            rule = marked("{sign} comes from a word processor: TOML needs {plain} instead")
            problem = Problem(line, rule, {"sign": repr(typeset[0]), "plain": TYPESET[typeset[0]]})
    raise LessonError(title, [problem]) from None


def _lesson(source: Source, content: dict, name: str) -> Lesson:
    form = Form(source, (), content, "id", "title", "minutes", "question", "known", "steps")
    id = form.words("id", 40) if "id" in content else name
    if id is not None and not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", id):
        form.note(
            "id",
            "{key} must consist of the small letters a to z, digits and hyphens, as in by-heart, got {id}",
            id=repr(id),
        )
    title, minutes = form.words("title", 80, required=True), form.whole("minutes", 1, 90)
    question = form.words("question", 200, required=True)
    steps = [
        _step(Form(source, *at, "say", "ring", "watch", "do", "until", "ask"))
        for at in form.tables("steps", 1, MOST_STEPS)
    ]
    return Lesson(id, title, minutes, question, tuple(steps), _text(form, "known", 500) or "")


def _step(form: Form) -> Step:
    do = _do(Form(form.source, *form.at("do"), "label", "settings", "page", "press")) if "do" in form.table else None
    ask = _question(form) if "ask" in form.table else None
    until = _condition(form)
    if until is not None and ask is None and any(part.name == "answered" for way in until.ways for part in way):
        form.note("until", "a condition can use answered only in a step with a question, and this step has no ask")
    if until is None and ask is not None and ask.prediction:
        form.note("ask", "a prediction needs the key until, which says when the prediction is marked")
    say = _text(form, "say", 500, required=True)
    return Step(say, form.one_of("ring", NAMES), do, until, ask, form.one_of("watch", NAMES))


def _text(form: Form, key: str, most: int, required: bool = False) -> str | None:
    text = form.words(key, most, required)
    for name in unknown(text or ""):
        rule = marked("{key} uses the unknown figure {name}{meant}; the known figures are {known}")
        form.note(key, rule, name=f"{{{name[:60]}}}", meant=meant(name, FIGURES), known=", ".join(FIGURES))
    return text


def _condition(form: Form) -> Condition | None:
    written = form.value("until", str, marked("a condition in quotes"))
    if written is None:
        return None
    try:
        return read_condition(written)
    except (ConditionError, OptionError) as error:
        form.note("until", "{key}: " + error.rule, **error.values)
        return None


def _do(form: Form) -> Do:
    label, page, press = form.words("label", 60, required=True), form.one_of("page", PAGES), form.one_of("press", NAMES)
    settings = _settings(form)
    if form.table and not (settings or page or press or "settings" in form.table):
        form.source.note(form.path, "the key do needs at least one of settings, page and press")
    return Do(label, settings, page, press)


def _settings(form: Form) -> dict[str, Any]:
    values = {}
    for name, value in (form.value("settings", dict, marked("a table of settings")) or {}).items():
        place = (*form.path, "settings", name)
        if name not in SETTABLE:
            rule = marked("{name} is not a setting of the page{meant}")
            form.source.note(place, rule, name=repr(name[:60]), meant=meant(name, SETTABLE))
            continue
        if not isinstance(value, str | bool | int | float) or (isinstance(value, int) and abs(value) > 10**15):
            form.source.note(place, "{name} must be a text, a number, true or false", name=name)
            continue
        try:
            values[name] = value_of(name, _as_in_the_link(value))
        except OptionError as error:
            form.source.note(place, error.rule, **error.values)
    return values


def _as_in_the_link(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else repr(value)


def _question(step: Form) -> Question:
    form = Form(step.source, *step.at("ask"), "question", "prediction", "choices")
    question, choices = _text(form, "question", 300, required=True), []
    prediction = form.value("prediction", bool, marked("true or false, without quotes")) or False
    for at in form.tables("choices", 2, MOST_CHOICES):
        choice = Form(form.source, *at, "text", "right", "why")
        right = choice.value("right", bool, marked("true or false, without quotes"), required=True)
        choices.append(Choice(_text(choice, "text", 200, True), right, _text(choice, "why", 400, True)))
    if choices and not any(choice.right for choice in choices):
        form.note("choices", "one of the choices must be right")
    return Question(question, tuple(choices), prediction)
