"""The engine: many runs at once, each exactly as if it were alone, and none for visitors who left."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import psutil
import pytest

import rnnlm.serving.engine.engine
from rnnlm.experiment import Experiment
from rnnlm.serving.engine.engine import Engine, TrainingFailedError
from rnnlm.serving.engine.limits import LimitError, Limits
from rnnlm.serving.engine.worker_links import workers_here
from rnnlm.storage.checkpoint import load_run
from rnnlm.training.trainer import DivergedError, Trainer
from tests.reference import points, state
from tests.waiting import wait_until

SELF = Path("/proc/self")
LINES = 200_000  # lines of a text that takes a second to read


@pytest.fixture(params=[2, 0], ids=["processes", "thread"])
def engine(request):
    """An engine of two processes, and one that trains in a thread of this process."""
    engine = Engine(workers=request.param)
    yield engine
    engine.stop()


@pytest.fixture
def processes():
    """An engine of two processes."""
    engine = Engine(workers=2)
    yield engine
    engine.stop()


@pytest.fixture
def long(small):
    """A run too long to wait for its end."""
    return replace(small, epochs=10_000)


@pytest.fixture
def left(tmp_path):
    """The state of a run in its file."""

    def state_of(engine, job):
        (tmp_path / "run.npz").write_bytes(engine.save(job))
        return state(load_run(tmp_path / "run.npz").resume(job.corpus))

    return state_of


def alone(experiment, corpus, updates=None):
    """The state of the same run by a separate Trainer, at its end or after this many updates."""
    trainer = Trainer(experiment, corpus)
    while not trainer.finished and (updates is None or trainer.position.update < updates):
        trainer.run_update()
    return state(trainer)


def rest(engine, job):
    """Look until the run no longer trains and its network has arrived; return the last view."""
    return wait_until(
        lambda: not (view := engine.look(job)).running and view.read_at == view.update and view, "the run has stopped"
    )


def reach(engine, job, updates):
    """Look until this many updates are done."""
    return wait_until(lambda: (view := engine.look(job)).update >= updates and view, f"{updates} updates are done")


def test_a_run_in_the_engine_is_bit_for_bit_the_run_of_a_trainer_alone(engine, small, toy, left):
    job, trainer = engine.open(small, toy), Trainer(small, toy)
    engine.start(job)
    view = rest(engine, job)
    trainer.run()
    assert left(engine, job) == state(trainer)
    assert view.finished
    assert (view.epoch, view.update) == (4, 4 * 19)
    assert points(view.curve) == points(trainer.curve)
    for shown, trained in zip(view.reader.params, trainer.model.params, strict=True):
        np.testing.assert_array_equal(shown, trained)


@pytest.mark.parametrize("epochs", [60, pytest.param(300, marks=pytest.mark.full)])
def test_runs_side_by_side_do_not_touch_each_other(engine, small, toy, left, epochs):
    experiments = [replace(small, seed=seed, epochs=epochs) for seed in range(5)]
    jobs = [engine.open(experiment, toy, f"visitor {i}") for i, experiment in enumerate(experiments)]
    for job in jobs:
        engine.start(job)
    for job, experiment in zip(jobs, experiments, strict=True):
        rest(engine, job)
        assert left(engine, job) == alone(experiment, toy)


@pytest.mark.full
@pytest.mark.parametrize("visitors", [3, 4])
def test_every_visitor_has_the_same_time_however_many_runs_they_have(engine, long, toy, visitors):
    jobs = [engine.open(replace(long, seed=i), toy, f"visitor {i}") for i in range(visitors)]
    jobs += [engine.open(replace(long, seed=9 + i), toy, "visitor 0") for i in range(3)]
    for job in jobs:
        engine.start(job)

    def trained():
        seconds = dict.fromkeys(range(visitors), 0.0)
        for job in jobs:
            seconds[int(job.visitor.split()[1])] += engine.look(job).trained
        return list(seconds.values())

    wait_until(lambda: min(trained()) >= 1.5, "every visitor has trained for a while")
    assert max(trained()) < 2.5 * min(trained())


@pytest.mark.full
def test_a_long_update_costs_its_visitor_and_nobody_else(long, toy):
    engine = Engine(workers=0)
    heavy = replace(long, wordvec_size=500, hidden_size=500, batch_size=20, time_size=18)
    jobs = [engine.open(experiment, toy, f"visitor {i}") for i, experiment in enumerate((heavy, long, long))]
    for job in jobs:
        engine.start(job)
    wait_until(lambda: min(engine.look(job).trained for job in jobs[1:]) >= 1.0, "the light runs have trained")
    seconds = [engine.look(job).trained for job in jobs]
    engine.stop()
    assert seconds[0] < 1.7 * min(seconds)


def test_a_view_never_changes(engine, long, toy):
    job = engine.open(long, toy)
    engine.start(job)
    view = reach(engine, job, 1)
    kept = [param.copy() for param in view.reader.params]
    seen = view.update, view.epoch, points(view.curve)
    readers = [view.reader]

    def newer_copies():
        reader = engine.look(job).reader
        if reader is not readers[-1]:
            readers.append(reader)
        return len(readers) > 2

    wait_until(newer_copies, "two newer copies of the network are there")
    engine.pause(job)
    assert (view.update, view.epoch, points(view.curve)) == seen
    for param, before in zip(view.reader.params, kept, strict=True):
        np.testing.assert_array_equal(param, before)
        assert not param.flags.writeable
    assert any((new != old).any() for new, old in zip(engine.look(job).reader.params, kept, strict=True))
    with pytest.raises(FrozenInstanceError):
        view.update = 0


def test_a_network_is_sent_only_when_somebody_looks(engine, long, toy):
    job = engine.open(long, toy)
    engine.start(job)
    before = job.view.reader
    wait_until(lambda: engine.look(job, network=False).update > 500, "the run has come far")
    assert job.view.reader is before
    assert rest_after(engine.pause, engine, job).reader is not before


def rest_after(do, engine, job):
    """Do something to a run and wait until it stops."""
    do(job)
    return rest(engine, job)


def test_pausing_and_going_on_changes_nothing(engine, small, toy, left):
    experiment = replace(small, epochs=60)
    job = engine.open(experiment, toy)
    for updates in (1, 200, 500, 900):
        engine.start(job)
        reach(engine, job, updates)
        engine.pause(job)
        assert not engine.look(job).running
    engine.start(job)
    rest(engine, job)
    assert left(engine, job) == alone(experiment, toy)


def test_a_paused_run_does_not_move_and_shows_its_position(engine, long, toy, left):
    job = engine.open(long, toy)
    engine.start(job)
    reach(engine, job, 50)
    view = rest_after(engine.pause, engine, job)
    assert left(engine, job) == alone(long, toy, view.update)
    trainer = Trainer(long, toy)
    while trainer.position.update < view.update:
        trainer.run_update()
    for shown, trained in zip(view.reader.params, trainer.model.params, strict=True):
        np.testing.assert_array_equal(shown, trained)


def test_a_run_stops_after_the_requested_updates_or_at_the_end_of_its_epoch(engine, small, toy, left):
    job = engine.open(small, toy)
    for order, updates in (({"updates": 1}, 1), ({"updates": 6}, 7), ({"to_epoch_end": True}, 19)):
        engine.start(job, **order)
        assert rest(engine, job).update == updates
        assert left(engine, job) == alone(small, toy, updates)
    engine.start(job, to_epoch_end=True)
    assert rest(engine, job).epoch == 2


def test_the_pace_leaves_the_curve_as_it_is(engine, small, toy, left):
    job = engine.open(small, toy)
    engine.set_pace(job, 0.2)
    begun = time.monotonic()
    engine.start(job)
    rest(engine, job)
    assert time.monotonic() - begun > 0.2 * (small.epochs - 1)
    assert left(engine, job) == alone(small, toy)


def test_a_run_sleeps_after_its_visitor_leaves_and_wakes_at_the_next_look(engine, long, toy, monkeypatch):
    monkeypatch.setattr(rnnlm.serving.engine.engine, "LEFT", 0.1)
    job = engine.open(long, toy, "somebody")
    engine.start(job)
    engine.left("somebody")
    wait_until(lambda: engine.active() == 0, "the run sleeps")
    asleep = wait_until(lambda: not job.view.running and job.view, "its worker has obeyed")
    assert asleep.update > 0
    assert not asleep.finished
    assert job.slept
    reach(engine, job, asleep.update + 1)
    assert job.slept  # kept until it is started again, so that a page can report it
    engine.start(job)
    assert not job.slept


def test_a_run_asked_for_single_updates_does_not_wake_to_run_to_its_end(engine, long, toy, monkeypatch):
    monkeypatch.setattr(rnnlm.serving.engine.engine, "LEFT", 0.1)
    job = engine.open(long, toy, "somebody")
    engine.start(job, updates=10**6)
    engine.left("somebody")
    wait_until(lambda: engine.active() == 0 and not job.view.running, "the run rests")
    at = engine.look(job).update
    assert engine.active() == 0
    assert 0 < at < 10**6
    assert not engine.look(job).running


def test_a_run_that_blows_up_tells_so_in_its_view(engine, toy, left):
    experiment = Experiment(corpus="grammar", words=400, hidden_size=200, lr=100.0)
    job = engine.open(experiment, toy)
    engine.start(job)
    view = rest(engine, job)
    alone_too = Trainer(experiment, toy)
    with pytest.raises(DivergedError) as error:
        alone_too.run()
    assert view.finished
    assert view.divergence == str(error.value)
    assert view.diverged == alone_too.position.diverged
    assert left(engine, job) == state(alone_too)


@pytest.mark.full
def test_a_run_that_is_moved_from_worker_to_worker_is_the_same_run(processes, toy, left):
    blows_up = Experiment(corpus="grammar", words=400, hidden_size=200, lr=100.0, seed=1)
    adam = Experiment(corpus="grammar", words=400, epochs=60, optimizer="adam", lr=0.002, dropout_out=0.3)
    for experiment in (blows_up, adam, replace(adam, optimizer="sgd", lr=0.1)):
        job, moves = processes.open(experiment, toy), 0
        processes.set_pace(job, 0.5 if experiment is blows_up else 0.05)
        processes.start(job)
        while processes.look(job).running:
            moves += job.link is not None
            processes.move(job, processes.links[moves % 2])
            time.sleep(0.02)
        assert moves > 3
        trainer = Trainer(experiment, toy)
        with suppress(DivergedError):
            trainer.run()
        assert left(processes, job) == state(trainer)
        assert points(processes.look(job).curve) == points(trainer.curve)


@pytest.mark.full
def test_three_runs_on_two_workers_all_progress(processes, long, toy):
    jobs = [
        processes.open(replace(long, epochs=10_000, hidden_size=100, seed=seed), toy, f"v{seed}") for seed in range(3)
    ]
    links = {job: set() for job in jobs}
    for job in jobs:
        processes.start(job)

    def all_moved():
        for job in jobs:
            processes.look(job)
            links[job].add(job.link)
        return all(len(seen - {None}) == 2 for seen in links.values())

    wait_until(all_moved, "each of three runs has been trained by both workers")


def test_runs_beyond_those_that_may_train_at_once_wait_in_a_queue_and_see_their_place(long, toy):
    engine = Engine(workers=0, limits=Limits(runs_at_once=2))
    jobs = [engine.open(long, toy, f"visitor {i}") for i in range(4)]
    for job in jobs:
        engine.start(job)
    assert [engine.look(job).ahead for job in jobs] == [0, 0, 1, 2]
    assert all(engine.look(job).running for job in jobs)
    assert engine.active() == 2
    engine.pause(jobs[0])
    reach(engine, jobs[2], 1)
    assert [engine.look(job).ahead for job in jobs] == [0, 0, 0, 1]
    engine.pause(jobs[3])
    assert not engine.look(jobs[3]).running
    engine.pause(jobs[1])
    assert engine.look(jobs[3]).update == 0
    engine.stop()


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(parameters=500), "parameters"),
        (Limits(kept=10), "numbers: its parameters, and copies of them for Adam, the best network and the average"),
        (Limits(scores=10), "scores in a window"),
        (Limits(states=10), "numbers in the hidden states of a window"),
        (Limits(vectors=10), "numbers in the word vectors of a window"),
        (Limits(words=300), "words"),
    ],
)
def test_a_run_beyond_a_limit_is_refused_in_a_sentence(small, toy, limits, what):
    engine = Engine(workers=0, limits=limits)
    with pytest.raises(
        LimitError,
        match=rf"^This run (has|stores|computes) [\d,]+ {what}(, but the|\. The) limit here is [\d,]+: choose .*\.$",
    ):
        engine.open(small, toy)
    engine.stop()


def test_a_run_that_has_trained_for_as_long_as_it_may_stops_says_so_and_keeps_what_it_has(long, toy):
    engine = Engine(workers=0, limits=Limits(minutes=0.02))
    job = engine.open(long, toy)
    engine.start(job)
    view = wait_until(lambda: not (view := engine.look(job)).running and view.update and view, "its time is over")
    assert "This run has reached the limit of 0.02 minutes of training" in str(view.failure)
    with pytest.raises(LimitError, match="Download the run"):
        engine.start(job)
    assert engine.save(job)
    engine.stop()


def test_options_that_do_not_fit_together_are_reported_before_training(engine, small, toy):
    with pytest.raises(ValueError, match="final_lr must be at most lr"):
        engine.open(replace(small, final_lr=0.9), toy)
    with pytest.raises(ValueError, match="needs at least"):
        engine.open(replace(small, batch_size=100), toy)


def test_a_run_that_fails_says_why_and_the_others_go_on(small, toy, left, monkeypatch):
    update = Trainer.run_update

    def fails(trainer):
        if trainer.experiment.seed == 7:
            raise MemoryError
        update(trainer)

    monkeypatch.setattr(Trainer, "run_update", fails)
    engine = Engine(workers=0)
    broken, sound = engine.open(replace(small, seed=7), toy), engine.open(small, toy)
    engine.start(broken)
    engine.start(sound)
    assert rest(engine, sound).finished
    with pytest.raises(TrainingFailedError, match="memory ran out"):
        engine.look(broken)
    assert left(engine, sound) == alone(small, toy)
    engine.stop()


def test_a_finished_run_goes_on_when_it_is_given_more_epochs(engine, small, toy, left):
    job = engine.open(small, toy)
    engine.start(job)
    rest(engine, job)
    engine.extend(job, 6)
    assert not engine.look(job).finished
    engine.start(job)
    assert rest(engine, job).epoch == 6
    assert left(engine, job) == alone(replace(small, epochs=6), toy)


def test_a_run_is_saved_while_it_trains(engine, long, toy, tmp_path):
    job = engine.open(long, toy)
    engine.start(job)
    reach(engine, job, 100)
    (tmp_path / "run.npz").write_bytes(engine.save(job))
    assert engine.look(job).running
    saved = load_run(tmp_path / "run.npz").resume(toy)
    assert state(saved) == alone(long, toy, saved.position.update)


def workers_of(engine):
    """The processes that train."""
    return [link.process for link in engine.links]


@pytest.mark.full
def test_the_runs_of_a_worker_that_is_killed_go_on_from_what_was_kept(processes, long, toy, left):
    jobs = [processes.open(replace(long, seed=seed), toy, f"visitor {seed}") for seed in range(4)]
    for job in jobs:
        processes.start(job)

    def kept_and_gone_on():
        return all(processes.look(job).update > job.kept[0]["position"]["update"] if job.kept else 0 for job in jobs)

    wait_until(kept_and_gone_on, "every run has been kept once, and has gone on", 60)
    before = [processes.look(job).update for job in jobs]
    victim = workers_of(processes)[0]
    victim.kill()
    wait_until(lambda: victim not in workers_of(processes), "another worker has taken its place")
    repeated = [job for job in jobs if processes.look(job).repeated_from is not None]
    assert repeated
    for job, update in zip(jobs, before, strict=True):
        view = reach(processes, job, update + 100)
        assert view.running
        view = rest_after(processes.pause, processes, job)
        assert left(processes, job) == alone(replace(long, seed=job.experiment.seed), toy, view.update)
        assert [point.epoch for point in view.curve] == list(range(1, int(view.epoch) + 1))
    assert victim.returncode == -signal.SIGKILL


@pytest.mark.full
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_server_ends_however_it_ends_its_workers_end_too(end, tmp_path):
    code = (
        "import time; from rnnlm.serving.engine.engine import Engine; from rnnlm.experiment import Experiment\n"
        "from rnnlm.data.grammar import toy_corpus\n"
        "engine = Engine(workers=2); job = engine.open(Experiment(corpus='grammar', epochs=10000), toy_corpus(1000))\n"
        "engine.start(job); print([link.process.pid for link in engine.links], flush=True); time.sleep(100)"
    )
    with (tmp_path / "errors").open("wb") as errors:
        server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=errors, text=True)
    pids = [int(pid) for pid in server.stdout.readline().strip("[]\n").split(", ")]
    assert all(psutil.pid_exists(pid) for pid in pids)
    server.send_signal(end)
    server.wait()
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids), "the workers have ended")
    assert "rnnlm/serving/worker" not in (tmp_path / "errors").read_text()


@pytest.mark.full
def test_runs_that_are_started_and_abandoned_leave_nothing_behind(processes, small, toy):
    def descriptors():
        return len(os.listdir("/proc/self/fd"))

    def children():
        return {process.pid for process in psutil.Process().children()}

    def opened(count):
        for seed in range(count):
            job = processes.open(replace(small, seed=seed, epochs=10_000), toy, f"visitor {seed}")
            processes.start(job)
            processes.close(job)

    ours = {process.pid for process in workers_of(processes)}
    others = children() - ours
    opened(10)
    before, memory = descriptors(), [psutil.Process(link.process.pid).memory_info().rss for link in processes.links]
    opened(200)
    assert processes.active() == 0
    assert descriptors() == before
    wait_until(lambda: children() - others == ours, "no process is left over")
    for link, held in zip(processes.links, memory, strict=True):
        assert psutil.Process(link.process.pid).memory_info().rss < 1.1 * held + 5_000_000


def test_a_worker_answers_questions_and_says_no_in_a_sentence(engine):
    content = np.frombuffer(b"the cat sat on the mat .", np.uint8)
    about, arrays = engine.ask("read text", {"pasted": True, "title": "your text"}, {"content": content})
    assert list(about["vocabulary"][:3]) == ["the", "cat", "sat"]
    assert arrays["ids"].tolist() == [0, 1, 2, 3, 0, 4, 5, 6]
    with pytest.raises(ValueError, match="has no words in it"):
        engine.ask("read text", {"pasted": True, "title": "your text"}, {"content": content[:0]})


def reading(engine, content, told):
    """The answer for a file's content, and the reported progress."""
    about, arrays = {"pasted": False, "title": "words.txt"}, {"content": np.frombuffer(content, np.uint8)}
    return engine.ask("read text", about, arrays, "", told.append)


