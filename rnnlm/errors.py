"""Errors that users can fix themselves, with messages that can be translated."""

from typing import Any


def marked(sentence: str) -> str:
    """Mark a sentence for translation, and return it unchanged. `tests.languages` collects all marked sentences."""
    return sentence


class UserError(ValueError):
    """A mistake by the user, reported in one sentence.

    `rule` is the message with placeholders such as {name}. `values` has the values of the placeholders. To show the
    message in another language, translate the rule and fill in the values. A value that is itself a UserError is
    translated too.
    """

    def __init__(self, rule: str, /, **values: Any):
        super().__init__(rule, values)
        self.rule, self.values = rule, values

    def __str__(self) -> str:
        return self.rule.format(**self.values) if self.values else self.rule

    def __reduce__(self) -> tuple:
        return _again, (type(self), self.__dict__, self.args)


def parts_of(error: ValueError) -> tuple[str, dict[str, Any]]:
    """Split an error into its rule and values, ready for JSON.

    If the error is not a UserError, the rule is its message, and there are no values.
    """
    if not isinstance(error, UserError):
        return str(error), {}
    return error.rule, {name: _plain(value) for name, value in error.values.items()}


def from_parts(rule: str, values: dict[str, Any]) -> UserError:
    """Rebuild a UserError from the parts that `parts_of` returned."""
    return UserError(rule, **{n: from_parts(*v) if isinstance(v, list) else v for n, v in values.items()})


def _plain(value: Any) -> str | int | float | list:
    if isinstance(value, UserError):
        return list(parts_of(value))
    return value if isinstance(value, str | int | float) else str(value)


def _again(kind: type, parts: dict[str, Any], arguments: tuple) -> UserError:
    # does not call the constructor, because that of a subclass may have other arguments
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(parts)
    return error
