"""The command line never overwrites or damages existing files."""

import os
import signal
import stat

import pytest

from rnnlm.experiment import Experiment
from rnnlm.storage.checkpoint import load_run, save_run
from rnnlm.storage.npz import SavedRunError, check_place
from rnnlm.storage.pretrained import load_network
from rnnlm.training.trainer import Trainer
from tests.reference import state
from tests.test_cli import SMALL, run, start

TEXT = "The dog, small and old, saw it.\nIt did not!\n" * 30
ENDLESS = f"{SMALL} --epochs 10000"
DIVERGES_AT_ONCE = "--corpus grammar --words 2000 --hidden-size 200 --batch-size 2 --time-size 20 --lr 100"


@pytest.fixture
def trained(toy, small, tmp_path):
    """A trained run in a file, and the file's content."""
    trainer = Trainer(small, toy)
    trainer.run()
    save_run(trainer, tmp_path / "run.npz")
    return tmp_path / "run.npz", (tmp_path / "run.npz").read_bytes()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("flag", ["", "--overwrite"])
@pytest.mark.parametrize("name", ["mine.txt", "link.txt", "there/../mine.txt"])
def test_a_run_is_never_saved_over_the_text_it_reads(tmp_path, name, flag):
    text = tmp_path / "mine.txt"
    text.write_text(TEXT)
    (tmp_path / "there").mkdir()
    (tmp_path / "link.txt").symlink_to(text)
    _, errors = run("train --text", text, "--words 250 --save", tmp_path / name, flag, status=2)
    assert "is the text itself: name another file for the run" in errors
    assert text.read_text() == TEXT


def test_a_file_that_is_there_is_kept_and_the_sentence_says_what_can_be_done(trained, tmp_path):
    path, content = trained
    _, errors = run("train", SMALL, "--save", path, status=2)
    assert errors == f"rnnlm: {path} already exists: --resume continues it, --overwrite replaces it\n"
    other = tmp_path / "other.npz"
    other.write_bytes(b"notes")
    assert "--overwrite" in run("train --resume", path, "--save", other, status=2)[1]
    assert "--overwrite" in run("export", path, other, status=2)[1]
    assert "--overwrite" in run("bench --json", other, status=2)[1]
    assert (path.read_bytes(), other.read_bytes()) == (content, b"notes")
    assert "only works with --save" in run("train", SMALL, "--overwrite", status=2)[1]


def test_a_run_that_is_overwritten_stays_until_the_new_one_has_an_epoch(trained):
    path, content = trained
    _, errors = run("train", DIVERGES_AT_ONCE, "--overwrite --save", path, status=1)
    assert "in epoch 1, at learning rate 100" in errors
    assert errors.endswith(f"{path} was not changed.\n")
    assert path.read_bytes() == content
    run("train", SMALL, "--epochs 1 --seed 5 --overwrite --save", path)
    assert load_run(path).experiment.seed == 5
    assert len(load_run(path).position.history) == 1


def test_a_signal_in_the_first_epoch_saves_the_new_run_as_requested(trained):
    path, content = trained
    slow = "--corpus grammar --words 400000 --batch-size 1 --time-size 2 --hidden-size 30"
    with start("train", slow, "--overwrite --save", path) as program:
        program.stdout.readline()
        assert path.read_bytes() == content
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
    assert program.returncode == 128 + signal.SIGTERM
    assert load_run(path).experiment.words == 400_000


def test_a_network_and_a_resumed_run_may_be_written_over_a_file_when_asked(trained, tmp_path):
    path, _ = trained
    other = tmp_path / "other.npz"
    other.write_bytes(b"notes")
    run("export", path, other, "--overwrite")
    assert load_network(other).epochs == 4
    run("train --resume", path, "--save", other, "--overwrite")
    assert state(load_run(other).resume()) == state(load_run(path).resume())
    run("train --epochs 5 --resume", path, "--save", path)
    assert len(load_run(path).position.history) == 5


def test_behind_a_symbolic_link_the_file_is_written_and_the_link_stays(trained, tmp_path):
    path, content = trained
    link, new = tmp_path / "link.npz", tmp_path / "new.npz"
    link.symlink_to(path)
    (tmp_path / "ahead.npz").symlink_to(new)
    run("train", SMALL, "--overwrite --seed 3 --save", link)
    assert link.is_symlink()
    assert path.read_bytes() != content
    run("train", SMALL, "--save", tmp_path / "ahead.npz")
    assert (tmp_path / "ahead.npz").is_symlink()
    assert load_run(new).experiment.lr == 0.5


@pytest.mark.parametrize("flag", ["", "--overwrite"])
def test_only_regular_files_are_replaced(trained, tmp_path, flag):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for place, what in [("pipe", "not a regular file"), ("folder", "a directory")]:
        for command in (("train", SMALL, "--save"), ("export", trained[0]), ("bench --json",)):
            _, errors = run(*command, tmp_path / place, flag, status=2)
            assert errors == f"rnnlm: cannot write {tmp_path / place}: it is {what}\n"
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    with pytest.raises(SavedRunError, match="cannot write /dev/null: it is not a regular file"):
        check_place("/dev/null")


def test_a_file_keeps_its_mode_and_a_new_one_has_what_the_umask_leaves(toy, small, tmp_path):
    trainer, path = Trainer(small, toy), tmp_path / "run.npz"
    for umask, expected in ((0o022, 0o644), (0o077, 0o600), (0o002, 0o664)):
        before = os.umask(umask)
        try:
            save_run(trainer, path)
        finally:
            os.umask(before)
        assert mode(path) == expected
        for kept in (0o600, 0o640, 0o666):
            path.chmod(kept)
            save_run(trainer, path)
            assert mode(path) == kept
        path.unlink()
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_the_longest_name_there_is_can_be_saved(toy, small, tmp_path):
    path = tmp_path / ("x" * 251 + ".npz")
    save_run(Trainer(small, toy), path)
    assert load_run(path).experiment == small


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_run_is_saved_when_the_terminal_closes_or_the_program_is_asked_to_end(tmp_path, number):
    path = tmp_path / "my run's.npz"
    with start("train", ENDLESS, "--save", path) as program:
        while "epoch 3 " not in program.stdout.readline():
            assert program.poll() is None
        program.send_signal(number)
        _, errors = program.communicate(timeout=60)
    assert program.returncode == 128 + number
    assert errors.endswith(f"""continue with --resume '{tmp_path}/my run'"'"'s.npz'\n""")
    assert load_run(path).resume().epoch >= 3


def test_under_nohup_a_closed_terminal_is_nothing(tmp_path):
    path = tmp_path / "run.npz"
    ignore = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    with start("train", ENDLESS, "--save", path, **ignore) as program:
        program.stdout.readline()
        program.send_signal(signal.SIGHUP)
        while "epoch 30 " not in program.stdout.readline():
            assert program.poll() is None
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=60)
    assert program.returncode == 128 + signal.SIGTERM


def test_a_run_of_all_the_epochs_there_can_be_is_offered_no_more(toy, small, tmp_path):
    trainer = Trainer(Experiment(**(vars(small) | {"epochs": 1})), toy)
    trainer.run()
    trainer.extend(10_000)
    trainer.position.update = 10_000 * trainer.updates_per_epoch
    save_run(trainer, tmp_path / "run.npz")
    _, errors = run("train --resume", tmp_path / "run.npz")
    assert errors == "rnnlm: all 10000 epochs of this run are done\n"
