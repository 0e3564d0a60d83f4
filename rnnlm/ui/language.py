"""Language of the page: `say` returns every sentence. The English sentence is the key to all other languages."""

from collections.abc import Iterable
from typing import Any

from rnnlm.options import OptionError

TABLES: dict[str, dict[str, str]] = {}  # language -> English sentence -> its translation


def language() -> str:
    return "en"


def say(sentence: str, **values: Any) -> str:
    """A sentence in the page's language, with its {names} filled by values; a sentence without values is literal."""
    there = TABLES.get(language(), {}).get(sentence, sentence)
    return there.format(**values) if values else there


def say_error(error: Exception) -> str:
    """The text of an error: an option's rule in the page's language, any other error as it was raised."""
    return say(error.rule, **error.values) if isinstance(error, OptionError) else str(error)


def in_a_row(sentences: Iterable[str]) -> str:
    """Complete sentences joined into one text."""
    return " ".join(sentence if sentence.endswith((".", "。")) else f"{sentence}." for sentence in sentences)
