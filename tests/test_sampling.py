"""From scores to words: the distribution, the draw, and the sampler that writes word by word."""

import tracemalloc

import numpy as np
import pytest

from rnnlm.data.writing import as_text
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import Sampler, cumulative, distribution, draw, times_drawn
from rnnlm.inference.strip import drawn_from, pieces
from rnnlm.nn.model import SimpleRnnlm
from tests.reference import frequencies_fit, softmax

SCORES = np.array([2.0, -1.0, 0.5, 2.0, 0.0, -3.0, 1.0, 0.5], np.float32)
ALMOST_ONE = np.nextafter(1.0, 0.0)


@pytest.fixture
def model():
    """A network of 12 words with preferences."""
    model = SimpleRnnlm(12, 6, 8, np.random.default_rng(0))
    for param in model.params:
        param *= 3
    return model


@pytest.fixture
def sampler(model):
    return Sampler(model, 3, np.random.default_rng(1))


def some_distributions():
    """Distributions of many shapes, with words that cannot be drawn at the start, the end and between."""
    rng = np.random.default_rng(2)
    for size in (1, 2, 5, 50, 1000):
        for sharpness in (0.1, 1, 10):
            p = softmax(sharpness * rng.standard_normal(size))
            p[rng.random(size) < 0.3] = 0
            p[: size // 4] = p[size - size // 4 :] = 0
            if p.any():
                yield p / p.sum()


def test_the_distribution_is_the_softmax_of_the_scores():
    p = distribution(SCORES)
    assert p.dtype == np.float64
    assert p.sum() == pytest.approx(1, abs=1e-15)
    np.testing.assert_allclose(p, np.exp(SCORES) / np.exp(SCORES).sum(), rtol=1e-6)
    np.testing.assert_allclose(distribution(SCORES + 5000), p, rtol=1e-3)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1.0, 2.0, 5.0])
def test_a_temperature_divides_the_scores(temperature):
    p = distribution(SCORES, temperature)
    np.testing.assert_allclose(np.log(p[2] / p[4]), 0.5 / temperature, rtol=1e-12)
    np.testing.assert_allclose(p, softmax(SCORES.astype(float) / temperature), rtol=1e-12)


