"""Compare: the runs it keeps, their names, and its background work."""

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment
from rnnlm.inference.luck import same_beside
from rnnlm.inference.reader import Reader
from rnnlm.serving.engine.balancing import share_memory
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.visitors.background import Later
from rnnlm.serving.worker.protocol import state_arrays
from rnnlm.serving.worker.questions import QUESTIONS
from rnnlm.storage.checkpoint import load_run
from rnnlm.training.curve import Curve
from rnnlm.training.state import Progress
from rnnlm.training.trainer import Trainer
from rnnlm.ui.compare import held_out
from rnnlm.ui.compare.fan import Fan, Member, members_of
from rnnlm.ui.compare.fan_panel import value_axes
from rnnlm.ui.compare.run_names import names_of
from rnnlm.ui.compare.runs import epoch_axis, held_final
from rnnlm.ui.state.shelf import MOST, MOST_POINTS, RECORDED, Kept, Shelf
from rnnlm.ui.style import ASSETS
from tests.waiting import wait_until

BOOK = Experiment()


@pytest.fixture
def kept(toy):
    """A function that makes the kept data of a run, by its id, with a network of 4,000 bytes."""

    def make(id):
        reader = Reader([np.zeros((100, 2), np.float32)] * 5 + [np.zeros(0, np.float32)])
        return Kept(id, BOOK, toy, (Progress(1, 300.0, 5.7, 1.0, 0.1),), 0.1, None, reader, (19, 1.0), ())

    return make


def test_the_last_eight_runs_stay_and_pinned_ones_longer(kept):
    shelf = Shelf(1e9)
    shelf.of(1).pinned = True
    for id in range(1, MOST + 4):
        shelf.put(kept(id))
    assert [one.id for one in shelf.runs] == [1, *range(5, MOST + 4)]
    shelf.put(kept(5))  # it was on screen again, so it is the newest and stored once
    assert [one.id for one in shelf.runs] == [1, *range(6, MOST + 4), 5]
    shelf.remove(6)
    assert 6 not in [one.id for one in shelf.runs]
    assert not shelf.without_recorded
    shelf.remove(RECORDED)
    assert shelf.without_recorded


def test_the_oldest_networks_go_first_and_curves_stay(kept):
    shelf = Shelf(9000)
    for id in (1, 2, 3):
        shelf.put(kept(id))
    assert [one.reader is not None for one in shelf.runs] == [False, True, True]
    assert sum(one.network_bytes for one in shelf.runs) <= 9000 < 9000 + 4000 < shelf.nbytes + 5000
    assert all(one.curve for one in shelf.runs)


def test_a_run_is_called_by_what_differs_from_the_first():
    runs = [BOOK, replace(BOOK, hidden_size=20), replace(BOOK, lr=0.5, max_grad=1.0), BOOK, BOOK]
    assert names_of(runs)[:3] == ["the book’s settings", "H 100 → 20", "lr 0.1 → 0.5, max_grad none → 1"]
    assert names_of(runs)[3:] == ["the same settings", "the same settings (2)"]
    assert names_of([replace(BOOK, time_size=20, seed=3)]) == ["T 20, seed 3"]


def test_a_word_is_marked_if_a_neighbouring_text_has_it_at_the_same_place():
    texts = [["a", "b", "c"], ["a", "x", "c", "d"], ["b", "x"]]
    assert same_beside(texts) == [[True, False, True], [True, True, True, False], [False, True]]
    assert same_beside([["a"]]) == [[False]]
    assert same_beside([["a"], ["b"], ["a"]]) == [[False], [False], [False]]


