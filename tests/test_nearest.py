"""Comparison of hidden states, checked against a plain search, and units of known speed."""

import numpy as np
import pytest

from rnnlm.inference.nearest import States, slow_order
from rnnlm.inference.reader import Reader
from rnnlm.nn.model import SimpleRnnlm


@pytest.fixture(scope="module")
def reader():
    model = SimpleRnnlm(12, 6, 8, np.random.default_rng(0))
    for param in model.params:
        param *= 3
    return Reader(model.params)


IDS = np.random.default_rng(1).integers(0, 12, 300)


def one_by_one(reader, ids, h, count, apart):
    """All states by similarity to h, without those too close to a better one."""
    state, cosines = None, []
    for word_id in ids:
        _, state = reader.step(word_id, state)
        cosines.append(np.dot(h, state) / np.linalg.norm(h) / np.linalg.norm(state))
    chosen = []
    for i in sorted(range(len(ids)), key=lambda i: -cosines[i]):
        if all(abs(i - j) >= apart for j, _ in chosen):
            chosen.append((i, cosines[i]))
    return chosen[:count]


@pytest.mark.parametrize(("count", "apart"), [(1, 1), (5, 1), (5, 10), (40, 25)])
def test_the_nearest_states_are_those_found_one_by_one(reader, count, apart):
    states = States(reader, IDS)
    for seed in range(4):
        h = np.random.default_rng(seed).standard_normal(8).astype(np.float32)
        found, expected = states.nearest(h, count, apart), one_by_one(reader, IDS, h, count, apart)
        assert [place.position for place in found] == [i for i, _ in expected]
        np.testing.assert_allclose([place.cosine for place in found], [cosine for _, cosine in expected], rtol=1e-4)


def test_a_state_of_the_text_is_nearest_to_itself_however_long_it_is(reader):
    hs, _ = reader.read(IDS)
    for length in (1, 1e-3, 50):
        best = States(reader, IDS).nearest(hs[123] * np.float32(length), 1)[0]
        assert best.position == 123
        assert best.cosine == pytest.approx(1, abs=1e-6)


def test_asking_changes_nothing_and_a_blank_state_is_like_nothing(reader):
    states = States(reader, IDS)
    h = np.ones(8, np.float32)
    assert states.nearest(h) == states.nearest(h)
    assert [place.cosine for place in states.nearest(np.zeros(8, np.float32), 3)] == [0, 0, 0]


def test_slow_units_come_first_however_large_they_are():
    t = np.arange(1000)
    paces = {0.3: 1e-3, 0.02: 1, 1.5: 0.1, 0.1: 5}  # radians a word, and how far the unit swings
    hs = np.stack([size * np.sin(pace * t) + size for pace, size in paces.items()] + [np.full(1000, 0.9)], axis=1)
    assert slow_order(hs).tolist() == [4, 1, 3, 0, 2]
    noise = np.random.default_rng(0).standard_normal((5000, 6))
    kept = np.array([0.1, 0.9, 0.5, 0.0, 0.99, -0.7])
    for i in range(1, 5000):
        noise[i] += kept * noise[i - 1]
    assert slow_order(noise).tolist() == np.argsort(-kept).tolist()


def test_the_order_of_one_state_is_that_of_its_units():
    assert slow_order(np.zeros((1, 4))).tolist() == [0, 1, 2, 3]
    assert sorted(slow_order(np.random.default_rng(0).random((2, 50)))) == list(range(50))
