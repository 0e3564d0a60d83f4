"""Networks as files: half the size, the same vocabulary, and correct figures."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import EOS
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.storage.npz import SavedRunError
from rnnlm.storage.pretrained import load_network, network_of, save_network
from rnnlm.training.trainer import DivergedError, Trainer
from rnnlm.ui.style import ASSETS


@pytest.fixture
def trainer(small, toy):
    trainer = Trainer(replace(small, tied=True, wordvec_size=12), toy)
    trainer.run()
    return trainer


def test_a_network_there_and_back_is_the_same_to_three_digits(trainer, tmp_path):
    save_run(trainer, tmp_path / "run.npz")
    network = network_of(load_run(tmp_path / "run.npz"))
    save_network(network, tmp_path / "network.npz")
    back = load_network(tmp_path / "network.npz")
    for param, kept in zip(back.reader.params, trainer.model.params, strict=True):
        assert param.dtype == np.float32
        np.testing.assert_allclose(param, kept, rtol=2**-10, atol=1e-6)
    assert (back.vocabulary.words, back.experiment) == (trainer.vocabulary.words, trainer.experiment)
    assert (back.epochs, back.minutes, back.valid) == (4, trainer.position.seconds / 60, None)
    np.testing.assert_array_equal(back.vocabulary.counts, trainer.corpus.vocabulary.counts)
    assert (tmp_path / "network.npz").stat().st_size < (tmp_path / "run.npz").stat().st_size


def test_the_network_of_a_run_is_read_from_the_run_s_file_too(trainer, tmp_path):
    save_run(trainer, tmp_path / "run.npz")
    network = load_network(tmp_path / "run.npz")
    np.testing.assert_array_equal(network.reader.after([1, 2]), Reader(trainer.model.params).after([1, 2]))
    assert network.vocabulary.words_by_count == trainer.vocabulary.words_by_count


def test_a_network_file_is_not_a_run_that_can_continue(trainer, tmp_path):
    save_run(trainer, tmp_path / "run.npz")
    save_network(load_network(tmp_path / "run.npz"), tmp_path / "network.npz")
    with pytest.raises(SavedRunError, match=r"network\.npz is a saved network, but a saved run is needed"):
        load_run(tmp_path / "network.npz")


@pytest.mark.full
def test_the_network_in_assets_reaches_on_the_valid_split_what_it_claims():
    network = load_network(ASSETS / "ptb_network.npz")
    valid, known = load_ptb("valid").read_with(network.vocabulary)
    assert known == 1
    assert evaluate(network.reader, valid) == pytest.approx(network.valid, rel=1e-4)


def test_the_network_in_assets_knows_ptb_and_is_small():
    network, ptb = load_network(ASSETS / "ptb_network.npz"), load_ptb("train")
    assert network.vocabulary.words == ptb.vocabulary.words
    np.testing.assert_array_equal(network.vocabulary.counts, ptb.vocabulary.counts)
    assert [network.vocabulary.word(i) for i in network.opening] == [EOS]
    assert (ASSETS / "ptb_network.npz").stat().st_size <= 12e6


def test_a_run_that_measured_the_valid_split_and_then_blew_up_still_has_a_network(tmp_path):
    experiment = Experiment(
        words=200, wordvec_size=20, hidden_size=20, batch_size=1, time_size=1, lr=30.0, epochs=2, seed=1, validate=True
    )
    trainer = Trainer(experiment, load_ptb(words=200))
    with pytest.raises(DivergedError):
        trainer.run()
    save_run(trainer, tmp_path / "run.npz")
    network = load_network(tmp_path / "run.npz")
    assert network.epochs == len(trainer.history) == trainer.epoch
    assert np.isfinite(evaluate(network.reader, load_ptb(words=200)))
