"""python -m rnnlm as a user types it: train, resume, evaluate, generate, and one sentence for each mistake."""

import os
import pty
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import PRESETS, Experiment
from rnnlm.inference.neural_cache import Caching, evaluate_cached
from rnnlm.inference.scoring import evaluate, first_word, perplexity_of, word_surprisals
from rnnlm.storage.checkpoint import load_run
from rnnlm.training.trainer import DivergedError, Trainer
from tests.reference import state

ROOT = Path(__file__).parents[1]
SMALL = (
    "--corpus grammar --words 400 --wordvec-size 8 --hidden-size 12 --batch-size 5 --time-size 4 --lr 0.5 --epochs 4"
)
EXPLOSIVE = "--corpus grammar --words 400 --wordvec-size 20 --hidden-size 200 --batch-size 2 --time-size 99 --lr 100"


def start(*arguments, **pipes):
    """Start the program with these arguments: strings are split into several, paths and list items are not."""
    parts = [part.split() if isinstance(part, str) else part for part in arguments]
    words = [str(word) for part in parts for word in (part if isinstance(part, list) else [part])]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"} | pipes
    return subprocess.Popen([sys.executable, "-m", "rnnlm", *words], cwd=ROOT, **pipes)


def run(*arguments, status=0, **pipes):
    """Run the program to its end with this status; return its stdout and stderr."""
    with start(*arguments, **pipes) as program:
        output, errors = program.communicate(timeout=120)
    assert program.returncode == status, errors
    return output, errors


def read_all(terminal):
    """The output on a terminal until its other end is closed."""
    try:
        while part := os.read(terminal, 4096):
            yield part
    except OSError:  # this is how Linux says that the other end is closed
        pass
    finally:
        os.close(terminal)


def epochs(trainer):
    """The line for each epoch of a run."""
    return [f"| epoch {point.epoch} | perplexity {point.perplexity:.2f}" for point in trainer.history]


def words_of(text):
    """The words of a generated text; a full stop at the end of a line is <eos>."""
    *lines, last = text.removesuffix("\n").split("\n")
    return [word for line in lines for word in [*line.removesuffix(".").split(), "<eos>"]] + last.split()


