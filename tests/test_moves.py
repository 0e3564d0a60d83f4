"""One update in six moves: the numbers equal those of the next update, and the run does not change."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlm.data.batches import bptt_window
from rnnlm.nn.dropout import Dropout
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.plain import PlainRnnlm
from rnnlm.training.moves import gradient_flow, next_moves
from rnnlm.training.trainer import Trainer
from tests.reference import numerical_gradient, state

EVERYTHING = {
    "optimizer": "adam",
    "lr": 0.01,
    "max_grad": 0.05,
    "weight_decay": 0.001,
    "final_lr": 0.001,
    "noising": 0.5,
    "dropout_words": 0.2,
    "dropout_in": 0.3,
    "dropout_state": 0.2,
    "dropout_out": 0.4,
}
RUNS = {
    "the book's": {},
    "clipped": {"max_grad": 0.1},
    "tied": {"tied": True, "wordvec_size": 12},
    "Adam": {"optimizer": "adam", "lr": 0.01},
    "everything": EVERYTHING,
    "with a part of the words": {"scored_words": 40} | EVERYTHING,
    "with a part of the units": {"batchwise": True} | EVERYTHING,
}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("updates", [0, 1, 20])
def test_the_moves_are_those_of_the_update_that_follows(toy, small, name, updates):
    trainer = Trainer(replace(small, **RUNS[name]), toy)
    for _ in range(updates):
        trainer.run_update()
    before = state(trainer)
    moves = next_moves(trainer)
    assert state(trainer) == before
    old = [param.copy() for param in trainer.model.params]
    lr, losses = trainer.lr, trainer.position.since_epoch.sum
    trainer.run_update()
    assert trainer.position.since_epoch.sum == losses + moves.loss
    assert (moves.update, moves.lr) == (updates, lr)
    for found, param in zip(moves.params, trainer.model.params, strict=True):
        np.testing.assert_array_equal(found, param)
    np.testing.assert_array_equal(moves.hs[:, -1], trainer.model.rnn.h)
    for part, param, was, grad in zip(moves.parts, trainer.model.params, old, trainer.model.grads, strict=True):
        assert (part.shape, part.size) == (param.shape, pytest.approx(np.linalg.norm(was)))
        assert part.step == pytest.approx(np.linalg.norm(param - was), rel=1e-5)
        assert part.gradient * moves.factor == pytest.approx(np.linalg.norm(grad), rel=1e-5)
    assert moves.norm == pytest.approx(np.sqrt(sum(part.gradient**2 for part in moves.parts)), rel=1e-5)
    assert moves.factor == pytest.approx(min(1, (trainer.experiment.max_grad or np.inf) / moves.norm))
    assert moves.loss == pytest.approx(-np.log(moves.p).mean(), rel=1e-5)
    assert moves.perplexity == pytest.approx(2 ** moves.bits.mean(), rel=1e-5)


def test_the_numbers_are_those_of_the_obvious_network(toy, small):
    trainer = Trainer(small, toy)
    for _ in range(25):
        trainer.run_update()
    slow = PlainRnnlm(trainer.model.params)
    slow.h = trainer.model.rnn.h.astype(np.float64)
    moves = next_moves(trainer)
    np.testing.assert_array_equal(moves.h, trainer.model.rnn.h)
    xs, ts = bptt_window(toy.ids, small.batch_size, small.time_size, 25)
    assert slow.forward(xs, ts) == pytest.approx(moves.loss, rel=1e-6)
    for t, (word, right, _, _, h, y, _) in enumerate(slow.steps):
        np.testing.assert_array_equal((moves.xs[:, t], moves.ts[:, t]), (word, right))
        np.testing.assert_allclose(moves.hs[:, t], h, atol=1e-6)
        np.testing.assert_allclose(moves.p[:, t], y[np.arange(len(y)), right], rtol=1e-4)
    for part, grad in zip(moves.parts, slow.backward(), strict=True):
        assert part.gradient == pytest.approx(np.linalg.norm(grad), rel=1e-4)
    assert moves.scored == (5, 4, toy.vocabulary.size)
    assert len(moves.flow) == 4


@pytest.mark.parametrize("dropout", [Dropout(), Dropout(state=0.3, outputs=0.4)])
def test_the_flow_back_is_the_slope_of_the_window_s_loss_along_each_state(dropout):
    rng = np.random.default_rng(0)
    N, T, V, D, H = 3, 4, 9, 5, 6
    model = SimpleRnnlm(V, D, H, rng, np.float64, dropout=dropout)
    for param in model.params:
        param += rng.standard_normal(param.shape) / 2
    embed_W, Wx, Wh, b, W, c = model.params
    xs, ts = rng.integers(0, V, (2, N, T))
    carried = rng.standard_normal((N, H)) / 2
    model.rnn.h = carried
    model.forward(xs, ts)
    flow = gradient_flow(model)
    carry = 1 if model.rnn.mask is None else model.rnn.mask
    out = model.dropout_out.mask if model.dropout_out else np.ones((N, T, H))
    states = [carried, *model.rnn.hs[1:]]
    for k in range(T + 1):
        h = states[T - k].copy()

        def loss(k=k, start=h):
            total, h = 0.0, start
            for t in range(T - k - 1, T):
                if t >= T - k:
                    h = np.tanh(embed_W[xs[:, t]] @ Wx + (h * carry) @ Wh + b)
                if t >= 0:
                    scores = (h * out[:, t]) @ W + c
                    total += (np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(N), ts[:, t]]).sum()
            return total / (N * T)

        assert flow[k] == pytest.approx(np.linalg.norm(numerical_gradient(loss, h)), rel=1e-6)


def test_an_update_that_would_end_the_run_is_shown_as_it_is(toy, small):
    trainer = Trainer(small, toy)
    trainer.run_update()
    trainer.model.params[-1][:] = np.nan
    moves = next_moves(trainer)
    assert np.isnan(moves.loss)
    assert moves.perplexity == np.inf
