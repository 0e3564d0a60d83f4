"""The valid split, the best weights on it, and averaged weights."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.training.trainer import Trainer
from tests.reference import state


@pytest.fixture(scope="module")
def validated():
    """Two epochs on a piece of PTB; the second has a rate that spoils what the first learned."""
    corpus = load_ptb("train", words=3000)
    experiment = Experiment(words=3000, hidden_size=10, wordvec_size=10, batch_size=20, epochs=3, lr=1.0, validate=True)
    trainer = Trainer(experiment, corpus)
    trainer.run_epoch()
    trainer.experiment = replace(experiment, lr=99.0, max_grad=10.0)
    trainer.run_epoch()
    return trainer


def test_after_each_epoch_the_valid_split_is_read_and_the_best_weights_are_kept(validated, tmp_path):
    valid = load_ptb("valid").read_with(validated.vocabulary)[0]
    first, second = (progress.valid for progress in validated.history)
    assert first < second == pytest.approx(evaluate(validated.model, valid))
    assert (validated.best.epoch, validated.best.valid) == (1, first)
    save_run(validated, tmp_path / "run.npz")
    saved = load_run(tmp_path / "run.npz")
    assert evaluate(saved.reader, valid) == pytest.approx(first)
    resumed = saved.resume()
    assert state(resumed) == state(validated)
    assert resumed.best.valid == first


def test_the_mean_of_the_weights_is_what_is_measured_and_kept_once_it_is_asked_for(tmp_path):
    corpus, valid = load_ptb("train", words=2000), load_ptb("valid")
    experiment = Experiment(words=2000, hidden_size=8, wordvec_size=8, epochs=3, validate=True, average_from=1)
    trainer, after = Trainer(experiment, corpus), []
    trainer.run_epoch()
    assert trainer.average == []
    assert all((best == param).all() for best, param in zip(trainer.best.params, trainer.model.params, strict=True))
    while not trainer.finished:
        trainer.run_update()
        if trainer.curve[-1].epoch == trainer.epoch:
            after.append([param.copy() for param in trainer.model.params])
        if trainer.epoch == 2:
            save_run(trainer, tmp_path / "run.npz")
    means = [np.mean(params, axis=0) for params in zip(*after, strict=True)]
    for mean, kept, expected in zip(trainer.average, trainer.best.params, means, strict=True):
        np.testing.assert_allclose(mean, expected, rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(kept, mean)
    model = Reader(means)
    assert trainer.best.valid == pytest.approx(evaluate(model, valid.read_with(corpus.vocabulary)[0]), rel=1e-5)
    resumed = load_run(tmp_path / "run.npz").resume()
    resumed.run()
    assert state(resumed) == state(trainer)
    assert [mean.tobytes() for mean in resumed.average] == [mean.tobytes() for mean in trainer.average]


def test_averaging_may_start_later_until_it_has_begun():
    experiment = Experiment(words=2000, hidden_size=8, wordvec_size=8, epochs=2, validate=True, average_from=0)
    later, moved = (Trainer(replace(experiment, average_from=start), load_ptb(words=2000)) for start in (1, None))
    later.run()
    moved.run_epoch()
    with pytest.raises(ValueError, match="average_from must be at least 1, the epochs already run, got 0"):
        moved.average_since(0)
    for start in (2, None, 1):
        moved.average_since(start)
    moved.run()
    assert state(moved) == state(later)
    assert [mean.tobytes() for mean in moved.average] == [mean.tobytes() for mean in later.average]
    assert moved.experiment == later.experiment
    with pytest.raises(ValueError, match="average_from must stay 1, got 2: averaging has begun"):
        moved.average_since(2)


def test_a_mean_of_weights_without_the_valid_split_is_refused(small, toy):
    with pytest.raises(ValueError, match="average_from needs validate"):
        Trainer(replace(small, average_from=1), toy)


def test_the_valid_split_belongs_to_ptb(small, toy):
    with pytest.raises(ValueError, match="validate needs corpus to be ptb-train, got grammar"):
        Trainer(replace(small, validate=True), toy)
