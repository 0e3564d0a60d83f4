"""Saved runs continue as if never stopped and contain no pickle and no treebank; damaged ones are refused."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from rnnlm.data.grammar import toy_corpus
from rnnlm.data.own_text import load_text
from rnnlm.experiment import Experiment
from rnnlm.nn.params import NAMES
from rnnlm.storage.checkpoint import load_run, run_bytes, save_run
from rnnlm.storage.npz import SavedRunError
from rnnlm.training.trainer import DivergedError, Trainer
from tests.reference import network, points, state

ODD_WORDS = '나는 학교에 naïve \u200b\ufeff 👩‍👩‍👧 "q" back\\slash \\n %s {} <b> null \x00 \x7f ﷽ None N $'


@pytest.fixture
def trainer(small, toy):
    """A run stopped in the middle of its second epoch."""
    trainer = Trainer(small, toy)
    trainer.run_epoch()
    for _ in range(5):
        trainer.run_update()
    return trainer


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


@pytest.fixture
def arrays(trainer, path):
    """The arrays of a saved run, to be changed and written again."""
    save_run(trainer, path)
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def own_text_run(text="one two three . four five ; " * 60):
    experiment = Experiment(corpus="text", words=300, wordvec_size=6, hidden_size=7, epochs=4)
    return Trainer(experiment, load_text(text, title="mine.txt"))


@pytest.mark.parametrize("updates", [0, 1, 19, 24, 38, 75, 76])
def test_a_run_that_is_saved_and_resumed_equals_one_that_never_stopped(small, toy, path, updates):
    never_stopped, stopped = Trainer(small, toy), Trainer(small, toy)
    for _ in range(updates):
        stopped.run_update()
    save_run(stopped, path)
    resumed = load_run(path).resume()
    assert state(resumed) == state(stopped)
    assert resumed.position == stopped.position
    never_stopped.run()
    resumed.run()
    stopped.run()
    assert state(resumed) == state(never_stopped) == state(stopped)


def test_a_long_epoch_is_resumed_between_two_points_of_its_curve(path):
    corpus = toy_corpus(900)
    experiment = Experiment(corpus="grammar", words=900, hidden_size=5, batch_size=1, time_size=2, epochs=1)
    never_stopped, stopped = Trainer(experiment, corpus), Trainer(experiment, corpus)
    for _ in range(333):
        stopped.run_update()
    assert stopped.position.since_point.count > 0
    save_run(stopped, path)
    resumed = load_run(path).resume(corpus)
    never_stopped.run()
    resumed.run()
    assert len(resumed.curve) > 2
    assert state(resumed) == state(never_stopped)


def test_a_saved_run_can_be_resumed_more_than_once(trainer, path):
    save_run(trainer, path)
    saved, stopped = load_run(path), state(trainer)
    first = saved.resume()
    first.run()
    second = saved.resume()
    assert state(second) == stopped
    second.run()
    assert state(second) == state(first)


def test_saving_does_not_disturb_the_run(small, toy, path):
    watched, alone = Trainer(small, toy), Trainer(small, toy)
    while not watched.finished:
        watched.run_update()
        if watched.position.update % 10 == 0:
            save_run(watched, path)
    alone.run()
    assert state(watched) == state(alone)


def test_a_file_tells_its_experiment_network_words_and_counts(trainer, toy, path):
    save_run(trainer, path)
    saved = load_run(path)
    assert saved.experiment == trainer.experiment
    assert saved.vocabulary.words == toy.vocabulary.words
    assert saved.vocabulary.counts.tolist() == toy.vocabulary.counts.tolist()
    for own, written in zip(trainer.model.params, saved.reader.params, strict=True):
        assert own.dtype == written.dtype
        np.testing.assert_array_equal(own, written)


def test_the_bytes_for_a_download_are_a_file_like_any_other(trainer, path):
    path.write_bytes(run_bytes(trainer))
    assert state(load_run(path).resume()) == state(trainer)


def test_a_file_holds_plain_arrays_and_nothing_of_the_treebank_but_vocabulary_and_counts(ptb, path):
    trainer = Trainer(Experiment(epochs=1), ptb)
    trainer.run()
    save_run(trainer, path)
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    assert set(arrays) == {"about", "vocabulary", "counts", "h", *NAMES}
    assert not any(array.dtype.hasobject for array in arrays.values())
    assert bytes(arrays["vocabulary"]).decode().split("\n") == list(ptb.vocabulary.words)
    assert len(bytes(arrays["about"])) < 2000  # a thousand words would not fit with the options
    assert load_run(path).corpus is None
    assert state(load_run(path).resume()) == state(trainer)


def test_a_run_on_the_users_text_carries_it_odd_words_and_all(path):
    trainer = own_text_run(f"{ODD_WORDS}\n{ODD_WORDS[::-1]}\n" * 20)
    trainer.run_epoch()
    save_run(trainer, path)
    saved = load_run(path)
    assert saved.corpus.ids.tolist() == trainer.corpus.ids.tolist()
    assert saved.corpus.vocabulary.words == trainer.vocabulary.words
    assert {"나는", "naïve", "👩‍👩‍👧", "\x00", "\\n"} <= set(saved.vocabulary.words)
    assert saved.corpus.title == "mine.txt"
    resumed = saved.resume()
    trainer.run()
    resumed.run()
    assert state(resumed) == state(trainer)


def test_a_run_does_not_go_on_with_another_text(trainer, path):
    save_run(trainer, path)
    with pytest.raises(SavedRunError, match="not the text that the run was trained on"):
        load_run(path).resume(toy_corpus(400, seed=1))
    own = own_text_run()
    save_run(own, path)
    for text in ("one two three . four five ; " * 59, "uno dos tres . cuatro cinco ; " * 60):
        with pytest.raises(SavedRunError, match="not the text that the run was trained on"):
            load_run(path).resume(load_text(text))


def test_a_run_that_blew_up_is_still_over_when_it_is_loaded(toy, path):
    trainer = Trainer(Experiment(corpus="grammar", words=400, hidden_size=200, lr=100.0), toy)
    with pytest.raises(DivergedError):
        trainer.run()
    save_run(trainer, path)
    resumed = load_run(path).resume()
    assert resumed.finished
    assert resumed.divergence == trainer.divergence != ""
    assert network(resumed) == network(trainer)


def test_a_run_may_be_extended_after_it_was_resumed(small, toy, path):
    short, long = Trainer(replace(small, epochs=2), toy), Trainer(small, toy)
    short.run()
    save_run(short, path)
    resumed = load_run(path).resume()
    resumed.extend(4)
    resumed.run()
    long.run()
    assert points(resumed.history) == points(long.history)


def test_a_write_that_fails_leaves_the_old_file_whole_and_nothing_beside_it(trainer, path):
    resource = pytest.importorskip("resource", reason="only Unix limits the size of files")
    save_run(trainer, path)
    old = path.read_bytes()
    trainer.run_update()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(old) // 2, limits[1]))  # as if the disk were full
    try:
        with pytest.raises(SavedRunError, match=r"cannot write .*run\.npz: File too large"):
            save_run(trainer, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == old
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    save_run(trainer, path)
    assert load_run(path).position.update == 25


def test_a_reader_of_the_old_file_reads_it_to_its_end(trainer, path):
    save_run(trainer, path)
    old = path.read_bytes()
    trainer.run_update()
    with open(path, "rb", buffering=0) as reader:
        beginning = reader.read(100)
        save_run(trainer, path)
        assert beginning + reader.readall() == old != path.read_bytes()


def test_an_unwritable_path_is_reported_in_a_sentence(trainer, tmp_path):
    with pytest.raises(SavedRunError, match=r"cannot write .*run\.npz: No such file or directory"):
        save_run(trainer, tmp_path / "nowhere" / "run.npz")
    (tmp_path / "folder").mkdir()
    with pytest.raises(SavedRunError, match=r"cannot write .*folder: .*directory"):
        save_run(trainer, tmp_path / "folder")
    assert [file.name for file in tmp_path.rglob("*")] == ["folder"]


def refused(path):
    """The sentence that refuses a file."""
    with pytest.raises(SavedRunError) as error:
        load_run(path)
    sentence = str(error.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


def test_a_missing_file_a_folder_and_foreign_files_are_reported_in_a_sentence(path):
    assert refused(path) == "cannot read run.npz: No such file or directory"
    assert "directory" in refused(path.parent)
    image = io.BytesIO()
    np.save(image, np.zeros((3, 3)))
    for content in (b"", b"you say goodbye\n", b"\x80\x04\x95pickle", b"PK\x03\x04", image.getvalue()):
        path.write_bytes(content)
        assert "not a saved run" in refused(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("about", "you say goodbye")
    assert "not a saved run" in refused(path)
    np.savez(path, xs=np.arange(3))
    assert "not a saved run" in refused(path)


def test_a_truncated_file_is_refused_wherever_it_was_cut(trainer, path):
    save_run(trainer, path)
    whole = path.read_bytes()
    for end in (1, 3, 30, 100, len(whole) // 4, len(whole) // 2, len(whole) - 1000, len(whole) - 22, len(whole) - 1):
        path.write_bytes(whole[:end])
        assert "not a saved run" in refused(path)


@pytest.mark.full
@pytest.mark.parametrize("bits", [0x01, 0xFF])
def test_a_file_damaged_anywhere_is_read_right_or_refused(trainer, path, bits):
    save_run(trainer, path)
    whole, refusals = path.read_bytes(), 0
    directory = whole.index(b"PK\x01\x02")  # every byte of the archive's list of members
    for place in (*range(0, directory, 11), *range(directory, len(whole))):
        damaged = bytearray(whole)
        damaged[place] ^= bits
        path.write_bytes(damaged)
        try:
            assert network(load_run(path).resume()) == network(trainer)
        except SavedRunError:
            refusals += 1
    assert refusals > directory / 11 / 2


def test_an_object_array_is_refused_unread(arrays, path):
    for name in ("about", "embed_W", "counts"):
        np.savez(path, **(arrays | {name: np.array([{"not": "plain"}], dtype=object)}))
        assert "not a saved run" in refused(path)


@pytest.mark.parametrize("name", [*NAMES, "counts", "h"])
def test_arrays_that_do_not_fit_each_other_are_refused(arrays, path, name):
    np.savez(path, **(arrays | {name: arrays[name][:-1]}))
    assert "not a saved run" in refused(path)


@pytest.mark.parametrize("name", [*NAMES, "counts", "about", "vocabulary", "h"])
def test_a_file_without_one_of_its_parts_is_refused(arrays, path, name):
    del arrays[name]
    np.savez(path, **arrays)
    assert "not a saved run" in refused(path)


def test_a_run_on_the_users_text_without_the_text_is_refused(path):
    save_run(own_text_run(), path)
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    del arrays["corpus_ids"]
    np.savez(path, **arrays)
    assert "not a saved run" in refused(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"lr": 0.5', b'"lr": -1.'), (b'"lr"', b'"LR"'), (b'"gap"', b'"gup"'), (b"{", b"["), (b'"hidden_size": 12', b"")],
)
def test_a_description_that_makes_no_sense_is_refused(arrays, path, old, new):
    about = bytes(arrays["about"])
    assert old in about
    np.savez(path, **(arrays | {"about": np.frombuffer(about.replace(old, new), np.uint8)}))
    assert "not a saved run" in refused(path)


def test_a_file_of_another_version_is_refused_by_its_version(arrays, path):
    about = bytes(arrays["about"]).replace(b"rnnlm run 1", b"rnnlm run 9")
    np.savez(path, **(arrays | {"about": np.frombuffer(about, np.uint8)}))
    sentence = "run.npz is a saved run from another version of this program (file format rnnlm run 9)"
    assert refused(path) == f"{sentence}: open it with that version"
