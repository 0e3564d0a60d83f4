"""The status of a server: visitors, runs, queue and memory are right; other files are refused."""

import json
import os
import time
from dataclasses import asdict, replace
from types import SimpleNamespace

import psutil
import pytest

from rnnlm.cli.parser import build_parser
from rnnlm.cli.status import is_old, told
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.engine.limits import Limits
from rnnlm.serving.visitors import polling
from rnnlm.serving.visitors.polling import LONGEST, SHORTEST, Pace
from rnnlm.serving.visitors.status import Status, StatusFile, read_status, resident, status_here
from rnnlm.serving.visitors.store import Store
from tests.waiting import wait_until

AN_HOUR_AGO = Status(1e9, 12, 3, 8, 1, 4, 2, 2, 180_000_000, None, 23.44, 0.4)


@pytest.fixture(scope="module")
def engine():
    engine = Engine(workers=2, limits=Limits(runs_at_once=2))
    yield engine
    engine.stop()


@pytest.fixture
def live():
    """The sessions that are connected."""
    return {"a", "b"}


@pytest.fixture
def watched(engine, live, tmp_path):
    """The writer of the status of an engine and a store; hourly, so that the test triggers it."""
    store = Store(engine, lambda session: session in live)
    for name in "ab":
        store.visitor(name, name)
    file = StatusFile(tmp_path / "status.json", engine, store, Pace(), every=3600)
    wait_until(file.path.exists, "its own first line is written")
    yield file
    file.stop()
    store.stop()


def written(file):
    file.write()
    return read_status(file.path)


def test_runs_that_train_wait_pause_or_are_done_are_counted(engine, watched, small, toy):
    long = replace(small, epochs=10_000)
    jobs = [engine.open(long, toy, f"visitor {i}") for i in range(4)] + [engine.open(small, toy, "done")]
    assert (written(watched).paused, written(watched).training) == (5, 0)
    engine.start(jobs[4])
    wait_until(lambda: jobs[4].view.finished, "the short run is done")
    for job in jobs[:3]:
        engine.start(job)
    status = written(watched)
    assert (status.training, status.waiting, status.paused, status.finished) == (2, 1, 1, 1)
    engine.pause(jobs[0])
    status = written(watched)
    assert (status.training, status.waiting, status.paused, status.finished) == (2, 0, 2, 1)
    for job in jobs:
        engine.close(job)
    status = written(watched)
    assert (status.training, status.waiting, status.paused, status.finished) == (0, 0, 0, 0)


def test_connected_visitors_and_those_who_left_are_counted(watched, live):
    assert (written(watched).connected, written(watched).kept) == (2, 0)
    live.remove("b")
    watched._store.tidy()
    assert (written(watched).connected, written(watched).kept) == (1, 1)
    watched._store.forget(watched._store.visitor("b", "of another"))
    assert (written(watched).connected, written(watched).kept) == (1, 0)


def test_workers_and_their_memory_are_those_the_system_knows(engine, watched):
    workers = [psutil.Process(link.process.pid) for link in engine.links]
    wait_until(lambda: all(resident(worker.pid) > 10_000_000 for worker in workers), "the workers have begun")
    status = written(watched)
    assert status.workers == 2
    assert status.memory == pytest.approx(psutil.Process().memory_info().rss, rel=0.1)
    assert status.worker_memory == pytest.approx(sum(worker.memory_info().rss for worker in workers), rel=0.2)
    workers[0].kill()
    wait_until(lambda: workers[0].pid not in [link.process.pid for link in engine.links], "another takes its place")
    assert written(watched).workers == 2


def test_a_worker_in_a_thread_is_part_of_the_page_s_own_memory(tmp_path):
    engine = Engine(workers=0)
    file = StatusFile(tmp_path / "status", engine, Store(engine, lambda session: True), Pace(), every=3600)
    wait_until(file.path.exists, "its own first line is written")
    assert (written(file).workers, written(file).worker_memory) == (1, 0)
    engine.stop()
    file.stop()
    wait_until(lambda: written(file).workers == 0, "it has ended")


def test_memory_is_unknown_if_the_system_does_not_report_it():
    assert resident(2**31 - 1) is None
    assert resident(os.getpid()) > 1_000_000


def test_looks_are_counted_and_the_more_there_are_the_longer_a_page_waits(watched):
    pace = watched._pace
    assert (written(watched).looks, written(watched).pause) == (0, SHORTEST)
    for i in range(1000):
        pace.note(f"visitor {i}", 0.01)
    assert pace.usual == LONGEST
    assert 0.8 * LONGEST <= pace.pause <= 1.2 * LONGEST
    assert written(watched).looks > 0
    assert (written(watched).looks, written(watched).pause) == (0, LONGEST)


