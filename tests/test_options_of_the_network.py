"""What may be added to the network of the book: every gradient, with the same random numbers, is a slope."""

import numpy as np
import pytest

from rnnlm.model import SimpleRnnlm, make_orthogonal
from tests.reference import slope

V, H = 11, 6
XS = np.array([[1, 2, 2, 9], [2, 10, 1, 2], [0, 0, 0, 0]])
TS = np.array([[2, 2, 9, 3], [10, 1, 2, 4], [0, 0, 0, 5]])


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("dropout", [(0, 0, 0), (0.3, 0, 0), (0, 0.3, 0), (0, 0, 0.3), (0.4, 0.25, 0.5)])
def test_every_gradient_is_the_slope_of_the_loss(tied, dropout):
    rng = np.random.default_rng(2)
    model = SimpleRnnlm(V, H, H, rng, np.float64, tied=tied, dropout=dropout)
    for param in model.params:
        param += rng.standard_normal(param.shape) / 2
    h = rng.standard_normal((3, H)) / 2

    def loss():
        model.rnn.h, model.rng = h, np.random.default_rng(7)
        return model.forward(XS, TS)

    loss()
    model.backward()
    assert len(model.params) == len(model.grads) == len(model.names) == (5 if tied else 6)
    for param, grad in zip(model.params, [grad.copy() for grad in model.grads], strict=True):
        assert grad.shape == param.shape
        for _ in range(6):
            direction = rng.standard_normal(param.shape)
            assert (grad * direction).sum() == pytest.approx(slope(loss, param, direction), rel=1e-6, abs=1e-9)


def test_a_rotation_starts_the_recurrence():
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64)
    make_orthogonal(model.params, np.random.default_rng(1))
    Wh = model.params[2]
    np.testing.assert_allclose(Wh @ Wh.T, 0.95**2 * np.eye(H), atol=1e-12)
    assert 0.08 < np.abs(model.params[0]).max() <= 0.1
