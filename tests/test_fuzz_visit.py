"""Bad files of a visitor in a shared folder: the visit is complete and continues, or counts as missing."""

import json
import os
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlm.serving.visitors.visitor_files import MOST, read_visit
from tests.fuzzing import targets, visits
from tests.test_fuzz import DTYPES, JSON, MANY, SHAPES, Trap, bomb
from tests.waiting import wait_until

SOME = settings(max_examples=80)  # each of which may train
TEXTS = st.booleans()  # whether the run is of the visitor's own text


def alone(suffix, content):
    """One of a visitor's files, with the file of the position."""
    return {".place": visits.whole()[".place"], suffix: content}


def with_part(content, array, name):
    """A file of plain arrays with one array added or replaced."""
    return targets.packed(targets.parts_of(content) | {name: array})


@pytest.fixture
def there():
    """A visitor's files, all valid."""
    assert visits.a_visit(visits.whole(of_text=True)).arrived is not None
    yield visits.file
    for suffix in visits.SUFFIXES:
        visits.file(suffix).unlink(missing_ok=True)


@pytest.mark.parametrize("of_text", [False, True])
def test_what_was_written_is_found_and_goes_on(of_text):
    found = visits.a_visit(visits.whole(of_text))
    told = {"place": found.place, "small": found.small, "running": found.running}
    assert told | {"by": "0123"} == visits.PLACE
    assert found.text.checksum == visits.TEXT.checksum
    assert (found.corpus is not None) == of_text
    assert found.arrived.kept[2] == 0.5


@pytest.mark.full
def test_files_cut_at_any_byte_are_as_none(there):
    for suffix in reversed(visits.SUFFIXES):  # the position comes last: without it nothing else is read
        for end in reversed(range(there(suffix).stat().st_size)):
            os.truncate(there(suffix), end)
            found = read_visit(there)
            assert found is None or {".run": found.arrived, ".text": found.text}[suffix] is None
        there(suffix).unlink()
        assert (read_visit(there) is None) == (suffix == ".place")


@SOME
@given(TEXTS, st.sampled_from(visits.SUFFIXES), st.data())
def test_files_with_other_bytes_are_whole_or_as_none(of_text, suffix, data):
    content = bytearray(visits.whole(of_text)[suffix])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    visits.a_visit(alone(suffix, bytes(content)))


@MANY
@given(st.data())
def test_a_place_with_any_value_in_any_place_is_whole_or_as_none(data):
    place = json.loads(visits.whole()[".place"])
    path = data.draw(st.sampled_from([(), *targets.places_of(place)]))
    value = data.draw(JSON | st.just("\ud800") | st.dictionaries(st.text(max_size=3), JSON, max_size=2))
    changed = targets.changed(place, path, value)
    found = visits.a_visit({".place": json.dumps(changed).encode()})
    assert found is None or (found.place["link"], found.small) == (changed["place"]["link"], changed["small"])


@pytest.mark.full
@SOME
@given(TEXTS, st.sampled_from([".run", ".text"]), st.data())
def test_a_description_with_any_value_in_any_place_is_whole_or_as_none(of_text, suffix, data):
    arrays = targets.parts_of(visits.whole(of_text)[suffix])
    path = data.draw(st.sampled_from(targets.places_of(json.loads(arrays["about"].tobytes()))))
    content = targets.packed(targets.described(arrays, path, data.draw(JSON | st.just("\ud800"))))
    visits.a_visit(alone(suffix, content))


@pytest.mark.full
@SOME
@given(TEXTS, st.sampled_from([".run", ".text"]), st.data())
def test_files_with_any_array_in_any_place_are_whole_or_as_none(of_text, suffix, data):
    content = visits.whole(of_text)[suffix]
    arrays = targets.parts_of(content)
    name = data.draw(st.sampled_from([*arrays, "ids", "word_counts", "adam_m_rnn_b", "corpus_ids", "../../x"]))
    shape = data.draw(st.sampled_from([*SHAPES, arrays.get(name, arrays["counts"]).shape]))
    array = np.zeros(shape, data.draw(st.sampled_from(DTYPES)))
    if array.dtype.kind in "fi":
        array += data.draw(st.sampled_from([0, 1, -1, 120] + [np.inf, np.nan] * (array.dtype.kind == "f")))
    visits.a_visit(alone(suffix, with_part(content, array, name)))


@pytest.mark.full
@SOME
@given(st.data())
def test_points_and_states_with_any_numbers_are_whole_or_as_none(data):
    arrays = targets.parts_of(visits.whole()[".run"])
    name = data.draw(st.sampled_from([name for name, array in arrays.items() if array.dtype.kind == "f"]))
    array = arrays[name].copy()
    place = data.draw(st.integers(0, array.size - 1))
    array.flat[place] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf, -1, 0, 1e30]))
    visits.a_visit(alone(".run", targets.packed(arrays | {name: array})))


