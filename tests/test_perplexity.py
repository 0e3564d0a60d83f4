"""Perplexity: its meaning, scoring of texts, and counting models."""

import itertools
import math

import numpy as np
import pytest

from rnnlm.data.corpus import Corpus
from rnnlm.data.own_text import load_text
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.inference.baselines import baselines
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import CHUNK, evaluate, perplexity, perplexity_of_probability, word_surprisals
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.training.trainer import Trainer
from tests.reference import softmax


@pytest.fixture
def model():
    """A network of 9 words with strong preferences: large scores, in float32."""
    model = SimpleRnnlm(9, 4, 6, np.random.default_rng(0))
    for param in model.params:
        param += np.random.default_rng(1).standard_normal(param.shape).astype(np.float32)
    return model


def stepwise_bits(model, ids):
    """-log2 of the probability of each word after the first, by one `step` a word."""
    bits, h = [], None
    for word_id, after in itertools.pairwise(ids):
        scores, h = Reader(model.params).step(word_id, h)
        bits.append(-np.log2(softmax(scores)[after]))
    return np.array(bits)


@pytest.mark.parametrize(("p", "branches"), [(0.8, 1.25), (0.2, 5), (1, 1), (1 / 418, 418)])
def test_the_perplexity_of_one_word_is_its_inverse_probability(p, branches):
    assert perplexity_of_probability(p) == pytest.approx(branches)
    assert perplexity(-math.log(p)) == pytest.approx(branches)


def test_the_perplexity_of_several_words_is_exp_of_their_mean_loss():
    losses = -np.log([0.8, 0.2, 0.5])
    assert perplexity(losses.mean()) == pytest.approx((1.25 * 5 * 2) ** (1 / 3))


def test_a_loss_too_large_for_its_exp_is_infinite_perplexity():
    assert perplexity(708.0) == math.exp(708.0)
    assert perplexity(1e4) == perplexity(math.inf) == math.inf
    assert not math.isfinite(perplexity(math.nan))


def test_a_network_that_finds_all_words_equally_likely_has_perplexity_v():
    model = SimpleRnnlm(9, 4, 6)
    for param in model.params:
        param.fill(0)
    ids = np.random.default_rng(2).integers(0, 9, 50)
    np.testing.assert_allclose(word_surprisals(model, ids), math.log2(9), rtol=1e-6)
    corpus = Corpus(ids, Vocabulary("abcdefghi"), "letters")
    assert evaluate(model, corpus) == pytest.approx(9, rel=1e-6)


@pytest.mark.parametrize("words", [2, 3, CHUNK, CHUNK + 1, CHUNK + 2, 2 * CHUNK + 1, 2 * CHUNK + 90])
def test_surprisals_are_those_of_reading_word_by_word_across_the_chunks(model, words):
    ids = np.random.default_rng(3).integers(0, 9, words)
    np.testing.assert_allclose(word_surprisals(model, ids), stepwise_bits(model, ids), rtol=1e-4, atol=1e-5)


def test_a_word_read_ahead_has_every_word_scored(model):
    ids = np.random.default_rng(4).integers(0, 9, CHUNK)
    bits = word_surprisals(model, ids, before=7)
    assert bits.shape == ids.shape
    np.testing.assert_allclose(bits, stepwise_bits(model, [7, *ids]), rtol=1e-4, atol=1e-5)


def test_evaluate_scores_every_word_of_one_stream_that_starts_after_eos(model):
    ids = np.random.default_rng(5).integers(0, 9, 400)
    corpus = Corpus(ids, Vocabulary(["a", "b", "c", "<eos>", "d", "e", "f", "g", "h"]), "letters")
    expected = 2 ** stepwise_bits(model, [3, *ids]).mean()
    assert evaluate(model, corpus) == pytest.approx(expected, rel=1e-5)


def test_evaluate_cannot_score_the_first_word_if_there_is_no_eos(model):
    ids = np.random.default_rng(6).integers(0, 9, 400)
    expected = 2 ** stepwise_bits(model, ids).mean()
    assert evaluate(model, Corpus(ids, Vocabulary("abcdefghi"), "letters")) == pytest.approx(expected, rel=1e-5)


def test_scoring_leaves_the_network_and_the_state_it_carries(model, toy):
    model.forward(np.array([[1, 2]]), np.array([[2, 3]]))
    kept = [array.copy() for array in (*model.params, model.rnn.h)]
    word_surprisals(model, np.arange(9), before=0)
    for array, before in zip((*model.params, model.rnn.h), kept, strict=True):
        np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize(
    ("words", "unigram", "bigram"),
    [
        ("ababab", (5 / 3) ** (3 / 5) * (5 / 2) ** (2 / 5), 1.0),
        ("aabb", 3 ** (1 / 3) * (3 / 2) ** (2 / 3), 2 ** (2 / 3)),
        ("abcabcabca", 3.0, 1.0),
    ],
)
def test_baselines_are_the_counts_worked_out_by_hand(words, unigram, bigram):
    # ababab predicts b a b a b: b 3/5, a 2/5, and each follows for sure.
    # aabb predicts a b b: b 2/3, a 1/3; after a come a and b alike (2 words), after b always b.
    found = baselines(corpus_of(words))
    assert found.uniform == len(set(words))
    assert found.unigram == pytest.approx(unigram, rel=1e-12)
    assert found.bigram == pytest.approx(bigram, rel=1e-12)


def corpus_of(letters):
    """Letters as words, without an `<eos>`."""
    vocabulary = Vocabulary(dict.fromkeys(letters))
    return Corpus(np.array(vocabulary.ids(letters), np.int32), vocabulary, "letters")


def test_knowing_more_of_the_text_never_costs(ptb, toy):
    rng = np.random.default_rng(7)
    texts = [ptb, toy, *(corpus_of(rng.choice(list("abcdefgh"), size=size)) for size in (2, 3, 10, 100, 5000))]
    for corpus in texts:
        found = baselines(corpus)
        assert 1 - 1e-9 <= found.bigram <= found.unigram * (1 + 1e-9)
        assert found.unigram <= found.uniform * (1 + 1e-9)
        assert found.uniform == corpus.vocabulary.size


def test_baselines_are_the_perplexity_of_the_relative_frequencies(toy):
    ids = toy.ids.tolist()
    pairs = list(itertools.pairwise(ids))
    after = [b for _, b in pairs]
    unigram = [after.count(b) / len(after) for b in after]
    bigram = [pairs.count(pair) / ids[:-1].count(pair[0]) for pair in pairs]
    assert baselines(toy).unigram == pytest.approx(math.exp(-np.log(unigram).mean()), rel=1e-9)
    assert baselines(toy).bigram == pytest.approx(math.exp(-np.log(bigram).mean()), rel=1e-9)


def test_a_text_that_goes_round_in_a_circle_is_learned_to_perplexity_one():
    corpus = load_text("a b c d e f g " * 60)
    experiment = Experiment(corpus="text", words=400, wordvec_size=10, hidden_size=20, batch_size=4, lr=1.0, epochs=20)
    trainer = Trainer(experiment, corpus)
    assert evaluate(trainer.model, corpus) > 5
    trainer.run()
    assert 1 <= trainer.history[-1].perplexity < 1.05
    bits = word_surprisals(trainer.model, corpus.ids[:-1])  # the last word is the only <eos>
    assert perplexity(bits.mean() * math.log(2)) < 1.05
