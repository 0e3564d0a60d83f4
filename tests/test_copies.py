"""Copied or invented, compared with a search for every run of words at every place of the training text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlm.data.ptb import load_ptb
from rnnlm.inference.copies import Copy, CopyIndex, new_share


def places(run, ids):
    return [p for p in range(len(ids) - len(run) + 1) if list(ids[p : p + len(run)]) == list(run)]


def by_brute_force(text, ids):
    runs = [(i, j) for i in range(len(text)) for j in range(i + 3, len(text) + 1) if places(text[i:j], ids)]
    maximal = [(i, j) for i, j in runs if not any(k <= i and j <= m and (i, j) != (k, m) for k, m in runs)]
    found = [(i, j, places(text[i:j], ids)) for i, j in sorted(maximal)]
    return [Copy(i, j, where[0], len(where)) for i, j, where in found]


words = st.lists(st.integers(0, 2), max_size=25)


@given(text=words, ids=words)
def test_copies_are_those_found_by_looking_everywhere(text, ids):
    found = CopyIndex(np.array(ids, np.int32)).copies(text)
    assert found == by_brute_force(text, ids)
    in_none = [i for i in range(len(text)) if not any(copy.start <= i < copy.end for copy in found)]
    assert new_share(found, len(text)) == pytest.approx(len(in_none) / len(text) if text else 1)


@given(text=st.lists(st.integers(0, 9), max_size=15), ids=st.lists(st.integers(0, 5), max_size=40))
def test_words_that_the_training_text_lacks_are_in_no_copy(text, ids):
    assert CopyIndex(np.array(ids, np.int32)).copies(text) == by_brute_force(text, ids)


def test_a_text_learnt_by_heart_is_one_copy_and_a_shuffled_one_is_new():
    ids = np.random.default_rng(0).permutation(5000)
    index = CopyIndex(ids)
    assert index.copies(ids) == [Copy(0, 5000, 0, 1)]
    assert index.copies(ids[1000:1200]) == [Copy(0, 200, 1000, 1)]
    assert index.copies(ids[::-1]) == []
    assert new_share([], 10) == 1
    assert new_share(index.copies(ids), 5000) == 0


def test_runs_that_share_words_are_both_reported():
    ids = np.array([1, 2, 3, 4, 9, 3, 4, 5, 6, 9, 1, 2, 3])
    assert CopyIndex(ids).copies([7, 1, 2, 3, 4, 5, 6, 8]) == [Copy(1, 5, 0, 1), Copy(3, 7, 5, 1)]
    assert CopyIndex(ids).copies([1, 2, 3]) == [Copy(0, 3, 0, 2)]


@pytest.mark.full
def test_all_of_ptb_is_searched_as_the_beginning_of_it_is():
    ids = load_ptb("train").ids
    text = np.concatenate([ids[500_000:500_050], ids[40:60][::-1], ids[900_000:900_020]])
    index = CopyIndex(ids)
    for copy in index.copies(text):
        run = text[copy.start : copy.end]
        np.testing.assert_array_equal(ids[copy.place : copy.place + len(run)], run)
        everywhere = np.lib.stride_tricks.sliding_window_view(ids, len(run))
        assert (everywhere == run).all(axis=1).sum() == copy.times
    assert any(copy.start == 0 and copy.end >= 50 for copy in index.copies(text))
