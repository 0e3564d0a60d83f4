"""The engine: many runs at once, each exactly as if it were alone, and none for somebody who has left."""

import time
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

import rnnlm.serving.engine
from rnnlm.experiment import Experiment
from rnnlm.serving.engine import BusyError, Engine, Job, TrainingFailedError
from rnnlm.training.trainer import DivergedError, Trainer
from tests.reference import points, state
from tests.waiting import wait_until


@pytest.fixture
def engine():
    return Engine(workers=2)


@pytest.fixture
def long(small):
    """A run that no test waits to see the end of."""
    return replace(small, epochs=10_000)


@pytest.fixture
def job(engine, toy):
    """Makes jobs of an experiment on `toy`; after the test they are paused."""
    jobs = []

    def make(experiment):
        jobs.append(Job(Trainer(experiment, toy)))
        return jobs[-1]

    yield make
    for made in jobs:
        engine.pause(made)


def alone(experiment, corpus, updates=None):
    """The state of the same run by a Trainer of its own, to its end or after so many updates."""
    trainer = Trainer(experiment, corpus)
    while not trainer.finished and (updates is None or trainer.position.update < updates):
        trainer.run_update()
    return state(trainer)


def rest(engine, job):
    """Look until the job no longer runs; the last view."""
    wait_until(lambda: not engine.look(job).running, "the job has stopped")
    wait_until(lambda: engine.active() == 0, "nobody trains any more")
    return engine.look(job)


def reach(engine, job, updates):
    """Look until so many updates are done."""
    return wait_until(lambda: (view := engine.look(job)).update >= updates and view, f"{updates} updates are done")


def test_a_run_in_the_engine_is_bit_for_bit_the_run_of_a_trainer_alone(engine, job, small, toy):
    one = job(small)
    engine.start(one)
    view = rest(engine, one)
    assert state(one.trainer) == alone(small, toy)
    assert view.finished
    assert (view.epoch, view.update) == (4, 4 * 19)
    assert points(view.curve) == points(one.trainer.curve)
    for shown, trained in zip(view.reader.params, one.trainer.model.params, strict=True):
        np.testing.assert_array_equal(shown, trained)


def test_runs_side_by_side_do_not_touch_each_other(engine, job, small, toy):
    experiments = [replace(small, seed=seed, epochs=30) for seed in range(5)]
    jobs = [job(experiment) for experiment in experiments]
    for one in jobs:
        engine.start(one)
    for one, experiment in zip(jobs, experiments, strict=True):
        wait_until(lambda one=one: engine.look(one).finished, "the run is over")
        assert state(one.trainer) == alone(experiment, toy)


def test_every_run_has_its_turn(job, long):
    engine = Engine(workers=1)
    jobs = [job(replace(long, seed=seed)) for seed in range(4)]
    for one in jobs:
        engine.start(one)
    assert engine.active() == 4

    def updates():
        return [engine.look(one).update for one in jobs]

    wait_until(lambda: min(updates()) >= 2000, "the slowest of all runs has come far")
    done = updates()
    for one in jobs:
        engine.pause(one)
    assert max(done) < 4 * min(done)


def test_a_view_never_changes(engine, job, long):
    one = job(long)
    engine.start(one)
    view = reach(engine, one, 1)
    kept = [param.copy() for param in view.reader.params]
    seen = view.update, view.epoch, points(view.curve)
    readers = [view.reader]

    def newer_copies():
        reader = engine.look(one).reader
        if reader is not readers[-1]:
            readers.append(reader)
        return len(readers) > 2

    wait_until(newer_copies, "two newer copies of the network are there")
    engine.pause(one)
    assert (view.update, view.epoch, points(view.curve)) == seen
    for param, before in zip(view.reader.params, kept, strict=True):
        np.testing.assert_array_equal(param, before)
    assert any((new != old).any() for new, old in zip(engine.look(one).reader.params, kept, strict=True))
    with pytest.raises(FrozenInstanceError):
        view.update = 0


def test_pausing_and_going_on_changes_nothing(engine, job, small, toy):
    experiment = replace(small, epochs=60)
    one = job(experiment)
    for updates in (1, 200, 500, 900):
        engine.start(one)
        reach(engine, one, updates)
        engine.pause(one)
        assert not engine.look(one).running
    engine.start(one)
    rest(engine, one)
    assert state(one.trainer) == alone(experiment, toy)


