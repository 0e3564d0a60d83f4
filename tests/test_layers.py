"""The four Time layers: their formulas, their gradients, and arrays that are filled in place."""

import numpy as np
import pytest

from rnnlm.nn.layers import TimeAffine, TimeEmbedding, TimeRNN, TimeSoftmaxWithLoss
from tests.reference import numerical_gradient, softmax

N, T, D, H, V = 3, 4, 5, 6, 7
XS = np.array([[0, 2, 2, 5], [2, 6, 0, 2], [1, 1, 1, 1]])  # words occur several times in a window
TS = np.array([[2, 2, 5, 3], [6, 0, 2, 0], [1, 1, 1, 4]])


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def make(kind, rng):
    """A layer in float64 with its input and, for an RNN, its initial state."""
    if kind == "embedding":
        return TimeEmbedding(rng.standard_normal((V, D))), XS, None
    if kind == "affine":
        layer = TimeAffine(rng.standard_normal((H, V)), rng.standard_normal(V))
        return layer, rng.standard_normal((N, T, H)), None
    layer = TimeRNN(rng.standard_normal((D, H)) / 2, rng.standard_normal((H, H)) / 2, rng.standard_normal(H))
    return layer, rng.standard_normal((N, T, D)), None if kind == "rnn" else rng.standard_normal((N, H))


def forward(layer, inputs, h):
    """The output of a forward that starts from h."""
    if isinstance(layer, TimeRNN):
        layer.h = h
    return layer.forward(inputs)


LAYERS = pytest.mark.parametrize("kind", ["embedding", "rnn", "rnn with a carried state", "affine"])


@LAYERS
def test_gradients_are_the_slopes_of_the_output(kind, rng):
    layer, inputs, h = make(kind, rng)
    weights = rng.standard_normal(forward(layer, inputs, h).shape)

    def f():
        return float((forward(layer, inputs, h) * weights).sum())

    below = layer.backward(weights)
    for param, grad in zip(layer.params, layer.grads, strict=True):
        np.testing.assert_allclose(grad, numerical_gradient(f, param), rtol=1e-6, atol=1e-8)
    if kind == "embedding":
        assert below is None
    else:
        np.testing.assert_allclose(below, numerical_gradient(f, inputs), rtol=1e-6, atol=1e-8)


@LAYERS
def test_backward_twice_gives_the_same_gradients_in_the_same_arrays(kind, rng):
    layer, inputs, h = make(kind, rng)
    params, grads = list(layer.params), list(layer.grads)
    before = [param.copy() for param in params]
    weights = rng.standard_normal(forward(layer, inputs, h).shape)
    below = layer.backward(weights)
    once = [grad.copy() for grad in layer.grads]
    again = layer.backward(weights)
    for i in range(len(params)):
        assert layer.params[i] is params[i]
        assert layer.grads[i] is grads[i]
        np.testing.assert_array_equal(layer.grads[i], once[i])
        np.testing.assert_array_equal(layer.params[i], before[i])
    np.testing.assert_array_equal(again, below)


