"""A sentence and its readers: counts by hand, and properties that all readers share."""

import itertools
import math

import numpy as np
import pytest

from rnnlm.data.corpus import corpus_of
from rnnlm.data.own_text import load_text
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.inference.baselines import baselines
from rnnlm.inference.counting import PairCounts, Uniform, WordCounts
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import distribution
from rnnlm.inference.scoring import perplexity_of, word_surprisals
from rnnlm.inference.sentence import NetworkModel, Reading, counting_models, cut, encode, read_sentence, stands_in
from rnnlm.nn.model import SimpleRnnlm


def letters(text):
    return corpus_of(list(text), None, "letters")


def network(V):
    """A network with strong preferences."""
    rng = np.random.default_rng(0)
    params = SimpleRnnlm(V, 5, 7, rng).params
    return Reader([param + rng.standard_normal(param.shape).astype(np.float32) for param in params])


@pytest.fixture(scope="module", params=["uniform", "word counts", "pair counts", "kneser-ney", "blank", "in a state"])
def model(request, ptb):
    """Each reader, of the words of the book's run."""
    if request.param in ("blank", "in a state"):
        h = np.linspace(-0.9, 0.9, 7, dtype=np.float32) if request.param == "in a state" else None
        return NetworkModel(network(ptb.vocabulary.size), ptb.vocabulary, h)
    return counting_models(ptb)[request.param]


@pytest.mark.parametrize("ahead", [0, 1, 6])
def test_reading_word_by_word_equals_reading_at_once_and_before_is_the_text_ahead(model, ptb, ahead):
    for ids in (ptb.ids[300:330], np.random.default_rng(1).integers(0, ptb.vocabulary.size, 30), ptb.ids[-3:]):
        before, ids = ids[:ahead].tolist(), ids[ahead:].tolist()
        singly = [model.after([*before, *ids[:i]])[ids[i]] for i in range(len(ids))]
        np.testing.assert_allclose(model.probabilities(ids, before), singly, rtol=1e-4, atol=1e-12)


def test_all_words_together_have_probability_one_after_any_context(model, ptb):
    for context in ([], [5], ptb.ids[:40].tolist(), [7, 7, 7], [int(ptb.ids[-1])]):
        p = model.after(context)
        assert p.shape == (ptb.vocabulary.size,)
        assert p.dtype == np.float64
        assert p.sum() == pytest.approx(1)
        assert p.min() >= 0


def test_what_a_model_answers_is_the_caller_s_to_change(model):
    before = model.after([3]).copy()
    model.after([3]).fill(0)
    np.testing.assert_array_equal(model.after([3]), before)


def test_pairs_are_those_counted_by_hand():
    # a a b a c: of a come a, b, c once each; of b always a; c is the last word, and nothing follows it.
    corpus = letters("aabac")
    model = PairCounts(corpus)
    np.testing.assert_allclose(model.after([0]), [1 / 3, 1 / 3, 1 / 3])
    np.testing.assert_allclose(model.after([2, 1]), [1, 0, 0])
    np.testing.assert_allclose(model.after([2]), [1 / 2, 1 / 4, 1 / 4])  # of the words a b a c
    np.testing.assert_allclose(model.probabilities([1, 0, 1, 1], before=[0]), [1 / 3, 1, 1 / 3, 0])
    np.testing.assert_allclose(model.probabilities([1, 0]), [1 / 4, 1])
    np.testing.assert_allclose(WordCounts(corpus).after(), [1 / 2, 1 / 4, 1 / 4])


def test_a_pair_never_seen_is_an_infinite_surprise_and_perplexity():
    reading = read_sentence(PairCounts(letters("abcabc")), ["a", "b", "a", "b"])
    np.testing.assert_array_equal(reading.bits[1:], [0, np.inf, 0])
    assert np.isfinite(reading.mean_bits).tolist() == [True, True, False, False]
    assert reading.perplexity == math.inf
    assert read_sentence(counting_models(letters("abcabc"))["kneser-ney"], ["a", "b", "a", "b"]).perplexity < 100


def test_counting_models_reach_the_baselines_on_their_own_text(ptb, toy):
    for corpus in (ptb, toy):
        expected, (first, *rest) = baselines(corpus), corpus.ids.tolist()
        uniform, words, pairs = (
            perplexity_of(-np.log2(model(source).probabilities(rest, before=[first])))
            for model, source in ((Uniform, corpus.vocabulary), (WordCounts, corpus), (PairCounts, corpus))
        )
        assert uniform == pytest.approx(expected.uniform)
        assert words == pytest.approx(expected.unigram)
        assert pairs == pytest.approx(expected.bigram)