@pytest.fixture(scope="module")
def book(ptb):
    """Three epochs of the run of the book, by a Trainer."""
    trainer = Trainer(Experiment(epochs=3), ptb)
    trainer.run()
    return trainer


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The file and the output of three epochs of the run of the book, by the program."""
    path = tmp_path_factory.mktemp("cli") / "run.npz"
    return path, *run("train --epochs 3 --save", path)


def test_train_prints_the_sizes_and_each_epoch_of_the_same_run(saved, book):
    path, output, errors = saved
    assert output.splitlines() == ["corpus size: 1000, vocabulary size: 418", *epochs(book)]
    assert errors == ""
    assert state(load_run(path).resume()) == state(book)


def test_a_resumed_run_is_the_run_that_never_stopped(toy, small, tmp_path):
    whole = Trainer(small, toy)
    whole.run()
    path = tmp_path / "run.npz"
    run("train", SMALL, "--epochs 2 --save", path)
    output, _ = run("train --epochs 4 --resume", path)
    assert output.splitlines()[1:] == epochs(whole)[2:]
    assert state(load_run(path).resume()) == state(whole)


def test_a_stopped_run_is_kept_and_goes_on_to_the_same_curve(toy, small, tmp_path):
    path = tmp_path / "run.npz"
    with start("train", SMALL, "--epochs 10000 --save", path) as program:
        while "epoch 3 " not in program.stdout.readline():
            assert program.poll() is None
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
    assert program.returncode == 128 + signal.SIGINT
    assert re.fullmatch(rf"rnnlm: stopped in epoch \d+ of 10000; continue with --resume {path}\n", errors)
    stopped = load_run(path).resume()
    assert 3 <= stopped.epoch < 10_000
    last = len(stopped.history) + 2
    output, errors = run("train --resume", path, f"--epochs {last}")
    whole = Trainer(replace(small, epochs=last), toy)
    whole.run()
    assert output.splitlines()[1:] == epochs(whole)[len(stopped.history) :]
    assert state(load_run(path).resume()) == state(whole)


def test_the_progress_bar_is_for_terminals():
    terminal, inside = pty.openpty()
    with start("train", SMALL, "--epochs 400", stderr=inside) as program:
        os.close(inside)
        seen = b"".join(read_all(terminal)).decode()
        output = program.stdout.read()
    assert re.search(r"\r.*\[=+ *\] epoch [\d.]+ of 400  [\d,]+ words/s", seen)
    assert len(output.splitlines()) == 401
    assert run("train", SMALL)[1] == ""


def test_a_text_of_ones_own_is_trained_on(tmp_path):
    text = "오늘은 날씨가 좋아서 우리는 산에 갔다 .\n" * 40
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    output, _ = run("train --epochs 2 --text", tmp_path / "text.txt", "--save", tmp_path / "run.npz")
    trainer = Trainer(Experiment(corpus="text", epochs=2), load_text(text))
    trainer.run()
    assert output.splitlines()[1:] == epochs(trainer)
    written, _ = run("generate", tmp_path / "run.npz", "--start 오늘은")
    assert set(words_of(written)) <= set(load_text(text).vocabulary.words)


def test_generate_writes_a_hundred_words_and_the_same_ones_for_the_same_seed(saved):
    path = saved[0]
    text, errors = run("generate", path)
    words = words_of(text)
    assert (len(words), words[0], errors) == (100, "you", "")
    assert not {"<unk>", "N", "$"} & set(words)
    assert set(words) <= set(load_run(path).vocabulary.words)
    assert run("generate --seed 0", path)[0] == text
    assert run("generate --seed 1", path)[0] != text
    assert {"<unk>", "N", "$"} & set(words_of(run("generate", path, "--words 1000 --skip")[0]))


def test_the_best_word_alone_makes_every_seed_write_the_same(saved):
    texts = {run(f"generate --top-k 1 --words 20 --seed {seed}", saved[0])[0] for seed in (0, 1)}
    assert len(texts) == 1


def test_generate_shows_every_step_in_the_shapes_of_the_book(saved):
    output, _ = run("generate --words 5 --start you --show", saved[0])
    ids = [int(number) for number in re.search(r"word_ids: \[(.*)\]", output)[1].split(",")]
    assert [int(number) for number in re.findall(r"sampled: \[(\d+)\]", output)] == ids[-4:]
    assert [int(number) for number in re.findall(r"x: \[\[(\d+)\]\] shape \(1, 1\)", output)] == ids[-5:-1]
    assert output.count("shape (1, 1, 418)") == 4
    assert output.count("sum 1.000000") == 4
    word = load_run(saved[0]).vocabulary.word
    assert words_of(output.split("word_ids")[1].split("\n", 1)[1]) == [word(i) for i in ids]


@pytest.mark.full
def test_evaluate_scores_every_word_of_the_test_split(saved):
    network = load_run(saved[0])
    corpus, known = load_ptb("test").read_with(network.vocabulary)
    first, second, third = run("evaluate", saved[0])[0].splitlines()
    assert first == f"PTB test: 82,430 words, {known:.2%} of them known to the network"
    assert second == f"perplexity {evaluate(network.reader, corpus):.2f}"
    unknown = corpus.ids == network.vocabulary.id("<unk>")
    others = perplexity_of(word_surprisals(network.reader, corpus.ids, first_word(corpus))[~unknown])
    assert third == (
        f"{unknown.sum():,} words are read as <unk>, which is easy to predict; "
        f"the other words have perplexity {others:,.2f}"
    )
    own = run("evaluate --split valid", saved[0])[0]
    assert own.startswith("PTB valid: 73,760 words")


def test_evaluate_with_a_cache_or_without_a_network(saved):
    network = load_run(saved[0])
    corpus = load_ptb("valid").read_with(network.vocabulary)[0]
    lines = run("evaluate --split valid --cache 50 --theta 0.5", saved[0])[0].splitlines()
    assert lines[1] == "with a neural cache of 50 words, theta 0.5, share 0.1"
    expected = evaluate_cached(network.reader, corpus, Caching(cache=50, theta=0.5))
    assert lines[2] == f"perplexity {expected:.2f}"
    first, second = run("evaluate --kneser-ney 5")[0].splitlines()
    assert first == "PTB test: 82,430 words, 100.00% of them known to the 5-gram model of PTB train"
    assert second == "perplexity 141.06"  # 141.2 in Mikolov and Zweig 2012


def test_a_run_that_blows_up_says_so_and_leaves_its_last_sound_state(toy, tmp_path):
    path = tmp_path / "run.npz"
    output, errors = run("train", EXPLOSIVE, "--save", path, status=1)
    trainer = Trainer(load_run(path).experiment, toy)
    with pytest.raises(DivergedError) as error:
        trainer.run()
    assert errors == f"rnnlm: {error.value}\n"
    assert "in epoch 2, at learning rate 100" in errors
    assert output.splitlines()[1:] == epochs(trainer)
    left = load_run(path)
    assert state(left.resume(toy)) == state(trainer)
    assert (
        run("train --resume", path, status=1)[1] == f"rnnlm: this run has diverged and cannot continue. {error.value}\n"
    )
    assert all(np.isfinite(param).all() for param in left.reader.params)


def test_a_reader_that_stops_early_is_not_an_error(saved):
    with start("generate --show --words 2000", saved[0]) as program:
        program.stdout.read(100)
        program.stdout.close()
        errors = program.stderr.read()
    assert (program.returncode, errors) == (0, "")


def test_a_run_is_saved_when_its_output_is_no_longer_read(tmp_path):
    path = tmp_path / "run.npz"
    with start("train", SMALL, "--epochs 10000 --save", path) as program:
        while "epoch 3 " not in program.stdout.readline():
            assert program.poll() is None
        program.stdout.close()
        errors = program.stderr.read()
    assert (program.returncode, errors) == (0, "")
    assert 3 <= load_run(path).resume().epoch < 10_000


@pytest.mark.full
def test_a_run_may_read_the_valid_split_and_its_best_network_be_exported(tmp_path):
    path, network = tmp_path / "run.npz", tmp_path / "network.npz"
    output, _ = run("train --epochs 2 --hidden-size 20 --validate yes --save", path)
    saved = load_run(path)
    history = saved.position.history
    lines = [
        f"{line} | valid {point.valid:.2f} | 0." for line, point in zip(epochs(saved.resume()), history, strict=True)
    ]
    refused = run("export", path, path, status=2)[1]
    assert refused == f"rnnlm: {path} is the run itself: name another file for the network\n"
    assert [line.startswith(start) for line, start in zip(output.splitlines()[1:], lines, strict=True)] == [True, True]
    best = min(history, key=lambda point: point.valid)
    assert (saved.best.epoch, saved.best.valid) == (best.epoch, best.valid)
    told = run("export", path, network)[0].splitlines()
    claim = float(told[0].removeprefix("perplexity on the valid split: "))
    assert claim == pytest.approx(best.valid, rel=1e-3)
    assert told[1] == f"{network}: 0.1 MB"
    assert run("evaluate --split valid", network)[0].splitlines()[1] == f"perplexity {claim:.2f}"
    assert len(words_of(run("generate --words 12", network)[0])) == 12


def test_a_preset_is_a_row_of_options_that_flags_change(tmp_path):
    path = tmp_path / "run.npz"
    run("train --preset full --words 2000 --wordvec-size 8 --hidden-size 8 --epochs 1 --save", path)
    assert load_run(path).experiment == replace(PRESETS["full"], words=2000, wordvec_size=8, hidden_size=8, epochs=1)
