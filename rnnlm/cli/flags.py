"""Options as flags of the command line."""

import argparse
import dataclasses
from typing import Any

from rnnlm.options import parse, table, write


def add_flags(parser: argparse.ArgumentParser, options: type, several: bool = False) -> None:
    """Add a flag for every option of a class, with several values if `several`.

    Flags not given are absent from the result.
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
    """The options of a class given on the command line, read and checked."""
    words = {name: getattr(options, name) for name in table(cls) if hasattr(options, name)}
    return {
        name: parse(cls, name, " ".join(value)) if isinstance(value, list) else _value(cls, name, value)
        for name, value in words.items()
    }


def given_several(options: argparse.Namespace, cls: type) -> dict[str, list]:
    """The options given on the command line with all their values, each once, read and checked."""
    return {
        name: list(dict.fromkeys(_value(cls, name, text) for text in getattr(options, name)))
        for name in table(cls)
        if hasattr(options, name)
    }


def _value(cls: type, name: str, text: str) -> Any:
    """One value; ValueError if it is empty, which happens with an unset variable of a shell."""
    rule = table(cls)[name]
    if rule.optional and not text.strip():
        raise ValueError(f"{name} must be a value or none, got {text!r}")
    return parse(cls, name, text)