def test_a_text_s_ids_are_those_of_its_words():
    content = visits.whole()[".text"]
    ids = targets.parts_of(content)["ids"]
    kinds = [ids.astype(kind) for kind in ("int64", "float32", "uint8")]
    for bad in (ids + 1, ids - 1, ids[:0], ids[None], *kinds):
        assert visits.a_visit(alone(".text", with_part(content, bad, "ids"))).text is None


def test_a_run_cannot_replace_the_text_of_others_who_read_the_one_it_names():
    run = with_part(visits.whole()[".run"], targets.TOY.ids[::-1].copy(), "ids")
    found = visits.a_visit(alone(".run", run))
    job = visits.engine().open(found.experiment, targets.TOY, "", found.arrived)
    again = visits.engine().open(found.experiment, targets.TOY)
    visits.engine().start(again, to_epoch_end=True)
    expected = targets.Trainer(targets.SMALL, targets.TOY).run_epoch().perplexity
    wait_until(lambda: visits.engine().look(again).curve, "an epoch is over")
    assert visits.engine().look(again).curve[-1].perplexity == expected
    visits.engine().close(job)
    visits.engine().close(again)


def test_nothing_in_a_visitor_s_files_is_ever_executed(tmp_path):
    trap = np.array([Trap(tmp_path / "sprung")], dtype=object)
    for suffix, part in ((".run", "arrived"), (".text", "text")):
        content = visits.whole()[suffix]
        for name in (*targets.parts_of(content), "anything"):
            found = visits.a_visit(alone(suffix, with_part(content, trap, name)))
            assert getattr(found, part) is None
    assert not (tmp_path / "sprung").exists()


def told(content, about, compression):
    """A file with this description."""
    return targets.packed(targets.parts_of(content) | {"about": np.frombuffer(about, np.uint8)}, compression)


def a_long_list(content):
    """A file that lists thousands of empty parts."""
    (path := visits.file(".long")).write_bytes(content)
    with zipfile.ZipFile(path, "a") as file:
        for number in range(5_000):
            file.writestr(f"{number:060}", "")
    return path.read_bytes()


def test_bombs_in_a_folder_are_as_none_before_any_of_them_is_unpacked(there):
    whole = visits.whole()
    parts = targets.parts_of(whole[".text"])
    bombs = {
        "an array": bomb({name: array for name, array in parts.items() if name != "h"}, MOST),
        "a description, packed": told(whole[".text"], b"[" + b"{}," * 10**6 + b"{}]", zipfile.ZIP_DEFLATED),
        "a description": told(whole[".text"], b"[" + b"{}," * 2 * 10**6 + b"{}]", zipfile.ZIP_STORED),
        "words": targets.packed(parts | {"vocabulary": np.full(3 * 10**6, 10, np.uint8)}, zipfile.ZIP_DEFLATED),
        "a list": a_long_list(whole[".text"]),
    }
    for content in bombs.values():
        for suffix in (".run", ".text"):
            there(suffix).write_bytes(content)
        tracemalloc.start()
        try:
            found = read_visit(there)
            assert (found.arrived, found.text) == (None, None)
            assert tracemalloc.get_traced_memory()[1] < 12 * 10**6
        finally:
            tracemalloc.stop()


def test_an_irregular_or_too_large_file_counts_as_missing_and_is_never_waited_for(there, tmp_path):
    def stands(suffix, how):
        content = there(suffix).read_bytes()
        there(suffix).unlink()
        how(there(suffix), content)
        found = read_visit(there)
        there(suffix).rmdir() if there(suffix).is_dir() else there(suffix).unlink()
        there(suffix).write_bytes(content)
        return found and {".run": found.arrived, ".text": found.text}.get(suffix)

    def linked(path, content):
        (tmp_path / "elsewhere").write_bytes(content)
        path.symlink_to(tmp_path / "elsewhere")

    def huge(path, content):
        path.write_bytes(content)
        os.truncate(path, 10**9)

    kinds = [linked, huge, lambda path, _: path.mkdir(), lambda path, _: path.symlink_to("/dev/zero")]
    kinds += [lambda path, _: os.mkfifo(path)] if hasattr(os, "mkfifo") else []
    tracemalloc.start()
    try:
        assert [stands(suffix, how) for suffix in visits.SUFFIXES for how in kinds] == [None] * (3 * len(kinds))
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()
    assert read_visit(there).arrived is not None
