"""Sampled softmax: scores and gradients for some units and words, correct on average."""

import numpy as np
import pytest

from rnnlm.nn.kernels.memory import time_major
from rnnlm.nn.kernels.products import Scaled
from rnnlm.nn.layers import TimeAffine
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.sampled_softmax import TimeSampledAffine

V, H = 11, 6


def scaled(array, factors):
    """An array (N, T, V) as rows and factors (N, T, 1)."""
    return Scaled(time_major(array), time_major(factors), len(array))


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(
    ("N", "T", "V", "S"), [(3, 4, 50, 50), (3, 4, 50, 30), (20, 35, 2000, 2000), (20, 35, 2000, 1500)]
)  # the last two are shared by two threads
def test_a_sampled_layer_scores_as_an_affine_layer_whose_input_lacks_the_same_units_at_every_word(
    N, T, V, S, transposed
):
    rng = np.random.default_rng(4)
    W, hs, ts = rng.standard_normal((V, 40)).T, rng.standard_normal((N, T, 40)), rng.integers(V, size=(N, T))
    common = rng.permutation(V)
    plain = TimeAffine(W if transposed else np.ascontiguousarray(W), rng.standard_normal(V))
    whole = TimeAffine(*plain.params)
    for grad in whole.grads:
        grad.fill(np.nan)
    layer, factors, drawn = TimeSampledAffine(whole, 0.55, S, common), rng.standard_normal((N, T, 1)), set()
    for _ in range(3):
        scores, places = layer.forward(hs, ts, rng)
        mask = np.isin(np.arange(40), layer.units) * 40 / 18  # 45 % of 40 are kept, scaled up accordingly
        assert np.count_nonzero(mask) == 18
        assert len(set(layer.word_ids)) == S
        np.testing.assert_array_equal(layer.word_ids[places], ts)
        np.testing.assert_allclose(
            scores - layer.added, plain.forward(hs * mask)[:, :, layer.word_ids], rtol=1e-9, atol=1e-9
        )
        dscores, dplain = rng.standard_normal((N, T, S)), np.zeros((N, T, V))
        dplain[:, :, layer.word_ids] = dscores
        dhs = plain.backward(scaled(dplain, factors)) * mask
        np.testing.assert_allclose(layer.backward(scaled(dscores, factors)), dhs, rtol=1e-9, atol=1e-9)
        for grad, wanted in zip(layer.grads, plain.grads, strict=True):
            np.testing.assert_allclose(grad, wanted, rtol=1e-9, atol=1e-9)
        drawn.add((tuple(layer.units), tuple(layer.word_ids)))
    assert len(drawn) == 3


def test_words_are_drawn_so_that_the_sum_of_all_is_right_on_average():
    rng, V, S = np.random.default_rng(5), 60, 30
    common, ts, hs = rng.permutation(V), rng.integers(V, size=(2, 3)), rng.standard_normal((2, 3, 8))
    whole = TimeAffine(rng.standard_normal((8, V)) / 2, rng.standard_normal(V))
    layer, sums, scored = TimeSampledAffine(whole, 0.0, S, common), [], np.zeros(V)
    for _ in range(4000):
        scores, _ = layer.forward(hs, ts, rng)
        sums.append(np.exp(scores).sum(axis=2))
        scored[layer.word_ids] += 1
    sure = np.union1d(ts, common[: S // 2])
    assert (scored[sure] == 4000).all()
    others = np.setdiff1d(np.arange(V), sure)
    np.testing.assert_allclose(scored[others] / 4000, (S - len(sure)) / len(others), atol=0.04)
    np.testing.assert_allclose(np.mean(sums, axis=0), np.exp(whole.forward(hs)).sum(axis=2), rtol=0.01)


def test_a_window_of_more_words_than_are_scored_is_refused_in_a_sentence():
    model = SimpleRnnlm(V, H, H, scored_words=4)
    xs, ts = np.arange(14).reshape(2, 7) % V, np.arange(1, 15).reshape(2, 7) % V
    with pytest.raises(
        ValueError,
        match=r"scored_words must be at least \d+, the number of words that must be scored in this window, got 4",
    ):
        model.forward(xs, ts)
