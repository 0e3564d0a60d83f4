"""Check the tables of a lesson file. Each value has a rule, and each problem is recorded with its line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rnnlm.errors import UserError, marked
from rnnlm.lessons.conditions import meant
from rnnlm.lessons.source import Place

MOST_PROBLEMS = 100


class TooManyError(ValueError):
    """A file has so many problems that the check stops."""


@dataclass(frozen=True)
class Problem:
    """A problem in one line of a file, or in the file as a whole (line 0).

    rule: the message, with {placeholders}. values: the values of the placeholders.
    """

    line: int
    rule: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return self.rule.format(**self.values)

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}" if self.line else self.sentence


@dataclass
class Source:
    """A file that is being read: the line number of each key, and the problems found so far."""

    lines: dict[Place, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Place) -> int:
        """Return the line number of a key.

        If this line is not known, return the line of the nearest table that contains the key.
        """
        return next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), 1)

    def note(self, path: Place, rule: str, **values: Any) -> None:
        """Record a problem with the key at `path`. Raises TooManyError if MOST_PROBLEMS problems are now recorded."""
        self.problems.append(Problem(self.line(path), rule, values))
        if len(self.problems) == MOST_PROBLEMS:
            raise TooManyError


class Form:
    """A table in the file, with the keys allowed in it.

    Each method that returns the value of a key checks the value, and records a problem if it is not allowed.
    """

    def __init__(self, source: Source, path: Place, table: Any, *known: str):
        self.source, self.path, self.is_table = source, path, isinstance(table, dict)
        self.table = table if self.is_table else {}
        if not self.is_table:
            source.note(path, "{key} must be a table of keys and values", key=_last(path))
        for key in self.table:
            if key not in known:
                rule = marked("{key} is not a key here{meant}; the known keys are {known}")
                self.note(key, rule, meant=meant(key, known), known=", ".join(known))

    def note(self, key: str, rule: str, **values: Any) -> None:
        shown = key if re.fullmatch("[A-Za-z0-9_-]{1,60}", key) else repr(key[:60])
        self.source.note((*self.path, key), rule, key=shown, **values)

    def value(self, key: str, kind: type, what: str, required: bool = False) -> Any:
        """Return the value of a key, or None if the value is missing or is not of type `kind`.

        A value of the wrong type is recorded as a problem. The message says that the value must be `what`, for example
        "a whole number". A missing value is recorded as a problem only if `required` is set.
        """
        value = self.table.get(key)
        if value is None:
            if required and self.is_table:
                self.note(key, "{key} is missing here")
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.note(key, "{key} must be {what}", what=UserError(what))
            return None
        return value

    def words(self, key: str, most: int, required: bool = False) -> str | None:
        """Return the text at a key. The text must have 1 to `most` characters."""
        text = self.value(key, str, marked("a text in quotes"), required)
        if text is not None and not text.strip():
            self.note(key, "{key} must not be empty")
        if text is not None and len(text) > most:
            rule = marked("{key} has at most {most} characters, got {length:,}")
            self.note(key, rule, most=most, length=len(text))
        return text

    def whole(self, key: str, low: int, high: int) -> int | None:
        """Return the whole number at a key. The number is required, and must be from low to high."""
        number = self.value(key, int, marked("a whole number"), required=True)
        if number is not None and not low <= number <= high:
            self.note(key, "{key} must be between {low} and {high}", low=low, high=high)
        return number

    def one_of(self, key: str, known: tuple[str, ...]) -> str | None:
        """Return the name at a key. The name must be one of the known names."""
        name = self.words(key, 60)
        if name is not None and name not in known:
            rule = marked("{key} cannot be {name}{meant}: it must be one of {known}")
            self.note(key, rule, name=repr(name[:60]), meant=meant(name, known), known=", ".join(known))
        return name

    def tables(self, key: str, low: int, high: int) -> list[tuple[Place, Any]]:
        """Return the tables in the list at a key, each with its path.

        The list must have `low` to `high` tables.
        """
        tables = self.value(key, list, marked("a list of tables"), required=True)
        if tables is not None and not low <= len(tables) <= high:
            rule = marked("{key} must have between {low} and {high} entries, got {length:,}")
            self.note(key, rule, low=low, high=high, length=len(tables))
        return [((*self.path, key, place), table) for place, table in enumerate((tables or [])[:high])]

    def at(self, key: str) -> tuple[Place, Any]:
        return (*self.path, key), self.table[key]


def _last(path: Place) -> str:
    # an element of a list has a position as its last key: use the name of the list
    return next(key for key in reversed(path) if isinstance(key, str))
