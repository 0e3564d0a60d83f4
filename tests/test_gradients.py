"""Gradients of whole networks, with every option, on one thread or two; tied weights."""

import numpy as np
import pytest

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import evaluate
from rnnlm.nn.dropout import Dropout
from rnnlm.nn.kernels.threads import LARGE, allow_helper
from rnnlm.nn.model import SimpleRnnlm
from tests.reference import slope

V, H = 11, 6
XS = np.array([[1, 2, 2, 9], [2, 10, 1, 2], [0, 0, 0, 0]])
TS = np.array([[2, 2, 9, 3], [10, 1, 2, 4], [0, 0, 0, 5]])


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize(
    ("dropout", "batchwise", "scored_words"),
    [
        ((0, 0, 0), False, None),
        ((0.3, 0, 0), False, None),
        ((0, 0.3, 0), False, None),
        ((0, 0, 0.3), False, None),
        ((0, 0, 0.3), True, None),
        ((0, 0, 0), False, 10),
        ((0, 0, 0, 0.4), False, None),
        ((0.4, 0.25, 0.5), False, 10),
        ((0.4, 0.25, 0.5), True, None),
        ((0.4, 0.25, 0.5), True, 10),
        ((0.4, 0.25, 0.5, 0.3), True, 10),
    ],
)
def test_every_gradient_is_the_slope_of_the_loss(tied, dropout, batchwise, scored_words):
    rng = np.random.default_rng(2)
    model = SimpleRnnlm(V, H, H, rng, np.float64, tied, Dropout(*dropout), batchwise, scored_words)
    for param in model.params:
        param += rng.standard_normal(param.shape) / 2
    h = rng.standard_normal((3, H)) / 2

    def loss():
        model.rnn.h, model.rng = h, np.random.default_rng(7)
        return model.forward(XS, TS)

    loss()
    model.backward()
    assert len(model.params) == len(model.grads) == len(model.params.names) == (5 if tied else 6)
    for param, grad in zip(model.params, [grad.copy() for grad in model.grads], strict=True):
        assert grad.shape == param.shape
        for _ in range(6):
            direction = rng.standard_normal(param.shape)
            assert (grad * direction).sum() == pytest.approx(slope(loss, param, direction), rel=1e-6, abs=1e-9)


def test_a_tied_network_scores_words_with_their_own_vectors():
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64, tied=True)
    _, h = Reader(model.params).read(XS[0])
    np.testing.assert_array_equal(Reader(model.params).scores(h), h @ model.params[0].T + model.params[-1])
    with pytest.raises(ValueError, match="tied needs wordvec_size to equal hidden_size, got 5 and 6"):
        SimpleRnnlm(V, 5, 6, tied=True)


@pytest.fixture
def both_ways():
    """Call something with one thread and with two, and return both results."""

    def call(function):
        allow_helper(False)
        alone = function()
        allow_helper(True)
        return alone, function()

    return call


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("batchwise", [False, True])
@pytest.mark.parametrize(("N", "T", "H", "size"), [(20, 10, 8, 5000), (200, 100, 20, 40)])  # large scores; large states
def test_large_windows_have_the_same_gradients_on_one_thread_and_on_two_and_they_are_slopes(
    tied, batchwise, N, T, H, size, both_ways
):
    rng = np.random.default_rng(4)
    xs, ts = rng.integers(0, 40, (N, T)), rng.integers(0, size, (N, T))  # words occur several times
    dropout = Dropout(outputs=0.5 * batchwise)
    model = SimpleRnnlm(size, H, H, np.random.default_rng(0), np.float64, tied, dropout, batchwise)
    model.params[2] /= 2  # the state is forgotten, so the loss is smooth even over 100 steps
    text = Corpus(rng.integers(0, size, 900, np.int32), Vocabulary(f"word{i}" for i in range(size)), "random words")
    assert ts.size * size > 2 * LARGE
    assert size == 5000 or ts.size * H > LARGE

    def loss():
        model.rnn.h = None
        model.rng = np.random.default_rng(1)
        return model.forward(xs, ts)

    def step():
        before = loss()
        model.backward()
        return [before, evaluate(model, text), *(grad.tobytes() for grad in model.grads)]

    alone, together = both_ways(step)
    assert alone == together
    for param, grad in zip(model.params, [grad.copy() for grad in model.grads], strict=True):
        direction = rng.standard_normal(param.shape)
        assert (grad * direction).sum() == pytest.approx(slope(loss, param, direction, eps=1e-4), rel=1e-5)
