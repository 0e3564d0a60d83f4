"""One draw in numbers: the printed numbers are those of the draw."""

import numpy as np
import pytest

from rnnlm.inference.numbers import in_numbers
from rnnlm.inference.sampling import distribution, draw


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("top_k", [None, 3])
def test_exp_sum_and_p_are_those_of_the_distribution_that_is_drawn_from(temperature, top_k):
    scores = np.random.default_rng(1).normal(size=12).astype(np.float32) * 3
    found = in_numbers(scores, temperature, top_k, skip_ids=[2, 5])
    p = distribution(scores, temperature, top_k, [2, 5])
    assert found.lowered == 0
    assert found.p == pytest.approx(p, rel=1e-12)
    kept = found.exps > 0
    assert found.exps[kept] == pytest.approx(np.exp(scores[kept].astype(float) / temperature), rel=1e-12)
    assert found.total == pytest.approx(found.exps.sum())
    drawn = draw(p, 0.4)
    before = found.edges[drawn.word_id - 1] if drawn.word_id else 0.0
    assert before <= 0.4 < found.edges[drawn.word_id]


def test_scores_too_large_for_exp_are_lowered_and_this_is_shown():
    found = in_numbers(np.array([900.0, 899.0, -1.0]))
    assert found.lowered == 200
    assert np.isfinite(found.total)
    assert found.p[:2] == pytest.approx([1 / (1 + np.exp(-1)), np.exp(-1) / (1 + np.exp(-1))])
