"""Noising: replaced words follow the formula, only training reads them, and a resumed run replaces the same ones."""

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from rnnlm.data.batches import bptt_window
from rnnlm.data.corpus import corpus_of
from rnnlm.data.noising import Noising
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.training.moves import next_moves
from rnnlm.training.trainer import Trainer
from rnnlm.ui.inside import move_texts
from rnnlm.ui.state import session
from tests.reference import frequencies_fit, state

TEXT = corpus_of(list("abacabdabef"), None, "letters")
BOTH = {"noising": 0.6, "dropout_words": 0.3}


def by_the_formula(corpus, gamma):
    """The replacement probability of every word, and the distribution of replacements, counted in dictionaries."""
    count, followers, forerunners = Counter(), defaultdict(set), defaultdict(set)
    for v, w in zip(corpus.ids[:-1].tolist(), corpus.ids[1:].tolist(), strict=True):
        count[v] += 1
        followers[v].add(w)
        forerunners[w].add(v)
    V = corpus.vocabulary.size
    p = np.array([gamma * len(followers[x]) / count[x] if count[x] else 0 for x in range(V)])
    q = np.array([len(forerunners[w]) for w in range(V)], float)
    return p, q / q.sum()


def test_the_formula_by_hand():
    p, q = by_the_formula(TEXT, 0.6)
    names = dict(zip(TEXT.vocabulary.words, range(6), strict=True))
    hand = {"a": 0.6 * 2 / 4, "b": 0.6 * 3 / 3, "c": 0.6, "d": 0.6, "e": 0.6, "f": 0}
    assert {word: p[i] for word, i in names.items()} == pytest.approx(hand)
    pairs = {"a": 3, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}  # ba ca da, ab, ac, bd, be, ef
    assert {word: 8 * q[i] for word, i in names.items()} == pytest.approx(pairs)


@pytest.mark.parametrize("gamma", [0.2, 1.0])
def test_every_pair_of_words_becomes_others_as_often_as_the_formula_says(gamma):
    (p, q), noising, rng = by_the_formula(TEXT, gamma), Noising(TEXT, gamma), np.random.default_rng(0)
    V = len(q)
    for x, t in {*zip(TEXT.ids[:-1].tolist(), TEXT.ids[1:].tolist(), strict=True)}:
        xs, ts = np.full((20, 5_000), x, np.int32), np.full((20, 5_000), t, np.int32)
        new_xs, new_ts = noising.noised(xs, ts, rng)
        assert (xs == x).all()
        assert (ts == t).all()
        assert new_xs.dtype == new_ts.dtype == np.int32
        stays = np.zeros((V, V))
        stays[x, t] = 1
        expected = (1 - p[x]) * stays + p[x] * np.outer(q, q)  # both are replaced, independently, or neither
        counts = np.bincount((new_xs * V + new_ts).ravel(), minlength=V * V)
        assert frequencies_fit(counts, expected.ravel())


def test_the_tables_of_a_text_of_thousand_words_are_those_of_the_formula(ptb):
    noising, (p, q) = Noising(ptb, 0.3), by_the_formula(ptb, 0.3)
    np.testing.assert_allclose(noising.p, p, rtol=1e-12)
    np.testing.assert_allclose(np.bincount(noising.second, minlength=len(q)) / len(noising.second), q, rtol=1e-12)
    assert noising.p.max() == 0.3


def test_a_word_and_the_word_to_predict_are_replaced_together(ptb):
    noising, (xs, ts) = Noising(ptb, 1.0), bptt_window(ptb.ids, 10, 50, 0)
    new_xs, new_ts = noising.noised(xs, ts, np.random.default_rng(0))
    changed_x, changed_t = new_xs != xs, new_ts != ts
    assert (changed_x == changed_t).mean() > 0.9  # except if a draw equals the word
    assert 0.3 < changed_x.mean() < 0.9
    never = noising.p[xs] == 0
    assert not (changed_x | changed_t)[never].any()


def test_an_update_trains_on_a_noised_window_and_the_text_stays_as_it_is(small, toy):
    trainer, read = Trainer(replace(small, noising=0.9), toy), []
    forward, ids = trainer.model.forward, toy.ids.copy()
    trainer.model.forward = lambda xs, ts: read.append((xs, ts)) or forward(xs, ts)
    for update in range(40):
        clean = bptt_window(toy.ids, small.batch_size, small.time_size, update)
        found = trainer.next_window()
        np.testing.assert_array_equal(found, trainer.next_window())
        trainer.run_update()
        np.testing.assert_array_equal(read[-1], found)
        assert not np.array_equal(found, clean)
    np.testing.assert_array_equal(toy.ids, ids)


def test_without_noising_an_update_trains_on_the_text(small, toy):
    trainer = Trainer(small, toy)
    assert trainer.noising is None
    trainer.run_update()
    np.testing.assert_array_equal(trainer.next_window(), bptt_window(toy.ids, small.batch_size, small.time_size, 1))


def test_noising_draws_other_random_numbers_than_dropout(small, toy):
    """A network that drops words drops the same ones with and without noising."""
    masks = []
    for noising in (0.0, 0.8):
        trainer = Trainer(replace(small, noising=noising, dropout_state=0.4), toy)
        trainer.run_update()
        trainer.run_update()
        masks.append(trainer.model.rnn.mask)
    np.testing.assert_array_equal(*masks)


def test_an_evaluation_is_neither_noised_nor_dropped(small, toy):
    trainer = Trainer(replace(small, **BOTH), toy)
    trainer.run()
    loss = evaluate(trainer.model, toy)
    assert loss == evaluate(trainer.model, toy) == evaluate(Reader(trainer.model.params), toy)


@pytest.mark.parametrize("updates", [0, 1, 19, 45])
def test_a_resumed_run_replaces_and_drops_the_same_words(small, toy, tmp_path, updates):
    whole, stopped = (Trainer(replace(small, **BOTH), toy) for _ in range(2))
    for _ in range(updates):
        stopped.run_update()
    save_run(stopped, tmp_path / "run.npz")
    resumed = load_run(tmp_path / "run.npz").resume()
    assert resumed.experiment == whole.experiment
    whole.run()
    resumed.run()
    assert state(resumed) == state(whole)


def test_the_first_move_lists_the_noised_words_and_says_so(small, toy, monkeypatch):
    for noising, said in ((0.0, 0), (0.9, 1)):
        trainer = Trainer(replace(small, noising=noising), toy)
        monkeypatch.setattr(session, "current", lambda trainer=trainer: trainer)
        told = move_texts.read(next_moves(trainer), 0)
        assert told["sentence"].count("Noising replaces some words") == said
        xs, ts = trainer.next_window()
        assert [(row["cells"][2], row["cells"][4]) for row in told["table"]["rows"]] == [
            (str(x), str(t)) for x, t in zip(xs[0], ts[0], strict=True)
        ]


def test_another_seed_replaces_other_words(small, toy):
    windows = [Trainer(replace(small, noising=0.5, seed=seed), toy).next_window() for seed in (0, 1)]
    assert not np.array_equal(*windows)
