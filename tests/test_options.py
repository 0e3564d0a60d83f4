"""Options declared once: values that are refused, and links written and read."""

import dataclasses
import math
import pickle

import numpy as np
import pytest

from rnnlm.data.batches import updates_per_epoch
from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import CORPORA, Experiment
from rnnlm.inference.sampling import Sampling
from rnnlm.options import OptionError, defaults, from_link, parse, table, to_link
from rnnlm.screen import Screen
from rnnlm.training.build import check_run, check_together

NUMBERS = [
    pytest.param(cls, name, rule, id=name)
    for cls in (Experiment, Sampling)
    for name, rule in table(cls).items()
    if rule.kind in (int, float)
]


MANY_WORDS = Corpus(np.arange(100_000, dtype=np.int32) % 10_000, Vocabulary(map(str, range(10_000))), "numbers")


def from_link_of(instance):
    """An options object after being written to a link and read back."""
    values, problems = from_link(type(instance), to_link(instance))
    assert problems == []
    return type(instance)(**values)


def test_the_defaults_are_the_run_of_the_book():
    book = Experiment()
    assert (book.corpus, book.words, book.wordvec_size, book.hidden_size) == ("ptb-train", 1000, 100, 100)
    assert (book.batch_size, book.time_size, book.lr, book.epochs, book.max_grad) == (10, 5, 0.1, 100, None)
    assert Sampling().skip == ("<unk>", "N", "$")
    assert (Sampling().temperature, Sampling().top_k) == (1.0, None)


def test_the_message_names_the_option_the_rule_and_the_value():
    with pytest.raises(ValueError, match=r"^hidden_size must be between 1 and 512, got 0$"):
        Experiment(hidden_size=0)
    with pytest.raises(ValueError, match=r"^words must be between 200 and 929,589, got 1,000,000$"):
        Experiment(words=1_000_000)
    with pytest.raises(ValueError, match=r"^corpus must be one of ptb-train, .*text, got 'brown'$"):
        Experiment(corpus="brown")
    with pytest.raises(ValueError, match=r"^seed must be a whole number, got True$"):
        Experiment(seed=True)


@pytest.mark.parametrize(("cls", "name", "rule"), NUMBERS)
def test_a_number_may_be_at_its_limits_and_not_beyond(cls, name, rule):
    beyond = 1 if rule.kind is int else 1e-6
    for value in (rule.low, rule.high):
        assert getattr(cls(**{name: value}), name) == value
    for value in (rule.low - beyond, rule.high + beyond):
        with pytest.raises(ValueError, match=f"^{name} must be between {rule.low:,} and {rule.high:,}, got "):
            cls(**{name: value})


@pytest.mark.parametrize(("cls", "name", "rule"), NUMBERS)
@pytest.mark.parametrize("value", ["10", True, False, math.nan, math.inf, -math.inf, [5]])
def test_values_that_are_not_sensible_numbers_are_refused(cls, name, rule, value):
    with pytest.raises(ValueError, match=f"^{name} must be "):
        cls(**{name: value})


