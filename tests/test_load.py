"""A small class: four visitors, two of whom train, all clicking."""

import pytest

from tests.classroom import measured


@pytest.fixture(scope="module")
def figures():
    return measured(4, 2, seconds=8, every=2, left=0)


def test_every_click_and_every_press_of_train_is_answered(figures):
    assert figures["click_ms"]["median"] is not None
    assert figures["click_ms"]["unanswered"] == 0
    assert figures["train_unanswered"] == 0


def test_nobody_waits_before_a_page_that_stands_still(figures):
    assert figures["standstill_s"] < 5


def test_the_server_reports_no_error(figures):
    assert figures["errors"] == []
