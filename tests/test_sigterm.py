"""A server that is asked to stop: its status was visible, its processes end, its log has no errors."""

import asyncio
import contextlib

import psutil
import pytest

from rnnlm.serving.visitors.status import read_status
from rnnlm.serving.visitors.visitor_files import read_place
from tests.classroom import BAD
from tests.page import Server
from tests.visitor import Visitor
from tests.waiting import PATIENCE, run_aside, wait_until

pytestmark = pytest.mark.full

TRAINS = "epochs=10000"


@contextlib.contextmanager
def with_one_worker(log, **environment):
    server = Server(log, RNNLM_WORKERS="1", **environment)
    yield server
    with contextlib.suppress(ProcessLookupError):
        server.process.kill()


@pytest.fixture
def server(tmp_path):
    with with_one_worker(tmp_path / "log", RNNLM_STATUS=str(tmp_path / "status.json")) as server:
        yield server


async def stopped_while_two_train(server, status):
    """Stop a server while two visitors train and one looks; gives its last status and its workers."""
    visitors = [Visitor(server.port, TRAINS, lambda now: None) for _ in range(3)]
    for visitor in visitors:
        await visitor.open()
    for visitor in visitors[:2]:
        assert await visitor.train(PATIENCE)
    last = await asyncio.to_thread(
        wait_until,
        lambda: (found := read_status(status)).connected == 3 and found.training == 2 and found,
        "it is seen",
    )
    workers = server.workers()
    await asyncio.to_thread(server.stop)
    assert await visitors[0].until(lambda: visitors[0].reading.done(), PATIENCE)  # a cut connection informs the visitor
    return last, workers


def test_sigterm_ends_page_and_workers_without_a_word_of_trouble(server, tmp_path):
    last, workers = run_aside(stopped_while_two_train(server, tmp_path / "status.json"))
    assert (last.workers, last.waiting) == (1, 0)
    assert last.looks > 0
    assert last.memory > 50_000_000
    psutil.wait_procs(workers, PATIENCE)
    assert len(workers) == 1
    assert not workers[0].is_running()
    assert not BAD.search((tmp_path / "log").read_text())
    assert server.process.returncode in (0, -15)
    server.start()  # nothing blocks a restart, and its visitors start again


@pytest.fixture
def keeping(tmp_path):
    """A server that stores visitors' data in a folder."""
    with with_one_worker(tmp_path / "log", RNNLM_STORE=str(tmp_path / "kept")) as server:
        yield server


async def stopped_while_a_class_trains(server):
    visitors = [Visitor(server.port, TRAINS, lambda now: None) for _ in range(16)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    assert all(await asyncio.gather(*(visitor.train(PATIENCE) for visitor in visitors)))
    await asyncio.to_thread(server.stop)


@pytest.mark.full
def test_sigterm_saves_the_run_of_every_connected_visitor(keeping, tmp_path):
    run_aside(stopped_while_a_class_trains(keeping))
    kept = tmp_path / "kept"
    assert len(list(kept.glob("*.run"))) == len(list(kept.glob("*.place"))) == 16
    places = [read_place(path) for path in kept.glob("*.place")]
    assert all(place["running"] for place in places)
    assert not BAD.search((tmp_path / "log").read_text())