@pytest.mark.parametrize("value", [10**400, -(10**400)], ids=["huge", "minus huge"])
@pytest.mark.parametrize("name", ["words", "lr"])
def test_a_whole_number_too_large_for_a_float_is_refused_like_any_other(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be "):
        Experiment(**{name: value})


@pytest.mark.parametrize(("cls", "name", "rule"), NUMBERS)
def test_only_optional_numbers_may_be_none_and_only_float_ones_fractions(cls, name, rule):
    for value, allowed in ((None, rule.optional), (1.5, rule.kind is float and rule.high >= 1.5)):
        if allowed:
            assert getattr(cls(**{name: value}), name) == value
        else:
            with pytest.raises(ValueError, match=f"^{name} must be "):
                cls(**{name: value})


@pytest.mark.parametrize("value", [None, 1, True, "", "PTB-TRAIN", ["ptb-train"]])
def test_a_corpus_is_one_of_those_listed(value):
    with pytest.raises(ValueError, match=r"^corpus must be one of"):
        Experiment(corpus=value)


@pytest.mark.parametrize("value", [None, "you", ["you"], (1, 2), (None,)])
@pytest.mark.parametrize("name", ["skip", "start"])
def test_words_come_as_a_tuple_of_words(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be a list of words, got "):
        Sampling(**{name: value})


def test_an_experiment_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Experiment().words = 500


def test_a_link_contains_only_options_that_are_not_at_their_defaults():
    assert to_link(Experiment()) == to_link(Sampling()) == {}
    assert to_link(Experiment(words=2000, lr=0.25)) == {"words": "2000", "lr": "0.25"}
    assert to_link(Experiment(lr=0.1, max_grad=5.0, corpus="grammar")) == {"corpus": "grammar", "max_grad": "5"}
    assert to_link(Sampling(skip=("N", "<unk>"), top_k=5)) == {"skip": "N <unk>", "top_k": "5"}


def random_options(cls, rng):
    """An options object with some random allowed values."""
    values = {}
    for name, rule in table(cls).items():
        if rng.random() < 0.4:
            continue
        if rule.optional and rng.random() < 0.3:
            values[name] = None
        elif rule.kind is tuple:
            values[name] = tuple(str(word) for word in rng.choice(["N", "$", "<unk>", "우리", "a+b", "c&d=e"], 3))
        elif rule.choices:
            values[name] = str(rng.choice(rule.choices))
        elif rule.kind is int:
            values[name] = int(rng.integers(rule.low, rule.high, endpoint=True))
        elif rule.kind is bool:
            values[name] = bool(rng.integers(2))
        else:
            value = math.exp(rng.uniform(math.log(rule.low or 1e-9), math.log(rule.high)))
            values[name] = min(max(round(value, int(rng.integers(2, 17))), rule.low), rule.high)
    return cls(**values)


@pytest.mark.parametrize("cls", [Experiment, Sampling])
def test_a_link_there_and_back_changes_nothing(cls):
    rng = np.random.default_rng(0)
    for _ in range(300):
        instance = random_options(cls, rng)
        link = to_link(instance)
        assert from_link_of(instance) == instance
        assert all(getattr(instance, name) != defaults(cls)[name] for name in link)
        assert all(type(name) is type(text) is str for name, text in link.items())


@pytest.mark.parametrize("instance", [Experiment(lr=1), Sampling(skip=()), Sampling(temperature=2), Experiment(lr=0.3)])
def test_whole_floats_and_empty_tuples_survive_a_link(instance):
    assert from_link_of(instance) == instance


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("words", "many", "words must be a whole number, got 'many'"),
        ("words", "1e3", "words must be a whole number, got '1e3'"),
        ("words", "", "words must be a whole number, got ''"),
        ("words", "100", "words must be between 200 and 929,589, got 100"),
        pytest.param("seed", "9" * 400, "seed must be ", id="400 digits"),
        pytest.param("seed", "9" * 9000, "seed must be ", id="9000 digits"),
        ("lr", "fast", "lr must be a number, got 'fast'"),
        ("lr", "nan", "lr must be a number, got nan"),
        ("lr", "1e999", "lr must be a number, got inf"),
        ("lr", "none", "lr must be a number, got 'none'"),
        ("max_grad", "0", "max_grad must be between 0.01 and 100.0, got 0"),
        ("corpus", "moby-dick", "corpus must be one of "),
    ],
)
def test_a_bad_value_in_a_link_becomes_a_sentence_and_the_default(name, text, rule):
    values, problems = from_link(Experiment, {name: text, "epochs": "7"})
    assert Experiment(**values) == Experiment(epochs=7)
    (problem,) = problems
    assert problem.option == name
    assert str(problem).startswith(rule)


def test_every_bad_value_has_its_own_sentence_and_foreign_names_are_left_alone():
    values, problems = from_link(Experiment, {"words": "x", "lr": "y", "utm_source": "z", "T": "3"})
    assert values == defaults(Experiment)
    assert [problem.option for problem in problems] == ["words", "lr"]


