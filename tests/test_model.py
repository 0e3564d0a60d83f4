"""SimpleRnnlm: initial weights, gradients, comparison with the slow reference, and reading without side effects."""

import numpy as np
import pytest

from rnnlm.data.batches import bptt_window
from rnnlm.inference.reader import Reader
from rnnlm.nn.model import SimpleRnnlm, layer_shapes
from rnnlm.nn.optimizer import SGD, clip_grads
from rnnlm.nn.params import initial_params
from rnnlm.nn.plain import PlainRnnlm
from tests.reference import slope, softmax

V, D, H = 11, 5, 7
XS = np.array([[1, 2, 2, 9], [2, 10, 1, 2], [0, 0, 0, 0]])  # word 8 never occurs, word 2 often
TS = np.array([[2, 2, 9, 3], [10, 1, 2, 4], [0, 0, 0, 5]])


@pytest.fixture
def model():
    """A network in float64 whose biases and word vectors are not small, carrying a state."""
    rng = np.random.default_rng(2)
    model = SimpleRnnlm(V, D, H, rng, np.float64)
    for param in model.params:
        param += rng.standard_normal(param.shape) / 2
    model.forward(TS, XS)
    return model


def loss_from(model, h, xs=XS, ts=TS):
    model.rnn.h = h
    return model.forward(xs, ts)


def test_the_network_starts_as_the_book_says():
    model = SimpleRnnlm(2000, 64, 256, np.random.default_rng(0))
    assert model.params.sizes == (2000, 64, 256)
    shapes = [(2000, 64), (64, 256), (256, 256), (256,), (256, 2000), (2000,)]
    scales = [1 / 100, 1 / 8, 1 / 16, 0, 1 / 16, 0]
    for param, shape, scale in zip(model.params, shapes, scales, strict=True):
        assert param.dtype == np.float32
        assert param.shape == shape
        assert abs(param.mean()) <= 0.05 * scale
        assert param.std() == pytest.approx(scale, rel=0.02)


def test_the_random_numbers_are_drawn_in_the_order_of_the_book():
    params = initial_params(V, D, H, np.random.RandomState(3))
    rng = np.random.RandomState(3)  # as np.random.seed(3) would set the book's
    for name, shape, divisor in [
        ("embed_W", (V, D), 100),
        ("rnn_Wx", (D, H), D**0.5),
        ("rnn_Wh", (H, H), H**0.5),
        ("affine_W", (H, V), H**0.5),
    ]:
        np.testing.assert_allclose(getattr(params, name), rng.randn(*shape) / divisor, rtol=1e-6)


def test_the_same_generator_gives_the_same_network_and_another_another():
    one, same, other = (SimpleRnnlm(V, D, H, np.random.default_rng(seed)) for seed in (4, 4, 5))
    for i in (0, 1, 2, 4):
        np.testing.assert_array_equal(one.params[i], same.params[i])
        assert not np.array_equal(one.params[i], other.params[i])


@pytest.mark.parametrize("carried", [True, False])
def test_every_gradient_is_the_slope_of_the_loss(model, carried):
    rng, h = np.random.default_rng(3), model.rnn.h if carried else None
    loss_from(model, h)
    model.backward()
    grads = [grad.copy() for grad in model.grads]
    for param, grad in zip(model.params, grads, strict=True):
        directions = [rng.standard_normal(param.shape) for _ in range(5)]
        for place in rng.integers(param.size, size=8):  # and some single entries
            directions.append(np.zeros(param.shape))
            directions[-1].flat[place] = 1
        for direction in directions:
            expected = slope(lambda: loss_from(model, h), param, direction)
            assert (grad * direction).sum() == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_the_loss_falls_along_all_gradients_together_as_fast_as_their_norm_says(model):
    h, eps = model.rnn.h, 1e-6
    before = loss_from(model, h)
    model.backward()
    SGD(eps).update(model.params, model.grads)
    norm = clip_grads(model.grads, np.inf)
    assert (before - loss_from(model, h)) / eps == pytest.approx(norm**2, rel=1e-4)


