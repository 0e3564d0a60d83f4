"""The neural cache, compared with its formula and checked for its properties."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from rnnlm.data.ptb import load_ptb
from rnnlm.inference.neural_cache import Caching, NeuralCache, cached_surprisals, mixed_after
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import CHUNK, perplexity_of, word_surprisals
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.storage.pretrained import load_network
from tests.reference import softmax

V = 9
ASSETS = Path(__file__).parents[1] / "assets"


@pytest.fixture(scope="module")
def reader():
    """A network of 9 words with opinions."""
    rng = np.random.default_rng(0)
    model = SimpleRnnlm(V, 4, 6, rng)
    return Reader([(param + rng.standard_normal(param.shape)).astype(np.float32) for param in model.params])


def text(words, seed=1):
    return np.random.default_rng(seed).integers(0, V, words)


def read(reader, ids, **choices):
    """A cache that has read these words one by one, and the network's distribution after them."""
    cache, h = NeuralCache(Caching(**choices)), None
    for i in ids:
        hs, h = reader.read(np.array([i]), h)
        cache = cache.read(np.array([i]), hs)
    return cache, softmax(reader.scores(h).astype(np.float64))


def by_formula(reader, ids, size, theta):
    """p_cache (V,) after these words: the sum over the last pairs of a state and its next word, one at a time."""
    hs = reader.read(np.asarray(ids))[0].astype(np.float64)
    p = np.zeros(V)
    for i in list(range(len(ids) - 1))[-size:]:
        p[ids[i + 1]] += np.exp(theta * hs[-1] @ hs[i])
    return p / p.sum()


@pytest.mark.parametrize(
    ("words", "size", "theta"), [(2, 5, 0.3), (5, 5, 0.3), (6, 5, 2.0), (40, 7, 1.0), (40, 1, 1.0)]
)
def test_the_cache_is_its_formula(reader, words, size, theta):
    cache, _ = read(reader, text(words), cache=size, theta=theta)
    np.testing.assert_allclose(cache.p(V), by_formula(reader, text(words), size, theta), rtol=1e-4, atol=1e-7)
    assert len(cache) == min(size, words - 1)


def test_theta_0_counts_the_last_words(reader):
    cache, _ = read(reader, text(40), cache=10, theta=0.0)
    np.testing.assert_allclose(cache.p(V), np.bincount(text(40)[-10:], minlength=V) / 10)


def test_very_similar_states_do_not_overflow_exp(reader):
    cache = NeuralCache(Caching(theta=10.0)).read(text(9), np.full((9, 600), 0.99))
    assert cache.p(V).sum() == pytest.approx(1)


def test_words_may_be_read_in_pieces_of_any_length(reader):
    ids, choices = text(30), Caching(cache=12)
    hs = reader.read(ids)[0]
    whole = NeuralCache(choices).read(ids, hs)
    for cuts in ([7], [1, 2], [3, 3, 20], range(1, 30)):
        cache = NeuralCache(choices)
        for part in np.split(np.arange(30), list(cuts)):
            cache = cache.read(ids[part], hs[part])
        np.testing.assert_array_equal(cache.states, whole.states)
        np.testing.assert_array_equal(cache.next_ids, whole.next_ids)
        np.testing.assert_array_equal(cache.h, whole.h)


def test_the_mixture_is_a_distribution_and_says_what_the_cache_gave(reader):
    cache, p = read(reader, text(40), cache=10, theta=0.5, share=0.3)
    mixture = cache.mixed(p)
    np.testing.assert_allclose(mixture.p, 0.7 * p + 0.3 * cache.p(V))
    np.testing.assert_allclose(mixture.from_cache, 0.3 * cache.p(V))
    assert mixture.p.sum() == pytest.approx(1)


def test_share_0_is_the_network_and_share_1_the_cache(reader):
    cache, p = read(reader, text(40), share=0.0)
    np.testing.assert_allclose(cache.mixed(p).p, p)
    cache, p = read(reader, text(40), share=1.0)
    np.testing.assert_allclose(cache.mixed(p).p, cache.p(V))
    ids = text(CHUNK + 40)
    plain = word_surprisals(reader, ids)
    np.testing.assert_allclose(cached_surprisals(reader, ids, Caching(share=0.0)), plain, rtol=1e-9)


