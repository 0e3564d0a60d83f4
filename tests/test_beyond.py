"""What may be added to the book's run: tied weights, dropout, Adam, a falling rate, the valid split."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlm.data.corpus import Corpus
from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import PRESETS, PTB_WORDS, Experiment
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import evaluate
from rnnlm.nn.dropout import TimeDropout
from rnnlm.nn.init import start_otherwise
from rnnlm.nn.kernels.threads import LARGE, allow_helper
from rnnlm.nn.layers import TimeAffine
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.optimizer import SGD, Adam, clip_grads
from rnnlm.nn.sampled_softmax import TimeSampledAffine
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.storage.pretrained import load_network
from rnnlm.training.build import initial_model
from rnnlm.training.trainer import Trainer
from rnnlm.ui.look import ASSETS
from tests.reference import network, slope, softmax, state

V, H = 11, 6
XS = np.array([[1, 2, 2, 9], [2, 10, 1, 2], [0, 0, 0, 0]])
TS = np.array([[2, 2, 9, 3], [10, 1, 2, 4], [0, 0, 0, 5]])


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize(
    ("dropout", "batchwise", "scored_words"),
    [
        ((0, 0, 0), False, None),
        ((0.3, 0, 0), False, None),
        ((0, 0.3, 0), False, None),
        ((0, 0, 0.3), False, None),
        ((0, 0, 0.3), True, None),
        ((0, 0, 0), False, 10),
        ((0.4, 0.25, 0.5), False, 10),
        ((0.4, 0.25, 0.5), True, None),
        ((0.4, 0.25, 0.5), True, 10),
    ],
)
def test_every_gradient_is_the_slope_of_the_loss(tied, dropout, batchwise, scored_words):
    rng = np.random.default_rng(2)
    model = SimpleRnnlm(V, H, H, rng, np.float64, tied, dropout, batchwise, scored_words)
    for param in model.params:
        param += rng.standard_normal(param.shape) / 2
    h = rng.standard_normal((3, H)) / 2

    def loss():
        model.rnn.h, model.rng = h, np.random.default_rng(7)
        return model.forward(XS, TS)

    loss()
    model.backward()
    assert len(model.params) == len(model.grads) == len(model.names) == (5 if tied else 6)
    for param, grad in zip(model.params, [grad.copy() for grad in model.grads], strict=True):
        assert grad.shape == param.shape
        for _ in range(6):
            direction = rng.standard_normal(param.shape)
            assert (grad * direction).sum() == pytest.approx(slope(loss, param, direction), rel=1e-6, abs=1e-9)


def test_the_recurrence_may_start_as_a_rotation_or_small():
    book, rotated, small = (SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64) for _ in range(3))
    start_otherwise(rotated.params, "orthogonal", np.random.default_rng(1))
    start_otherwise(small.params, "small", np.random.default_rng(1))
    np.testing.assert_allclose(rotated.params[2] @ rotated.params[2].T, 0.95**2 * np.eye(H), atol=1e-12)
    np.testing.assert_allclose(small.params[2], book.params[2] / 10)
    for model in (rotated, small):
        assert 0.08 < np.abs(model.params[0]).max() <= 0.1


def test_a_tied_network_scores_words_with_their_own_vectors():
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64, tied=True)
    _, h = Reader(model.params).read(XS[0])
    np.testing.assert_array_equal(Reader(model.params).scores(h), h @ model.params[0].T + model.params[-1])
    with pytest.raises(ValueError, match="tied needs wordvec_size to be hidden_size, got 5 and 6"):
        SimpleRnnlm(V, 5, 6, tied=True)


def test_dropout_leaves_out_its_part_and_keeps_the_mean():
    layer, xs = TimeDropout(0.4), np.ones((20, 35, 100), np.float32)
    out = layer.forward(xs, np.random.default_rng(0))
    assert (out == 0).mean() == pytest.approx(0.4, abs=0.01)
    assert out.mean() == pytest.approx(1, abs=0.01)
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.6)}
    np.testing.assert_array_equal(layer.backward(xs), out)
    assert not np.array_equal(layer.forward(xs, np.random.default_rng(1)), out)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize(
    ("N", "T", "V", "S"), [(3, 4, 50, 50), (3, 4, 50, 30), (20, 35, 2000, 2000), (20, 35, 2000, 1500)]
)  # the last two are shared by two threads
def test_a_sampled_layer_scores_as_an_affine_layer_whose_input_lacks_the_same_units_at_every_word(
    N, T, V, S, transposed
):
    rng = np.random.default_rng(4)
    W, hs, ts = rng.standard_normal((V, 40)).T, rng.standard_normal((N, T, 40)), rng.integers(V, size=(N, T))
    common = rng.permutation(V)
    plain = TimeAffine(W if transposed else np.ascontiguousarray(W), rng.standard_normal(V))
    whole = TimeAffine(*plain.params)
    for grad in whole.grads:
        grad.fill(np.nan)
    layer, factors, drawn = TimeSampledAffine(whole, 0.55, S, common), rng.standard_normal(T * N), set()
    for _ in range(3):
        scores, places = layer.forward(hs, ts, rng)
        mask = np.isin(np.arange(40), layer.units) * 40 / 18  # 45 % of 40 are kept, as much louder
        assert np.count_nonzero(mask) == 18
        assert len(set(layer.words)) == S
        np.testing.assert_array_equal(layer.words[places], ts)
        np.testing.assert_allclose(
            scores - layer.added, plain.forward(hs * mask)[:, :, layer.words], rtol=1e-9, atol=1e-9
        )
        dscores, dplain = rng.standard_normal((N, T, S)), np.zeros((N, T, V))
        dplain[:, :, layer.words] = dscores
        dhs = plain.backward(dplain, factors) * mask
        np.testing.assert_allclose(layer.backward(dscores, factors), dhs, rtol=1e-9, atol=1e-9)
        for grad, wanted in zip(layer.grads, plain.grads, strict=True):
            np.testing.assert_allclose(grad, wanted, rtol=1e-9, atol=1e-9)
        drawn.add((tuple(layer.units), tuple(layer.words)))
    assert len(drawn) == 3


def test_words_are_drawn_so_that_the_sum_of_all_is_right_on_average():
    rng, V, S = np.random.default_rng(5), 60, 30
    common, ts, hs = rng.permutation(V), rng.integers(V, size=(2, 3)), rng.standard_normal((2, 3, 8))
    whole = TimeAffine(rng.standard_normal((8, V)) / 2, rng.standard_normal(V))
    layer, sums, scored = TimeSampledAffine(whole, 0.0, S, common), [], np.zeros(V)
    for _ in range(4000):
        scores, _ = layer.forward(hs, ts, rng)
        sums.append(np.exp(scores).sum(axis=2))
        scored[layer.words] += 1
    sure = np.union1d(ts, common[: S // 2])
    assert (scored[sure] == 4000).all()
    others = np.setdiff1d(np.arange(V), sure)
    np.testing.assert_allclose(scored[others] / 4000, (S - len(sure)) / len(others), atol=0.04)
    np.testing.assert_allclose(np.mean(sums, axis=0), np.exp(whole.forward(hs)).sum(axis=2), rtol=0.01)


def test_a_window_of_more_words_than_are_scored_is_told_in_a_sentence():
    model = SimpleRnnlm(V, H, H, scored_words=4)
    xs, ts = np.arange(14).reshape(2, 7) % V, np.arange(1, 15).reshape(2, 7) % V
    with pytest.raises(ValueError, match=r"scored_words must be at least \d+ for the words of this window, got 4"):
        model.forward(xs, ts)


def test_batchwise_dropout_needs_a_part_to_leave_out():
    with pytest.raises(ValueError, match="batchwise needs dropout_out, the part of the states to leave out"):
        SimpleRnnlm(V, H, H, batchwise=True)


def test_a_part_of_the_carried_state_is_left_out_for_a_whole_window():
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64, dropout=(0, 0.5, 0))
    model.rng = np.random.default_rng(3)
    model.forward(XS, TS)
    embed_W, Wx, Wh, b = model.params[:4]
    h, mask = np.zeros((3, H)), model.rnn.mask
    assert set(np.unique(mask)) == {0, 2}
    for t in range(4):
        h = np.tanh((h * mask) @ Wh + embed_W[XS[:, t]] @ Wx + b)
    np.testing.assert_allclose(model.rnn.h, h, rtol=1e-12)


def test_reading_leaves_nothing_out():
    plain = SimpleRnnlm(V, H, H, np.random.default_rng(0))
    dropping = SimpleRnnlm(V, H, H, np.random.default_rng(0), dropout=(0.5, 0.5, 0.5))
    assert dropping.drops
    assert not plain.drops
    readers = Reader(dropping.params), Reader(plain.params)
    np.testing.assert_array_equal(*(reader.after([1, 2, 9]) for reader in readers))


def test_adam_follows_its_formula():
    rng = np.random.default_rng(0)
    params = [rng.standard_normal((30, 4)), rng.standard_normal(7)]
    expected, m, v = [param.copy() for param in params], [0.0, 0.0], [0.0, 0.0]
    adam = Adam(0.01)
    for step in range(1, 6):
        grads = [rng.standard_normal(param.shape) for param in params]
        adam.update(params, grads)
        for i, grad in enumerate(grads):
            m[i] = 0.9 * m[i] + 0.1 * grad
            v[i] = 0.999 * v[i] + 0.001 * grad**2
            expected[i] -= 0.01 * (m[i] / (1 - 0.9**step)) / (np.sqrt(v[i] / (1 - 0.999**step)) + 1e-8)
        for param, wanted in zip(params, expected, strict=True):
            np.testing.assert_allclose(param, wanted, rtol=1e-12)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_weight_decay_walks_down_the_slope_of_the_loss_and_of_all_squared_weights(tied, optimizer):
    rng, strength = np.random.default_rng(5), 0.3
    model, twin = (SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64, tied=tied) for _ in range(2))
    decaying, plain = optimizer(0.05, strength), optimizer(0.05)

    def penalised():
        model.reset_state()
        return model.forward(XS, TS) + strength / 2 * sum((param**2).sum() for param in model.params if param.ndim > 1)

    for _ in range(3):
        penalised()
        model.backward()
        slopes = [
            grad + strength * param * (param.ndim > 1) for param, grad in zip(model.params, model.grads, strict=True)
        ]
        for param, whole in zip(model.params, slopes, strict=True):
            direction = rng.standard_normal(param.shape)
            assert (whole * direction).sum() == pytest.approx(slope(penalised, param, direction), rel=1e-6, abs=1e-9)
        decaying.update(model.params, model.grads, model.rows)
        plain.update(twin.params, slopes)  # the same walk, with the slopes of the penalised loss as they are
        for param, wanted in zip(model.params, twin.params, strict=True):
            np.testing.assert_allclose(param, wanted, rtol=1e-9)


def test_adam_changes_large_arrays_as_it_changes_small_ones():
    rng = np.random.default_rng(1)
    start = rng.standard_normal(3 * Adam.BLOCK + 17).astype(np.float32)
    grad, whole = rng.standard_normal(start.shape).astype(np.float32), start.copy()
    parts = [part.copy() for part in np.array_split(start, 50)]
    one, other = Adam(0.1), Adam(0.1)
    for _ in range(3):
        one.update([whole], [grad])
        other.update(parts, np.array_split(grad, 50))
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_the_learning_rate_falls_in_a_straight_line(small, toy):
    trainer = Trainer(replace(small, final_lr=0.1), toy)
    rates = []
    while not trainer.finished:
        rates.append(trainer.lr)
        trainer.run_update()
    assert len(rates) == 76
    np.testing.assert_allclose(np.diff(rates), (0.1 - 0.5) / 76, rtol=1e-9)
    assert trainer.lr == pytest.approx(0.1)
    assert Trainer(small, toy).lr == 0.5


def test_a_learning_rate_that_falls_within_some_epochs_stays_there_and_the_run_may_go_on(small, toy):
    plan = replace(small, final_lr=0.1, epochs=2)
    short, long = Trainer(plan, toy), Trainer(replace(plan, falling_epochs=2, epochs=4), toy)
    for _ in range(2):
        assert short.run_epoch().loss == long.run_epoch().loss
    assert network(short) == network(long)
    long.run_update()
    assert long.lr == pytest.approx(0.1)
    long.extend(6)
    assert (long.lr, long.finished) == (pytest.approx(0.1), False)
    with pytest.raises(ValueError, match="falling_epochs needs final_lr"):
        Trainer(replace(small, falling_epochs=2), toy)


def test_a_falling_rate_ends_at_the_planned_epoch_and_falls(small, toy):
    trainer = Trainer(replace(small, final_lr=0.1), toy)
    trainer.extend(5)  # nothing has been run yet: another plan
    trainer.run_update()
    with pytest.raises(ValueError, match="epochs must stay 5, got 6: the learning rate falls to its last update"):
        trainer.extend(6)
    trainer.extend(5)
    with pytest.raises(ValueError, match=r"final_lr must be at most lr, 0.5, got 0.6"):
        Trainer(replace(small, final_lr=0.6), toy)


def test_before_any_training_a_unigram_bias_expects_words_as_often_as_they_occur(small, toy):
    model = initial_model(replace(small, unigram_bias=True), toy)
    frequencies = (toy.vocabulary.counts + 0.5) / (toy.vocabulary.counts + 0.5).sum()
    np.testing.assert_allclose(softmax(Reader(model.params).scores(np.zeros(12))), frequencies, rtol=1e-5)


EVERYTHING = {
    "wordvec_size": 12, "batch_size": 3, "lr": 0.01, "final_lr": 0.001, "max_grad": 1.0, "optimizer": "adam",
    "tied": True, "dropout_in": 0.1, "dropout_state": 0.1, "dropout_out": 0.2, "init": "orthogonal",
    "unigram_bias": True, "weight_decay": 0.001, "batchwise": True, "scored_words": 30,
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


@pytest.fixture(scope="module")
def validated():
    """Two epochs on a little of PTB, the second one at a rate that spoils what the first one learned."""
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
    assert trainer.mean == []
    assert all((best == param).all() for best, param in zip(trainer.best.params, trainer.model.params, strict=True))
    while not trainer.finished:
        trainer.run_update()
        if trainer.curve[-1].epoch == trainer.epoch:
            after.append([param.copy() for param in trainer.model.params])
        if trainer.epoch == 2:
            save_run(trainer, tmp_path / "run.npz")
    means = [np.mean(params, axis=0) for params in zip(*after, strict=True)]
    for mean, kept, expected in zip(trainer.mean, trainer.best.params, means, strict=True):
        np.testing.assert_allclose(mean, expected, rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(kept, mean)
    model = Reader(means)
    assert trainer.best.valid == pytest.approx(evaluate(model, valid.read_with(corpus.vocabulary)[0]), rel=1e-5)
    resumed = load_run(tmp_path / "run.npz").resume()
    resumed.run()
    assert state(resumed) == state(trainer)
    assert [mean.tobytes() for mean in resumed.mean] == [mean.tobytes() for mean in trainer.mean]


def test_where_the_mean_begins_may_be_put_off_until_it_has_begun():
    experiment = Experiment(words=2000, hidden_size=8, wordvec_size=8, epochs=2, validate=True, average_from=0)
    later, moved = (Trainer(replace(experiment, average_from=start), load_ptb(words=2000)) for start in (1, None))
    later.run()
    moved.run_epoch()
    with pytest.raises(ValueError, match="average_from must be at least 1, epochs have been run, got 0"):
        moved.average_since(0)
    for start in (2, None, 1):
        moved.average_since(start)
    moved.run()
    assert state(moved) == state(later)
    assert [mean.tobytes() for mean in moved.mean] == [mean.tobytes() for mean in later.mean]
    assert moved.experiment == later.experiment
    with pytest.raises(ValueError, match="average_from must stay 1, got 2: the mean has begun"):
        moved.average_since(2)


def test_a_mean_of_weights_without_the_valid_split_is_refused(small, toy):
    with pytest.raises(ValueError, match="average_from needs validate"):
        Trainer(replace(small, average_from=1), toy)


def test_the_valid_split_belongs_to_ptb(small, toy):
    with pytest.raises(ValueError, match="validate needs corpus to be ptb-train, got grammar"):
        Trainer(replace(small, validate=True), toy)


@pytest.mark.parametrize("name", ["full", "best"])
def test_the_large_presets_read_all_of_ptb_and_measure_the_valid_split(name):
    preset = PRESETS[name]
    assert (preset.words, preset.corpus, preset.validate) == (PTB_WORDS, "ptb-train", True)


def test_the_preset_book_is_what_an_experiment_is_by_default():
    assert PRESETS["book"] == Experiment()


def test_the_network_of_all_of_ptb_was_made_by_the_preset_best():
    assert load_network(ASSETS / "ptb_network.npz").experiment == PRESETS["best"]


@pytest.mark.parametrize("tied", [False, True])
def test_clipping_shortens_every_gradient_by_the_same_factor(tied):
    model = SimpleRnnlm(V, H, H, np.random.default_rng(0), tied=tied)
    model.forward(XS, TS)
    model.backward()
    before = [grad.copy() for grad in model.grads]
    norm = clip_grads(model.grads, 0.01)
    assert norm == pytest.approx(np.sqrt(sum((grad**2).sum() for grad in before)), rel=1e-5)
    for grad, whole in zip(model.grads, before, strict=True):
        np.testing.assert_allclose(grad, whole * (0.01 / norm), rtol=1e-5, atol=1e-9)


@pytest.fixture
def both_ways():
    """Call something with one thread and with two, and give back what came of it."""

    def call(function):
        allow_helper(False)
        alone = function()
        allow_helper(True)
        return alone, function()

    return call


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("batchwise", [False, True])
@pytest.mark.parametrize(("N", "T", "H", "size"), [(20, 10, 8, 5000), (200, 100, 20, 40)])  # large scores; large states
def test_large_windows_have_the_same_gradients_on_one_thread_and_on_two_and_they_are_slopes(
    tied, batchwise, N, T, H, size, both_ways
):
    rng = np.random.default_rng(4)
    xs, ts = rng.integers(0, 40, (N, T)), rng.integers(0, size, (N, T))  # words come again and again
    dropout = (0, 0, 0.5 * batchwise)
    model = SimpleRnnlm(size, H, H, np.random.default_rng(0), np.float64, tied, dropout, batchwise)
    model.params[2] /= 2  # a state that is forgotten: the loss is smooth over 100 steps too
    text = Corpus(rng.integers(0, size, 900, np.int32), Vocabulary(f"word{i}" for i in range(size)), "random words")
    assert ts.size * size > 2 * LARGE
    assert size == 5000 or ts.size * H > LARGE

    def loss():
        model.reset_state()
        model.rng = np.random.default_rng(1)
        return model.forward(xs, ts)

    def step():
        before = loss()
        model.backward()
        return [before, evaluate(model, text), *(grad.tobytes() for grad in model.grads)]

    alone, together = both_ways(step)
    assert alone == together
    for param, grad in zip(model.params, [grad.copy() for grad in model.grads], strict=True):
        direction = rng.standard_normal(param.shape)
        assert (grad * direction).sum() == pytest.approx(slope(loss, param, direction, eps=1e-4), rel=1e-5)
