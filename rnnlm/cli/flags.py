"""Command line flags for the options of a class."""

import argparse
import dataclasses
from typing import Any

from rnnlm.options import parse, table, write


def add_flags(parser: argparse.ArgumentParser, options: type, several: bool = False) -> None:
    """Add a flag for every option of a class. If `several` is set, each flag takes several values.

    Flags that are not given are absent from the result of parsing.
    """
    for field in dataclasses.fields(options):
        rule = table(options)[field.name]
        choices = f": {', '.join(rule.choices)}" if rule.choices else ""
        default = write(field.default)
        parser.add_argument(
            "--" + field.name.replace("_", "-"),
            nargs="*" if rule.kind is tuple else "+" if several else None,
            default=argparse.SUPPRESS,
            help=f"{rule.help}{choices} (default: {default})".replace("%", "%%"),
        )


def given(options: argparse.Namespace, cls: type) -> dict:
    """Parse and check the flags for the options of a class.

    Returns the values of the given flags, keyed by option name.
    """
    words = {name: getattr(options, name) for name in table(cls) if hasattr(options, name)}
    return {
        name: parse(cls, name, " ".join(value)) if isinstance(value, list) else _value(cls, name, value)
        for name, value in words.items()
    }


def given_several(options: argparse.Namespace, cls: type) -> dict[str, list]:
    """Parse and check the flags for the options of a class if each flag may have several values.

    Returns a dict from each option's name to the list of its values, without repetitions.
    """
    return {
        name: list(dict.fromkeys(_value(cls, name, text) for text in getattr(options, name)))
        for name in table(cls)
        if hasattr(options, name)
    }


def _value(cls: type, name: str, text: str) -> Any:
    """Parse one value.

    Raises ValueError if the option may be None and the text is empty, for example because a shell variable is unset.
    """
    rule = table(cls)[name]
    if rule.optional and not text.strip():
        raise ValueError(f"{name} must be a value or none, got {text!r}")
    return parse(cls, name, text)