def test_the_held_out_perplexity_is_that_of_the_words_the_network_knows():
    run = load_run(ASSETS / "book_run.npz").resume()
    reader, vocabulary = Reader(run.model.params), run.corpus.vocabulary
    valid = load_ptb("valid", words=120)
    known = np.array([valid.vocabulary.word(i) in vocabulary for i in valid.ids])
    ids = valid.read_with(vocabulary)[0].ids
    eos = vocabulary.id("<eos>")
    arrays = state_arrays(reader.params, None) | {"ids": ids, "known": known}
    answer, _ = QUESTIONS["measure"]({"before": eos}, arrays)
    losses, h, word = [], None, eos
    for next_word, is_known in zip(ids, known, strict=True):
        scores, h = reader.step(word, h)
        p = np.exp(np.float64(scores) - scores.max())
        losses += [-np.log(p[next_word] / p.sum())] * bool(is_known)
        word = next_word
    assert 0 < len(losses) < 120
    assert answer["perplexity"] == pytest.approx(np.exp(np.mean(losses)), rel=1e-4)


def test_a_piece_of_work_is_done_once_and_in_turn_for_each():
    later, done, may = Later(3), [], threading.Event()

    def work(name):
        may.wait(30)
        done.append(name)
        return name.upper()

    for name in ("a", "a", "b"):
        later.ask(name, lambda name=name: work(name), "me")
    later.ask("a", lambda: work("a again"), "somebody else")
    assert (later.get("a"), later.waiting("me"), later.waiting("somebody else")) == (None, 2, 0)
    may.set()
    wait_until(lambda: not later.waiting("me"), "all is done")
    assert (done, later.get("a"), later.get("b")) == (["a", "b"], "A", "B")
    for name in ("c", "d"):
        later.ask(name, lambda name=name: work(name), "me")
    wait_until(lambda: not later.waiting("me"), "more is done")
    assert [later.get(name) for name in "abcd"] == [None, "B", "C", "D"]


def test_what_fails_is_not_tried_again_and_what_waits_can_be_left_undone():
    later, may, tried = Later(9), threading.Event(), []

    def fail():
        may.wait(30)
        tried.append(1)
        raise ValueError("no")

    later.ask("wrong", fail, "me")
    later.ask("other", lambda: tried.append(2), "me")
    later.forget("me")
    may.set()
    wait_until(lambda: not later.waiting("me"), "all is done")
    later.ask("wrong", fail, "me")
    assert isinstance(later.get("wrong"), ValueError)
    assert (tried, later.get("other"), later.waiting("me")) == ([1], None, 0)


def test_the_runs_of_a_fan_are_the_runs_alone_and_are_closed_when_they_are_done(toy, small):
    engine = Engine(workers=2)
    try:
        fan = Fan("lr", members_of(small, "lr", ["0.1", "0.5", "1", "0.5"], lambda _: toy))
        mine = engine.open(small, toy, "me")
        most = mine.most_bytes

        def step():
            fan.step(engine, "me")
            assert sum(member.job is not None for member in fan.members) <= 2
            return not fan.running

        wait_until(step, "all runs are done")
        assert mine.most_bytes == most  # the run on screen still keeps as many snapshots
        assert [member.value for member in fan.members] == [0.1, 0.5, 1.0]
        finals = []
        for member in fan.members:
            trainer = Trainer(member.experiment, toy)
            trainer.run()
            finals.append(trainer.history[-1].perplexity)
            assert member.final == finals[-1]
            alone = [(point.epoch, point.perplexity) for point in trainer.history]
            assert [(point.epoch, point.perplexity) for point in member.curve] == alone
            assert [epoch for epoch, _ in alone] == [1, 2, 3, 4]
        spread = fan.spread()
        assert (spread.count, spread.lowest, spread.median, spread.highest) == (3, *sorted(finals))
        assert list(engine._jobs.values()) == [mine]
        assert fan.share == 1.0
    finally:
        engine.stop()


def test_a_fan_that_is_stopped_keeps_what_is_done_and_leaves_the_workers(toy, small):
    engine = Engine(workers=0)
    try:
        fan = Fan("seed", members_of(replace(small, epochs=10_000), "seed", ["0", "1", "2"], lambda _: toy))
        fan.members[0].experiment = small
        wait_until(lambda: (fan.step(engine, "me"), fan.members[0].done)[1], "the first is done")
        fan.stop(engine)
        assert not fan.running
        assert not engine._jobs
        assert [member.final is None for member in fan.members] == [False, True, True]
        fan.step(engine, "me")
        assert not engine._jobs
    finally:
        engine.stop()


