"""The learning rate falls as planned."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlm.training.trainer import Trainer
from tests.reference import network


def test_the_learning_rate_falls_in_a_straight_line(small, toy):
    trainer = Trainer(replace(small, final_lr=0.1), toy)
    rates = []
    while not trainer.finished:
        rates.append(trainer.lr)
        trainer.run_update()
    assert len(rates) == 76
    np.testing.assert_allclose(np.diff(rates), (0.1 - 0.5) / 76, rtol=1e-9)
    assert trainer.lr == pytest.approx(0.1)
    assert Trainer(small, toy).lr == 0.5


def test_a_learning_rate_that_falls_within_some_epochs_stays_there_and_the_run_may_go_on(small, toy):
    plan = replace(small, final_lr=0.1, epochs=2)
    short, long = Trainer(plan, toy), Trainer(replace(plan, falling_epochs=2, epochs=4), toy)
    for _ in range(2):
        assert short.run_epoch().loss == long.run_epoch().loss
    assert network(short) == network(long)
    long.run_update()
    assert long.lr == pytest.approx(0.1)
    long.extend(6)
    assert (long.lr, long.finished) == (pytest.approx(0.1), False)
    with pytest.raises(ValueError, match="falling_epochs needs final_lr"):
        Trainer(replace(small, falling_epochs=2), toy)


def test_a_falling_rate_ends_at_the_planned_epoch_and_falls(small, toy):
    trainer = Trainer(replace(small, final_lr=0.1), toy)
    trainer.extend(5)  # nothing has run yet, so the plan may change
    trainer.run_update()
    with pytest.raises(
        ValueError, match="epochs must stay 5, because the learning rate falls until the last epoch, got 6"
    ):
        trainer.extend(6)
    trainer.extend(5)
    with pytest.raises(ValueError, match=r"final_lr must be at most lr, 0.5, got 0.6"):
        Trainer(replace(small, final_lr=0.6), toy)
