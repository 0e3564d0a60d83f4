"""The glossary in assets/glossary.csv, shown in the About popover and on the term cards."""

import csv
from functools import cache

from rnnlm.ui import style

GLOSSARY = style.ASSETS / "glossary.csv"


@cache
def glossary(language: str) -> dict[str, tuple[str, str]]:
    """Each term and its definition in this language, keyed by the English term."""
    word, definition = ("term", "definition") if language == "en" else (language, f"definition_{language}")
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        return {row["term"]: (row[word], row[definition]) for row in csv.DictReader(file)}
