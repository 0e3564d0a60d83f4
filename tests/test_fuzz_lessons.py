"""Bad lessons and hand-ins are read, or refused in sentences with line numbers, quickly and with little memory."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlm.lessons.conditions import read_condition
from rnnlm.lessons.form import MOST_PROBLEMS
from rnnlm.lessons.hand_in import read_hand_in
from rnnlm.lessons.reading import LessonError, load_lesson
from rnnlm.options import OptionError
from tests.fuzzing import lessons, targets
from tests.test_fuzz import ANY, JSON, MANY

WHOLE = lessons.a_shipped_lesson().decode()
LINES = WHOLE.split("\n")
HEAD = 'title = "x"\nminutes = 1\nquestion = "x"\n[[steps]]\nsay = "x"\n'
SETTINGS = HEAD + '[steps.do]\nlabel = "x"\n[steps.do.settings]\n'
VALUES = st.sampled_from(
    [
        *("0", "-1", "1e999", "nan", "true", "[]", "{}", "[{}]", "{a = {b = 1}}", "[[1], {a = 2}]", "1979-05-27"),
        *("0x" + "f" * 400, "9" * 5000, '""', '"<b>x</b>"', '"""\n<img src=x>\n"""', '"\\u0000"', '"\\u202e"'),
        *('"[x](javascript:y)"', '"**<i>**"', '"`<b>`"', '"epoch >= 20"', '"not not epoch"', '"answered"', '"ptb"'),
    ]
)
HEADS = ["[[steps]]", "[steps.do]", "[[steps.ask.choices]]"]
PIECES = st.sampled_from([*WHOLE.split(), *LINES, *HEADS, '"a\\nb" = 1', "\r"])
TEXTS = st.text(ANY, max_size=5)
WORDS = ["not", "and", "or", "==", "<", "epoch", "lr", "page", '"', "'x'", "1e999", "9" * 400, "٣"]


@MANY
@given(st.lists(PIECES | st.text(ANY, max_size=4) | VALUES, max_size=12), st.sampled_from([" ", "\n", " = "]))
def test_any_pieces_of_toml_are_a_lesson_or_sentences(pieces, between):
    lessons.a_lesson((HEAD + between.join(pieces)).encode("utf-8", "surrogatepass"))


@MANY
@given(st.integers(0, len(LINES) - 1), VALUES | st.text(max_size=8).map(json.dumps))
def test_a_lesson_with_any_value_in_any_place_is_read_or_refused_in_sentences(at, value):
    key, equals, _ = LINES[at].partition("=")
    changed = [f"{key}= {value}" if equals else f"{LINES[at]}\nwat = {value}"]
    lessons.a_lesson("\n".join(LINES[:at] + changed + LINES[at + 1 :]).encode())


@MANY
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4), st.booleans())
def test_a_lesson_with_other_bytes_is_read_or_refused_in_sentences(changes, is_cut):
    content = bytearray(WHOLE.encode())
    for place, byte in changes:
        content[place] = byte
    lessons.a_lesson(bytes(content[: changes[0][0]] if is_cut else content))


@MANY
@given(st.data())
def test_a_hand_in_with_any_value_in_any_place_is_read_or_refused_in_a_sentence(data):
    told = json.loads(lessons.HANDED_IN)
    value = data.draw(JSON | TEXTS | st.just("\ud800") | st.dictionaries(TEXTS, TEXTS, max_size=2))
    path = data.draw(st.sampled_from([(), *targets.places_of(told)]))
    lessons.a_hand_in(json.dumps(targets.changed(told, path, value)).encode())


def test_half_a_character_is_not_a_value_of_a_setting():
    with pytest.raises(OptionError, match=r"start must not contain half a character, got \('\\ud800',\)"):
        read_hand_in(lessons.HANDED_IN.replace(b"you say", b"\\ud800"))


@MANY
@given(st.binary(max_size=60), st.integers(0, len(lessons.HANDED_IN)), st.integers(0, len(lessons.HANDED_IN)))
def test_any_bytes_are_a_hand_in_or_a_sentence(content, start, end):
    lessons.a_hand_in(lessons.HANDED_IN[:start] + content + lessons.HANDED_IN[end:])


LONG = {
    "a comment": HEAD + "#" * 90_000,
    "spaces": HEAD + " " * 90_000,
    "lines": HEAD + "\n" * 90_000,
    "a long text": HEAD.replace('say = "x"', 'say = "' + "*a _`**" * 12_000 + '"'),
    "quotes": HEAD + 'x = """' + '""a' * 30_000 + '"""',
    "escapes": HEAD + 'x = "' + "\\\\" * 45_000 + '"',
    "an open quote": HEAD + "x = '''" + "'" * 90_000,
    "a deep list": "x = " + "[" * 45_000 + "]" * 45_000,
    "deep tables": "x = " + "{a=" * 25_000,
    "deep heads": "\n".join("[" + ".".join("a" * 90) + f".b{i}]" for i in range(450)),
    "many heads": "".join(f"[a{i}.b]\n" for i in range(9_000)),
    "many keys": SETTINGS + "".join(f"temperatur{i} = 1\n" for i in range(5_000)),
    "many steps": HEAD + "[[steps]]\n" * 9_000,
    "a number": f"minutes = {'9' * 90_000}",
    "a hexadecimal number": f"minutes = 0x{'f' * 90_000}",
    "a condition": HEAD + 'until = "' + "not " * 20_000 + '"',
    "a name": SETTINGS + "a" * 90_000 + " = 1",
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_long_of_any_kind_takes_bounded_time_and_memory(name):
    tracemalloc.start()
    try:
        lessons.a_lesson(LONG[name].encode())
        assert tracemalloc.get_traced_memory()[1] < 60 * 2**20
    finally:
        tracemalloc.stop()


def test_a_file_of_ten_megabytes_is_not_read_to_its_end(tmp_path):
    (tmp_path / "long.toml").write_bytes(b"#" * 10_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(LessonError, match="at most 100,000 bytes"):
            load_lesson(tmp_path / "long.toml")
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()
    assert lessons.a_hand_in(b" " * 10_000_000) is None


def test_of_thousands_of_problems_the_first_ones_are_reported():
    with pytest.raises(LessonError) as caught:
        load_lesson(LONG["many keys"].encode())
    first, *others = caught.value.problems
    assert str(first) == "only the first 100 problems are listed"
    assert [problem.line for problem in others] == list(range(9, 9 + MOST_PROBLEMS))


def test_an_endless_number_is_reported_with_its_line():
    for number, told in (
        ("9" * 5_000, "a line must have at most 1,000 digits in a row"),
        ("0x" + "f" * 5_000, "minutes must be between 1 and 90"),
    ):
        with pytest.raises(LessonError) as caught:
            load_lesson(f"title = 'x'\nminutes = {number}\n".encode())
        assert f"line 2: {told}" in map(str, caught.value.problems)


def test_a_key_of_two_lines_is_reported_in_one_line():
    with pytest.raises(LessonError) as caught:
        load_lesson(b'"a\\nb" = 1\n')
    assert "'a\\nb' is not a key here" in caught.value.problems[0].sentence


@MANY
@given(st.lists(st.sampled_from(WORDS)))
def test_any_words_are_a_condition_or_a_sentence(words):
    try:
        condition = read_condition(" ".join(words))
    except ValueError as error:
        targets.a_sentence(error)
    else:
        assert condition.holds(lessons.DEFAULTS) in (True, False)
        assert read_condition(str(condition)) == condition
