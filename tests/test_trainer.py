"""Trainer: the run of the book, a curve that depends only on the experiment, and diverging runs."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlm.data.batches import bptt_window
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.optimizer import SGD, clip_grads
from rnnlm.training.trainer import DivergedError, Trainer
from tests.reference import network, points, state


def run_of(experiment, corpus):
    """A Trainer that has finished its run."""
    trainer = Trainer(experiment, corpus)
    trainer.run()
    return trainer


def losses_by_hand(experiment, corpus, updates):
    """The loss of each update, by the loop of the book (5.5.3) without a Trainer."""
    rng = np.random.RandomState(experiment.seed)
    sizes = corpus.vocabulary.size, experiment.wordvec_size, experiment.hidden_size
    model, sgd, losses = SimpleRnnlm(*sizes, rng), SGD(experiment.lr), []
    for update in range(updates):
        xs, ts = bptt_window(corpus.ids, experiment.batch_size, experiment.time_size, update)
        losses.append(model.forward(xs, ts))
        model.backward()
        if experiment.max_grad is not None:
            clip_grads(model.grads, experiment.max_grad)
        sgd.update(model.params, model.grads)
    return losses


@pytest.mark.parametrize(("seed", "first", "middle"), [(0, 401.41, 77.66), (1, 400.71, 71.52), (2, 385.68, 72.19)])
def test_the_run_of_the_book_ends_where_the_book_s_does(ptb, seed, first, middle):
    trainer = run_of(Experiment(seed=seed), ptb)
    assert trainer.updates_per_epoch == 19
    assert [point.epoch for point in trainer.history] == list(range(1, 101))
    assert trainer.history[0].perplexity == pytest.approx(first, abs=0.01)
    assert trainer.history[49].perplexity == pytest.approx(middle, abs=0.01)
    assert 4.8 <= trainer.history[99].perplexity <= 6.2  # its digits depend on the order of additions


@pytest.mark.parametrize("max_grad", [None, 0.5])
def test_an_epoch_is_exp_of_the_mean_of_its_losses(small, toy, max_grad):
    experiment = replace(small, max_grad=max_grad)
    losses = losses_by_hand(experiment, toy, 4 * 19)
    trainer = run_of(experiment, toy)
    for epoch, point in enumerate(trainer.history):
        mean = np.mean(losses[epoch * 19 : (epoch + 1) * 19])
        assert point.loss == pytest.approx(mean, rel=1e-12)
        assert point.perplexity == pytest.approx(np.exp(mean), rel=1e-12)
    assert points(trainer.curve) == points(trainer.history)


def test_clipping_changes_the_curve_and_a_limit_never_reached_does_not(small, toy):
    plain = state(run_of(small, toy))
    assert state(run_of(replace(small, max_grad=0.5), toy)) != plain
    assert state(run_of(replace(small, max_grad=100.0), toy)) == plain


def one_word_at_a_time(words, updates):
    """A Trainer with words - 1 updates per epoch, after this many of them."""
    experiment = Experiment("grammar", words, 4, 5, batch_size=1, time_size=1, epochs=2)
    trainer = Trainer(experiment, toy_corpus(words))
    for _ in range(updates):
        trainer.run_update()
    return trainer


def test_a_long_epoch_has_points_inside_it_each_the_mean_of_the_losses_since_the_one_before():
    trainer = one_word_at_a_time(310, 2 * 309)
    losses = losses_by_hand(trainer.experiment, trainer.corpus, 2 * 309)
    ends = [*range(20, 309, 20), 309, *range(329, 618, 20), 618]
    assert [point.epoch for point in trainer.curve] == [end / 309 for end in ends]
    for point, start, end in zip(trainer.curve, [0, *ends], ends, strict=False):
        assert point.loss == pytest.approx(np.mean(losses[start:end]), rel=1e-12)
    assert [point.epoch for point in trainer.history] == [1, 2]
    assert trainer.history[1].loss == pytest.approx(np.mean(losses[309:]), rel=1e-12)


def test_an_epoch_is_long_beyond_200_updates_and_a_very_long_one_has_a_point_for_every_hundredth():
    assert [point.epoch for point in one_word_at_a_time(201, 210).curve] == [1]
    assert [point.epoch for point in one_word_at_a_time(202, 45).curve] == [20 / 201, 40 / 201]
    assert [point.epoch for point in one_word_at_a_time(2_601, 60).curve] == [26 / 2600, 52 / 2600]


def test_slicing_a_run_differently_changes_no_bit(small, toy):
    whole = state(run_of(small, toy))
    by_updates, by_epochs, by_time, mixed = (Trainer(small, toy) for _ in range(4))
    while not by_updates.finished:
        by_updates.run_update()
    while not by_epochs.finished:
        by_epochs.run_epoch()
    while not by_time.finished:
        by_time.run(for_seconds=0.002)
    for _ in range(7):
        mixed.run_update()
    mixed.run_epoch()
    mixed.run(for_seconds=0.001)
    mixed.run()
    for trainer in (by_updates, by_epochs, by_time, mixed):
        assert state(trainer) == whole


def test_equal_experiments_give_equal_curves_and_another_seed_another(small, toy):
    assert state(run_of(small, toy)) == state(run_of(replace(small), toy))
    assert points(run_of(replace(small, seed=1), toy).curve) != points(run_of(small, toy).curve)


def test_a_trainer_trains_for_as_long_as_it_is_asked(small, toy):
    trainer = Trainer(small, toy)
    trainer.run(for_seconds=0)
    assert trainer.position.update == 1
    assert trainer.updates_to_epoch_end == 18
    assert trainer.run_epoch() is trainer.history[-1]
    assert (trainer.position.update, trainer.epoch) == (19, 1)
    assert trainer.updates_to_epoch_end == 19
    trainer.run_update()
    assert trainer.epoch == 20 / 19
    trainer.run(for_seconds=3600)
    assert trainer.finished
    assert trainer.position.update == 4 * 19
    over = state(trainer)
    trainer.run()
    trainer.run(for_seconds=1)
    assert state(trainer) == over


def test_the_hidden_state_is_carried_through_the_whole_run(small, toy):
    trainer = run_of(small, toy)
    kept = [param.copy() for param in trainer.model.params]
    h = trainer.model.rnn.h.copy()
    xs, ts = bptt_window(toy.ids, 5, 4, 4 * 19)
    loss = trainer.model.forward(xs, ts)
    model = SimpleRnnlm(*trainer.model.params.sizes)
    for param, trained in zip(model.params, kept, strict=True):
        param[...] = trained
    assert model.forward(xs, ts) != loss
    model.rnn.h = h
    assert model.forward(xs, ts) == loss


def test_speed_and_time_agree_with_the_words_read(small, toy):
    trainer = Trainer(small, toy)
    assert trainer.words_per_second == 0
    trainer.run()
    seconds = [0.0, *(point.seconds for point in trainer.history)]
    for before, point in zip(seconds, trainer.history, strict=False):
        assert point.words_per_second * (point.seconds - before) == pytest.approx(19 * 20, rel=1e-6)
    assert trainer.words_per_second * seconds[-1] == pytest.approx(4 * 19 * 20, rel=1e-6)


def test_a_run_that_is_extended_is_the_longer_run(small, toy):
    trainer = run_of(replace(small, epochs=2), toy)
    trainer.extend(2)
    assert trainer.finished
    trainer.extend(4)
    assert not trainer.finished
    trainer.run()
    assert state(trainer) == state(run_of(small, toy))
    assert trainer.experiment == small


def test_a_run_cannot_end_before_its_position(small, toy):
    trainer = Trainer(small, toy)
    trainer.run_epoch()
    trainer.run_update()
    with pytest.raises(ValueError, match="epochs must be at least 2, the epochs already run, got 1"):
        trainer.extend(1)
    with pytest.raises(ValueError, match="epochs must be between 1 and 10,000, got 10,001"):
        trainer.extend(10_001)
    trainer.extend(2)
    trainer.run()
    assert trainer.epoch == 2


def test_a_text_too_short_for_one_window_is_refused(small):
    with pytest.raises(ValueError, match="batch_size 5 x time_size 4 needs at least 21 words, got 20"):
        Trainer(small, toy_corpus(20))


@pytest.fixture(scope="module")
def explosive():
    """A run that diverges in its second epoch of two updates."""
    return Experiment("grammar", 400, 20, 200, batch_size=2, time_size=99, lr=100.0, epochs=50)


def test_a_run_that_blows_up_says_so_and_is_back_at_the_end_of_its_last_sound_epoch(explosive, toy):
    sound, trainer = Trainer(explosive, toy), Trainer(explosive, toy)
    sound.run_epoch()
    with pytest.raises(
        DivergedError, match="in epoch 2, at learning rate 100, so the run went back to the network of epoch 1"
    ) as error:
        trainer.run()
    assert isinstance(error.value, ValueError)
    assert str(error.value) == trainer.divergence
    assert network(trainer) == network(sound)
    assert points(trainer.history) == points(sound.history)
    assert trainer.epoch == 1
    assert sound.divergence == ""


def test_a_run_that_blew_up_is_over(explosive, toy):
    trainer = Trainer(explosive, toy)
    with pytest.raises(DivergedError):
        trainer.run()
    assert trainer.finished
    trainer.extend(60)
    assert trainer.finished
    over = state(trainer)
    trainer.run()
    assert state(trainer) == over


def test_whatever_blows_up_the_network_left_has_a_loss(toy):
    blown, in_its_next_epoch = 0, 0
    for seed in range(4):
        for lr, H, N, T in [(30.0, 200, 10, 5), (30.0, 20, 1, 1), (100.0, 200, 2, 99), (100.0, 100, 3, 100)]:
            experiment = Experiment("grammar", 400, 20, H, N, T, lr, epochs=20, seed=seed)
            trainer = Trainer(experiment, toy)
            try:
                trainer.run()
            except DivergedError:
                blown += 1
                epochs = int(trainer.position.diverged)
                ahead = epochs - len(trainer.history)
                assert f"in epoch {epochs + 1}, at learning rate {lr:g}," in trainer.divergence
                assert ahead in (0, 1)  # 1: the last update of an epoch diverged
                in_its_next_epoch += ahead
                assert trainer.epoch == len(trainer.history)
            assert all(np.isfinite(param).all() for param in trainer.model.params)
            assert np.isfinite(trainer.model.forward(*bptt_window(toy.ids, N, T, trainer.position.update)))
            assert all(np.isfinite(point.perplexity) for point in trainer.curve)
    assert blown >= 4
    assert in_its_next_epoch


def test_a_run_that_blows_up_at_once_is_back_at_its_start(toy):
    experiment = Experiment(corpus="grammar", words=400, hidden_size=200, lr=100.0)
    trainer = Trainer(experiment, toy)
    with pytest.raises(
        DivergedError, match="in epoch 1, at learning rate 100, so the run went back to the network of epoch 0"
    ):
        trainer.run()
    assert network(trainer) == network(Trainer(experiment, toy))
    assert trainer.history == []


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_run_whose_last_update_diverged_has_diverged_too(epochs):
    experiment = Experiment(words=200, lr=100.0, epochs=epochs)
    corpus = load_ptb(words=200)
    trainer = Trainer(experiment, corpus)
    with pytest.raises(
        DivergedError, match="in epoch 2, at learning rate 100, so the run went back to the network of epoch 0"
    ):
        trainer.run()
    assert network(trainer) == network(Trainer(experiment, corpus))


def test_a_look_ahead_at_the_end_changes_nothing_in_a_run_that_goes_on(small, toy):
    whole, extended = Trainer(replace(small, epochs=4), toy), Trainer(replace(small, epochs=2), toy)
    whole.run()
    extended.run()
    extended.extend(4)
    extended.run()
    assert state(extended) == state(whole)
