"""Options declared once: a default, its limits and a sentence, read by the page, the link and the command line.

An options class is a frozen dataclass whose fields are made by `option`. From that one table come
the validation (`check`), the reading of one value (`parse`) and the link (`to_link`, `from_link`).
"""

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import Any


class OptionError(ValueError):
    """An option against its rule.

    rule is a whole sentence with {option} and other names in it, values are what stands in their places:
    whoever shows the sentence in another language looks the rule up and fills it in.
    """

    def __init__(self, option: str, rule: str, values: Mapping[str, Any]):
        super().__init__(option, rule, values)
        self.option, self.rule, self.values = option, rule, {"option": option, **values}

    def __str__(self) -> str:
        return self.rule.format(**self.values)


@dataclasses.dataclass(frozen=True)
class Option:
    """What may be said for one option.

    kind is int, float, bool, str or tuple (of words); low and high are inclusive; choices lists the
    values of a str option, or the words of a tuple, which then are parted by commas; optional means that None,
    written `none`, is a value too. Every word of a tuple is of this pattern, a regular expression, where there is
    one; example is such a word.
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
    """A dataclass field with a default and an `Option` that limits it."""
    return dataclasses.field(default=default, metadata={"option": Option(kind, help, **limits)})


def table(cls: type) -> dict[str, Option]:
    """Every option of a class by its name, in order."""
    return {field.name: field.metadata["option"] for field in dataclasses.fields(cls)}


def defaults(cls: type) -> dict[str, Any]:
    """The default of every option by its name."""
    return {field.name: field.default for field in dataclasses.fields(cls)}


def check(instance: Any) -> None:
    """Raise an OptionError, which names the option, the rule and the value, for the first one that is off."""
    for name, rule in table(type(instance)).items():
        _check_value(name, rule, getattr(instance, name))


def parse(cls: type, name: str, text: str) -> Any:
    """The value of one option written as text; OptionError if it is none."""
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
    """The options that are not at their defaults."""
    values = {name: getattr(instance, name) for name in table(type(instance))}
    return {name: value for name, value in values.items() if value != defaults(type(instance))[name]}


def to_link(instance: Any) -> dict[str, str]:
    """The options that are not at their defaults, as link parameters."""
    rules = table(type(instance))
    return {name: write(value, rules[name]) for name, value in changed_options(instance).items()}


def from_link(cls: type, parameters: Mapping[str, str]) -> tuple[dict[str, Any], list[OptionError]]:
    """Read link parameters into (values, problems).

    values holds a value for every option; one that could not be read keeps its default, and what is
    wrong with it stands in problems. Names that are no option of `cls` are left alone.
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
    """A value as it is typed: what `parse` reads."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return (" " if rule is None or rule.choices is None else ",").join(value)
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


HALF = re.compile("[\ud800-\udfff]")
_KINDS = {
    int: "{option} must be a whole number, got {value}",
    float: "{option} must be a number, got {value}",
}


def _has_half(words: str | tuple) -> bool:
    """Whether half a character (a lone surrogate) is in them, which no page and no file can hold."""
    return any(isinstance(word, str) and HALF.search(word) for word in words)


def _brief(value: Any) -> str:
    """A value as it would be typed, cut where it is too long for a sentence."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _check_value(name: str, rule: Option, value: Any) -> None:
    if value is None and rule.optional:
        return
    brief = _brief(value)
    if isinstance(value, str | tuple) and _has_half(value):
        raise OptionError(name, "{option} must be of whole characters, got {value}", {"value": brief})
    if rule.choices is not None:
        for one in value if rule.kind is tuple and isinstance(value, tuple) else (value,):
            if rule.kind is tuple and one is value:
                raise OptionError(name, "{option} must be a tuple of words, got {value}", {"value": brief})
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
            far = "{option} must be between {low:,} and {high:,}, got a number far from it"
            raise OptionError(name, far, limits)
    elif rule.kind is tuple and not (isinstance(value, tuple) and all(isinstance(word, str) for word in value)):
        raise OptionError(name, "{option} must be a tuple of words, got {value}", {"value": brief})
    elif rule.pattern is not None and not all(re.fullmatch(rule.pattern, word) for word in value):
        raise OptionError(
            name, "{option} must be words like {example}, got {value}", {"example": rule.example} | {"value": brief}
        )
