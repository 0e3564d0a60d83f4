"""Words that look the same are the same word: composed, without invisible characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlm.data.own_text import load_text
from rnnlm.data.spelling import spelled, stretches
from rnnlm.data.vocabulary import Vocabulary

FRENCH = "le café est près de la forêt et le garçon est fatigué .\n"
INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\u202a\u202e\u2066\u2069\u061c\u034f\ufe00\ufe0f\U000e0061"


def vocabulary(text):
    return load_text(text).vocabulary


def test_composed_and_decomposed_letters_are_the_same_words():
    decomposed = unicodedata.normalize("NFD", FRENCH)
    assert decomposed != FRENCH
    assert vocabulary((FRENCH + decomposed) * 20).words == vocabulary(FRENCH).words
    assert vocabulary((FRENCH + decomposed) * 20).size == 12


def test_a_word_is_found_however_it_was_typed():
    words = vocabulary(unicodedata.normalize("NFD", "오늘은 날씨가 좋아서 우리는 학교에 갔다."))
    for form in ("NFC", "NFD"):
        assert words.word(words.id(unicodedata.normalize(form, "학교에"))) == "학교에"
        assert words.ids([unicodedata.normalize(form, "날씨가"), "없다"], known_only=True) == [1]


def test_a_run_that_was_saved_with_other_spellings_is_still_asked_in_any():
    old = Vocabulary([unicodedata.normalize("NFD", "학교에"), "soft\u00adhyphen"])
    assert [old.id("학교에"), old.id("softhyphen"), old.id(old.words[1])] == [0, 1, 1]
    assert "hyphen" not in old


def test_a_byte_order_mark_is_never_part_of_a_word():
    text = "\ufeffthe cat saw the dog\n\ufeffthe dog saw the bird\n"
    assert set(vocabulary(text).words) == {"the", "cat", "saw", "dog", "bird", "<eos>"}
    assert vocabulary((text * 30).encode()).size == 6


@pytest.mark.parametrize("sign", INVISIBLE)
def test_invisible_characters_are_not_part_of_a_latin_word_and_not_a_word(sign):
    assert vocabulary(f"wo{sign}rd word{sign} {sign}word {sign} word").words == ("word", "<eos>")


@pytest.mark.parametrize(
    "word",
    [
        "می\u200cخواهم",
        "کتاب\u200cها",
        "क्\u200dष",
        "क्\u200cष",
        "ന്\u200d",
        "র\u200d্য",
        "ශ්\u200dරී",
        "👩\u200d👩\u200d👧",
        "❤\ufe0f",
        "❤\ufe0f\u200d🔥",
        "🤷🏽\u200d♀\ufe0f",
        "🏳\ufe0f\u200d🌈",
        "1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "葛\U000e0100",
    ],
)
def test_a_sign_that_changes_what_is_drawn_stays(word):
    assert vocabulary(f"{word} {word} x").words[0] == word


@pytest.mark.parametrize(
    ("word", "alike"),
    [
        ("سلام", "سلام\u200c"),
        ("کاردها", "کارد\u200cها"),
        ("می\u200cخواهم", "می\u200c\u200c\u200eخواهم"),
        ("😀", "😀\ufe0f"),
        ("❤", "❤\ufe0e"),
        ("क", "क\u200c"),
        ("안", "\u1112\u1161\u11ab".replace("\u1112", "\u110b")),
        ("é", "e\u200b\u0301"),
    ],
)
def test_a_sign_that_changes_nothing_goes(word, alike):
    assert spelled(alike) == spelled(word) == word


def test_in_a_script_without_spaces_an_invisible_space_ends_a_word():
    assert vocabulary("ខ្ញុំ\u200bទៅ\u200bសាលា").words == ("ខ្ញុំ", "ទៅ", "សាលា", "<eos>")


@given(st.text(st.sampled_from("ae\u0301کدر कषक् \u094dन👩❤1\u20e3\u1112\u1161葛.\n\u0e01x" + INVISIBLE), max_size=30))
def test_a_spelling_is_final_and_composed(text):
    once = spelled(text)
    assert spelled(once) == once == unicodedata.normalize("NFC", once)


@given(st.text(max_size=30), st.sampled_from(["NFC", "NFD"]))
def test_equivalent_texts_have_one_spelling(text, form):
    assert spelled(unicodedata.normalize(form, text)) == spelled(text)


BESIDE = "  \n\r a\u0301\u0323\u0308가각ᆨมกက\u094dषمی❤🏴\U000e007f#\u20e3\u2800"


@given(st.lists(st.sampled_from([*INVISIBLE, *BESIDE])).map("".join))
def test_a_text_spelled_in_stretches_is_the_text_spelled_as_a_whole(text):
    pieces = list(stretches(text, size=1))
    assert "".join(pieces) == text
    assert all(piece[0] in " \r\n" for piece in pieces[1:])
    assert "".join(map(spelled, pieces)) == spelled(text)
