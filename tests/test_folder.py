"""A folder that servers share: visitors find their own data on another server, and nobody else's."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from rnnlm.data.own_text import load_text
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.visitors import folder as folders
from rnnlm.serving.visitors.folder import Folder, folder_here
from rnnlm.serving.visitors.store import Store
from rnnlm.storage.checkpoint import load_run
from tests.reference import points, state
from tests.waiting import wait_until

TOKEN, LINK = "a token of a tab", {"epochs": "10000"}
NEVER = 3600.0


@pytest.fixture
def engine():
    """An engine that trains in a thread of this process."""
    engine = Engine(workers=0)
    yield engine
    engine.stop()


@pytest.fixture
def opened(engine, tmp_path):
    """Open the shared folder as another server, with its store; all visitors are connected."""
    stores, written = [], []

    def opened(keep=600.0):
        stores.append(Store(engine, lambda session: True, keep))
        written.append(Folder(tmp_path / "visits", engine, stores[-1], look=NEVER))
        return written[-1], stores[-1]

    yield opened
    for store in stores:
        store.stop()
    for folder in written:
        folder._stopped.set()


def visitor_with(store, job=None, text=None):
    """A visitor in the store, as the page leaves it."""
    mine = store.visitor(TOKEN, "session")
    run = SimpleNamespace(job=job, nbytes=0, close=lambda: None)
    mine.run, mine.text = run, text and SimpleNamespace(corpus=text, small=None)
    mine.place |= {"address": LINK, "link": LINK, "network": object()}
    return mine


def trained(engine, experiment, corpus, updates=30):
    """A paused run after this many updates, with its kept data."""
    job = engine.open(experiment, corpus)
    engine.start(job, updates=updates)
    wait_until(lambda: job.kept and job.kept[0]["position"]["update"] == updates, "it is kept")
    return job


def state_of(engine, job, path):
    path.write_bytes(engine.save(job))
    return state(load_run(path).resume(job.corpus))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_run_goes_on_at_another_server_to_the_last_bit(engine, opened, small, toy, tmp_path, optimizer):
    job = trained(engine, replace(small, optimizer=optimizer, epochs=100), toy)
    (first, store), (second, _) = opened(), opened()
    first.write(visitor_with(store, job))
    found = second.find(TOKEN)
    other = engine.open(found.experiment, toy, at=found.arrived)
    for each in (job, other):
        engine.start(each, updates=30)
        wait_until(lambda each=each: each.view.update == 60 and not each.view.running, "it goes on")
    assert state_of(engine, other, tmp_path / "a") == state_of(engine, job, tmp_path / "b")
    assert points(other.points) == points(job.points)
    assert (found.place, found.running, found.text) == ({"address": LINK, "link": LINK}, False, None)


def test_a_text_and_a_run_on_its_beginning_are_found_again(engine, opened, small):
    text = load_text("the cat sat on the mat . " * 400, title="<b>Cats</b>")
    corpus = replace(text, ids=text.ids[:1000])
    job = trained(engine, replace(small, corpus="text"), corpus)
    (first, store), (second, _) = opened(), opened()
    first.write(visitor_with(store, job, text))
    found = second.find(TOKEN)
    assert (found.text.checksum, found.corpus.checksum) == (text.checksum, corpus.checksum)
    assert (found.text.title, found.text.remark) == (text.title, text.remark)


def test_file_names_reveal_nothing_and_others_cannot_read_the_files(engine, opened, small, toy):
    folder, store = opened()
    folder.write(visitor_with(store, trained(engine, small, toy)))
    names = sorted(os.listdir(folder.path))
    assert len(names) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}\.(place|run)", name) for name in names)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert not any(TOKEN.encode() in (folder.path / name).read_bytes() for name in names)
    for token in ("another token", "", "../" + names[0], names[0][:32], "\ud800"):
        assert folder.find(token) is None


def test_a_run_in_training_is_written_every_few_seconds_and_a_paused_one_at_once(engine, opened, small, toy):
    folder, store = opened()
    job = trained(engine, replace(small, epochs=10_000), toy)
    mine = visitor_with(store, job)
    folder.write(mine)
    engine.start(job)
    wait_until(lambda: job.view.update > 100, "it trains")
    job.kept = (job.kept[0] | {"position": job.kept[0]["position"] | {"update": 31}}, *job.kept[1:])
    folder.write(mine)  # the last write was recent
    found = folder.find(TOKEN)
    assert found.running
    assert found.arrived.kept[0]["position"]["update"] == 30
    engine.pause(job)
    wait_until(lambda: job.kept[0]["position"]["update"] == job.view.update, "it is kept")
    folder.write(mine)
    found = folder.find(TOKEN)
    assert not found.running
    assert found.arrived.kept[0]["position"]["update"] == job.view.update > 100


def test_a_stopping_server_lets_runs_finish_an_update_and_writes_them(engine, opened, small, toy):
    (folder, store), (other, _) = opened(), opened()
    job = engine.open(replace(small, epochs=10_000), toy)
    visitor_with(store, job)
    engine.start(job)
    wait_until(lambda: job.view.update > 100, "it trains")
    folder.end()
    found = other.find(TOKEN)
    assert found.running
    assert found.arrived.kept[0]["position"]["update"] == job.view.update
    assert not job.running


def test_what_another_server_has_written_since_is_left_alone(engine, opened, small, toy):
    (first, store), (second, other_store) = opened(), opened()
    first.write(visitor_with(store, trained(engine, small, toy, 30)))
    assert not first.is_elsewhere(TOKEN)
    second.write(visitor_with(other_store, trained(engine, small, toy, 40)))
    assert first.is_elsewhere(TOKEN)
    first.end()
    assert first.find(TOKEN).arrived.kept[0]["position"]["update"] == 40


def test_a_visitor_without_a_run_or_text_is_not_written(opened):
    folder, store = opened()
    mine = store.visitor(TOKEN, "session")
    mine.run = SimpleNamespace(job=None, nbytes=0)
    folder.write(mine)
    assert os.listdir(folder.path) == []


def test_files_are_deleted_after_their_time_and_the_oldest_if_they_are_too_large_together(opened, monkeypatch):
    folder, _ = opened(keep=100.0)
    ages = {"a" * 32 + ".run": 200, "a" * 32 + ".place": 50, "b" * 32 + ".place": 150, "c" * 32 + ".text": 10}
    ages |= {"rnnlm-0123456789ab.part": 150, "of somebody else": 1e6}
    for name, age in ages.items():
        (folder.path / name).write_bytes(b"x" * 10)
        os.utime(folder.path / name, (time.time() - age,) * 2)
    folder.tidy()
    assert set(os.listdir(folder.path)) == {name for name in ages if name[0] in "aco"}
    monkeypatch.setattr(folders, "MOST", 25)
    folder.tidy()
    assert set(os.listdir(folder.path)) == {name for name in ages if name[0] in "co"}


def test_files_of_a_clock_that_was_set_back_go_in_time_too(opened):
    folder, _ = opened(keep=100.0)
    path = folder.path / ("a" * 32 + ".place")
    path.write_bytes(b"{}")
    os.utime(path, (time.time() + 1e6,) * 2)
    folder.tidy()
    assert path.stat().st_mtime < time.time() + 1


def test_a_damaged_file_is_as_none(engine, opened, small, toy):
    folder, store = opened()
    folder.write(visitor_with(store, trained(engine, small, toy)))
    (run,) = folder.path.glob("*.run")
    (place,) = folder.path.glob("*.place")
    content = run.read_bytes()
    for end in range(0, len(content), len(content) // 50):
        run.write_bytes(content[:end])
        assert folder.find(TOKEN).arrived is None
    for content in (b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"by": 1}'):
        place.write_bytes(content)
        assert folder.find(TOKEN) is None


def test_a_folder_that_is_none_or_open_to_others_is_refused_in_a_sentence(engine, opened, tmp_path, monkeypatch):
    _, store = opened()
    (tmp_path / "file").write_text("")
    (tmp_path / "open").mkdir(mode=0o755)
    os.chmod(tmp_path / "open", 0o755)
    for name, sentence in (("file", "must be a folder"), ("open", "that only this user can open")):
        monkeypatch.setenv("RNNLM_STORE", str(tmp_path / name))
        with pytest.raises(ValueError, match=f"RNNLM_STORE .*{sentence}"):
            folder_here(engine, store)
    monkeypatch.delenv("RNNLM_STORE")
    assert folder_here(engine, store) is None


WRITES = """
import sys, numpy as np
from pathlib import Path
from types import SimpleNamespace
from rnnlm.data.grammar import toy_corpus
from rnnlm.experiment import Experiment
from rnnlm.serving.visitors.visitor_files import write_run
from rnnlm.storage.handover import hand_over
from rnnlm.training.trainer import Trainer
trainer = Trainer(Experiment(corpus="grammar"), toy_corpus(1000))
print("begun", flush=True)
while True:
    trainer.run_update()
    write_run(Path(sys.argv[1]), SimpleNamespace(kept=(*hand_over(trainer), 0.0), corpus=trainer.corpus))
