"""Errors that a person can act on, each a sentence that can be said in another language."""

from typing import Any


def marked(sentence: str) -> str:
    """The sentence itself; what is marked is found by whoever collects the sentences to translate."""
    return sentence


class UserError(ValueError):
    """A mistake, told in one sentence.

    `rule` is the sentence with {names} in it, `values` are the values for these names. Code that shows it in another
    language translates the rule and fills it in. A value that is itself a UserError is translated as well.
    """

    def __init__(self, rule: str, /, **values: Any):
        super().__init__(rule, values)
        self.rule, self.values = rule, values

    def __str__(self) -> str:
        return self.rule.format(**self.values) if self.values else self.rule

    def __reduce__(self) -> tuple:
        return _again, (type(self), self.__dict__, self.args)


def parts_of(error: ValueError) -> tuple[str, dict[str, Any]]:
    """The rule of an error and its values as JSON can hold them; the sentence of any other error, and no values."""
    if not isinstance(error, UserError):
        return str(error), {}
    return error.rule, {name: _plain(value) for name, value in error.values.items()}


def from_parts(rule: str, values: dict[str, Any]) -> UserError:
    """The error of these parts."""
    return UserError(rule, **{n: from_parts(*v) if isinstance(v, list) else v for n, v in values.items()})


def _plain(value: Any) -> str | int | float | list:
    if isinstance(value, UserError):
        return list(parts_of(value))
    return value if isinstance(value, str | int | float) else str(value)


def _again(kind: type, parts: dict[str, Any], arguments: tuple) -> UserError:
    """An error from its parts, for another process; a subclass may take other arguments."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(parts)
    return error