def test_a_worker_says_how_much_of_an_answer_is_done_while_it_works(engine):
    told = []
    _, arrays = reading(engine, "가나 다라 마바.\n".encode() * LINES, told)
    assert len(arrays["ids"]) == 5 * LINES
    assert told[0] == 0
    assert len(told) > 2
    assert sorted(set(told)) == told
    assert told[-1] <= 1


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"a" * 32_000_001, "is too long"), (b"abc \xff", "is not text in UTF-8")],
    ids=["long", "not text"],
)
def test_a_worker_refuses_an_unreadable_message(engine, content, why):
    told = []
    with pytest.raises(ValueError, match=why):
        reading(engine, content, told)
    assert told == [0]  # it was started


def test_a_question_does_not_wait_behind_another_visitor_s_large_text(processes):
    first, second = [], []
    with ThreadPoolExecutor() as at_once:
        large = at_once.submit(reading, processes, b"the cat sat. " * 1_000_000, first)
        wait_until(lambda: first, "the large one is being read")
        reading(processes, b"the dog", second)
        assert second[0] == 0
        assert not large.done()
    assert large.exception() is None


def test_workers_are_as_many_as_the_environment_asks_for(monkeypatch):
    for asked, workers in (("0", 0), ("3", 3)):
        monkeypatch.setenv("RNNLM_WORKERS", asked)
        assert workers_here() == workers
    monkeypatch.setenv("RNNLM_WORKERS", "many")
    with pytest.raises(ValueError, match="RNNLM_WORKERS must be a whole number from 0 to 256, got 'many'"):
        workers_here()


@pytest.mark.skipif(not SELF.exists(), reason="There is no /proc here.")
def test_if_memory_runs_out_a_worker_ends_and_not_the_page(processes):
    def risk(place):
        return int((place / "oom_score_adj").read_text())

    for link in processes.links:
        worker = SELF.parent / str(link.process.pid)
        wait_until(lambda worker=worker: risk(worker) > risk(SELF), "the worker has put itself first")
