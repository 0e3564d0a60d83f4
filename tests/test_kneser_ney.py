"""Kneser-Ney, compared with its formula in dictionaries and checked as a distribution."""

from collections import Counter

import numpy as np
import pytest

from rnnlm.data.corpus import corpus_of
from rnnlm.data.grammar import toy_corpus
from rnnlm.inference.kneser_ney import KneserNey
from rnnlm.inference.scoring import perplexity_of
from rnnlm.serving.worker.protocol import corpus_parts
from rnnlm.serving.worker.questions import count_ngrams, levels_from


class Slow:
    """p(w | c) by recursion over counted tuples, as in the formula."""

    def __init__(self, ids, V, order):
        self.V, self.counts = V, {}
        grams = {n: [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)] for n in range(1, order + 2)}
        for n in range(1, order + 1):
            longer = {gram[1:] for gram in grams[n + 1]} if n < order else set()
            left = Counter(gram[1:] for gram in set(grams[n + 1]))
            self.counts[n] = Counter(grams[n]) if n == order else Counter({gram: left[gram] for gram in longer})

    def discount(self, n, count):
        of = Counter(self.counts[n].values())
        Y = of[1] / (of[1] + 2 * of[2]) if of[1] else 0.5
        k = min(count, 3)
        D = k - (k + 1) * Y * of[k + 1] / of[k] if of[k] and of[k + 1] else Y
        return D if D > 0 else Y

    def p(self, context, word):
        if context is None:
            return 1 / self.V
        n = len(context) + 1
        shorter = self.p(context[1:] if context else None, word)
        after = {gram[-1]: count for gram, count in self.counts[n].items() if gram[:-1] == context}
        total = sum(after.values())
        if not total:
            return shorter
        own = after[word] - self.discount(n, after[word]) if word in after else 0
        return (own + sum(self.discount(n, count) for count in after.values()) * shorter) / total


def letters(text):
    return corpus_of(list(text), None, "letters")


TEXTS = {"few": "abcabdabcaebcabcd", "all alike": "aaaaaaa", "all different": "abcdefgh", "one pair": "ab"}


@pytest.fixture(scope="module", params=[*TEXTS, "grammar"])
def corpus(request, toy):
    return letters(TEXTS[request.param]) if request.param in TEXTS else toy


def contexts(corpus, order):
    """Contexts of every length, also longer than the order, from the text and not from it."""
    rng = np.random.default_rng(0)
    V, ids = corpus.vocabulary.size, corpus.ids.tolist()
    yield from (ids[i : i + n] for n in range(order + 2) for i in rng.integers(0, len(ids), 4))
    yield from (rng.integers(0, V, n).tolist() for n in range(1, order + 2) for _ in range(4))
    yield ids[-order:]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_it_is_the_formula(corpus, order):
    order = min(order, len(corpus))
    fast, slow = KneserNey(corpus, order), Slow(corpus.ids.tolist(), corpus.vocabulary.size, order)
    for context in list(contexts(corpus, order))[::3]:
        seen = tuple(context[max(0, len(context) - order + 1) :])
        p = [slow.p(seen, word) for word in range(corpus.vocabulary.size)]
        np.testing.assert_allclose(fast.after(context), p, rtol=1e-9)


@pytest.mark.parametrize("order", range(1, 10))
def test_after_every_context_all_words_share_one_and_none_has_0(corpus, ptb, order):
    for text in (corpus, ptb):
        model = KneserNey(text, min(order, len(text)))
        for context in contexts(text, order):
            p = model.after(context)
            assert p.shape == (text.vocabulary.size,)
            assert p.sum() == pytest.approx(1, rel=1e-9)
            assert p.min() > 0


@pytest.mark.parametrize("order", [1, 2, 5])
def test_a_text_at_once_is_the_text_word_by_word(ptb, order):
    model = KneserNey(ptb, order)
    ids = np.concatenate([ptb.ids[500:600], np.random.default_rng(1).integers(0, ptb.vocabulary.size, 60)])
    singly = [model.after(ids[:i])[ids[i]] for i in range(len(ids))]
    np.testing.assert_allclose(model.probabilities(ids), singly, rtol=1e-9)
    np.testing.assert_allclose(model.probabilities(ids[9:], before=ids[:9]), singly[9:], rtol=1e-9)
    np.testing.assert_allclose(model.surprisals(ids), -np.log2(singly[1:]), rtol=1e-9)
    np.testing.assert_allclose(model.surprisals(ids[1:], before=ids[0]), -np.log2(singly[1:]), rtol=1e-9)


def test_no_words_have_no_probabilities(ptb):
    assert KneserNey(ptb).probabilities([]).shape == (0,)
    assert KneserNey(ptb).probabilities([], before=[1, 2]).shape == (0,)


def test_a_word_that_follows_many_different_words_is_likelier_than_a_merely_frequent_one():
    # f follows s alone, three times; d follows three words, once each: after a new word, d is the better guess.
    model = KneserNey(letters("sfxsfysfzadbdcdqw"), 2)
    id_of = model.vocabulary.id
    p = model.after([id_of("w")])
    assert p[id_of("d")] > p[id_of("f")]
    assert model.after([id_of("s")]).argmax() == id_of("f")


def test_longer_contexts_help_on_a_text_it_has_not_read():
    corpus = toy_corpus(4000)
    learned = corpus_of([corpus.vocabulary.word(i) for i in corpus.ids[:3000]], None, "a part")
    ids = [learned.vocabulary.id(corpus.vocabulary.word(i)) for i in corpus.ids[3000:]]
    one, two, three = (perplexity_of(KneserNey(learned, order).surprisals(ids)) for order in (1, 2, 3))
    assert one > two > three > corpus.true_perplexity * 0.9


@pytest.mark.parametrize(("order", "rule"), [(0, "between 1 and 9, got 0"), (10, "got 10"), (3, "at most 2,")])
def test_impossible_orders_are_refused(order, rule):
    with pytest.raises(ValueError, match=rule):
        KneserNey(letters("ab"), order)


def test_levels_that_a_worker_counted_make_the_same_model():
    corpus = toy_corpus(3_000)
    here = KneserNey(corpus)
    there = KneserNey(corpus, levels=levels_from(*count_ngrams(*corpus_parts(corpus))))
    assert len(there.levels) == here.order
    assert (there.probabilities(corpus.ids[:500]) == here.probabilities(corpus.ids[:500])).all()
    assert (there.after(corpus.ids[:4]) == here.after(corpus.ids[:4])).all()