@LAYERS
def test_gradients_are_those_of_the_last_window_alone(kind, rng):
    layer, inputs, h = make(kind, rng)
    weights = rng.standard_normal(forward(layer, inputs, h).shape)
    layer.backward(weights)
    alone = [grad.copy() for grad in layer.grads]
    forward(layer, inputs[:, ::-1].copy() // 2, h)
    layer.backward(weights * 3)
    forward(layer, inputs, h)
    layer.backward(weights)
    for grad, expected in zip(layer.grads, alone, strict=True):
        np.testing.assert_allclose(grad, expected, rtol=1e-12, atol=1e-13)


@LAYERS
def test_forward_and_backward_leave_what_they_are_given_as_it_was(kind, rng):
    layer, inputs, h = make(kind, rng)
    kept, kept_h = inputs.copy(), None if h is None else h.copy()
    weights = rng.standard_normal(forward(layer, inputs, h).shape)
    kept_weights = weights.copy()
    layer.backward(weights)
    np.testing.assert_array_equal(inputs, kept)
    np.testing.assert_array_equal(h, kept_h)
    np.testing.assert_array_equal(weights, kept_weights)


def test_the_embedding_is_a_row_for_every_word(rng):
    layer, _, _ = make("embedding", rng)
    out = layer.forward(XS)
    assert out.shape == (N, T, D)
    np.testing.assert_array_equal(out[1, 3], layer.params[0][2])


def test_the_rnn_follows_its_formula_step_by_step_and_keeps_the_last_state(rng):
    layer, xs, h = make("rnn with a carried state", rng)
    Wx, Wh, b = layer.params
    hs = forward(layer, xs, h)
    for t in range(T):
        h = np.tanh(h @ Wh + xs[:, t] @ Wx + b)
        np.testing.assert_allclose(hs[:, t], h, rtol=1e-12)
    np.testing.assert_array_equal(layer.h, hs[:, -1])


def test_the_rnn_starts_from_zeros_if_no_state_is_carried(rng):
    layer, xs, _ = make("rnn", rng)
    np.testing.assert_array_equal(forward(layer, xs, None), forward(layer, xs, np.zeros((N, H))))


def test_the_affine_layer_scores_windows_of_changing_size(rng):
    layer, hs, _ = make("affine", rng)
    W, b = layer.params
    for size in (T, 1, T, 2):
        np.testing.assert_allclose(layer.forward(hs[:, :size]), hs[:, :size] @ W + b, rtol=1e-12)


def test_the_loss_is_the_mean_of_minus_the_log_probability_of_the_right_words(rng):
    scores = rng.standard_normal((N, T, V))
    right = [softmax(scores[n, t])[TS[n, t]] for n in range(N) for t in range(T)]
    assert TimeSoftmaxWithLoss().forward(scores.copy(), TS) == pytest.approx(-np.log(right).mean(), rel=1e-12)


def test_the_gradient_of_the_loss_is_its_slope_also_when_asked_twice(rng):
    layer, scores = TimeSoftmaxWithLoss(), rng.standard_normal((N, T, V))
    expected = numerical_gradient(lambda: layer.forward(scores.copy(), TS), scores)
    layer.forward(scores.copy(), TS)
    for _ in range(2):
        np.testing.assert_allclose(layer.backward().whole(), expected, rtol=1e-6, atol=1e-9)


def test_guessing_all_words_equally_costs_ln_v():
    assert TimeSoftmaxWithLoss().forward(np.full((N, T, V), 3.0), TS) == pytest.approx(np.log(V), rel=1e-12)


def test_scores_far_from_zero_and_from_each_other_neither_overflow_nor_change_the_loss(rng):
    scores, shift = rng.standard_normal((N, T, V)), np.linspace(-1e4, 1e4, N * T).reshape(N, T, 1)
    near, far = TimeSoftmaxWithLoss(), TimeSoftmaxWithLoss()
    with np.errstate(all="raise"):
        assert far.forward(scores + shift, TS) == pytest.approx(near.forward(scores.copy(), TS), rel=1e-9)
    np.testing.assert_allclose(far.backward().whole(), near.backward().whole(), rtol=1e-9)


def test_float32_stays_float32(rng):
    layers = [
        type(layer)(*(param.astype(np.float32) for param in layer.params))
        for layer, _, _ in (make(kind, rng) for kind in ("embedding", "rnn", "affine"))
    ]
    out = XS
    for layer in layers:
        out = layer.forward(out)
        assert out.dtype == np.float32
    loss = TimeSoftmaxWithLoss()
    loss.forward(out, TS)
    out = loss.backward()
    assert out.whole().dtype == np.float32
    for layer in reversed(layers[1:]):
        out = layer.backward(out)
        assert out.dtype == np.float32
    layers[0].backward(out)
    assert all(grad.dtype == np.float32 for layer in layers for grad in layer.grads)
