"""Errors that a person can act on, as sentences that can be translated."""

from typing import Any


def marked(sentence: str) -> str:
    """The sentence itself. The mark lets `tests.languages` find it for translation."""
    return sentence


class UserError(ValueError):
    """A mistake, described in one sentence.

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
    """The rule of an error and its values for JSON; for other errors the sentence without values."""
    if not isinstance(error, UserError):
        return str(error), {}
    return error.rule, {name: _plain(value) for name, value in error.values.items()}


def from_parts(rule: str, values: dict[str, Any]) -> UserError:
    """The error made of these parts."""
    return UserError(rule, **{n: from_parts(*v) if isinstance(v, list) else v for n, v in values.items()})


def _plain(value: Any) -> str | int | float | list:
    if isinstance(value, UserError):
        return list(parts_of(value))
    return value if isinstance(value, str | int | float) else str(value)


def _again(kind: type, parts: dict[str, Any], arguments: tuple) -> UserError:
    """Restore an error in another process; its constructor may take other arguments."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(parts)
    return error
