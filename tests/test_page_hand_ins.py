"""Hand-ins opened on the page: their text, the page's report, and files of any name."""

import json

import pytest

from rnnlm.data.own_text import load_text
from rnnlm.experiment import Experiment
from rnnlm.lessons.hand_in import Text, hand_in, read_hand_in, write_hand_in
from rnnlm.training.trainer import Trainer
from rnnlm.ui.train import explain
from tests.visiting import give, opened, paste, said, take_away, until

A = "the cat sat by the river and the dog ran home .\na bird sang in the tree while the rain fell .\n" * 10
B = "we bake bread on monday and sell it on tuesday .\nnobody knows why the oven is cold again today .\n" * 10
AGREES, DISAGREES = "figures match this run", "this run has"
SIZES = {"words": "200", "wordvec_size": "8", "hidden_size": "12", "batch_size": "5", "time_size": "4"}


def of(content, title="your text", corpus="text", epochs=2, identified=True):
    """A correct hand-in of a small run."""
    settings = SIZES | {"epochs": str(epochs)} | ({"corpus": corpus} if corpus else {})
    sizes = {name: int(value) for name, value in SIZES.items()}
    experiment = Experiment(corpus=corpus, epochs=epochs, **sizes)
    text = load_text(content, words=200, title=title)
    trainer = Trainer(experiment, text)
    trainer.run()
    curve = {point.epoch: point.perplexity for point in trainer.history}
    name = Text(text.checksum, text.title) if identified else None
    return write_hand_in(hand_in(settings, epochs, curve, name)).encode()


@pytest.fixture(scope="module")
def good():
    """A hand-in of the recorded run."""
    curve = {1: 401.408, 50: 77.6605, 100: 5.14108}
    return write_hand_in(hand_in({}, 100, curve)).encode()


def test_a_hand_in_of_a_text_that_is_not_here_says_so_and_nothing_of_an_earlier_one(good):
    page = give(opened(), "anna.json", good)
    assert AGREES in said(page)
    give(page, "ben.json", of(A, "cats"))
    assert "ben.json uses its own text (“cats”), which is not open here." in said(page)
    assert AGREES not in said(page)
    assert "is shown above" not in said(page)
    assert page.session_state.chosen["corpus"] == "ptb-train"  # the settings stay as they were


def test_a_hand_in_is_never_compared_with_another_text():
    page = give(paste(opened(), B), "ben.json", of(A, "cats"))
    assert "ben.json uses the text “cats”, but the text that is open here, “your text”, has other words." in said(page)
    assert DISAGREES not in said(page)


def test_a_hand_in_is_checked_when_its_text_is_here():
    page = give(paste(opened(), A), "ben.json", of(A))
    until(page, AGREES, "the figures are those of the run")
    told = json.loads(of(A))
    told["figures"][0][1] += 1
    give(page, "carl.json", json.dumps(told).encode())
    until(page, DISAGREES, "a wrong figure is told")


def test_a_hand_in_of_the_time_before_texts_were_named_is_compared_with_the_text_that_is_here():
    page = give(paste(opened(), A), "old.json", of(A, identified=False))
    assert "old.json does not name its text, so its figures are compared with those of “your text”" in said(page)
    until(page, AGREES, "the figures are compared")


def test_of_two_texts_under_one_setting_the_run_of_the_first_is_not_taken_for_the_second_s():
    page = give(paste(opened(), A), "a.json", of(A))
    until(page, AGREES, "the run of the first text is there")
    give(paste(page, B), "b.json", of(B))
    until(page, AGREES, "so is the run of the second")


@pytest.mark.parametrize("name", ["hand-in.json.txt", "hand-in", "hand-in.toml", "Abgabe (1).JSON", "x.npz"])
def test_a_hand_in_is_known_by_its_content_whatever_its_name_and_marks(good, name):
    page = opened()
    for mark in ("", "\ufeff", "\ufeff\ufeff", "\n"):
        assert AGREES in said(give(page, name, mark.encode() + good))
        page.session_state.arrival = None


def test_a_lesson_under_another_name_is_taken_and_what_is_neither_is_refused():
    lesson = '\ufefftitle = "Two"\nminutes = 1\nquestion = "Why?"\n[[steps]]\nsay = "Look."\n'
    assert "The lesson “Two” begins below." in said(give(opened(), "lesson.toml.txt", lesson.encode()))
    assert "notes.txt is not a lesson, a hand-in, a run or a network." in said(give(opened(), "notes.txt", A.encode()))
    assert "notes.json is not a hand-in" in said(give(opened(), "notes.json", A.encode()))
    assert "empty is not a lesson" in said(give(opened(), "empty", b""))


def test_a_hand_in_without_figures_promises_no_check():
    page = give(opened(), "none.json", write_hand_in(hand_in({"seed": "7"}, 0, {})).encode())
    assert "none.json has no figures to check" in said(page)
    assert "is shown above" not in said(page)


def test_figures_beyond_a_run_s_divergence_are_reported_as_wrong():
    settings = {"corpus": "grammar", "words": "400", "hidden_size": "200", "lr": "100", "epochs": "30"}
    page = give(opened(), "blown.json", write_hand_in(hand_in(settings, 30, {1: 50, 30: 5})).encode())
    until(page, "The run diverged before epoch 30.", "the run has diverged")
    assert "The link claims perplexity 5 at epoch 30; this run has –." in said(page)


def test_a_hand_in_contains_the_settings_of_the_run_on_screen_and_not_those_of_the_next_one(monkeypatch):
    files = {}
    monkeypatch.setattr(
        explain.downloads, "button", lambda label, name, kind, content, **_: files.update({name: content})
    )
    page = take_away(paste(opened(), A))
    next(field for field in page.text_input if field.label == "Epochs").input("77").run()
    handed = read_hand_in(files["hand-in.json"]().encode())
    assert handed.settings.get("corpus") is None  # the recorded run is on the screen
    assert "epochs" not in handed.settings
    assert handed.text.title == "PTB train"
