"""A learning curve: value at an epoch, start, thinning, and table."""

import math

import pytest

from rnnlm.training.curve import Curve
from rnnlm.training.state import Progress


def curve_of(length, per_epoch=1):
    return Curve(Progress(i / per_epoch, 400 / i, math.log(400 / i), 1e4, float(i), None) for i in range(1, length + 1))


def test_a_curve_has_values_only_at_its_points():
    curve = curve_of(300, per_epoch=100)
    assert curve.at(0.07) == curve.at(7 / 100 + 1e-9) == 400 / 7
    assert curve.at(0.075) is None
    assert curve.last == 400 / 300
    assert curve.by_epoch[3.0] == 400 / 300
    assert (Curve().last, Curve().at(1), Curve().by_epoch) == (None, None, {})


def test_the_beginning_of_a_curve_has_the_epoch_it_ends_at():
    curve = curve_of(300, per_epoch=100)
    assert [point.epoch for point in curve.until(0.03)] == [0.01, 0.02, 0.03]
    assert curve.until(0.005) == Curve()
    assert curve.until(5) == curve
    assert curve.until(0.295).last == 400 / 29


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 199, 5000])
def test_a_thinned_curve_has_no_more_points_than_asked_for_and_both_ends(length, early):
    curve = curve_of(length)
    thinned = curve.thinned(100, early)
    assert len(thinned) <= 100
    assert set(thinned) <= set(curve)
    assert (thinned[:1], thinned[-1:]) == (curve[:1], curve[-1:])
    assert thinned == curve or length > 100


def test_a_curve_is_the_same_after_it_was_a_table():
    curve = Curve([*curve_of(3), Progress(4.0, 5.0, 1.6, 1e4, 9.0, 104.9)])
    assert Curve.from_table(curve.table()) == curve
    assert Curve().table().shape == (0, 6)
    assert Curve.from_table(Curve().table()) == Curve()


def test_the_largest_difference_from_an_expected_curve_is_a_ratio_between_its_ends():
    curve = curve_of(100)
    assert curve.furthest_from([(10, 40.0), (20, 20.0)]) == pytest.approx(
        (14, 40 * 0.5**0.4, 400 / 14)
    )  # a line of logs
    assert curve.furthest_from([(0, 8.0), (50, 8.0)]) == pytest.approx((1, 8, 400))
    assert curve.furthest_from([(0, 8.0), (50, 8.0)], after=3) == pytest.approx((4, 8, 100))
    assert curve.furthest_from([(0, 8.0), (50, 8.0)], after=50) is None
    assert curve.furthest_from([(7, 1.0)]) == pytest.approx((7, 1, 400 / 7))
    assert Curve().furthest_from([(0, 8.0), (50, 8.0)]) is None
