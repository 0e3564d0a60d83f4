"""Guess first: the places asked, the score of a guess, and the uncertainty of ten words."""

import math

import numpy as np
import pytest

from rnnlm.data.corpus import corpus_of
from rnnlm.data.ptb import load_ptb
from rnnlm.inference.guessing import guess_distribution, interval, lead, pick_places, score


@pytest.fixture(scope="module")
def valid():
    """PTB valid in the vocabulary of train's first words, so that many are `<unk>`."""
    return load_ptb("valid").read_with(load_ptb("train", words=200_000).vocabulary)[0]


@pytest.mark.parametrize("seed", range(20))
def test_places_are_known_words_after_the_beginning_of_a_sentence(valid, seed):
    places = pick_places(valid, np.random.default_rng(seed))
    words = valid.vocabulary.words
    assert len(places) == 10
    sentences = set()
    for place in places:
        context = [words[i] for i in place.context]
        assert 8 <= len(context) <= 12
        assert not {"<unk>", "<eos>"} & {*context, words[place.word_id]}
        assert valid.ids[place.at] == place.word_id
        start = place.at - len(context)
        assert valid.ids[start : place.at].tolist() == place.context.tolist()
        assert start == 0 or words[valid.ids[start - 1]] == "<eos>"
        sentences.add(start)
    assert len(sentences) == 10


def test_equal_seeds_pick_equal_places_and_others_pick_others(valid):
    at = [[place.at for place in pick_places(valid, np.random.default_rng(seed))] for seed in (1, 1, 2)]
    assert at[0] == at[1] != at[2]


def test_every_place_that_may_be_asked_for_can_be_picked():
    sentences = ["a b c <eos>", "a <unk> c d e <eos>", "e d c b a <eos>", "<unk> a b c d <eos>", "a b c d"]
    corpus = corpus_of(" ".join(sentences).split(), None, "sentences")
    picked = {
        (len(place.context), place.at)
        for seed in range(60)
        for place in pick_places(corpus, np.random.default_rng(seed), rounds=2, shortest=2, longest=3)
    }
    assert picked == {(2, 2), (2, 12), (3, 13), (2, 24), (3, 25)}
    with pytest.raises(ValueError, match="at most 3, got 4: only 3 sentences in sentences begin with more than 2"):
        pick_places(corpus, np.random.default_rng(0), rounds=4, shortest=2)


def test_a_text_without_ends_is_one_sentence():
    corpus = corpus_of(list("abcdef"), None, "letters")
    (place,) = pick_places(corpus, np.random.default_rng(0), rounds=1, shortest=5)
    assert (place.at, place.context.tolist(), place.word_id) == (5, [0, 1, 2, 3, 4], 5)


def test_a_guess_gets_what_one_is_sure_of_and_the_others_share_the_rest():
    counts = np.array([10, 30, 60, 0])
    np.testing.assert_allclose(guess_distribution(counts, 1, 0.3), [0.1, 0.3, 0.6, 0])
    np.testing.assert_allclose(guess_distribution(counts, 2, 0.2), [0.2, 0.6, 0.2, 0])
    np.testing.assert_allclose(guess_distribution(counts, 3, 0.5), [0.05, 0.15, 0.3, 0.5])
    np.testing.assert_allclose(guess_distribution(counts), [0.1, 0.3, 0.6, 0])
    assert counts.tolist() == [10, 30, 60, 0]


@pytest.mark.parametrize("sure", [1e-9, 0.01, 0.5, 0.999])
def test_whatever_one_says_probabilities_sum_to_one(ptb, sure):
    for guess in (0, 17, 417):
        p = guess_distribution(ptb.vocabulary.counts, guess, sure)
        assert p.sum() == pytest.approx(1)
        assert p[guess] == sure
        assert p.min() > 0


@pytest.mark.parametrize("sure", [0, 1, -0.1, 1.5, math.nan])
def test_nobody_is_certain(sure):
    with pytest.raises(ValueError, match=r"sure must be above 0 and below 1, got"):
        guess_distribution(np.array([1, 2]), 0, sure)


def test_a_guess_needs_another_word_beside_it():
    with pytest.raises(ValueError, match="at least two words"):
        guess_distribution(np.array([0, 2]), 1, 0.5)


def test_a_score_is_bits_in_all_and_a_perplexity_with_its_limits():
    found = score(np.array([1 / 2, 1 / 8, 1 / 32]))
    assert found.bits == 9
    assert found.perplexity == pytest.approx(8)  # of 1, 3 and 5 bits the mean is 3, s is 2, t for three words 4.303
    assert found.high == pytest.approx(2 ** (3 + 4.303 * 2 / math.sqrt(3)))
    assert found.low == 1  # 3 - 4.97 bits would be less than none
    alike = score(np.full(10, 1 / 4))
    assert (alike.low, alike.perplexity, alike.high) == pytest.approx((4, 4, 4))


def test_one_word_says_nothing_of_the_others():
    assert (score(np.array([0.5])).low, score(np.array([0.5])).high) == (1, math.inf)
    with pytest.raises(ValueError, match="at least one word"):
        score(np.array([]))


@pytest.mark.parametrize("words", range(2, 11))
def test_ninety_five_of_a_hundred_intervals_hold_the_true_mean(words):
    rng = np.random.default_rng(words)
    found = [interval(values) for values in rng.normal(5, 2, (4000, words))]
    assert sum(each.low <= 5 <= each.high for each in found) / 4000 == pytest.approx(0.95, abs=0.015)


def test_a_lead_is_taken_word_by_word():
    # Words of very different difficulty, and one player a bit better at each: no score tells them apart, the lead does.
    other = 2.0 ** -np.arange(1, 11)
    better = other * 2.0 ** np.array([1, 1.2, 0.8, 1, 1, 1.1, 0.9, 1, 1, 1])
    found = lead(better, other)
    assert found.mean == pytest.approx(1)
    assert 0.9 < found.low < 1 < found.high < 1.1
    assert not found.is_zero_within
    assert score(better).high > score(other).perplexity > score(better).low
    back = lead(other, better)
    assert (back.mean, back.low, back.high) == pytest.approx((-found.mean, -found.high, -found.low))
    assert lead(other, other[::-1]).is_zero_within