def test_low_temperature_leaves_only_the_best_words_and_high_temperature_makes_all_equal():
    np.testing.assert_allclose(distribution(SCORES, 0.001), [0.5, 0, 0, 0.5, 0, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(distribution(SCORES, 1e9), 1 / 8, rtol=1e-7)


@pytest.mark.parametrize("temperature", [0, -1, np.nan])
def test_a_temperature_that_is_not_positive_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature must be above 0, got"):
        distribution(SCORES, temperature)


def test_top_k_keeps_the_k_best_the_lower_id_first_among_equals():
    for k, kept in [(1, [0]), (2, [0, 3]), (3, [0, 3, 6]), (4, [0, 2, 3, 6]), (5, [0, 2, 3, 6, 7])]:
        p = distribution(SCORES, top_k=k)
        assert np.flatnonzero(p).tolist() == kept
        np.testing.assert_allclose(p[kept], softmax(SCORES[kept]), rtol=1e-6)
    for k in (8, 9, 1000):
        np.testing.assert_array_equal(distribution(SCORES, top_k=k), distribution(SCORES))
    many_equals = np.random.default_rng(8).integers(0, 3, 500)
    for k in (1, 40, 250):
        kept = sorted(range(500), key=lambda i: (-many_equals[i], i))[:k]
        assert np.flatnonzero(distribution(many_equals, top_k=k)).tolist() == sorted(kept)
    with pytest.raises(ValueError, match="top_k must be at least 1, got 0"):
        distribution(SCORES, top_k=0)


def test_top_k_counts_only_words_that_may_be_drawn():
    assert np.flatnonzero(distribution(SCORES, top_k=2, skip_ids=[0, 6])).tolist() == [2, 3]
    assert np.flatnonzero(distribution(SCORES, top_k=7, skip_ids=[0, 6])).tolist() == [1, 2, 3, 4, 5, 7]


def test_at_least_one_word_must_be_left():
    assert distribution(SCORES, skip_ids=[0, 1, 2, 3, 4, 5, 7]).tolist() == [0, 0, 0, 0, 0, 0, 1, 0]
    with pytest.raises(ValueError, match="every word of the vocabulary is on the skip list"):
        distribution(SCORES, skip_ids=range(8))


def test_the_scores_are_left_as_they_were():
    scores = SCORES.astype(np.float64)
    distribution(scores, 1.0, top_k=2, skip_ids=[0])
    np.testing.assert_array_equal(scores, SCORES)


def test_drawing_again_whenever_a_skipped_word_comes_up_is_removing_it():
    skip = [0, 4, 6]
    everything, without = distribution(SCORES), distribution(SCORES, skip_ids=skip)
    # The probability of word k after any number of skipped words is a geometric series.
    again = everything[skip].sum()
    expected = everything / (1 - again)
    expected[skip] = 0
    np.testing.assert_allclose(without, expected, rtol=1e-12)

    rng, counts = np.random.default_rng(3), np.zeros(8)
    for _ in range(20_000):
        word_id = draw(everything, rng.random()).word_id
        while word_id in skip:
            word_id = draw(everything, rng.random()).word_id
        counts[word_id] += 1
    assert frequencies_fit(counts, without)
    assert not frequencies_fit(counts, distribution(SCORES, 1.1, skip_ids=skip))


def test_words_are_drawn_as_often_as_their_probabilities_say():
    p, rng = distribution(SCORES, 0.7, top_k=6), np.random.default_rng(4)
    ids = [draw(p, rng.random()).word_id for _ in range(20_000)]
    assert frequencies_fit(np.bincount(ids, minlength=8), p)


def test_a_draw_is_the_choice_of_numpy_with_the_same_luck():
    ours, numpys = np.random.default_rng(5), np.random.default_rng(5)
    for p in some_distributions():
        for _ in range(200):
            assert draw(p, ours.random()).word_id == numpys.choice(len(p), p=p)
    assert ours.bit_generator.state == numpys.bit_generator.state


def test_u_always_falls_into_the_part_of_a_word_that_can_be_drawn():
    rng = np.random.default_rng(6)
    for p in some_distributions():
        edges = cumulative(p)
        assert edges[-1] == 1
        for u in (0.0, ALMOST_ONE, *rng.random(50), *edges[edges < 1][:50], *np.nextafter(edges[edges > 0], 0)[:50]):
            drawn = draw(p, u)
            assert drawn.lo <= u < drawn.hi
            assert drawn.u == u
            assert drawn.hi - drawn.lo == pytest.approx(p[drawn.word_id], abs=1e-12)
            assert drawn.probability == p[drawn.word_id] > 0


def test_rank_one_is_the_most_probable_word_and_equals_share_their_rank():
    p = np.array([0.1, 0.4, 0.1, 0.3, 0.1])
    drawn = [draw(p, u) for u in (0.05, 0.3, 0.55, 0.8, 0.95)]
    assert [d.word_id for d in drawn] == [0, 1, 2, 3, 4]
    assert [d.rank for d in drawn] == [3, 1, 3, 2, 3]
    assert drawn[1].surprisal == pytest.approx(-np.log2(0.4))


def test_the_parts_of_a_picture_follow_each_other_from_0_to_1_and_name_every_word_once():
    rng = np.random.default_rng(7)
    for p in some_distributions():
        drawn = draw(p, rng.random())
        parts = pieces(p, drawn.word_id, narrowest=0.05)
        assert [i for part in parts for i in part.word_ids] == np.flatnonzero(p).tolist()
        assert [part.lo for part in parts] == [0.0, *(part.hi for part in parts[:-1])]
        assert parts[-1].hi == 1
        (own,) = [part for part in parts if drawn.word_id in part.word_ids]
        assert (own.word_ids, own.lo, own.hi) == ((drawn.word_id,), drawn.lo, drawn.hi)
        for part in parts:
            assert part.hi - part.lo == pytest.approx(p[list(part.word_ids)].sum(), abs=1e-12)
            assert len(part.word_ids) == 1 or (p[list(part.word_ids)] < 0.05).all()
        wide = [part.word_ids for part in parts if len(part.word_ids) == 1]
        assert {(i,) for i in np.flatnonzero(p >= 0.05)} <= set(wide)


def test_the_sampler_writes_what_the_loop_of_the_book_writes(model, sampler):
    rng, ids, h = np.random.default_rng(1), [3], None
    while len(ids) < 100:
        scores, h = Reader(model.params).step(ids[-1], h)
        ids.append(int(rng.choice(12, p=softmax(scores))))
    for _ in range(99):
        sampler.step()
    assert sampler.ids == ids


def test_the_sampler_starts_after_all_of_its_first_words(model):
    h = None
    for word_id in (3, 1, 4):
        scores, h = Reader(model.params).step(word_id, h)
    sampler = Sampler(model, [3, 1, 4], np.random.default_rng(1), temperature=0.5, top_k=4, skip_ids=[2])
    drawn = sampler.step()
    np.testing.assert_allclose(sampler.distribution_of(0), distribution(scores, 0.5, 4, [2]), rtol=1e-5)
    assert sampler.ids == [3, 1, 4, drawn.word_id]


def test_skipped_words_are_never_written_and_top_one_is_always_the_best(model):
    sampler = Sampler(model, 3, np.random.default_rng(1), skip_ids=[0, 5])
    best = Sampler(model, 3, np.random.default_rng(1), top_k=1)
    for _ in range(300):
        assert sampler.step().word_id not in (0, 5)
        assert best.step().probability == 1


def test_sampling_leaves_the_network_and_the_state_it_carries(model):
    model.forward(np.array([[1, 2]]), np.array([[2, 3]]))
    kept = [array.copy() for array in (*model.params, model.rnn.h)]
    sampler = Sampler(model, 3, np.random.default_rng(1))
    for _ in range(10):
        sampler.step()
    for array, before in zip((*model.params, model.rnn.h), kept, strict=True):
        np.testing.assert_array_equal(array, before)


def test_the_same_luck_writes_the_same_text(model):
    once, again = (Sampler(model, 3, np.random.default_rng(5)) for _ in range(2))
    for _ in range(20):
        before, after = once.step(), again.step()
        assert (after.word_id, after.u, after.lo, after.hi) == (before.word_id, before.u, before.lo, before.hi)
    assert once.ids == again.ids


def test_another_temperature_meets_the_same_luck_with_another_distribution(model):
    before = Sampler(model, 3, np.random.default_rng(5))
    after = Sampler(model, 3, np.random.default_rng(5), temperature=0.3)
    p = after.next_distribution
    assert after.step().u == before.step().u
    np.testing.assert_allclose(p, distribution(Reader(model.params).step(3)[0], 0.3), rtol=1e-5)


def test_what_a_step_drew_from_is_found_again_to_the_last_digit(model):
    sampler = Sampler(model, [3, 1], np.random.default_rng(9), temperature=0.8, top_k=7, skip_ids=[2])
    drawn_from, draws = [], []
    for _ in range(30):
        drawn_from.append(sampler.next_distribution)
        draws.append(sampler.step())
    after = [sampler.distribution_of(i) for i in range(30)]
    np.testing.assert_array_equal(after, drawn_from)
    assert [draw(p, drawn.u) for p, drawn in zip(after, draws, strict=True)] == draws
    for step in (-1, 30):
        with pytest.raises(ValueError, match="step must be one of the 30 steps made"):
            sampler.distribution_of(step)


def test_memory_does_not_grow_with_what_is_written():
    model = SimpleRnnlm(5000, 4, 4, np.random.default_rng(0))
    sampler = Sampler(model, 3, np.random.default_rng(1))
    sampler.step()
    tracemalloc.start(25)
    for _ in range(200):
        sampler.step()
    ours = [tracemalloc.Filter(True, "*/rnnlm/inference/sampling.py", all_frames=True)]  # and no other thread's
    kept = sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces(ours).traces)
    tracemalloc.stop()
    assert kept < 5000 * 8  # not one distribution, and certainly not two hundred


def test_a_text_needs_a_word_to_start_from(model):
    with pytest.raises(ValueError, match="at least one word to start from"):
        Sampler(model, [], np.random.default_rng(5))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("you say <eos> hello", "you say.\nhello"),
        ("you say <eos> hello <eos>", "you say.\nhello.\n"),
        ("you", "you"),
    ],
)
def test_text_is_printed_with_a_full_stop_and_a_new_line_for_eos(words, text):
    assert as_text(words.split()) == text


