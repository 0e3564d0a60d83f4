"""Generated bad input: everything is read, or refused in one sentence."""

import io
import json
import os
import struct
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlm.data.own_text import MAX_BYTES, load_text
from rnnlm.data.spelling import MARKS_AT_MOST, spelled
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.npz import MOST, SavedRunError
from tests.fuzzing import links, targets

ANY = st.characters(codec=None, exclude_categories=())  # all of Unicode, including lone surrogates
ODD = st.sampled_from(
    ["<eos>", "<unk>", ".", "\0", "\ufeff", "\u200d", "\u200b", "\u0301", "\ud800", "\r", "\x85", "a"]
)
MANY = settings(max_examples=200)
VALUES = ["", "none", "-1", "1e999", "nan", "9" * 5000, "1_0", "٣", "yes", "\0", "a b", "0x10", "🙂", "%", "--", "@x"]
JSON = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 2**63, float("inf"), float("nan"), -1e308, 0.5]),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just([[1], {"a": 2}]),
)


@pytest.fixture(scope="module")
def whole():
    """A small run's file."""
    return targets.a_run()


@pytest.fixture(scope="module")
def arrays(whole):
    """Its arrays."""
    return targets.parts_of(whole)


def refusal(path):
    with pytest.raises(SavedRunError) as refused:
        load_run(path)
    targets.a_sentence(refused.value)
    return str(refused.value)


@MANY
@given(st.lists(st.one_of(ANY, ODD), max_size=60).map("".join))
def test_any_text_is_words_or_a_sentence(text):
    targets.a_text(text)
    targets.a_text(text.encode("utf-8", "surrogatepass"))


@MANY
@given(st.binary(max_size=60), st.sampled_from(["utf-8", "utf-16", "shift_jis", "cp1251"]))
def test_any_bytes_are_a_text_or_a_sentence(content, encoding):
    targets.a_text(content)
    targets.a_text(content.decode("latin-1").encode(encoding, "replace") + content)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("a" * 10_000_000, 60),
        pytest.param(" ".join(f"w{i}" for i in range(1_000_000)), 250, marks=pytest.mark.full),
        ("a\n" * 200_000, 12),
        ("<eos>\n" * 100_000, 30),
        ("a" + "\u0315\u0300" * 1_000_000, 60),
        ("\u200b" * 200_000, 6),
    ],
    ids=["one word", "a million distinct words", "a letter a line", "no words", "a letter with marks", "unseen"],
)
def test_a_long_text_of_any_kind_takes_bounded_memory(text, most):
    tracemalloc.start()
    try:
        targets.a_text(text)
        assert tracemalloc.get_traced_memory()[1] < most * 2**20
    finally:
        tracemalloc.stop()


def test_a_text_without_end_is_refused_when_it_is_too_long(tmp_path):
    with pytest.raises(ValueError, match="cannot read zero: it is not a regular file"):
        load_text(type(tmp_path)("/dev/zero"))
    with (tmp_path / "long.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ValueError, match=r"long\.txt is too long: the limit is 32,000,000 bytes"):
        load_text(tmp_path / "long.txt")


def test_half_a_character_is_reported_with_its_line():
    with pytest.raises(
        ValueError, match=r"mine is not valid text, because line 3 contains half a character \(U\+D83D\)"
    ):
        load_text("one\ntwo\nthr\ud83dee", title="mine")


def test_a_letter_keeps_the_marks_one_can_see():
    assert spelled("a" + "\u0315" * MARKS_AT_MOST) == "a" + "\u0315" * MARKS_AT_MOST
    twice = spelled("a" + "\u0344" * 100)
    assert len(twice) <= MARKS_AT_MOST + 1
    assert spelled(twice) == twice


@MANY
@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from([*links.NAMES, "wat", "temprature"]), st.text(max_size=5)),
            st.one_of(st.sampled_from(VALUES + links.VALUES), st.text(ANY, max_size=20)),
        )
    )
)
def test_any_link_is_choices_of_the_page_or_a_sentence(pairs):
    links.an_address("&".join(f"{name}={value}" for name, value in pairs))


def test_a_link_of_thousands_of_names_is_reported_in_a_few_sentences():
    links.an_address("lr=x&" + "&".join(f"temperatur{i}=1" for i in range(4_000)))
    links.an_address("lr=x&" + "temperature" * 3_000 + "=1&start=" + "a+" * 3_000)


