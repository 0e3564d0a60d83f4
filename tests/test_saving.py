"""Failed saves: training continues, and the remains of killed writers are removed."""

import os

import pytest

from rnnlm.cli import train as command
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.storage.npz import PART_OLD, write_whole
from rnnlm.training.trainer import Trainer


def test_a_full_disk_ends_no_training_and_the_run_is_saved_when_there_is_room(
    small, toy, tmp_path, monkeypatch, capsys
):
    trainer, path, tries = Trainer(small, toy), tmp_path / "run.npz", []

    def full(it, where):
        tries.append(it.position.update)
        if len(tries) < 4:
            write_whole("/dev/full/run.npz", lambda file: None)  # an unwritable path
        save_run(it, where)

    monkeypatch.setattr(command, "save_run", full)
    monkeypatch.setattr(command, "SAVE_EVERY", -1)  # at every look
    monkeypatch.setattr(trainer, "run", lambda for_seconds: trainer.run_epoch())
    command.run_and_print(trainer, path, [])
    assert trainer.finished
    assert len(tries) > 4
    assert load_run(path).position.update == trainer.position.update
    told = capsys.readouterr().err
    assert told.count("Training continues") == 1
    assert told.startswith("rnnlm: cannot write /dev/full/run.npz: ")


def test_what_killed_writings_left_is_removed_by_the_next_one_and_nothing_else(tmp_path):
    old, young = (tmp_path / f"rnnlm-{letter * 12}.part" for letter in "ab")
    others = [tmp_path / name for name in ("rnnlm-mine.part", "rnnlm-aaaaaaaaaaaa.npz", "a.part")]
    for path in (old, young, *others):
        path.write_bytes(b"half")
    for path in (old, *others):
        os.utime(path, (0, young.stat().st_mtime - PART_OLD - 60))
    write_whole(tmp_path / "run.npz", lambda file: file.write(b"whole"))
    assert not old.exists()
    assert all(path.exists() for path in (young, *others))


def test_a_run_that_cannot_be_saved_at_its_end_is_reported(small, toy, tmp_path):
    trainer = Trainer(small, toy)
    with pytest.raises(ValueError, match="cannot write"):
        command.run_and_print(trainer, tmp_path / "nowhere" / "run.npz", [])
    assert trainer.finished
