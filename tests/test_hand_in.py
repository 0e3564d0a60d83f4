"""Hand-ins: written and read back, refused in a sentence, and compared with a run."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment
from rnnlm.lessons.hand_in import Checked, HandIn, Text, hand_in, read_hand_in, write_hand_in
from rnnlm.lessons.names import SETTINGS
from rnnlm.options import from_link, table
from rnnlm.training.trainer import Trainer

GOOD = {"settings": {"lr": "0.5", "start": "you say"}, "moment": 100, "figures": [[1, 401.41], [100, 5.14]]}


@pytest.fixture(scope="module")
def curve():
    """Two epochs of the book's run: perplexity by epoch."""
    trainer = Trainer(Experiment(epochs=2), load_ptb("train", words=1000))
    trainer.run()
    return {point.epoch: point.perplexity for point in trainer.history}


@given(
    st.dictionaries(st.sampled_from(["lr", "max_grad"]), st.sampled_from(["0.5", "1"])),
    st.integers(0, 10_000) | st.floats(0, 10_000),
    st.dictionaries(st.integers(0, 10_000), st.floats(1, 1e90), max_size=5),
    st.none() | st.builds(Text, st.text("0123456789abcdef", max_size=16), st.text(max_size=40)),
    st.sampled_from(["", "\ufeff", "\ufeff\ufeff"]),
)
def test_a_hand_in_reads_back_as_it_was_written(settings, moment, figures, text, mark):
    it = HandIn(settings, moment, figures, text)
    assert read_hand_in((mark + write_hand_in(it)).encode()) == it


def test_it_holds_the_figures_at_epoch_1_at_50_and_at_the_moment():
    curve = {epoch: 400 / epoch for epoch in range(1, 101)}
    assert hand_in({}, 73, curve).figures == {1: 400, 50: 8, 73: 5.47945}
    assert hand_in({}, 20, curve).figures == {1: 400, 20: 20}
    assert hand_in({}, 0, curve).figures == {}
    assert hand_in({}, 2, {1: 400, 2: float("inf")}).figures == {1: 400}
    assert hand_in({}, 50.5, curve).figures == {1: 400, 50: 8}


def checked_with(it, curve):
    return [Checked(epoch, told, curve.get(epoch)) for epoch, told in it.figures.items()]


def test_a_run_agrees_with_itself_and_not_with_another_seed_s(curve):
    it = read_hand_in(write_hand_in(hand_in({"epochs": "2"}, 2, curve)).encode())
    assert from_link(Experiment, it.settings)[0]["epochs"] == 2
    assert [(checked.epoch, checked.agrees) for checked in checked_with(it, curve)] == [(1, True), (2, True)]
    other = Trainer(Experiment(epochs=2, seed=1), load_ptb("train", words=1000))
    other = {1: other.run_epoch().perplexity}
    assert [checked.agrees for checked in checked_with(it, other)] == [False, False]
    assert checked_with(it, other)[1].measured is None


def test_figures_up_to_epoch_50_agree_to_a_hundredth_and_later_ones_within_what_rounding_makes():
    assert Checked(50, 77.66, 77.67).agrees
    assert not Checked(50, 77.66, 77.68).agrees
    assert Checked(100, 4.8, 6.2).agrees
    assert Checked(100, 6.2, 4.8).agrees
    assert not Checked(100, 4.8, 6.3).agrees


BAD = {
    "": "is not a hand-in",
    "[]": "is not a hand-in",
    "[" * 5000: "is not a hand-in",
    json.dumps({**GOOD, "more": 1}): "is not a hand-in",
    json.dumps({**GOOD, "settings": {"lr": 0.5}}): "settings must be link parameters",
    json.dumps({**GOOD, "settings": {"rate": "1"}}): "'rate' is not a setting of the page",
    json.dumps({**GOOD, "settings": {"validate": "yes"}}): "'validate' is not a setting of the page",
    json.dumps({**GOOD, "settings": {"lr": "500"}}): "lr must be between",
    json.dumps({**GOOD, "text": "a text"}): "text must have a checksum and a title",
    json.dumps({**GOOD, "text": {"checksum": 1, "title": "a"}}): "must be strings of at most 300 characters",
    json.dumps({**GOOD, "text": {"checksum": "a", "title": "a" * 301}}): "must be strings of at most 300 characters",
    json.dumps({**GOOD, "text": {"checksum": "a", "title": "\ud800"}}): "contains half a character",
    json.dumps({**GOOD, "moment": True}): "moment must be a number",
    json.dumps({**GOOD, "moment": -1}): "moment must be between 0 and 10,000, got -1",
    json.dumps({**GOOD, "figures": {"1": 400}}): "figures must be at most 100 pairs",
    json.dumps({**GOOD, "figures": [[1, float("nan")]]}): "figures must be at most 100 pairs",
    json.dumps({**GOOD, "figures": [[1, 10**400]]}): "figures must be at most 100 pairs",
    json.dumps({**GOOD, "figures": [[1, 400]] * 101}): "figures must be at most 100 pairs",
    json.dumps({**GOOD, "figures": [[1, 0.5]]}): "a perplexity at least 1",
    " " * 20_001: "more than 20,000 bytes",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_a_file_that_is_not_a_hand_in_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=BAD[text]):
        read_hand_in(text.encode())


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text(max_size=5), lambda x: st.lists(x, max_size=3)))
def test_any_value_instead_of_another_is_read_or_refused(value):
    for key in GOOD:
        try:
            it = read_hand_in(json.dumps({**GOOD, key: value}).encode())
        except ValueError as error:
            it = error
        assert isinstance(it, HandIn) or str(it)


def test_every_setting_of_the_page_may_be_handed_in():
    for name in ("network", "state", "temperature", "top_k", "seed"):
        assert any(name in table(group) for group in SETTINGS)
    settings = {"network": "ptb", "state": "tape", "temperature": "2", "top_k": "none", "seed": "4294967295"}
    assert read_hand_in(json.dumps({**GOOD, "settings": settings}).encode()).settings == settings