def test_a_paused_run_stands_still_and_shows_where(engine, job, long):
    one = job(long)
    engine.start(one)
    reach(engine, one, 50)
    engine.pause(one)
    view = rest(engine, one)
    assert view.update == one.trainer.position.update
    assert view is engine.look(one)
    for shown, trained in zip(view.reader.params, one.trainer.model.params, strict=True):
        np.testing.assert_array_equal(shown, trained)


def test_a_run_goes_so_many_updates_or_to_the_end_of_its_epoch_and_no_further(engine, job, small, toy):
    one = job(small)
    for order, updates in (({"updates": 1}, 1), ({"updates": 6}, 7), ({"to_epoch_end": True}, 19)):
        engine.start(one, **order)
        assert rest(engine, one).update == updates
        assert state(one.trainer) == alone(small, toy, updates)
    engine.start(one, to_epoch_end=True)
    assert rest(engine, one).epoch == 2


def test_the_pace_leaves_the_curve_as_it_is(engine, job, small, toy):
    one = job(small)
    one.seconds_per_epoch = 0.2
    begun = time.monotonic()
    engine.start(one)
    rest(engine, one)
    assert time.monotonic() - begun > 0.2 * (small.epochs - 1)
    assert state(one.trainer) == alone(small, toy)


def test_a_run_nobody_looks_at_pauses_and_wakes_at_the_next_look(engine, job, long, monkeypatch):
    monkeypatch.setattr(rnnlm.serving.engine, "LEASE", 0.1)
    one = job(long)
    engine.start(one)
    wait_until(lambda: engine.active() == 0, "the lease has run out")
    left = one.trainer.position.update
    assert left > 0
    assert one.view.running
    assert not one.view.finished
    reach(engine, one, left + 1)


def test_a_run_that_blows_up_tells_so_in_its_view(engine, job, toy):
    experiment = Experiment(corpus="grammar", words=400, hidden_size=200, lr=100.0)
    one = job(experiment)
    engine.start(one)
    view = rest(engine, one)
    alone_too = Trainer(experiment, toy)
    with pytest.raises(DivergedError) as error:
        alone_too.run()
    assert view.finished
    assert view.divergence == str(error.value)
    assert view.diverged == alone_too.position.diverged
    assert state(one.trainer) == state(alone_too)


def test_too_many_runs_at_once_are_refused_and_the_others_go_on(engine, job, long, monkeypatch):
    monkeypatch.setattr(rnnlm.serving.engine, "MAX_JOBS", 2)
    first, second, third = (job(long) for _ in range(3))
    engine.start(first)
    engine.start(second)
    with pytest.raises(BusyError, match="2 runs"):
        engine.start(third)
    assert not engine.look(third).running
    engine.start(first)
    engine.pause(second)
    wait_until(lambda: engine.look(first) and engine.active() == 1, "there is room again")
    engine.start(third)
    reach(engine, third, 1)


def test_a_run_that_fails_says_why_and_the_others_go_on(job, small, toy):
    engine = Engine(workers=1)
    broken, sound = job(small), job(small)
    for param in broken.trainer.model.params:
        param.flags.writeable = False
    engine.start(broken)
    engine.start(sound)
    assert rest(engine, sound).finished
    with pytest.raises(TrainingFailedError, match="read-only"):
        engine.look(broken)
    assert state(sound.trainer) == alone(small, toy)


def test_a_finished_run_goes_on_when_it_is_given_more_epochs(engine, job, small, toy):
    one = job(small)
    engine.start(one)
    rest(engine, one)
    engine.extend(one, 6)
    assert not engine.look(one).finished
    engine.start(one)
    assert rest(engine, one).epoch == 6
    assert state(one.trainer) == alone(replace(small, epochs=6), toy)


def test_a_run_is_saved_while_it_trains(engine, job, long, toy, tmp_path):
    one = job(long)
    engine.start(one)
    reach(engine, one, 100)
    (tmp_path / "run.npz").write_bytes(engine.save(one))
    assert engine.look(one).running
    saved = rnnlm.load_run(tmp_path / "run.npz").resume(toy)
    assert state(saved) == alone(long, toy, saved.position.update)
