"""The built-in grammar: consistent, with the stated entropy rate, and learnable by a network with memory."""

import functools
import itertools
import math
import re

import numpy as np
import pytest

from rnnlm.data.grammar import ADJECTIVES, DETERMINERS, NOUNS, VERBS, Grammar, toy_corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.baselines import baselines
from rnnlm.inference.scoring import evaluate
from rnnlm.training.trainer import Trainer
from tests.reference import frequencies_fit

LETTERS = (
    dict.fromkeys(DETERMINERS["one"], "d")
    | dict.fromkeys(DETERMINERS["many"], "D")
    | dict.fromkeys(ADJECTIVES, "a")
    | {form: letter for noun in NOUNS for form, letter in ((noun, "n"), (noun + "s", "N"))}
    | {form: letter for verb in VERBS for form, letter in ((verb + "s", "v"), (verb, "V"))}
    | {"that": "t", "it": "i", "near": "~", "<eos>": "."}
)
THING = "(da?n|Da?N)"  # a noun phrase: one thing in small letters, many in capitals
SENTENCE = re.compile(rf"(da?n(~{THING}|tvi)?v|Da?N(~{THING}|tVi)?V){THING}\.")


@pytest.fixture(scope="module")
def grammar():
    return Grammar()


@pytest.fixture(scope="module")
def said(grammar):
    return grammar.sample(100_000, np.random.default_rng(1))


def test_the_words_of_each_state_have_probabilities_that_sum_to_one(grammar):
    for state, moves in grammar.table.items():
        assert sum(probability for _, probability, _ in moves) == pytest.approx(1, rel=1e-12), state
        assert all(probability > 0 for _, probability, _ in moves)


def test_each_word_leads_to_a_single_next_state_which_exists(grammar):
    for moves in grammar.table.values():
        words = [word for word, _, _ in moves]
        assert len(set(words)) == len(words)
        assert all(following in grammar.table for _, _, following in moves)


def test_every_state_is_visited(grammar, said):
    states, state = {"start"}, "start"
    for word in said:
        state = next(following for own, _, following in grammar.table[state] if own == word)
        states.add(state)
    assert states == set(grammar.table)


def test_the_entropy_rate_is_the_surprisal_of_a_sentence_over_its_length(grammar):
    @functools.cache
    def expected(state):
        """Nats and words expected from a state to the end of its sentence."""
        nats, words = 0.0, 1.0
        for _, p, following in grammar.table[state]:
            more = expected(following) if following != "start" else (0.0, 0.0)
            nats, words = nats + p * (more[0] - math.log(p)), words + p * more[1]
        return nats, words

    nats, words = expected("start")
    assert grammar.entropy == pytest.approx(nats / words, rel=1e-9)
    assert grammar.perplexity == pytest.approx(math.exp(nats / words), rel=1e-9)


def test_the_entropy_rate_is_the_mean_true_surprisal_of_a_long_sample(grammar, said):
    means = grammar.surprisals(said).reshape(-1, 500).mean(axis=1) * math.log(2)
    error = means.std() / len(means) ** 0.5
    assert abs(means.mean() - grammar.entropy) < 4 * error
    assert error < 0.005 * grammar.entropy


def test_what_is_said_is_as_frequent_as_its_probability(grammar, said):
    words = ["<eos>", *said]
    openings = [after for before, after in itertools.pairwise(words) if before == "<eos>"]
    counts = np.array([openings.count(word) for word, _, _ in grammar.table["start"]])
    assert counts.sum() == len(openings) > 5000
    assert frequencies_fit(counts, np.array([p for _, p, _ in grammar.table["start"]]))


def test_a_surprisal_is_minus_the_binary_logarithm_of_the_probability(grammar):
    # "a" is 1.5 times as likely as "every", and together they have 1/2; "<eos>" is certain.
    bits = grammar.surprisals(["every", "small", "cat"])
    weights = [1.5**-i for i in range(6)]
    expected = [0.5 * 0.4, 0.4 * weights[0] / sum(weights[:5]), weights[0] / sum(weights)]
    np.testing.assert_allclose(bits, -np.log2(expected), rtol=1e-12)
    assert grammar.surprisals(["a", "cat", "sees", "a", "dog", "<eos>"])[-1] == 0


@pytest.mark.parametrize(
    ("sentence", "culprit"),
    [
        ("a cats", "cats"),
        ("two cats sees", "sees"),
        ("a cat near two dogs see", "see"),
        ("two cats that see it sees", "sees"),
        ("a cat sees <eos>", "<eos>"),
        ("unicorn", "unicorn"),
    ],
)
def test_a_sentence_that_cannot_be_is_refused_by_its_first_word_out_of_place(grammar, sentence, culprit):
    with pytest.raises(ValueError, match=f"does not say '{culprit}'"):
        grammar.surprisals(sentence.split())


def test_the_verb_agrees_with_its_subject_across_all_words_between(said):
    spelled = "".join(LETTERS[word] for word in said)
    sentences = re.findall(r"[^.]*\.", spelled)
    assert all(SENTENCE.fullmatch(sentence) for sentence in sentences)
    misleading = [sentence for sentence in sentences if re.match(r"da?n~Da?Nv|Da?N~da?nV", sentence)]
    assert len(misleading) > 300  # the noun just before the verb has the other number


def test_a_shorter_text_of_the_grammar_is_the_beginning_of_a_longer_one():
    short, long = toy_corpus(300, seed=3), toy_corpus(900, seed=3)
    assert [short.vocabulary.word(i) for i in short.ids] == [long.vocabulary.word(i) for i in long.ids[:300]]
    assert short.checksum == toy_corpus(300, seed=3).checksum != toy_corpus(300, seed=4).checksum
    assert short.true_perplexity == Grammar().perplexity


def test_a_trained_network_approaches_the_true_perplexity_from_above_and_beats_the_bigrams(grammar):
    train = toy_corpus(20_000)
    held_out, known = toy_corpus(5_000, seed=1).read_with(train.vocabulary)
    assert known == 1
    experiment = Experiment(
        corpus="grammar", words=20_000, wordvec_size=32, hidden_size=64, time_size=10, lr=1.0, max_grad=1.0, epochs=5
    )
    trainer = Trainer(experiment, train)
    trainer.run()
    reached = evaluate(trainer.model, held_out)
    words = [held_out.vocabulary.word(i) for i in held_out.ids]
    true = 2 ** grammar.surprisals(words).mean()
    assert true * (1 - 1e-6) <= reached <= 1.15 * true
    assert reached < baselines(held_out).bigram
