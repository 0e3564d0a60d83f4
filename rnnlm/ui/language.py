"""Every sentence of the page goes through `say`: whole and in English, it is the key to all other languages."""

from collections.abc import Iterable
from typing import Any

from rnnlm.options import OptionError

TABLES: dict[str, dict[str, str]] = {}  # a language, and its sentences by the English ones


def language() -> str:
    """The language of the page."""
    return "en"


def say(sentence: str, **values: Any) -> str:
    """A sentence in the page's language, with its {names} filled by values; a sentence without values is literal."""
    there = TABLES.get(language(), {}).get(sentence, sentence)
    return there.format(**values) if values else there


def say_error(error: Exception) -> str:
    """What is wrong: an option's rule in the page's language, anything else as it was raised."""
    return say(error.rule, **error.values) if isinstance(error, OptionError) else str(error)


def in_a_row(sentences: Iterable[str]) -> str:
    """Whole sentences one after the other, each with its end."""
    return " ".join(sentence if sentence.endswith((".", "。")) else f"{sentence}." for sentence in sentences)
