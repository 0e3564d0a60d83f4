"""Words typed on a phone, words unknown to a model, and links changed by a mail program."""

import pytest

from rnnlm.data.own_text import load_text
from rnnlm.data.vocabulary import UnknownWordError, Vocabulary
from rnnlm.data.writing import typed
from rnnlm.inference.sentence import cut
from rnnlm.ui.state import link
from tests.visiting import on_page, opened, said, sound, until

PTB = Vocabulary(["N", "<unk>", "the", "<eos>"], full_stop=True)
LOWER, BOTH = Vocabulary(["the", "dog", "'s", ".", "don't", "<eos>"]), Vocabulary(["The", "the", "I", "dog", "."])


@pytest.mark.parametrize(
    ("vocabulary", "words", "known"),
    [
        (LOWER, "The", ["the"]),
        (LOWER, "THE", ["the"]),
        (LOWER, "Dog.", ["dog", "."]),
        (LOWER, "Don’t", ["don't"]),
        (LOWER, "’s", ["'s"]),
        (BOTH, "The", ["The"]),
        (BOTH, "the", ["the"]),
        (BOTH, "i", ["I"]),
        (BOTH, "Cat", ["Cat"]),
        (BOTH, "1929", ["1929"]),
        (PTB, "1929", ["N"]),
        (PTB, "3.5", ["N"]),
        (PTB, "1,000.", ["N", "<eos>"]),
    ],
)
def test_a_word_is_found_as_it_is_typed_or_else_as_a_phone_would_not_have_changed_it(vocabulary, words, known):
    assert typed([words], vocabulary) == known
    assert cut(words, [vocabulary]) == known


def test_an_unknown_piece_is_split_at_its_marks_in_any_capitals():
    assert cut("Dog,", [LOWER]) == ["dog", ","]


def test_words_with_a_capital_are_taken_on_the_page():
    page = opened(start="The")
    assert "is not one of" not in said(page)
    assert page.session_state.chosen["start"] == ("The",)
    page = on_page("ask")
    sound(next(field for field in page.text_input if field.label == "Type a sentence").input("The year").run())
    assert "This run does not know" not in said(page)


def test_a_word_of_any_length_is_named_in_a_short_sentence():
    long = "a" * 200_000
    with pytest.raises(UnknownWordError) as caught:
        load_text(f"one two {long} three\n").vocabulary.id("b" * 200_000)
    assert len(str(caught.value)) < 300
    with pytest.raises(UnknownWordError, match="similar ones are 'one'"):
        load_text(f"one two {long} three\n").vocabulary.id("onee")


def test_figures_of_a_mostly_unknown_sentence_say_what_they_are_of():
    page = on_page("ask", sentence="qwe rtz uio the")
    assert "This run does not know most of these words." in said(page)
    assert "does not know most" not in said(on_page("ask", sentence="the company said it"))
    page = on_page("ask", just_read="qwe rtz uio the")
    assert "3 of these 4 words are not in the vocabulary of “All of PTB”" in said(page)


@pytest.mark.parametrize("between", ["&amp;", "&amp;amp;", "&#38;", "&AMP;", "&#x26;"])
def test_a_link_with_escaped_ampersands_keeps_its_meaning(between):
    search = f"?epochs=7{between}seed=3{between}lr=0.5".replace("#", "%23")
    assert link.parsed(search) == {"epochs": "7", "seed": "3", "lr": "0.5"}


def test_such_a_link_opens_the_page_without_a_word_and_is_mended():
    page = opened(**{"epochs": "7", "amp;seed": "3", "amp;lr": "0.5"})
    assert (page.session_state.chosen["seed"], page.session_state.chosen["lr"]) == (3, 0.5)
    assert "problem" not in page.session_state
    page = opened(**{"amp;seed": "3", "seed": "4"})
    assert page.session_state.chosen["seed"] == 4


def test_a_reload_in_the_middle_of_the_guessing_game_finds_it_again():
    page = on_page("ask")
    sound(page.button(key="guess").click().run())
    sound(page.button(key="no_idea").click().run())
    assert "2 of 10" in said(page)
    game = page.session_state["token"]
    after = on_page("ask")
    after.session_state["token"] = game  # restored by a tab's token
    until(after, "2 of 10", "the game goes on")
    assert "The word was" in said(after)
