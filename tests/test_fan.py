"""A fan: at each epoch the sorted values of the runs that reached it."""

import statistics

import numpy as np
import pytest

from rnnlm.training.fan import Spread, fan_of, spread_of
from rnnlm.training.state import Progress


def curve(*perplexities):
    return [Progress(epoch, value, np.log(value), 1.0, 1.0) for epoch, value in enumerate(perplexities, 1)]


def test_at_each_epoch_the_fan_is_what_the_curves_have_there():
    values = np.random.default_rng(0).uniform(5, 400, (7, 30))
    fan = fan_of([curve(*row) for row in values])
    assert fan.epochs.tolist() == list(range(1, 31))
    for e in range(30):
        column = sorted(values[:, e])
        lower, median, upper = statistics.quantiles(column, n=4, method="inclusive")
        found = [getattr(fan, name)[e] for name in ("lowest", "lower", "median", "upper", "highest")]
        assert found == pytest.approx([column[0], lower, median, upper, column[-1]])
        assert fan.median[e] == statistics.median(column)


def test_a_curve_that_ended_early_counts_as_far_as_it_goes():
    fan = fan_of([curve(10, 8, 6), curve(12), curve(20, 10)])
    assert fan.count.tolist() == [3, 2, 1]
    assert fan.median.tolist() == [12, 9, 6]
    assert fan.highest.tolist() == [20, 10, 6]


def test_a_fan_of_one_curve_is_that_curve_and_of_none_it_is_empty():
    fan = fan_of([curve(9, 7)])
    assert fan.lowest.tolist() == fan.median.tolist() == fan.highest.tolist() == [9, 7]
    assert len(fan_of([]).epochs) == len(fan_of([[]]).median) == 0


def test_the_sentence_of_ten_seeds():
    assert spread_of([5.8, 5.1, 5.4, 5.3]) == Spread(4, 5.1, pytest.approx(5.35), 5.8)
    assert spread_of([7.0]) == Spread(1, 7.0, 7.0, 7.0)
    assert spread_of([]) is None
