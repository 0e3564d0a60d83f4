"""The example texts in other languages: one click reads them, and the page says how they were split."""

import pytest

from rnnlm.data.own_text import load_text
from rnnlm.data.writing import as_text, is_of_characters
from rnnlm.ui.train.settings import EXAMPLE_TEXTS, EXAMPLES
from tests.visiting import opened, said, sound


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_text_is_short_and_written_as_it_was_read(name):
    corpus = load_text(EXAMPLE_TEXTS / f"{name}.txt")
    words = [corpus.vocabulary.word(i) for i in corpus.ids]
    assert 300 <= len(corpus) <= 1000
    assert is_of_characters(corpus.vocabulary) == (name != "ko")
    text = as_text(words, corpus.vocabulary)
    if name != "ko":  # marks stand apart in Korean, as in English
        assert text == (EXAMPLE_TEXTS / f"{name}.txt").read_text(encoding="utf-8")
    assert "  " not in text


def test_one_click_reads_an_example_and_the_page_says_how_it_was_split():
    page = opened(corpus="text")
    page = sound(page.button(key="example_ja").click().run())
    assert "日本語: 988 words, 115 different." in said(page)
    assert "so this text is split into characters." in said(page)
    page = sound(page.button(key="example_ko").click().run())
    assert "so this text is split into characters." not in said(page)