@settings(max_examples=100)
@given(
    st.lists(
        st.one_of(st.sampled_from(targets.COMMANDS + targets.FLAGS), st.sampled_from(VALUES), st.text(ANY, max_size=8)),
        max_size=8,
    )
)
def test_any_command_line_is_understood_or_refused_in_one_line(arguments):
    targets.a_command_line(arguments)


def test_a_file_cut_at_any_byte_is_refused(tmp_path):
    whole = targets.a_run(replace(targets.SMALL, optimizer="sgd"))
    (path := tmp_path / "run.npz").write_bytes(whole)
    for end in reversed(range(len(whole))):
        os.truncate(path, end)
        assert "run.npz is not a saved run" in refusal(path)


@MANY
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_file_with_other_bytes_is_read_or_refused(whole, changes):
    content = bytearray(whole)
    for place, byte in changes:
        content[place % len(content)] = byte
    targets.a_file(bytes(content))


@pytest.mark.full
@MANY
@given(st.data())
def test_a_description_with_any_value_in_any_place_is_read_or_refused(arrays, data):
    places = targets.places_of(json.loads(arrays["about"].tobytes()))
    targets.a_file(targets.packed(targets.described(arrays, data.draw(st.sampled_from(places)), data.draw(JSON))))


DTYPES = [
    "uint8",
    "int8",
    "int32",
    "int64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "bool",
    "U3",
    "S2",
    "M8[s]",
    ">f4",
]
SHAPES = [(), (0,), (1,), (2,), (2, 2), (1, 2), (200,), (2, 2, 2)]


@pytest.mark.full
@MANY
@given(st.data())
def test_a_file_with_any_array_in_any_place_is_read_or_refused(arrays, data):
    name = data.draw(st.sampled_from([*arrays, "corpus_ids", "best_embed_W", "mean_embed_W", "../../x"]))
    shape = data.draw(st.sampled_from([*SHAPES, arrays.get(name, arrays["h"]).shape]))
    array = np.zeros(shape, data.draw(st.sampled_from(DTYPES)))
    if array.dtype.kind in "fi":
        array += data.draw(st.sampled_from([0, 1, -1, 120] + [np.inf, np.nan] * (array.dtype.kind == "f")))
    targets.a_file(targets.packed(arrays | {name: array}))


class Trap:
    """Unpickling it makes a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def test_nothing_in_a_file_is_ever_executed(arrays, tmp_path):
    for name in (*arrays, "anything"):
        trap = np.array([Trap(tmp_path / "sprung")], dtype=object)
        (tmp_path / "run.npz").write_bytes(targets.packed(arrays | {name: trap}))
        assert "is not a saved run" in refusal(tmp_path / "run.npz")
    assert not (tmp_path / "sprung").exists()


def bomb(arrays, size, told=None, compression=zipfile.ZIP_DEFLATED):
    """A file with an array of zeros of this size that claims another size."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": ((told or size) // 4,)}
    )
    content = io.BytesIO(targets.packed(arrays, compression))
    with zipfile.ZipFile(content, "a", compression) as file, file.open("h.npy", "w", force_zip64=True) as member:
        member.write(header.getvalue())
        for _ in range(size // 10**6):
            member.write(bytes(10**6))
    return content.getvalue()


def test_a_bomb_is_refused_before_any_of_it_is_unpacked(arrays, tmp_path):
    del (parts := dict(arrays))["h"]
    bombs = {
        "would unpack to": bomb(parts, MOST),
        "is not a saved run": bomb(parts, 10**6, told=10**12),  # an array larger than its member
        "not a saved run, or": bomb(parts, 10**8, told=10**6),  # a member larger than its array
        "or is incomplete": bomb(parts, 10**8, compression=zipfile.ZIP_BZIP2),
    }
    lying = bytearray(bombs["would unpack to"])  # its directory claims a hundred bytes
    entry = lying.rindex(b"PK\x01\x02")
    lying[entry + 24 : entry + 28] = struct.pack("<I", 100)
    bombs["saved run, or is incomplete"] = bytes(lying)
    for told, content in bombs.items():
        (tmp_path / "run.npz").write_bytes(content)
        assert len(content) < 10**6
        tracemalloc.start()
        try:
            assert told in refusal(tmp_path / "run.npz")
            assert tracemalloc.get_traced_memory()[1] < 3 * 10**6
        finally:
            tracemalloc.stop()