def test_a_value_may_be_written_as_people_write_it():
    assert parse(Experiment, "words", "929,589") == parse(Experiment, "words", " 929_589 ") == 929_589
    assert parse(Experiment, "lr", "1e-3") == 0.001
    assert parse(Experiment, "max_grad", "None") is None
    assert parse(Experiment, "max_grad", " ") is None
    assert parse(Sampling, "start", " you  say ") == ("you", "say")
    assert [parse(Experiment, "corpus", name) for name in CORPORA] == list(CORPORA)


def test_skipped_words_are_those_the_vocabulary_has():
    assert Sampling().skip_ids(Vocabulary(["a", "N", "b", "<unk>"])) == [3, 1]


REFUSED = [
    (lambda: Experiment(hidden_size=0), "hidden_size must be between 1 and 512, got 0"),
    (lambda: Experiment(seed=10**40), "seed must be between 0 and 4,294,967,295, got a number far outside"),
    (lambda: Experiment(tied="{}"), "tied must be yes or no, got '{}'"),
    (lambda: Sampling(skip=[1]), "skip must be a list of words, got [1]"),
    (lambda: parse(Experiment, "lr", "{fast}"), "lr must be a number, got '{fast}'"),
    (lambda: parse(Experiment, "init", "x"), "init must be one of xavier, orthogonal, small, got 'x'"),
    (lambda: check_together(Experiment(final_lr=0.5)), "final_lr must be at most lr, 0.1, got 0.5"),
    (
        lambda: check_together(Experiment(falling_epochs=5)),
        "falling_epochs needs final_lr, the learning rate at the end",
    ),
    (
        lambda: check_together(Experiment(validate=True, corpus="grammar")),
        "validate needs corpus to be ptb-train, got grammar",
    ),
    (
        lambda: check_together(Experiment(scored_words=50)),
        "scored_words must be at least 2 x batch_size x time_size = 100, got 50",
    ),
    (
        lambda: check_together(Experiment(average_from=3)),
        "average_from needs validate: averaged weights are only measured on the valid split",
    ),
    (
        lambda: check_run(Experiment(words=100_000, batch_size=200, time_size=100), MANY_WORDS),
        "batch_size 200 x time_size 100 x 10,000 words is more than 50,000,000 scores: "
        "use a smaller batch_size or time_size",
    ),
    (
        lambda: updates_per_epoch(1000, 200, 100),
        "batch_size 200 x time_size 100 needs at least 20,001 words, got 1,000: use more words, or smaller values",
    ),
]


@pytest.mark.parametrize(("refuse", "sentence"), REFUSED, ids=[sentence.split(",")[0] for _, sentence in REFUSED])
def test_an_option_error_is_a_rule_and_the_values_for_its_placeholders(refuse, sentence):
    with pytest.raises(OptionError) as caught:
        refuse()
    error = caught.value
    assert str(error) == sentence == error.rule.format(**error.values)
    assert error.values["option"] == error.option == sentence.split()[0]
    assert error.rule.startswith("{option} ")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.rule, again.values) == (sentence, error.rule, error.values)


def test_each_word_of_a_tuple_is_of_the_option_s_pattern_there_and_back():
    dice = Screen(dice=("0:0.375", "12:0."))
    assert from_link_of(dice) == dice
    for wrong in ("0.375", "0:1.0", "0:0.5x", "x:0.5", "0:-0.5", "0:0." + 13 * "9"):
        with pytest.raises(ValueError, match=r"^dice must be a list like 3:0.375, got \("):
            Screen(dice=(wrong,))


def test_words_of_a_list_with_choices_are_parted_by_commas_and_each_is_checked():
    assert parse(Screen, "hide", "settings, text") == ("settings", "text")
    assert to_link(Screen(hide=("settings", "text"))) == {"hide": "settings,text"}
    assert from_link_of(Screen(hide=("bars", "lessons"), projector=True)) == Screen(
        hide=("bars", "lessons"), projector=True
    )
    for wrong in ("train", "settings,curtains"):
        with pytest.raises(OptionError, match=r"^hide must be one of .*, got '(train|curtains)'$"):
            parse(Screen, "hide", wrong)
    with pytest.raises(OptionError, match=r"^hide must be "):
        Screen(hide="settings")
