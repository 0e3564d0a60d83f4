"""Texts and lessons from real users: other forms of letters, stray bytes, one line, one endless word."""

import unicodedata

import pytest

from rnnlm.data.own_text import load_text
from rnnlm.lessons.reading import LessonError, load_lesson
from tests.visiting import give, on_page, opened, paste, said, sound, until

KOREAN, FRENCH = "오늘은 날씨가 좋아서 갔다 .\n", "le café est près de la forêt .\n"
LONG = "A" * 200_000
TEXTS = {
    "korean in parts": unicodedata.normalize("NFD", KOREAN) * 40,
    "two forms of letters": (FRENCH + unicodedata.normalize("NFD", FRENCH)) * 20,
    "two marks in the middle": "\ufeffthe cat saw the dog\n" * 20 + "\ufeffthe cat saw the dog\n" * 20,
    "one line": "the cat saw a dog and a bird saw it near the river " * 60,
    "ends of its own": "the cat saw the dog <eos>\nthe dog saw the bird <eos>\n" * 30,
    "right to left": "ذهب الولد إلى المدرسة في الصباح .\n" * 40,
    "capitals": "The dog saw it.\nThe bird saw the dog and the cat.\nDid it?\nIt did not!\n" * 20,
    "an endless word": "one two three " * 200 + LONG,
}
LESSON = 'title = "Two"\nminutes = 1\nquestion = "Why?"\n\n[[steps]]\nsay = "Look."\n'


def test_letters_of_two_forms_are_one_and_marks_are_none():
    assert load_text(TEXTS["korean in parts"]).vocabulary.words == load_text(KOREAN * 40).vocabulary.words
    assert load_text(TEXTS["two forms of letters"]).vocabulary.words == load_text(FRENCH).vocabulary.words
    assert load_text(TEXTS["two marks in the middle"]).vocabulary.words == ("the", "cat", "saw", "dog", "<eos>")
    assert load_text(TEXTS["ends of its own"]).vocabulary.size == 6


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            "das kätzchen läuft\n".encode() * 3 + "läu".encode()[:2],
            "line 4, the last one, ends in the middle of a character",
        ),
        (
            "ä".encode()[1:] + b"das haus\n",
            "line 1 begins in the middle of a character, so the start of the file is missing",
        ),
        (b"a quiet day\n" * 3 + b"it\x92s a day\n", "byte 0x92 in line 4 is in another encoding, probably Windows"),
    ],
)
def test_a_text_that_is_not_whole_is_refused_with_its_line_and_why(content, why):
    with pytest.raises(ValueError, match=why):
        load_text(content, title="mine.txt")


DEFAULT = ("right to left", "an endless word")


@pytest.mark.parametrize("name", [pytest.param(it, marks=[] if it in DEFAULT else pytest.mark.full) for it in TEXTS])
def test_every_page_shows_a_run_of_such_a_text_and_sends_no_endless_word(name):
    page = paste(opened(wordvec_size="8", hidden_size="12", batch_size="3", time_size="4", epochs="3"), TEXTS[name])
    sound(page.button(key="train").click().run())
    until(page, "All epochs are done", "the run is done")
    sound(page.button(key="twenty_words").click().run())
    token = page.session_state["token"]
    assert largest(page) < 100_000
    for other in ("ask", "inside", "compare", "lessons"):
        page = on_page(other)
        page.session_state["token"] = token
        until(page, "epoch 3 of 3", f"the run is on the {other} page")
        assert largest(page) < 100_000


def largest(page):
    """The bytes of the largest part of a page with the endless word or a piece of it."""
    parts = [node.proto.SerializeToString() for node in nodes(page._tree) if getattr(node, "proto", None)]
    return max((len(part) for part in parts if b"AAAAAAAA" in part), default=0)


def nodes(root):
    yield root
    for child in getattr(root, "children", {}).values():
        yield from nodes(child)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeff\ufeff"])
def test_a_lesson_is_read_with_any_line_ends_and_marks(ends, mark):
    assert load_lesson((mark + LESSON.replace("\n", ends)).encode()) == load_lesson(LESSON.encode())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("title = “Two”", "lesson.toml:1: '“' comes from a word processor: TOML needs \" instead"),
        ("title = ‘Two’", "lesson.toml:1: '‘' comes from a word processor: TOML needs ' instead"),
        ("title\u00a0= 'Two'", "lesson.toml:1: '\\xa0' comes from a word processor: TOML needs a plain space"),
    ],
)
def test_signs_of_a_word_processor_in_a_lesson_are_named(line, told):
    with pytest.raises(LessonError) as caught:
        load_lesson(LESSON.replace('title = "Two"', line).encode())
    assert told in str(caught.value)
    assert load_lesson(LESSON.replace("Two", "“Two”").encode()).title == "“Two”"


def test_the_page_says_it_too():
    assert "Line 1: '“' comes from a word processor" in said(
        give(opened(), "my.toml", LESSON.replace('"Two"', "“Two”").encode())
    )
