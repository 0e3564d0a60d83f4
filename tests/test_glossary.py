"""The glossary: a table without gaps, of terms that the page or a lesson uses."""

import csv
import re
from pathlib import Path

import pytest

from tests.english import lesson_texts, page_sentences

FILE = Path(__file__).parents[1] / "assets" / "glossary.csv"
LANGUAGES = ("ko", "ja", "zh")


def read():
    with open(FILE, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


@pytest.fixture(scope="module")
def shown():
    return " ".join([*page_sentences(), *lesson_texts()])


def test_every_row_has_every_cell_on_one_line():
    head, *rows = read()
    assert head == ["term", "definition", *LANGUAGES, *(f"definition_{language}" for language in LANGUAGES)]
    assert len(rows) >= 30
    for row in rows:
        assert len(row) == len(head), row
        assert all(cell == " ".join(cell.split()) != "" for cell in row), row


@pytest.mark.parametrize("column", ["term", *LANGUAGES])
def test_no_two_terms_are_the_same_in_a_language(column):
    head, *rows = read()
    terms = [row[head.index(column)].lower() for row in rows]
    assert len(set(terms)) == len(terms)


@pytest.mark.parametrize("term", [row[0] for row in read()[1:]])
def test_the_page_or_a_lesson_uses_the_term(term, shown):
    assert re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", shown, re.IGNORECASE)