def test_a_fan_has_at_most_ten_values_each_within_its_limits(small, toy):
    for values, told in (([], "1 to 10"), ([str(i) for i in range(11)], "11"), (["0.1", "1000"], "lr must be between")):
        with pytest.raises(ValueError, match=told):
            members_of(small, "lr", values, lambda _: toy)


def test_runs_that_keep_no_snapshots_take_no_memory_from_those_that_do(toy, small):
    engine = Engine(workers=0)
    try:
        alone, other = engine.open(small, toy, "me"), engine.open(small, toy, "me", keeps=False)
        share_memory([alone, other], engine.limits)
        assert (alone.most_bytes, other.most_bytes) == (engine.limits.snapshots, 0)
    finally:
        engine.stop()


@pytest.mark.parametrize("length", [1, MOST_POINTS, MOST_POINTS + 1, 400, 10_000])
def test_a_long_line_keeps_its_ends_and_is_whole_on_either_axis(length):
    points = [Progress(epoch, 300.0, 5.7, 1.0, 0.1) for epoch in range(1, length + 1)]
    epochs = [point.epoch for point in Curve(points).thinned(MOST_POINTS, early=True)]
    assert epochs == sorted(set(epochs))
    assert (epochs[0], epochs[-1]) == (1, length)
    assert len(epochs) <= MOST_POINTS
    assert max(np.diff(epochs), default=0) <= length / 50
    assert all(b - a <= 1 + a / 5 for a, b in pairwise(epochs))


def test_a_line_keeps_its_place_while_its_run_continues():
    points = [Progress(epoch, 300.0, 5.7, 1.0, 0.1) for epoch in range(1, 402)]
    assert set(Curve(points[:-1]).thinned(MOST_POINTS, early=True)[:-1]) < set(
        Curve(points).thinned(MOST_POINTS, early=True)
    )


def test_the_epoch_axis_is_logarithmic_if_one_run_is_much_longer():
    assert epoch_axis([100]) == {"x": [0, 100], "logX": False, "nameX": "epoch"}
    assert epoch_axis([100, 11])["x"] == [0, 100]
    far = epoch_axis([100, 10_000, 50])
    assert (far["x"], far["logX"]) == ([1, 10_000], True)
    assert "log" in far["nameX"]


def test_a_problem_of_a_whole_fan_is_reported_once_and_one_of_single_values_with_their_names(toy):
    def members(*problems):
        return [Member(float(seed), Experiment(seed=seed), toy, problem=told) for seed, told in enumerate(problems)]

    assert Fan("seed", members("too large", "too large")).problems() == {"too large": []}
    some = Fan("seed", members("", "too large", "busy", "too large"))
    assert some.problems() == {"too large": ["1", "3"], "busy": ["2"]}
    assert Fan("seed", members("", "")).problems() == {}


def test_the_axis_of_seeds_is_linear_and_that_of_a_size_logarithmic(small, toy):
    for option, values, log in (("seed", ["1", "2", "5", "10"], False), ("hidden_size", ["5", "10", "100"], True)):
        fan = Fan(option, members_of(small, option, values, lambda _: toy))
        assert value_axes(fan, 100.0)["logX"] == log


def test_the_held_out_figure_is_that_of_the_last_epoch_a_run_has_and_says_that_it_is_being_measured(kept, monkeypatch):
    run = replace(kept(3), moments=((19, 1.0), (1900, 100.0), (7600, 400.0)), at=(1900, 100.0))
    monkeypatch.setattr(held_out, "is_on", lambda: True)
    monkeypatch.setattr(held_out, "rests", lambda *_: "")
    assert held_final(run, [(1.0, 95.5), (100.0, 381.8)]) == "381.8"
    assert held_final(run, [(1.0, 95.5)]) == "…"
    assert held_final(replace(run, reader=None), []) == "–"
