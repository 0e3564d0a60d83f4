"""Files on the command line: anything but a regular file of limited size is refused before it is read."""

import os
import socket

import pytest

from rnnlm.__main__ import main
from rnnlm.data.files import content_of
from rnnlm.storage.checkpoint import save_run
from rnnlm.training.trainer import Trainer

READS = [  # every command and option that opens a file to read it
    "train --text FILE",
    "train --resume FILE",
    "sweep --text FILE",
    "sweep --text FILE --dask tcp://nobody:1",
    "sweep --csv FILE",
    "evaluate FILE",
    "evaluate RUN --text FILE",
    "evaluate --kneser-ney 2 --text FILE",
    "generate FILE",
    "export FILE OTHER",
    "lessons --check FILE",
    "status FILE",
]
WRITES = [
    "train --epochs 1 --save FILE",
    "train --epochs 1 --moments FILE",
    "sweep --epochs 1 --csv FILE",
    "sweep --epochs 1 --html FILE",
    "export RUN FILE",
    "bench --json FILE",
]
HUGE = 2**40  # bytes


def a_pipe(path):
    os.mkfifo(path)


def a_device(path):
    path.symlink_to("/dev/zero")


def a_huge_file(path):
    with path.open("wb") as file:
        file.truncate(HUGE)


def a_folder(path):
    path.mkdir()


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def told(command, capsys, **paths):
    """(exit status, stderr or, for a check, stdout) of a command in this process."""
    try:
        status = main([str(paths.get(word, word)) for word in command.split(" ")])
    except SystemExit as error:  # the parser's
        status = error.code
    output, errors = capsys.readouterr()
    return status, errors or output


@pytest.fixture(scope="module")
def saved(tmp_path_factory, small, toy):
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    save_run(Trainer(small, toy), path)
    return path


@pytest.mark.parametrize("make", [a_pipe, a_device, a_huge_file, a_folder, a_socket])
@pytest.mark.parametrize("command", [*READS, *WRITES])
def test_an_irregular_or_huge_file_is_refused_without_reading_it(command, make, tmp_path, saved, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make(path := tmp_path / "f")
    status, sentence = told(command, capsys, FILE="f", RUN=saved, OTHER="other.npz")
    assert status in (1, 2)
    assert sentence.count("\n") == 1
    assert "f" in sentence
    assert any(why in sentence for why in ("regular file", "too long", "directory", "already exists", "No such"))
    assert sorted(os.listdir(tmp_path)) == ["f"]
    assert path.lstat().st_size in (0, HUGE) or not path.is_file()


def test_a_file_that_has_no_size_until_it_is_read_is_bounded_too(tmp_path):
    status = "/proc/self/status"
    if not os.path.exists(status):
        pytest.skip("only Linux has such files")
    assert os.stat(status).st_size == 0
    assert content_of(status, 100_000)
    with pytest.raises(OSError, match="too long"):
        content_of(status, 10)


NAMES = [command for command in [*READS, *WRITES] if "FILE" in command]


@pytest.mark.parametrize("command", NAMES)
@pytest.mark.parametrize("name", ["", " ", "a\0b", "n" * 5000])
def test_a_file_name_that_is_empty_or_impossible_is_reported_with_its_option(command, name, saved, capsys, tmp_path):
    status, sentence = told(command, capsys, FILE=name, RUN=saved, OTHER=tmp_path / "other.npz")
    assert status in (1, 2)
    assert sentence.count("\n") == 1
    assert len(sentence) < 5200
    assert "File name too long" in sentence or "must be the name of a file, got " in sentence


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("generate RUN --start EMPTY", "start must have at least one word"),
        ("generate RUN --words EMPTY", "argument --words"),
        ("generate RUN --seed EMPTY", "argument --seed"),
        ("generate RUN --temperature EMPTY", "temperature must be a number, got ''"),
        ("generate RUN --top-k EMPTY", "top_k must be a value or none, got ''"),
        ("train --max-grad EMPTY", "max_grad must be a value or none, got ''"),
        ("train --tied EMPTY", "tied must be yes or no, got ''"),
        ("train --preset EMPTY", "argument --preset"),
        ("sweep --lr EMPTY", "lr must be a number, got ''"),
        ("sweep --max-grad EMPTY 1", "max_grad must be a value or none, got ''"),
        ("sweep --seeds EMPTY", "argument --seeds"),
        ("sweep --dask EMPTY", "--dask must be an address"),
        ("evaluate RUN --cache EMPTY", "cache must be a whole number, got ''"),
        ("evaluate RUN --split EMPTY", "argument --split"),
        ("evaluate --kneser-ney EMPTY", "argument --kneser-ney"),
        ("bench --rounds EMPTY", "argument --rounds"),
    ],
)
@pytest.mark.parametrize("value", ["", " ", "9" * 5000], ids=["nothing", "a space", "too long"])
def test_an_option_that_is_empty_or_far_too_long_is_reported_by_name(command, words, value, saved, capsys):
    status, sentence = told(command, capsys, RUN=saved, EMPTY=value)
    assert status == 2
    assert sentence.count("\n") == 1
    assert len(sentence) < 1500
    name = words.split()[1 if words.startswith("argument") else 0]
    assert (words if not value else name) in sentence or (value.startswith("9") and "9" in sentence)
