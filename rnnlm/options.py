"""Options for the page, the link and the command line. Each option is declared once, with its default, limits and help.

An options class is a frozen dataclass with fields made by `option`. The functions of this module list the options
(`table`), validate values (`check`), read one value (`parse`), and write and read links (`to_link`, `from_link`).
"""

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import Any

from rnnlm.errors import UserError, marked


class OptionError(UserError):
    """An option has a value that breaks its rule. In its `rule`, {option} stands for the name of the option."""

    def __init__(self, option: str, rule: str, values: Mapping[str, Any]):
        super().__init__(rule, **values, option=option)
        self.option = option


@dataclasses.dataclass(frozen=True)
class Option:
    """The type, limits and help text of one option.

    kind: int, float, bool, str or tuple (of words).
    low, high: the limits of a number, both inclusive.
    choices: the allowed values of a str, or the allowed words of a tuple. Commas separate the words of a tuple
    with choices. Spaces separate the words of any other tuple.
    optional: whether the value may also be None, which is written `none`.
    pattern: a regular expression that every word of a tuple must match; None allows any word.
    example: a word that matches the pattern, for error messages.
    """

    kind: type
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] | None = None
    optional: bool = False
    pattern: str | None = None
    example: str = ""


def option(default: Any, kind: type, help: str, **limits: Any) -> Any:
    """Declare a dataclass field with a default and an `Option` that limits its values."""
    return dataclasses.field(default=default, metadata={"option": Option(kind, help, **limits)})


def table(cls: type) -> dict[str, Option]:
    """Return all options of a class in order, keyed by name."""
    return {field.name: field.metadata["option"] for field in dataclasses.fields(cls)}


def defaults(cls: type) -> dict[str, Any]:
    """Return the defaults of all options of a class, keyed by name."""
    return {field.name: field.default for field in dataclasses.fields(cls)}


def check(instance: Any) -> None:
    """Raise OptionError if an option of this instance has a value that breaks its rule."""
    for name, rule in table(type(instance)).items():
        _check_value(name, rule, getattr(instance, name))


def parse(cls: type, name: str, text: str) -> Any:
    """Read the value of one option from text. Raises OptionError if the text is not a valid value of this option."""
    rule = table(cls)[name]
    if rule.optional and text.strip().lower() in ("none", ""):
        return None
    if rule.kind is tuple:
        value: Any = tuple(text.split() if rule.choices is None else text.replace(",", " ").split())
    elif rule.kind is bool:
        value = {"yes": True, "no": False}.get(text.strip().lower(), text)
    else:
        try:
            value = rule.kind(text.replace(",", "").replace("_", "") if rule.kind is int else text)
        except ValueError:
            raise OptionError(name, _KINDS[rule.kind], {"value": _brief(text)}) from None
    _check_value(name, rule, value)
    return value


def changed_options(instance: Any) -> dict[str, Any]:
    """Return the values that differ from their defaults, keyed by option."""
    usual = defaults(type(instance))
    return {name: getattr(instance, name) for name in usual if getattr(instance, name) != usual[name]}


def to_link(instance: Any) -> dict[str, str]:
    """Return link parameters for all values that differ from their defaults."""
    rules = table(type(instance))
    return {name: write(value, rules[name]) for name, value in changed_options(instance).items()}


def from_link(cls: type, parameters: Mapping[str, str]) -> tuple[dict[str, Any], list[OptionError]]:
    """Read link parameters. Returns (values, problems).

    `values` has every option of `cls`. An option that is missing from the link, or has an invalid value there, gets its
    default. `problems` has an error for each invalid value. Parameters that are not options of `cls` are ignored.
    """
    values, problems = defaults(cls), []
    for name in values:
        if name in parameters:
            try:
                values[name] = parse(cls, name, parameters[name])
            except OptionError as error:
                problems.append(error)
    return values, problems


def write(value: Any, rule: Option | None = None) -> str:
    """Return a value as text, as a user would type it. `parse` can read this text."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return (" " if rule is None or rule.choices is None else ",").join(value)
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


HALF = re.compile("[\ud800-\udfff]")  # half a character (a lone surrogate), which no page or file can contain
_KINDS = {
    int: marked("{option} must be a whole number, got {value}"),
    float: marked("{option} must be a number, got {value}"),
}


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _check_value(name: str, rule: Option, value: Any) -> None:
    if value is None and rule.optional:
        return
    brief = _brief(value)
    if isinstance(value, str | tuple) and any(isinstance(word, str) and HALF.search(word) for word in value):
        raise OptionError(name, "{option} must not contain half a character, got {value}", {"value": brief})
    if rule.choices is not None:
        for one in value if rule.kind is tuple and isinstance(value, tuple) else (value,):
            if rule.kind is tuple and one is value:
                raise OptionError(name, "{option} must be a list of words, got {value}", {"value": brief})
            if one not in rule.choices:
                choices = {"choices": ", ".join(rule.choices), "value": _brief(one)}
                raise OptionError(name, "{option} must be one of {choices}, got {value}", choices)
    elif rule.kind is bool:
        if not isinstance(value, bool):
            raise OptionError(name, "{option} must be yes or no, got {value}", {"value": brief})
    elif rule.kind in (int, float):
        is_number = isinstance(value, int | rule.kind) and not isinstance(value, bool)
        if not is_number or (isinstance(value, float) and not math.isfinite(value)):
            raise OptionError(name, _KINDS[rule.kind], {"value": brief})
        if not rule.low <= value <= rule.high:
            limits = {"low": rule.low, "high": rule.high, "value": value}
            if abs(value) < 1e15:
                raise OptionError(name, "{option} must be between {low:,} and {high:,}, got {value:,}", limits)
            far = marked("{option} must be between {low:,} and {high:,}, got a number far outside")
            raise OptionError(name, far, limits)
    elif rule.kind is tuple and not (isinstance(value, tuple) and all(isinstance(word, str) for word in value)):
        raise OptionError(name, "{option} must be a list of words, got {value}", {"value": brief})
    elif rule.pattern is not None and not all(re.fullmatch(rule.pattern, word) for word in value):
        raise OptionError(
            name, "{option} must be a list like {example}, got {value}", {"example": rule.example} | {"value": brief}
        )
