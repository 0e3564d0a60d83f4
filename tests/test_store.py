"""Which sessions are released, and when."""

import pytest

from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.visitors.store import Store
from tests.waiting import wait_until


@pytest.fixture
def engine():
    engine = Engine(workers=0)
    yield engine
    engine.stop()


def test_a_session_that_was_cut_off_is_released_once_and_its_visitor_is_found_by_the_token(engine):
    live, ended = {"first", "other"}, []
    store = Store(engine, lambda session: session in live, keep=600.0, end=ended.append, waits=0.05)
    mine, other = store.visitor("token", "first"), store.visitor("another", "other")
    store.tidy()
    live.remove("first")
    store.tidy()
    assert (ended, mine.left is not None, other.left) == ([], True, None)  # it may still reconnect by itself
    wait_until(lambda: store.tidy() or ended, "it has been away for long")
    store.tidy()
    assert ended == ["first"]
    live.add("second")
    assert store.claim("token", "second") is mine
    live.remove("second")
    wait_until(lambda: store.tidy() or ended[1:], "its next session too")
    assert ended == ["first", "second"]
    store.stop()
