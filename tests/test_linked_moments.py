"""A snapshot that many visitors open is trained once, and a run continues from it as if it had trained itself."""

import io
from dataclasses import replace

import numpy as np
import pytest

from rnnlm.serving.engine import linked_moments
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.engine.linked_moments import Arrivals, Arrived
from rnnlm.serving.worker.protocol import corpus_from
from rnnlm.serving.worker.questions import open_file
from rnnlm.storage.checkpoint import load_run, run_bytes
from rnnlm.storage.handover import hand_over
from rnnlm.storage.npz import MOST, SavedRunError
from rnnlm.storage.pretrained import Network, network_from, network_of, opened, save_network
from rnnlm.training.trainer import Trainer
from tests.waiting import wait_until


def at_epoch(experiment, corpus, epochs):
    trainer = Trainer(experiment, corpus)
    for _ in range(epochs):
        trainer.run_epoch()
    return trainer


def test_one_visitor_trains_a_snapshot_while_others_wait_and_one_who_leaves_is_dropped(monkeypatch):
    shared = Arrivals()
    assert shared.claim("a", "anna")
    assert not shared.claim("a", "ben")
    assert shared.claim("b", "ben")
    assert shared.claim("a", "anna")
    monkeypatch.setattr(linked_moments, "ALIVE", -1.0)
    assert shared.claim("a", "ben")


def test_of_many_snapshots_the_oldest_is_dropped_and_a_large_one_is_not_kept(small, toy):
    shared, kept = Arrivals(), (*hand_over(at_epoch(small, toy, 1)), 0.1)
    for name in range(linked_moments.MOST + 2):
        shared.give(name, Arrived(kept, ()))
    assert [name for name in range(linked_moments.MOST + 2) if shared.get(name)] == list(
        range(2, linked_moments.MOST + 2)
    )
    large = Arrived((kept[0], {"h": np.zeros(linked_moments.LARGEST, np.uint8), "b": np.zeros(1)}, 0.1), ())
    shared.give("large", large)
    assert shared.get("large") is None


def test_a_run_that_starts_from_another_s_snapshot_ends_as_if_it_had_trained_itself(small, toy):
    engine = Engine(workers=0)
    try:
        there = Arrived((*hand_over(at_epoch(small, toy, 2)), 0.1), ())
        job = engine.open(small, toy, at=there)
        assert (job.view.epoch, len(job.view.curve)) == (2, 2)
        engine.start(job)
        wait_until(lambda: engine.look(job).finished, "the run is over")
        whole = at_epoch(small, toy, small.epochs)
        assert [p.perplexity for p in engine.look(job).curve] == [p.perplexity for p in whole.curve]
    finally:
        engine.stop()


def test_a_saved_run_is_opened_with_its_text_and_goes_on_as_it_would_have(small, toy):
    trainer = at_epoch(small, toy, 2)
    content = {"content": np.frombuffer(run_bytes(trainer), np.uint8)}
    about, arrays = open_file({"title": "run.npz", "most": MOST}, content)
    corpus = corpus_from(about["corpus"], {name: arrays.pop(name) for name in ("ids", "word_counts")})
    assert corpus.checksum == toy.checksum
    engine = Engine(workers=0)
    try:
        job = engine.open(small, corpus, at=Arrived((about["state"], arrays, about["trained"]), ()))
        assert job.view.update == trainer.position.update
        for mine, theirs in zip(job.view.reader.params, trainer.model.params, strict=True):
            np.testing.assert_array_equal(mine, theirs)
    finally:
        engine.stop()


def test_a_network_file_is_opened_as_a_network_with_its_words(small, toy, tmp_path):
    saved = tmp_path / "run.npz"
    saved.write_bytes(run_bytes(at_epoch(small, toy, 1)))
    network = network_of(load_run(saved))
    save_network(network.shortened(), tmp_path / "network.npz")
    content = (tmp_path / "network.npz").read_bytes()
    about, arrays = open_file({"title": "network.npz", "most": MOST}, {"content": np.frombuffer(content, np.uint8)})
    assert about["kind"] == "network"
    came = network_from(about, arrays)
    assert isinstance(came, Network)
    assert came.vocabulary.words == toy.vocabulary.words
    for mine, theirs in zip(came.reader.params, network.shortened().reader.params, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert replace(came, reader=None, vocabulary=None) == replace(network, reader=None, vocabulary=None)


@pytest.mark.parametrize("content", [b"", b"no archive", None], ids=["empty", "foreign", "cut"])
def test_a_file_that_is_not_a_saved_run_is_refused_in_a_sentence(small, toy, content):
    content = run_bytes(at_epoch(small, toy, 1))[:-500] if content is None else content
    with pytest.raises(SavedRunError, match=r"^x\.npz is not a saved run, or is incomplete$"):
        opened(content, "x.npz")


def test_a_file_that_would_unpack_to_too_much_is_not_unpacked():
    file = io.BytesIO()
    np.savez_compressed(file, zeros=np.zeros(1_000_000))
    with pytest.raises(SavedRunError, match=r"^bomb\.npz would unpack to 8,000,\d+ bytes, but the limit is 1,000"):
        opened(file.getvalue(), "bomb.npz", most=1_000_000)
