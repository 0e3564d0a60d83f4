"""Dropout: a share is set to zero, the mean stays, and reading drops nothing."""

import numpy as np
import pytest

from rnnlm.inference.reader import Reader
from rnnlm.nn.dropout import Dropout, TimeDropout, TimeWordDropout
from rnnlm.nn.kernels.memory import batch_major, time_major
from rnnlm.nn.model import SimpleRnnlm

V, H = 11, 6
XS = np.array([[1, 2, 2, 9], [2, 10, 1, 2], [0, 0, 0, 0]])
TS = np.array([[2, 2, 9, 3], [10, 1, 2, 4], [0, 0, 0, 5]])


def test_dropout_leaves_out_its_part_and_keeps_the_mean():
    layer, xs = TimeDropout(0.4), np.ones((20, 35, 100), np.float32)
    out = layer.forward(xs, np.random.default_rng(0))
    assert (out == 0).mean() == pytest.approx(0.4, abs=0.01)
    assert out.mean() == pytest.approx(1, abs=0.01)
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.6)}
    np.testing.assert_array_equal(layer.backward(xs), out)
    assert not np.array_equal(layer.forward(xs, np.random.default_rng(1)), out)


def test_a_dropped_word_is_dropped_at_all_its_places_and_the_mean_stays():
    layer, rng = TimeWordDropout(0.3, 5_000), np.random.default_rng(0)
    word_ids, xs = rng.integers(5_000, size=(20, 700)), batch_major(np.ones((700 * 20, 3), np.float32), 20, 700)
    out = layer.forward(xs, word_ids, rng)
    kept = np.zeros(5_000, np.float32)
    kept[word_ids] = out[..., 0]
    np.testing.assert_array_equal(out, np.broadcast_to(kept[word_ids][..., None], xs.shape))
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.7)}
    assert (kept[np.unique(word_ids)] == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert out.mean() == pytest.approx(1, abs=0.03)
    np.testing.assert_array_equal(layer.backward(xs), out)
    assert not np.array_equal(layer.forward(xs, word_ids, rng), out)
    assert np.shares_memory(time_major(out), out)  # rows of one step stay next to each other


@pytest.mark.parametrize("tied", [False, True])
def test_dropping_words_is_setting_their_rows_to_zero(tied):
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64, tied, Dropout(words=0.4))
    plain = SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64)
    model.rng = np.random.default_rng(1)
    loss = model.forward(XS, TS)
    model.backward()
    mask = np.zeros((V, 1))
    mask[XS] = model.dropout_words.mask
    assert {*np.unique(XS)} > {*np.unique(XS[mask[XS, 0] == 0])} > set()  # some of the words read are dropped
    plain.params.affine_W[...] = model.params.affine_W  # the scores use all rows, also if they are the same matrix
    plain.params.embed_W[...] *= mask
    assert plain.forward(XS, TS) == pytest.approx(loss, rel=1e-12)
    if not tied:
        plain.backward()
        np.testing.assert_allclose(model.grads.embed_W, plain.grads.embed_W * mask, rtol=1e-10, atol=1e-15)
        assert (model.grads.embed_W[mask[:, 0] == 0] == 0).all()


def test_a_part_of_the_carried_state_is_left_out_for_a_whole_window():
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64, dropout=Dropout(state=0.5))
    model.rng = np.random.default_rng(3)
    model.forward(XS, TS)
    embed_W, Wx, Wh, b = model.params[:4]
    h, mask = np.zeros((3, H)), model.rnn.mask
    assert set(np.unique(mask)) == {0, 2}
    for t in range(4):
        h = np.tanh((h * mask) @ Wh + embed_W[XS[:, t]] @ Wx + b)
    np.testing.assert_allclose(model.rnn.h, h, rtol=1e-12)


def test_reading_leaves_nothing_out():
    plain = SimpleRnnlm(V, H, H, np.random.default_rng(0))
    dropping = SimpleRnnlm(V, H, H, np.random.default_rng(0), dropout=Dropout(0.5, 0.5, 0.5, 0.5))
    assert dropping.drops
    assert not plain.drops
    readers = Reader(dropping.params), Reader(plain.params)
    np.testing.assert_array_equal(*(reader.after([1, 2, 9]) for reader in readers))


def test_batchwise_dropout_needs_a_part_to_leave_out():
    with pytest.raises(ValueError, match="batchwise needs dropout_out to be above 0"):
        SimpleRnnlm(V, H, H, batchwise=True)