def test_backward_twice_gives_the_same_gradients(model):
    loss_from(model, model.rnn.h)
    model.backward()
    once = [grad.copy() for grad in model.grads]
    model.backward()
    for grad, expected in zip(model.grads, once, strict=True):
        np.testing.assert_array_equal(grad, expected)


def test_params_and_grads_collected_once_stay_those_the_layers_use(model):
    params, grads = list(model.params), list(model.grads)
    for _ in range(3):
        model.forward(XS, TS)
        model.backward()
        clip_grads(model.grads, 0.1)
        SGD(0.1).update(model.params, model.grads)
    layers = (model.embedding, model.rnn, model.affine, model.loss_layer)
    for own, kept, listed in [
        ([param for layer in layers for param in layer.params], params, model.params),
        ([grad for layer in layers for grad in layer.grads], grads, model.grads),
    ]:
        assert list(map(id, own)) == list(map(id, kept)) == list(map(id, listed))


def test_a_reader_reads_with_the_arrays_themselves_as_the_network_does():
    model = SimpleRnnlm(V, D, H, np.random.default_rng(0))
    reader = Reader(model.params)
    assert all(own is given for own, given in zip(reader.params, model.params, strict=True))
    assert reader.sizes == model.params.sizes == (V, D, H)
    scores = model.affine.forward(model.rnn.forward(model.embedding.forward(XS)))
    for ids, wanted in zip(XS, scores, strict=True):
        np.testing.assert_allclose(reader.scores(reader.read(ids)[0]), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("max_grad", [None, 0.25])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_slow_reference_has_the_same_losses_over_many_updates(ptb, dtype, max_grad):
    model = SimpleRnnlm(ptb.vocabulary.size, 20, 30, np.random.default_rng(5), dtype)
    reference, sgd, clipped = PlainRnnlm(model.params, dtype), SGD(0.5), 0
    for update in range(150):
        xs, ts = bptt_window(ptb.ids, 10, 5, update)
        loss = model.forward(xs, ts)
        model.backward()
        if max_grad is not None:
            clipped += clip_grads(model.grads, max_grad) > max_grad
        sgd.update(model.params, model.grads)
        assert loss == pytest.approx(reference.update(xs, ts, 0.5, max_grad), rel=1e-5)
    np.testing.assert_allclose(model.rnn.h, reference.h, atol=1e-4)
    assert max_grad is None or clipped > 50


@pytest.mark.parametrize(("N", "H"), [(20, 256), (70, 256), (6, 521)])
def test_a_wide_recurrence_has_the_gradients_of_the_slow_reference(N, H):
    rng = np.random.default_rng(6)
    model = SimpleRnnlm(V, D, H, rng, np.float64)
    reference = PlainRnnlm(model.params)
    for _ in range(2):
        xs, ts = rng.integers(V, size=(2, N, 24))
        assert model.forward(xs, ts) == pytest.approx(reference.forward(xs, ts), rel=1e-12)
        model.backward()
        for grad, wanted in zip(model.grads, reference.backward(), strict=True):
            np.testing.assert_allclose(grad, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [1.0, 1e25])
def test_clipping_shortens_all_gradients_together_and_keeps_their_direction(size):
    rng = np.random.default_rng(6)
    grads = [(size * rng.standard_normal(shape)).astype(np.float32) for shape in ((3, 4), (5,))]
    before = np.concatenate([grad.ravel() for grad in grads]).astype(np.float64)
    assert clip_grads(grads, 0.5) == pytest.approx(np.linalg.norm(before), rel=1e-5)
    after = np.concatenate([grad.ravel() for grad in grads])
    np.testing.assert_allclose(after, before * 0.5 / np.linalg.norm(before), rtol=1e-5)


def test_clipping_leaves_gradients_that_are_short_enough():
    grads = [np.array([3.0, 0.0], np.float32), np.array([[4.0]], np.float32)]
    assert clip_grads(grads, 5.0) == 5.0
    assert [grad.ravel().tolist() for grad in grads] == [[3.0, 0.0], [4.0]]


def hidden_states(model, xs):
    return model.rnn.forward(model.embedding.forward(xs))


def test_two_windows_of_two_carry_the_state_like_one_of_four(model):
    model.rnn.h = None
    whole, last = hidden_states(model, XS), model.rnn.h
    model.rnn.h = None
    halves = [hidden_states(model, XS[:, :2]), hidden_states(model, XS[:, 2:])]
    np.testing.assert_allclose(np.concatenate(halves, axis=1), whole, rtol=1e-12)
    np.testing.assert_allclose(model.rnn.h, last, rtol=1e-12)


def test_without_a_carried_state_what_was_read_is_forgotten(model):
    carried = model.forward(XS, TS)
    model.rnn.h = None
    fresh = model.forward(XS, TS)
    assert fresh != carried
    assert fresh == loss_from(model, np.zeros((3, H)))


def test_reading_gives_the_states_and_scores_that_training_sees(model):
    loss = loss_from(model, None, XS[:1], TS[:1])
    model.rnn.h = None
    hs, h = Reader(model.params).read(XS[0])
    np.testing.assert_allclose(hs, hidden_states(model, XS[:1])[0], rtol=1e-12)
    np.testing.assert_array_equal(h, hs[-1])
    p = [softmax(scores)[right] for scores, right in zip(Reader(model.params).scores(hs), TS[0], strict=True)]
    assert loss == pytest.approx(-np.log(p).mean(), rel=1e-12)


def test_reading_goes_on_word_by_word_from_the_state_it_is_given(model):
    assert model.rnn.h.any()
    hs, last = Reader(model.params).read(XS[0])  # starts from zeros, not from the state of training
    h = np.zeros(H)
    for word_id, expected in zip(XS[0], hs, strict=True):
        scores, h = Reader(model.params).step(word_id, h)
        np.testing.assert_allclose(h, expected, rtol=1e-12)
        np.testing.assert_allclose(scores, Reader(model.params).scores(expected), rtol=1e-12)
    np.testing.assert_array_equal(Reader(model.params).after(XS[0].tolist()), Reader(model.params).scores(last))
    _, first = Reader(model.params).read(XS[0, :2])
    np.testing.assert_allclose(Reader(model.params).read(XS[0, 2:], first)[1], last, rtol=1e-12)


def test_reading_between_updates_changes_no_bit_of_training():
    plain, watched = (SimpleRnnlm(V, D, H, np.random.default_rng(7)) for _ in range(2))
    h = np.full(H, 0.5, np.float32)
    for _ in range(20):
        for model in (plain, watched):
            model.forward(XS, TS)
            if model is watched:
                Reader(model.params).step(3, h)
                Reader(model.params).scores(Reader(model.params).read(XS[1], h)[0])
            model.backward()
            SGD(0.5).update(model.params, model.grads)
            if model is watched:
                Reader(model.params).step(3)
    for one, other in zip(plain.params, watched.params, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(plain.rnn.h, watched.rnn.h)
    np.testing.assert_array_equal(h, 0.5)


def test_the_shapes_listed_are_the_shapes_computed(model):
    N, T = XS.shape
    model.rnn.h = None
    vectors = model.embedding.forward(XS)
    hs = model.rnn.forward(vectors)
    scores = model.affine.forward(hs)
    listed = layer_shapes(model.params, N, T)
    assert [name for name, _, _ in listed] == ["TimeEmbedding", "TimeRNN", "TimeAffine", "TimeSoftmaxWithLoss"]
    computed = [XS.shape, vectors.shape, hs.shape, scores.shape, ()]
    assert [takes for _, takes, _ in listed] == computed[:-1]
    assert [gives for _, _, gives in listed] == computed[1:]
