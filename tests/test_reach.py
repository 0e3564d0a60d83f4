"""Gradients by distance: slopes of the loss, the cut of training, and the part beyond it."""

import numpy as np
import pytest

from rnnlm.data.batches import bptt_window
from rnnlm.inference.reach import gradients_back, reach, stream_words
from rnnlm.inference.reader import Reader
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.plain import PlainRnnlm
from tests.reference import numerical_gradient

V, D, H = 13, 5, 7


def network(tied=False, seed=1):
    rng = np.random.default_rng(seed)
    model = SimpleRnnlm(V, H if tied else D, H, rng, np.float64, tied)
    for param in model.params:
        param += rng.standard_normal(param.shape) / 2
    return model


@pytest.mark.parametrize("tied", [False, True])
def test_every_gradient_is_the_slope_of_the_loss_along_that_state(tied):
    reader = Reader(network(tied).params)
    ids, right = np.array([3, 1, 12, 0, 5, 5, 2, 9]), 4
    h = np.random.default_rng(3).standard_normal(H) / 2
    states = np.vstack([h, reader.read(ids, h)[0]])
    found = gradients_back(reader, ids, right, h)
    for k in range(len(states)):
        state = states[-1 - k].copy()

        def loss(k=k, state=state):
            scores = reader.scores(reader.read(ids[len(ids) - k :], state)[1])
            return np.log(np.exp(scores).sum()) - scores[right]

        np.testing.assert_allclose(found[k], numerical_gradient(loss, state), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(reach(reader, [*ids, right], 3, h=h).whole, np.linalg.norm(found, axis=1), rtol=1e-12)


def test_inside_the_window_the_cut_changes_nothing_and_all_beyond_it_is_thrown_away():
    ids = np.random.default_rng(4).integers(0, V, 41)
    whole = reach(network(), ids, time_size=40)
    for T in (1, 5, 39):
        cut = reach(network(), ids, time_size=T)
        assert (len(cut.whole), len(cut.window)) == (41, T)
        np.testing.assert_array_equal(cut.window, whole.window[:T])
        np.testing.assert_array_equal(cut.thrown_away, whole.whole[T:])
        assert (cut.thrown_away > 0).all()
        _, carried = Reader(network().params).read(ids[: -1 - T])
        handed_on = reach(network(), ids, time_size=T, carried=carried)  # read again from there, as training does
        np.testing.assert_allclose(handed_on.window, whole.whole[:T], rtol=1e-12)


def test_the_window_is_what_training_computes_from_the_state_it_carries():
    model, rng = network(), np.random.default_rng(5)
    ids, carried, T = rng.integers(0, V, 21), rng.standard_normal(H) / 2, 6
    slow = PlainRnnlm(model.params)
    slow.h = carried[None]
    slow.forward(ids[None, -1 - T : -1], ids[None, -T:])
    _, _, Wh, _, W, _ = slow.params
    *_, (_, right, _, _, _, y, _) = slow.steps
    dh = W @ (y[0] - np.eye(V)[right[0]])
    expected = []
    for _, _, _, _, h, _, _ in reversed(slow.steps):
        expected.append(np.linalg.norm(dh))
        dh = (dh * (1 - h[0] ** 2)) @ Wh.T
    found = reach(model, ids, T, carried=carried)
    np.testing.assert_allclose(found.window, expected, rtol=1e-9)
    assert not np.allclose(found.window, found.whole[:T])


def test_no_more_words_back_are_reported_than_were_asked_for_or_read():
    ids = np.random.default_rng(6).integers(0, V, 31)
    assert len(reach(network(), ids, 5, back=12).whole) == 13
    assert len(reach(network(), ids, 5, back=300).whole) == 31
    assert len(reach(network(), ids, 20, back=3).whole) == 21
    np.testing.assert_allclose(reach(network(), ids, 5, back=12).whole, reach(network(), ids, 5).whole[:13])
    with pytest.raises(ValueError, match="time_size must be between 1 and 30, the number of words read, got 31"):
        reach(network(), ids, 31)


def test_gradients_go_back_further_than_float32_could_represent():
    model = SimpleRnnlm(V, D, H, np.random.default_rng(0))
    model.params[2] *= 1e-3
    sizes = reach(model, np.arange(42) % V, 5).whole
    assert (np.diff(np.log(sizes)) < 0).all()
    assert 0 < sizes[-1] < np.finfo(np.float32).tiny


def test_the_words_of_a_stream_end_with_its_window_and_go_back_as_far_as_the_run_has_read():
    ids, N, T = np.arange(100, 200), 4, 5
    for update in (0, 1, 7, 18, 19, 40):
        xs, ts = bptt_window(ids, N, T, update)
        for stream in range(N):
            words = stream_words(ids, N, T, update, stream)
            assert len(words) == min(40, (update + 1) * T) + 1
            np.testing.assert_array_equal(words[-T - 1 : -1], xs[stream])
            assert words[-1] == ts[stream, -1]
            before = [bptt_window(ids, N, T, u)[0][stream] for u in range(update)]
            np.testing.assert_array_equal(words[:-1], np.concatenate([*before, xs[stream]])[-40:])
    assert len(stream_words(ids, N, T, 3, 0, back=2)) == T + 1
