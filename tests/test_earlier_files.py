"""Files and links made by the code of commit 8c86db2 still open with the same content.

tests/fixtures has one file of each kind, twenty links, and the expected content in expected.json.
"""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest

from rnnlm.inference.scoring import evaluate
from rnnlm.lessons.hand_in import read_hand_in, write_hand_in
from rnnlm.lessons.lesson import is_done
from rnnlm.lessons.names import SETTINGS
from rnnlm.lessons.reading import load_lesson
from rnnlm.options import changed_options, from_link, to_link
from rnnlm.serving.visitors.folder import Folder
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.storage.handover import take_over
from rnnlm.storage.moments import load_moments
from rnnlm.storage.pretrained import load_network, network_of
from rnnlm.training.build import load_corpus
from rnnlm.training.trainer import Trainer
from tests.reference import network, points, state

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = json.loads((FIXTURES / "expected.json").read_text(encoding="utf-8"))
LINKS = json.loads((FIXTURES / "links.json").read_text(encoding="utf-8"))
EACH_RUN = pytest.mark.parametrize("name", ["run", "run_tied_adam", "run_own_text"])


def as_json(value):
    """Convert tuples to lists, as in a JSON file."""
    return json.loads(json.dumps(value))


def first_scores(reader):
    return pytest.approx(reader.after([0, 1, 2])[:5].tolist(), rel=1e-4)


@EACH_RUN
def test_a_run_opens_as_it_was_saved(name):
    saved, expected = load_run(FIXTURES / f"{name}.npz"), EXPECTED[name]
    assert to_link(saved.experiment) == expected["experiment"]
    assert (saved.vocabulary.size, saved.checksum) == (expected["vocabulary"], expected["checksum"])
    assert as_json(state(saved.resume())) == expected["state"]
    assert expected["scores"] == first_scores(saved.reader)


@EACH_RUN
def test_an_interrupted_run_ends_like_an_uninterrupted_one(name, tmp_path):
    saved, expected = load_run(FIXTURES / f"{name}.npz"), EXPECTED[name]
    resumed = saved.resume()
    whole = Trainer(saved.experiment, resumed.corpus)
    while whole.position.update < 31:
        whole.run_update()
    made_alike = network(whole) == network(resumed)  # another processor may round differently
    resumed.run_update()
    save_run(resumed, tmp_path / "again")
    twice = load_run(tmp_path / "again").resume()
    for trainer in (resumed, twice, whole):
        trainer.run()
    assert state(twice) == state(resumed)
    if made_alike:
        assert network(whole) == network(resumed)
        assert points(whole.history)[-1] == points(resumed.history)[-1]
    for end in (state(whole), state(resumed)):
        for curve in ("history", "curve"):
            np.testing.assert_allclose(end[curve], expected["end"][curve], rtol=1e-5)


def test_a_network_opens_as_it_was_saved():
    kept, expected = load_network(FIXTURES / "network.npz"), EXPECTED["network"]
    assert to_link(kept.experiment) == expected["experiment"]
    assert (kept.epochs, kept.valid) == (expected["epochs"], expected["valid"])
    assert list(kept.vocabulary.words[:10]) == expected["words"]
    assert expected["scores"] == first_scores(kept.reader)
    assert evaluate(kept.reader, load_corpus(kept.experiment)) == pytest.approx(expected["perplexity"], rel=1e-5)
    assert network_of(load_run(FIXTURES / "run.npz")).epochs == 1


def test_snapshots_open_as_they_were_saved():
    moments, expected = load_moments(FIXTURES / "moments.npz"), EXPECTED["moments"]
    assert as_json([(one.update, one.epoch) for one in moments.snapshots]) == expected["at"]
    assert as_json(points(moments.curve)) == expected["curve"]
    for one, scores, h in zip(moments.snapshots, expected["scores"], expected["h"], strict=True):
        assert scores == first_scores(one.reader)
        assert (None if one.h is None else one.h[0, :3].tolist()) == h


def test_a_hand_in_opens_as_it_was_written():
    content, expected = (FIXTURES / "hand-in.json").read_bytes(), EXPECTED["hand-in"]
    it = read_hand_in(content)
    assert (it.settings, it.moment) == (expected["settings"], expected["moment"])
    assert as_json(list(it.figures.items())) == expected["figures"]
    assert write_hand_in(it).encode() == content


def test_a_lesson_opens_as_it_was_written():
    lesson = load_lesson(FIXTURES / "lesson.toml")
    assert (lesson.id, lesson.title, lesson.minutes) == ("one-of-each", "One of each", 3)
    go, turn, end = lesson.steps
    assert (go.do.page, turn.ring, turn.do.press) == ("ask", "temperature", "train")
    assert turn.do.settings == {"temperature": 2.5, "words": 400, "tied": True}
    assert [choice.right for choice in turn.ask.choices] == [True, False]
    facts = {"page": "train", "temperature": 2.0, "epoch": 1.0, "answered": True}
    assert [is_done(step, facts) for step in lesson.steps] == [False, True, False]
    assert end.say == "That is all."


@pytest.mark.parametrize("at", range(20))
def test_a_link_chooses_what_it_chose(at):
    link, chosen, problems = LINKS[at]["link"], {}, []
    for group in SETTINGS:
        values, errors = from_link(group, dict(parse_qsl(link, keep_blank_values=True)))
        chosen |= changed_options(group(**values))
        problems += [error.option for error in errors]
    assert as_json(chosen) == LINKS[at]["chosen"]
    assert problems == LINKS[at]["problems"]


def test_what_a_visitor_left_is_found_again():
    expected = EXPECTED["visitor"]
    folder = Folder.__new__(Folder)  # as another server sees it, without writing
    folder.path = FIXTURES / "visitor"
    found = folder.find(expected["token"])
    assert (found.place, found.small, found.running) == (expected["place"], expected["small"], expected["running"])
    assert to_link(found.experiment) == expected["experiment"]
    assert (found.text.checksum, found.corpus.checksum) == (expected["text"], expected["corpus"])
    described, arrays, _ = found.arrived.kept
    assert as_json(state(take_over(described, arrays, found.corpus))) == expected["state"]