def test_a_name_read_twice_rises_with_every_reading(reader):
    name, others = 8, [0, 1, 2, 3]
    shares = [read(reader, others + [name, *others] * n)[0].mixed(np.full(V, 1 / V)).p[name] for n in range(3)]
    assert shares[0] < shares[1] < shares[2]


def test_after_no_word_or_one_word_the_cache_gives_nothing(reader):
    for cache in (NeuralCache(), read(reader, [3])[0]):
        p = np.full(V, 1 / V)
        np.testing.assert_array_equal(cache.mixed(p).p, p)
        assert not cache.mixed(p).from_cache.any()
        with pytest.raises(ValueError, match="remembers no words"):
            cache.p(V)


def test_reading_leaves_the_cache_before_as_it_was(reader):
    before, _ = read(reader, text(5))
    states = before.states.copy()
    hs = reader.read(text(5))[0]
    after = before.read(text(5), hs)
    hs.fill(0)
    np.testing.assert_array_equal(before.states, states)
    assert len(before) == 4
    assert after.states[5:].all()


@pytest.mark.parametrize("words", [2, 3, CHUNK, CHUNK + 1, CHUNK + 2, CHUNK + 90])
def test_a_text_at_once_is_the_text_word_by_word_across_the_chunks(reader, words):
    ids, choices = text(words), Caching(cache=50, theta=0.4, share=0.25)
    bits, cache, h = [], NeuralCache(choices), None
    for now, after in itertools.pairwise(ids):
        hs, h = reader.read(np.array([now]), h)
        cache = cache.read(np.array([now]), hs)
        bits.append(-np.log2(cache.mixed(softmax(reader.scores(h).astype(np.float64))).p[after]))
    np.testing.assert_allclose(cached_surprisals(reader, ids, choices), bits, rtol=1e-4, atol=1e-5)
    ahead = cached_surprisals(reader, ids[1:], choices, before=int(ids[0]))
    np.testing.assert_array_equal(ahead, cached_surprisals(reader, ids, choices))


def test_a_text_of_one_word_has_no_surprisals(reader):
    assert cached_surprisals(reader, text(1), Caching()).shape == (0,)


@pytest.mark.parametrize(("choices", "rule"), [({"cache": 0}, "cache must"), ({"share": 1.1}, "share must")])
def test_impossible_options_are_refused(choices, rule):
    with pytest.raises(ValueError, match=rule):
        Caching(**choices)


def test_the_network_of_all_of_ptb_gains_by_a_cache_on_text_it_has_not_read():
    network = load_network(ASSETS / "ptb_network.npz")
    ids = load_ptb("valid").read_with(network.vocabulary)[0].ids[:2000]
    plain, cached = word_surprisals(network.reader, ids), cached_surprisals(network.reader, ids, Caching())
    assert perplexity_of(cached) < 0.95 * perplexity_of(plain)


@pytest.mark.parametrize("forgotten", [0, 1, 7, 19, 30])
def test_the_words_after_a_text_follow_from_the_network_and_the_remembered_text(reader, forgotten):
    ids, share, theta = text(20), 0.3, 0.5
    mixture, p = mixed_after(reader, ids, Caching(share=share, theta=theta), forgotten)
    np.testing.assert_allclose(p, softmax(reader.after(ids).astype(np.float64)), rtol=1e-6)
    remembered = max(0, len(ids) - 1 - forgotten)
    if remembered:
        given = share * by_formula(reader, ids, remembered, theta)
        np.testing.assert_allclose(mixture.from_cache, given, rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(mixture.p, (1 - share) * p + given, rtol=1e-4)
    else:
        assert (mixture.p == p).all()
        assert not mixture.from_cache.any()


def test_a_text_has_at_least_a_word(reader):
    with pytest.raises(ValueError, match="at least one word"):
        mixed_after(reader, [], Caching())