def test_while_the_server_is_too_busy_pages_wait_longer(monkeypatch):
    now, used = 0.0, 0.0
    monkeypatch.setattr(polling, "time", SimpleNamespace(monotonic=lambda: now, process_time=lambda: used))
    pace = Pace()

    def after(seconds, busy):
        nonlocal now, used
        for _ in range(seconds):
            now, used = now + 1.01, used + 1.01 * busy
            pace.note("visitor", 0.001)
        return pace.usual

    assert after(20, busy=0.3) == SHORTEST
    assert after(5, busy=0.9) > 2 * SHORTEST
    assert after(60, busy=0.9) == LONGEST
    assert after(20, busy=0.3) == SHORTEST


def test_a_look_before_the_end_of_a_run_waits_for_the_end():
    pace = Pace()
    usual = (0.8 * SHORTEST, 1.2 * SHORTEST)
    assert all(usual[0] <= pace.before_end(left) <= usual[1] for left in (None, 60.0))
    assert pace.before_end(SHORTEST) == pytest.approx(SHORTEST, abs=0.1)
    assert SHORTEST / 3 < pace.before_end(0.0) < SHORTEST


def test_the_file_is_written_again_and_again_and_always_whole(engine, live, tmp_path):
    path = tmp_path / "status.json"
    file = StatusFile(path, engine, Store(engine, lambda session: True), Pace(), every=0.001)
    wait_until(path.exists, "it is there")
    first = read_status(path)
    wait_until(lambda: read_status(path).at > first.at, "it is written again")
    file.stop()
    assert path.read_text().count("\n") == 1


def test_an_unwritable_status_file_is_reported_once_and_stops_nothing(watched, tmp_path, capsys):
    watched.path = tmp_path / "nowhere" / "status.json"
    watched.write()
    watched.write()
    assert capsys.readouterr().err.count("rnnlm: cannot write") == 1
    watched.path.parent.mkdir()
    assert written(watched).connected == 2


def test_nothing_is_written_unless_requested(engine, monkeypatch, tmp_path):
    monkeypatch.delenv("RNNLM_STATUS", raising=False)
    assert status_here(engine, None, Pace()) is None
    monkeypatch.setenv("RNNLM_STATUS", str(tmp_path / "here.json"))
    store = Store(engine, lambda session: True)
    file = status_here(engine, store, Pace())
    wait_until((tmp_path / "here.json").exists, "it is written")
    file.stop()
    store.stop()


def test_the_table_is_read_at_a_glance(tmp_path, capsys):
    assert told(AN_HOUR_AGO, 4.2) == [
        "visitors  12 connected, 3 kept after they left",
        "runs      8 training, 1 waiting, 4 paused, 2 finished",
        "workers   2",
        "memory    180 MB, workers unknown",
        "looks     23.4 a second, a page every 0.4 s",
        "written   4 s ago",
    ]
    path = tmp_path / "status.json"

    def shown(status):
        path.write_text(json.dumps(asdict(status)))
        options = build_parser().parse_args(["status", str(path)])
        return options.command(options), capsys.readouterr().out.splitlines()[-1]

    assert shown(replace(AN_HOUR_AGO, at=time.time()))[0] == 0
    status, last = shown(replace(AN_HOUR_AGO, at=time.time() - 3600))
    assert status == 1
    assert last.endswith(" s ago: the server has stopped or does not answer")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b"[" * 9000, b'{"at": 1}'])
def test_a_file_that_is_not_a_status_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "status.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is not the status of a server"):
        read_status(path)


@pytest.mark.parametrize("wrong", ["many", None, [1], True, -1, float("nan")])
def test_a_figure_that_is_none_is_named(tmp_path, wrong):
    path = tmp_path / "status.json"
    path.write_text(json.dumps(asdict(replace(AN_HOUR_AGO, waiting=wrong))))
    with pytest.raises(ValueError, match="is not the status of a server: waiting is"):
        read_status(path)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(ValueError, match=r"cannot read .*none\.json: No such file"):
        read_status(tmp_path / "none.json")


def test_a_status_of_the_future_is_not_taken_as_well():
    assert not is_old(-5)  # two clocks never agree to the second
    assert is_old(-3600)
    assert "in the future" in told(AN_HOUR_AGO, -3600)[-1]