def test_a_number_given_by_hand_takes_the_place_of_one_step_s_luck_and_leaves_all_others_theirs(model):
    lucky, by_hand = (Sampler(model, 3, np.random.default_rng(1)) for _ in range(2))
    us = [lucky.step().u for _ in range(5)]
    given = [None, 0.25, None, 0.0, None]
    draws = []
    for u in given:
        p = by_hand.next_distribution
        draws.append(by_hand.step(u))
        assert draws[-1] == draw(p, draws[-1].u)
    assert [drawn.u for drawn in draws] == [luck if u is None else u for luck, u in zip(us, given, strict=True)]


def test_words_are_drawn_as_often_as_they_are_probable():
    for p in some_distributions():
        times = times_drawn(p, 2000, np.random.default_rng(3))
        assert times.shape == p.shape
        assert times.sum() == 2000
        assert not times[p == 0].any()
        assert (np.abs(times - 2000 * p) <= 6 * np.sqrt(2000 * p * (1 - p)) + 1).all()


@pytest.mark.parametrize(("temperature", "top_k", "skip_ids"), [(1.0, None, []), (0.5, 3, [0]), (2.5, None, [1, 3])])
def test_a_model_without_scores_is_drawn_from_like_one_with_scores(temperature, top_k, skip_ids):
    p = drawn_from(distribution(SCORES), temperature, top_k, skip_ids)
    np.testing.assert_allclose(p, distribution(SCORES, temperature, top_k, skip_ids), atol=1e-12)


def test_a_word_without_probability_gets_none_and_at_least_one_word_must_remain():
    p = np.array([0.5, 0.0, 0.5])
    np.testing.assert_allclose(drawn_from(p, 2.0, None, [0]), [0, 0, 1])
    with pytest.raises(ValueError, match="leave at least one to draw"):
        drawn_from(p, 1.0, None, [0, 2])
