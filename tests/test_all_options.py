"""All options together, each option alone, and the presets."""

from dataclasses import replace

import pytest

from rnnlm.experiment import PRESETS, PTB_WORDS, Experiment
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.storage.pretrained import load_network
from rnnlm.training.build import initial_model
from rnnlm.training.trainer import Trainer
from rnnlm.ui.style import ASSETS
from tests.reference import network, state

EVERYTHING = {
    "wordvec_size": 12, "batch_size": 3, "lr": 0.01, "final_lr": 0.001, "max_grad": 1.0, "optimizer": "adam",
    "tied": True, "noising": 0.2, "dropout_words": 0.1, "dropout_in": 0.1, "dropout_state": 0.1, "dropout_out": 0.2,
    "init": "orthogonal", "unigram_bias": True, "weight_decay": 0.001, "batchwise": True, "scored_words": 30,
}  # fmt: skip


@pytest.mark.parametrize("updates", [0, 1, 40, 66, 132])
def test_a_run_with_all_options_that_is_saved_and_resumed_equals_one_that_never_stopped(small, toy, tmp_path, updates):
    experiment = replace(small, **EVERYTHING)
    never_stopped, stopped = Trainer(experiment, toy), Trainer(experiment, toy)
    for _ in range(updates):
        stopped.run_update()
    save_run(stopped, tmp_path / "run.npz")
    resumed = load_run(tmp_path / "run.npz").resume()
    assert state(resumed) == state(stopped)
    never_stopped.run()
    resumed.run()
    stopped.run()
    assert state(resumed) == state(never_stopped) == state(stopped)


@pytest.mark.parametrize("option", EVERYTHING)
def test_every_option_makes_another_run(small, toy, option):
    plain = replace(small, wordvec_size=12, lr=0.01, batch_size=3)
    if option in ("wordvec_size", "batch_size", "lr"):
        plain = small
    if option == "batchwise":
        plain = replace(plain, dropout_out=0.2)
    changed = replace(plain, **{option: EVERYTHING[option]} | ({"max_grad": 0.01} if option == "max_grad" else {}))
    trainers = [Trainer(experiment, toy) for experiment in (plain, changed)]
    for trainer in trainers:
        for _ in range(5):
            trainer.run_update()
    assert network(trainers[0]) != network(trainers[1])


def test_all_options_together_learn_the_grammar(toy):
    experiment = Experiment(corpus="grammar", words=400, hidden_size=12, time_size=4, epochs=30, **EVERYTHING)
    trainer = Trainer(experiment, toy)
    trainer.run()
    before = evaluate(initial_model(experiment, toy), toy)
    assert evaluate(trainer.model, toy) < 0.6 * before


@pytest.mark.parametrize("name", ["full", "best"])
def test_the_large_presets_read_all_of_ptb_and_measure_the_valid_split(name):
    preset = PRESETS[name]
    assert (preset.words, preset.corpus, preset.validate) == (PTB_WORDS, "ptb-train", True)


def test_the_preset_book_is_what_an_experiment_is_by_default():
    assert PRESETS["book"] == Experiment()


def test_the_network_of_all_of_ptb_was_made_by_the_preset_best():
    assert load_network(ASSETS / "ptb_network.npz").experiment == PRESETS["best"]