def test_a_network_reads_as_word_surprisals_and_from_the_state_it_is_given(ptb):
    reader, ids = network(ptb.vocabulary.size), ptb.ids[:30]
    model = NetworkModel(reader, ptb.vocabulary)
    np.testing.assert_allclose(-np.log2(model.probabilities(ids[1:], ids[:1])), word_surprisals(reader, ids), rtol=1e-4)
    np.testing.assert_array_equal(model.after(ids), distribution(reader.after(ids)))
    np.testing.assert_array_equal(model.after(), distribution(reader.scores(np.zeros(7, np.float32))))
    later = NetworkModel(reader, ptb.vocabulary, reader.read(ids[:20])[1])
    np.testing.assert_allclose(later.probabilities(ids[20:]), model.probabilities(ids)[20:], rtol=1e-4)


def test_a_reading_tells_bits_their_running_mean_and_the_perplexity():
    reading = Reading(("a", "b", "c"), (), np.array([0.5, 0.125, 1.0]))
    np.testing.assert_allclose(reading.bits, [1, 3, 0])
    assert math.copysign(1, reading.bits[2]) == 1
    np.testing.assert_allclose(reading.mean_bits, [1, 2, 4 / 3])
    assert reading.perplexity == pytest.approx(math.exp(-np.log([0.5, 0.125, 1.0]).mean()))


def test_unknown_words_are_read_as_unk_and_named_once(ptb):
    words = ["you", "say", "goodbye", "and", "say", "goodbye"]
    reading = read_sentence(counting_models(ptb)["word counts"], words)
    assert reading.unknown == ("say", "goodbye")
    assert reading.words == ("you", "<unk>", "<unk>", "and", "<unk>", "<unk>")
    assert reading.p[2] == reading.p[5] == WordCounts(ptb).after()[ptb.vocabulary.id("<unk>")]


def test_each_reader_reads_in_its_own_vocabulary(ptb):
    small = Vocabulary(["<unk>", "the", "<eos>"], full_stop=True)
    for words in itertools.permutations(["the", "director", "."]):
        wide, narrow = (read_sentence(Uniform(vocabulary), words) for vocabulary in (ptb.vocabulary, small))
        assert narrow.unknown == ("director",)
        assert wide.unknown == ()
        assert wide.words == tuple({".": "<eos>"}.get(word, word) for word in words)
        assert narrow.words == tuple({".": "<eos>", "director": "<unk>"}.get(word, word) for word in words)


def test_without_unk_the_unknown_words_are_named():
    with pytest.raises(ValueError, match="this vocabulary has no <unk>, got 'x', 'y'"):
        encode(["a", "x", "y", "x"], letters("abc").vocabulary)


def test_an_empty_sentence_is_refused(ptb):
    with pytest.raises(ValueError, match="at least one word"):
        read_sentence(Uniform(ptb.vocabulary), cut("  \n ", [ptb.vocabulary]))


def test_a_sentence_is_split_like_the_text_of_the_first_reader_that_knows_the_word(ptb):
    own = load_text("You say goodbye, and I say hello.\n" * 5).vocabulary
    assert cut("hello, You!", [own]) == ["hello", ",", "You", "!"]
    assert cut("goodbye! adieu!", [own]) == ["goodbye", "!", "adieu!"]
    assert cut("hello, director. mr. xyz.", [own, ptb.vocabulary]) == ["hello", ",", "director", "<eos>", "mr.", "xyz."]
    assert cut("director.", [ptb.vocabulary, own]) == ["director", "<eos>"]
    ids, unknown = encode(cut("You say goodbye.", [own]), own)
    assert ([own.word(i) for i in ids], unknown) == (["You", "say", "goodbye", "."], ())


def test_a_text_of_one_word_has_nothing_to_count():
    with pytest.raises(ValueError, match="only one word"):
        WordCounts(letters("a"))


@pytest.mark.parametrize(
    ("words", "there"),
    [("b c a", True), ("a b c a b d", True), ("d", True), ("c b", False), ("b d a", False), ("a b c a b d a", False)],
)
def test_words_occur_in_a_text_in_their_order_or_not(words, there):
    assert stands_in(letters("abcabd"), words.split()) == there


def test_words_that_would_be_read_as_unk_do_not_count_as_occurring():
    corpus = corpus_of(["a", "<unk>", "b"], None, "words")
    assert stands_in(corpus, ["a", "<unk>", "b"])
    assert not stands_in(corpus, ["a", "x", "b"])
