"""Errors that a person can act on, with messages that can be translated."""

from typing import Any


def marked(sentence: str) -> str:
    """Return the sentence unchanged. The call marks it, so that `tests.languages` finds it for translation."""
    return sentence


class UserError(ValueError):
    """A mistake of the user, with a message of one sentence.

    `rule` is the message with {names} in it, and `values` are the values for these names. Code that shows the message
    in another language translates the rule and then fills in the values. A value that is a UserError is translated too.
    """

    def __init__(self, rule: str, /, **values: Any):
        super().__init__(rule, values)
        self.rule, self.values = rule, values

    def __str__(self) -> str:
        return self.rule.format(**self.values) if self.values else self.rule

    def __reduce__(self) -> tuple:
        return _again, (type(self), self.__dict__, self.args)


def parts_of(error: ValueError) -> tuple[str, dict[str, Any]]:
    """The rule of a UserError and its values, ready for JSON. For any other error: its message, and no values."""
    if not isinstance(error, UserError):
        return str(error), {}
    return error.rule, {name: _plain(value) for name, value in error.values.items()}


def from_parts(rule: str, values: dict[str, Any]) -> UserError:
    """The UserError with these parts, which `parts_of` returned."""
    return UserError(rule, **{n: from_parts(*v) if isinstance(v, list) else v for n, v in values.items()})


def _plain(value: Any) -> str | int | float | list:
    if isinstance(value, UserError):
        return list(parts_of(value))
    return value if isinstance(value, str | int | float) else str(value)


def _again(kind: type, parts: dict[str, Any], arguments: tuple) -> UserError:
    """Restore an error in another process, without its constructor, which may take other arguments."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(parts)
    return error
