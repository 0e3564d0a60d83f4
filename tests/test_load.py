"""A small class: four visitors, two of whom train, all clicking."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.classroom import Class, measured

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def figures():
    with ThreadPoolExecutor(1) as other:  # a separate thread, because browser tests leave an event loop in this one
        return other.submit(measured, Class(4, 2, seconds=8, every=2), left=0).result()


def test_every_click_and_every_press_of_train_is_answered(figures):
    assert figures["click_ms"]["median"] is not None
    assert figures["click_ms"]["unanswered"] == 0
    assert figures["train_unanswered"] == 0


def test_the_server_reports_no_error(figures):
    assert figures["errors"] == []
