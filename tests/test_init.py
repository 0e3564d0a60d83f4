"""Initial weights other than the book's."""

from dataclasses import replace

import numpy as np

from rnnlm.inference.reader import Reader
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.params import start_otherwise
from rnnlm.training.build import initial_model
from tests.reference import softmax

V, H = 11, 6


def test_the_recurrence_may_start_as_a_rotation_or_small():
    book, rotated, small = (SimpleRnnlm(V, H, H, np.random.default_rng(0), np.float64) for _ in range(3))
    start_otherwise(rotated.params, "orthogonal", np.random.default_rng(1))
    start_otherwise(small.params, "small", np.random.default_rng(1))
    np.testing.assert_allclose(rotated.params[2] @ rotated.params[2].T, 0.95**2 * np.eye(H), atol=1e-12)
    np.testing.assert_allclose(small.params[2], book.params[2] / 10)
    for model in (rotated, small):
        assert 0.08 < np.abs(model.params[0]).max() <= 0.1


def test_before_any_training_a_unigram_bias_expects_words_as_often_as_they_occur(small, toy):
    model = initial_model(replace(small, unigram_bias=True), toy)
    frequencies = (toy.vocabulary.counts + 0.5) / (toy.vocabulary.counts + 0.5).sum()
    np.testing.assert_allclose(softmax(Reader(model.params).scores(np.zeros(12))), frequencies, rtol=1e-5)
