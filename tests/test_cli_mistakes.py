"""python -m rnnlm on bad input: one sentence on stderr, exit status 2, and nothing left behind."""

import numpy as np
import pytest

from rnnlm.__main__ import main
from rnnlm.storage.checkpoint import save_run
from rnnlm.training.trainer import Trainer
from tests.test_cli import SMALL, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory, small, toy):
    """Files of every bad kind, and one good run."""
    folder = tmp_path_factory.mktemp("mistakes")
    save_run(Trainer(small, toy), folder / "run.npz")
    whole = (folder / "run.npz").read_bytes()
    (folder / "truncated.npz").write_bytes(whole[: len(whole) // 2])
    np.savez(folder / "foreign.npz", weights=np.zeros(3))
    (folder / "text.npz").write_text("this is no run")
    (folder / "empty.npz").write_bytes(b"")
    (folder / "empty.txt").write_text(" \n\n")
    (folder / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\r")
    (folder / "latin.txt").write_bytes("Füße und Hände\n".encode("latin-1") * 100)
    (folder / "short.txt").write_text("too short a text\n" * 5)
    (folder / "there").mkdir()
    return folder


MISTAKES = {
    "train --lr fast": "lr must be a number, got 'fast'",
    "train --lr nan": "lr must be a number",
    "train --epochs 1.5": "epochs must be a whole number, got '1.5'",
    "train --hidden-size 0": "hidden_size must be between 1 and 512, got 0",
    "train --corpus shakespeare": "corpus must be one of ptb-train, ",
    "train --colour red": "--colour",
    "": "train",
    "paint": "paint",
    "train --words 200 --batch-size 200 --time-size 100": "needs at least 20,001 words, got 200",
    "train --text {}/short.txt --time-size 10": "needs at least 101 words, got 25",
    "train --text {}/missing.txt": "cannot read missing.txt",
    "train --text {}/there": "cannot read there",
    "train --text {}/empty.txt": "empty.txt has no words in it",
    "train --text {}/binary.txt": "binary.txt is a binary file",
    "train --text {}/latin.txt": "latin.txt is not text in UTF-8",
    "train --corpus text": "Give the text",
    "train --corpus grammar --text {}/latin.txt": "leave one out",
    "train --save {}/nowhere/run.npz": "cannot write {}/nowhere/run.npz",
    f"train {SMALL} --save {{}}/there": "cannot write {}/there",
    "train --resume {}/missing.npz": "cannot read missing.npz",
    "train --resume {}/run.npz --lr 1": "keeps its lr, 0.5",
    "train --resume {}/run.npz --text {}/latin.txt": "keeps its text",
    "train --resume {}/run.npz --average-from 1": "average_from needs validate",
    "train --preset large": "large",
    "train --preset full --text {}/latin.txt": "latin.txt is not text in UTF-8",
    "train --tied yes --hidden-size 50": "tied needs wordvec_size to equal hidden_size, got 100 and 50",
    "train --batchwise yes": "batchwise needs dropout_out",
    "train --scored-words 100 --time-size 6": "scored_words must be at least 2 x batch_size x time_size = 120, got 100",
    "train --final-lr 1": "final_lr must be at most lr, 0.1, got 1",
    "train --tied maybe": "tied must be yes or no, got 'maybe'",
    "train --corpus grammar --validate yes": "validate needs corpus to be ptb-train, got grammar",
    "export {}/missing.npz {}/network.npz": "cannot read missing.npz",
    "export {}/run.npz {}/nowhere/network.npz": "cannot write {}/nowhere/network.npz",
    "train --resume {}/run.npz --preset full": "keeps its words, 400",
    "evaluate {}/missing.npz": "cannot read missing.npz",
    "evaluate {}/truncated.npz": "truncated.npz is not a saved run, or is incomplete",
    "evaluate {}/foreign.npz": "foreign.npz is not a saved run",
    "evaluate {}/text.npz": "text.npz is not a saved run",
    "evaluate {}/empty.npz": "empty.npz is not a saved run",
    "evaluate {}/there": "cannot read there",
    "evaluate {}/run.npz --split train": "has words that the network does not know",
    "evaluate {}/run.npz --split exam": "exam",
    "evaluate": "a RUN.npz, or --kneser-ney",
    "evaluate {}/run.npz --kneser-ney 5": "evaluate needs one model",
    "evaluate --kneser-ney 0": "order must be between 1 and 9, got 0",
    "evaluate --kneser-ney 5 --theta 1": "--theta belongs to a neural cache, which needs a network",
    "evaluate {}/run.npz --cache 0": "cache must be between 1 and 10,000, got 0",
    "evaluate {}/run.npz --share 2": "share must be between 0.0 and 1.0, got 2.0",
    "generate --start teacher {}/run.npz": "required: RUN.npz (before any flags",
    "generate {}/run.npz --start teachr": "similar ones are 'teacher'",
    "generate {}/run.npz --start teacher --words 0": "words must be ",
    "generate {}/run.npz --start teacher --temperature 0": "temperature must be between 0.1 and 3.0, got 0.0",
    "generate {}/run.npz --start teacher --top-k none --seed -1": "seed must be at least 0, got -1",
}


def is_one_sentence(command, folder, output, errors):
    assert errors.count("\n") == 1
    assert errors.endswith("\n")
    assert MISTAKES[command].replace("{}", str(folder)) in errors
    assert "Errno" not in errors
    assert output == ""


@pytest.mark.parametrize("command", MISTAKES)
def test_a_mistake_is_reported_in_one_sentence(folder, capsys, command):
    before = sorted(folder.iterdir())
    try:
        status = main(command.replace("{}", str(folder)).split())
    except SystemExit as end:  # this is how argparse ends a program
        status = end.code
    assert status == 2
    is_one_sentence(command, folder, *capsys.readouterr())
    assert sorted(folder.iterdir()) == before


AS_TYPED = ["train --lr fast", "train --text {}/missing.txt", "evaluate {}/truncated.npz"]  # by parser, system and core


@pytest.mark.parametrize("command", AS_TYPED)
def test_the_program_ends_with_the_same_sentence(folder, command):
    before = sorted(folder.iterdir())
    is_one_sentence(command, folder, *run(command.replace("{}", str(folder)), status=2))
    assert sorted(folder.iterdir()) == before
