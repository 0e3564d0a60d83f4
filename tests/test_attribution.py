"""Which words mattered, compared with replacing each word and reading the whole text again."""

import numpy as np
import pytest

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.inference.attribution import influence, stand_in
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import word_surprisals
from rnnlm.nn.model import SimpleRnnlm

IDS = np.random.default_rng(1).integers(1, 12, 60)


def network(tied=False, dtype=np.float64):
    model = SimpleRnnlm(12, 8, 8, np.random.default_rng(0), dtype, tied)
    for param in model.params:
        param *= 3
    return model


def one_by_one(model, ids, position, back):
    bits = word_surprisals(model, ids)
    changes = []
    for i in range(max(0, position - back), position):
        other = ids.copy()
        other[i] = 0
        changes.append(word_surprisals(model, other)[position - 1] - bits[position - 1])
    return bits[position - 1], changes


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize(("position", "back"), [(1, 40), (2, 1), (40, 40), (59, 40), (59, 200), (30, 7)])
def test_a_word_matters_as_much_as_the_text_without_it_says(tied, position, back):
    model = network(tied)
    found = influence(model, IDS, position, 0, back)
    bits, changes = one_by_one(model, IDS, position, back)
    assert found.start == max(0, position - back)
    assert found.bits == pytest.approx(bits, rel=1e-12)
    np.testing.assert_allclose(found.changes, changes, rtol=1e-7, atol=1e-12)


def test_the_network_of_a_page_is_read_as_exactly_as_its_numbers_are():
    model = network(dtype=np.float32)
    np.testing.assert_allclose(influence(model, IDS, 50, 0).changes, one_by_one(model, IDS, 50, 40)[1], atol=1e-4)


def test_a_word_replaced_by_itself_changes_nothing_and_later_words_do_not_matter():
    found = influence(network(), IDS, 50, int(IDS[30]))
    assert found.changes[30 - found.start] == pytest.approx(0, abs=1e-12)
    short = influence(network(), IDS[:51], 50, 0)
    np.testing.assert_array_equal(short.changes, influence(network(), IDS, 50, 0).changes)


def test_a_text_may_go_on_from_a_state():
    model = network()
    _, h = Reader(model.params).read(IDS[:20])
    found = influence(model, IDS[20:], 10, 0, h=h)
    np.testing.assert_allclose(found.changes, influence(model, IDS, 30, 0, back=10).changes, rtol=1e-9)


@pytest.mark.parametrize("position", [0, 60, -1])
def test_a_word_with_none_before_it_has_nothing_that_mattered(position):
    with pytest.raises(ValueError, match=f"position must be between 1 and 59, .*, got {position}"):
        influence(network(), IDS, position, 0)


def test_unk_replaces_a_word_or_else_the_most_frequent_word_does():
    assert stand_in(Vocabulary(["a", "b", "<unk>"], np.array([5, 9, 1]))) == 2
    assert stand_in(Vocabulary(["a", "b", "c"], np.array([5, 9, 1]))) == 1
