"""A file's description of a run is checked like typed input: no number is too large or too small."""

import copy
import json

import numpy as np
import pytest

from rnnlm.experiment import Experiment
from rnnlm.storage.checkpoint import load_run, position_parts, run_parts, save_run
from rnnlm.storage.checks import check_claims
from rnnlm.storage.npz import SavedRunError, write_archive
from rnnlm.training.build import load_corpus
from rnnlm.training.trainer import Trainer

SMALL = Experiment(corpus="grammar", words=200, wordvec_size=2, hidden_size=2, batch_size=2, time_size=5, epochs=3)
WRONG = [  # a path in the description, and a value that neither typing nor training could give
    *((("position", "seconds"), value) for value in (-1e15, -1, "1", None, 1e400)),
    *((("position", "update"), value) for value in (-1, 1.0, 2**52, 58, True, "1")),
    *((("position", "diverged"), value) for value in (-1.0, 4.0, "1")),
    *((("position", "history", 0, name), -1.0) for name in ("epoch", "loss", "words_per_second", "seconds")),
    (("position", "history", 0, "perplexity"), 0.5),
    (("position", "history", 0, "epoch"), 0),
    (("position", "history", 1, "epoch"), 3),
    (("position", "curve", 1, "epoch"), 4),
    *((("position", place, name), -1) for place in ("epoch", "gap") for name in ("sum", "count", "seconds")),
    (("position", "gap", "count"), 2**52),
    *((("experiment", "epochs"), value) for value in (0, 10_001, 1.5, "3")),
    *((("experiment", "lr"), value) for value in (0.0, -0.1, 1e9, None, "0.1")),
    (("experiment", "rates"), ["1:-5"]),
    (("experiment", "rates"), ["never"]),
    (("experiment", "final_lr"), 50.0),
    (("experiment", "validate"), True),
]


@pytest.fixture(scope="module")
def run():
    trainer = Trainer(SMALL, load_corpus(SMALL))
    trainer.run_epoch()
    trainer.run_epoch()
    return trainer


def written(run, path, place=(), value=None):
    about, arrays = run_parts(run)
    about = copy.deepcopy(about) | {"position": json.loads(json.dumps(position_parts(run.position), default=vars))}
    inner = about
    for name in place[:-1]:
        inner = inner[name]
    if place:
        assert place[-1] in inner if isinstance(inner, dict) else inner
        inner[place[-1]] = value
    with path.open("wb") as file:
        write_archive(file, about, run.vocabulary, arrays)
    return path


@pytest.mark.parametrize(("place", "value"), WRONG)
def test_a_run_that_cannot_have_been_is_refused(place, value, run, tmp_path):
    assert load_run(written(run, tmp_path / "good.npz")).position.update == run.position.update
    with pytest.raises(SavedRunError, match=r"run\.npz is not a saved run, or is incomplete"):
        load_run(written(run, tmp_path / "run.npz", place, value))


def test_a_run_beyond_the_end_of_a_shorter_text_is_refused_when_it_goes_on(run, tmp_path):
    run.position.update, before = 57, run.position.update
    try:
        save_run(run, tmp_path / "end.npz")
    finally:
        run.position.update = before
    assert load_run(tmp_path / "end.npz").resume().finished


@pytest.mark.parametrize(("name", "value"), [("epochs", 10_001), ("epochs", -1), ("minutes", -1.0), ("valid", 0.5)])
def test_a_network_that_claims_what_none_can_is_refused(name, value):
    claims = {"epochs": 100, "minutes": 1.5, "valid": None}
    check_claims(claims)
    check_claims(claims | {"valid": np.inf})
    with pytest.raises(ValueError, match=r"too small|more epochs"):
        check_claims(claims | {name: value})
