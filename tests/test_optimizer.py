"""Adam and weight decay follow their formulas; clipping shortens all gradients by the same factor."""

import numpy as np
import pytest

from rnnlm.nn.kernels.blocks import BLOCK
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.optimizer import SGD, Adam, clip_grads
from tests.reference import slope

V, H = 11, 6
XS = np.array([[1, 2, 2, 9], [2, 10, 1, 2], [0, 0, 0, 0]])
TS = np.array([[2, 2, 9, 3], [10, 1, 2, 4], [0, 0, 0, 5]])


def test_adam_follows_its_formula():
    rng = np.random.default_rng(0)
    params = [rng.standard_normal((30, 4)), rng.standard_normal(7)]
    expected, m, v = [param.copy() for param in params], [0.0, 0.0], [0.0, 0.0]
    adam = Adam(0.01)
    for step in range(1, 6):
        grads = [rng.standard_normal(param.shape) for param in params]
        adam.update(params, grads)
        for i, grad in enumerate(grads):
            m[i] = 0.9 * m[i] + 0.1 * grad
            v[i] = 0.999 * v[i] + 0.001 * grad**2
            expected[i] -= 0.01 * (m[i] / (1 - 0.9**step)) / (np.sqrt(v[i] / (1 - 0.999**step)) + 1e-8)
        for param, wanted in zip(params, expected, strict=True):
            np.testing.assert_allclose(param, wanted, rtol=1e-12)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_weight_decay_walks_down_the_slope_of_the_loss_and_of_all_squared_weights(tied, optimizer):
    rng, strength = np.random.default_rng(5), 0.3
    model, twin = (SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64, tied=tied) for _ in range(2))
    decaying, plain = optimizer(0.05, strength), optimizer(0.05)

    def penalised():
        model.rnn.h = None
        return model.forward(XS, TS) + strength / 2 * sum((param**2).sum() for param in model.params if param.ndim > 1)

    for _ in range(3):
        penalised()
        model.backward()
        slopes = [
            grad + strength * param * (param.ndim > 1) for param, grad in zip(model.params, model.grads, strict=True)
        ]
        for param, whole in zip(model.params, slopes, strict=True):
            direction = rng.standard_normal(param.shape)
            assert (whole * direction).sum() == pytest.approx(slope(penalised, param, direction), rel=1e-6, abs=1e-9)
        decaying.update(model.params, model.grads, rows=model.rows)
        plain.update(twin.params, slopes)  # the same walk, with the slopes of the penalised loss as they are
        for param, wanted in zip(model.params, twin.params, strict=True):
            np.testing.assert_allclose(param, wanted, rtol=1e-9)


def test_adam_changes_large_arrays_as_it_changes_small_ones():
    rng = np.random.default_rng(1)
    start = rng.standard_normal(3 * BLOCK + 17).astype(np.float32)
    grad, whole = rng.standard_normal(start.shape).astype(np.float32), start.copy()
    parts = [part.copy() for part in np.array_split(start, 50)]
    one, other = Adam(0.1), Adam(0.1)
    for _ in range(3):
        one.update([whole], [grad])
        other.update(parts, np.array_split(grad, 50))
    np.testing.assert_array_equal(whole, np.concatenate(parts))


@pytest.mark.parametrize("tied", [False, True])
def test_clipping_shortens_every_gradient_by_the_same_factor(tied):
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), tied=tied)
    model.forward(XS, TS)
    model.backward()
    before = [grad.copy() for grad in model.grads]
    norm = clip_grads(model.grads, 0.01)
    assert norm == pytest.approx(np.sqrt(sum((grad**2).sum() for grad in before)), rel=1e-5)
    for grad, whole in zip(model.grads, before, strict=True):
        np.testing.assert_allclose(grad, whole * (0.01 / norm), rtol=1e-5, atol=1e-9)