"""


def test_a_server_killed_in_the_middle_of_writing_leaves_the_file_of_before_whole(opened, toy):
    folder, _ = opened(keep=100.0)
    path = folder.path / ("a" * 32 + ".run")
    for pause in (0.0, 0.003, 0.011, 0.017):
        writer = subprocess.Popen([sys.executable, "-c", WRITES, str(path)], stdout=subprocess.PIPE)
        writer.stdout.readline()
        wait_until(path.exists, "it is written")
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        found = folders.read_visit(lambda suffix: with_place(path, suffix))
        assert found.arrived.kept[0]["position"]["update"] >= 1


def with_place(path, suffix):
    """Add a position to a run, which this test does not check."""
    place = path.with_suffix(".place")
    nowhere = '{"address": null, "link": null}'
    place.write_text(f'{{"by": "", "place": {nowhere}, "small": null, "running": false}}')
    return path.with_suffix(suffix)


FULL = """
import resource, signal, sys
from pathlib import Path
from rnnlm.data.grammar import toy_corpus
from rnnlm.experiment import Experiment
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.visitors.folder import Folder
from rnnlm.serving.visitors.store import Store
from types import SimpleNamespace
engine = Engine(workers=0)
store = Store(engine, lambda session: True, 600.0)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
folder = Folder(Path(sys.argv[1]), engine, store, look=0.02, every=0.0)
job = engine.open(Experiment(corpus="grammar", epochs=10_000), toy_corpus(1000))
mine = store.visitor("a token", "session")
mine.run = SimpleNamespace(job=job, nbytes=0, close=lambda: None)
engine.start(job, updates=200)
print(engine._await(lambda: job.view.update == 200 and not job.running and job.kept, 20), flush=True)
folder._stopped.wait(0.5)
with folder._lock:  # between two attempts to write
    print(sorted(path.suffix for path in Path(sys.argv[1]).iterdir()), flush=True)
engine.start(job, updates=200)
print(engine._await(lambda: job.view.update == 400, 20), flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="a limit of the system that only such ones have")
def test_a_full_disk_is_reported_once_leaves_no_partial_file_and_training_continues(tmp_path):
    (tmp_path / "visits").mkdir(mode=0o700)
    command = [sys.executable, "-c", FULL, str(tmp_path / "visits")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ["True", "['.place']", "True"]
    assert len(done.stderr.splitlines()) == 1
    assert re.fullmatch(r"rnnlm: cannot write \S+\.run: File too large\n", done.stderr)
    assert done.returncode == 0
