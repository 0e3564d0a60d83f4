"""One step of the recurrence, and the fast layer that does all steps of a window, compute the same; named weights."""

import numpy as np
import pytest

from rnnlm.experiment import Experiment
from rnnlm.nn.cell import step
from rnnlm.nn.layers import TimeRNN
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.optimizer import SGD
from rnnlm.nn.params import Params, named, shapes, shapes_of
from tests.reference import numerical_gradient

N, T, D, H = 3, 4, 5, 6


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.mark.parametrize("rows", [(), (N,)])
def test_a_step_back_is_the_slope_of_a_step(rng, rows):
    a, before, Wh = (rng.standard_normal(shape) / 2 for shape in ((*rows, H), (*rows, H), (H, H)))
    weights = rng.standard_normal((*rows, H))
    da, dbefore = step(a, before, Wh)[1](weights)
    for array, found in ((a, da), (before, dbefore)):
        expected = numerical_gradient(lambda: (step(a, before, Wh)[0] * weights).sum(), array)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_the_fast_layer_goes_forward_and_back_as_one_step_after_the_other(rng):
    Wx, Wh, b, h = (rng.standard_normal(shape) / 2 for shape in ((D, H), (H, H), (H,), (N, H)))
    xs, dhs = rng.standard_normal((N, T, D)), rng.standard_normal((N, T, H))
    layer = TimeRNN(Wx, Wh, b)
    layer.h = h
    hs, states, backs = layer.forward(xs), [h], []
    for t in range(T):
        after, back = step(xs[:, t] @ Wx + b, states[-1], Wh)
        np.testing.assert_allclose(hs[:, t], after, rtol=1e-12)
        states.append(after)
        backs.append(back)
    dxs, dh = layer.backward(dhs), 0
    dWx, dWh, db = (np.zeros_like(param) for param in layer.params)
    for t in reversed(range(T)):
        da, dh = backs[t](dhs[:, t] + dh)
        np.testing.assert_allclose(dxs[:, t], da @ Wx.T, rtol=1e-9, atol=1e-12)
        dWx, dWh, db = dWx + xs[:, t].T @ da, dWh + states[t].T @ da, db + da.sum(axis=0)
    for grad, expected in zip(layer.grads, (dWx, dWh, db), strict=True):
        np.testing.assert_allclose(grad, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("tied", [False, True])
def test_weights_are_known_by_name_and_by_place_and_lie_one_behind_the_other(tied):
    model = SimpleRnnlm(11, H, H, tied=tied)
    wanted = shapes_of(Experiment(wordvec_size=H, hidden_size=H, tied=tied), 11)
    assert wanted == shapes(11, H, H, tied) == {name: array.shape for name, array in named(model.params).items()}
    for params in (model.params, model.grads):
        assert [getattr(params, name) is array for name, array in named(params).items()] == [True] * len(wanted)
        (flat,) = params.whole
        np.testing.assert_array_equal(flat, np.concatenate([array.ravel() for array in params]))
        assert np.shares_memory(flat, params.affine_b)
    assert model.params.sizes == (11, H, H)
    assert model.params.affine_W.shape == (H, 11)
    assert Params(list(model.params)).whole == list(model.params)


def test_training_gives_the_same_weights_whether_they_are_adjacent_in_memory_or_not(rng):
    xs, ts = rng.integers(0, 11, (2, N, T))
    joined = SimpleRnnlm(11, D, H, np.random.default_rng(0))
    joined.forward(xs, ts)
    joined.backward()
    apart = [param.copy() for param in joined.params]
    SGD(0.1).update(apart, list(joined.grads), rows=joined.rows)
    SGD(0.1).update(joined.params, joined.grads, rows=joined.rows)
    for one, other in zip(joined.params, apart, strict=True):
        np.testing.assert_array_equal(one, other)
