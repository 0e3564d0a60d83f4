"""Sweeps: the same runs as alone, a table that allows continuing, and mistakes reported before the start."""

import os
import pty
import re
import signal
import sys
from dataclasses import replace

import psutil
import pytest

from rnnlm.cli.cluster import Cluster
from rnnlm.cli.cores import Cores
from rnnlm.cli.parser import build_parser
from rnnlm.cli.sweep_page import Scale, sweep_page
from rnnlm.cli.sweep_table import read_table, write_table
from rnnlm.cli.sweep_words import Bar, in_minutes, sentences, varied
from rnnlm.data.own_text import load_text
from rnnlm.experiment import Experiment
from rnnlm.training.build import load_corpus
from rnnlm.training.sweep import Outcome, check_runs, corpus_of_run, outcome_of, run_all
from rnnlm.training.trainer import DivergedError, Trainer
from tests.reference import points
from tests.test_cli import EXPLOSIVE, SMALL, read_all, run, start
from tests.waiting import wait_until

SWEEP = f"sweep {SMALL} --lr 0.1 0.5 --seeds 2"
TEXT = "The dog, small and old, saw it.\nIt did not!\n" * 40


@pytest.fixture(scope="module")
def experiments(small):
    return [replace(small, lr=lr, seed=seed) for lr in (0.1, 0.5) for seed in (0, 1)]


@pytest.fixture(scope="module")
def alone(experiments, toy):
    """Each run by a separate Trainer."""
    trainers = [Trainer(experiment, toy) for experiment in experiments]
    for trainer in trainers:
        trainer.run()
    return trainers


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """The table of a sweep, its page, and its output."""
    folder = tmp_path_factory.mktemp("sweep")
    output, errors = run(SWEEP, "--csv", folder / "runs.csv", "--html", folder / "page.html")
    assert errors == ""
    return folder / "runs.csv", folder / "page.html", output


def an_outcome(experiment, perplexity, **other):
    return Outcome(experiment, perplexity, None, experiment.epochs, 1.0, None, ((1.0, perplexity),), **other)


def refusal(*arguments):
    """The sentence that refuses a sweep before it starts."""
    words = [word for part in arguments for word in str(part).split()]
    options = build_parser().parse_args(["sweep", *words])
    with pytest.raises(ValueError) as error:  # noqa: PT011
        options.command(options)
    return str(error.value)


def test_a_sweep_reads_the_part_of_the_text_that_its_runs_name(small):
    moved = replace(small, first_word=40)
    assert corpus_of_run(moved).checksum == load_corpus(moved).checksum != corpus_of_run(small).checksum


def test_each_run_of_a_list_is_that_run_alone(experiments, alone):
    outcomes = list(run_all(experiments))
    assert [outcome.experiment for outcome in outcomes] == experiments
    for outcome, trainer in zip(outcomes, alone, strict=True):
        assert list(outcome.curve) == [(epoch, perplexity) for epoch, _, perplexity in points(trainer.curve)]
        assert (outcome.perplexity, outcome.epochs) == (trainer.history[-1].perplexity, 4)
        assert (outcome.diverged, outcome.valid, outcome.text) == (None, None, "")


def test_another_map_may_run_them_elsewhere_and_in_any_order(experiments):
    def backwards(function, items):
        return [function(item) for item in items[::-1]]

    assert [outcome.experiment for outcome in run_all(experiments, map=backwards)] == experiments[::-1]


def test_a_run_that_is_asked_to_stop_has_no_outcome_and_says_how_far_it_is(small):
    told = []
    assert outcome_of(replace(small, epochs=10_000), goes_on=lambda epoch: told.append(epoch) or len(told) < 2) is None
    assert 0 < told[0] < told[1] < 10_000
    assert (
        list(run_all([replace(small, epochs=10_000)], map=lambda f, xs: [f(x, goes_on=lambda _: False) for x in xs]))
        == []
    )


def test_a_long_curve_is_kept_as_a_hundred_points_and_its_last(small):
    outcome = outcome_of(replace(small, epochs=205, words=200, hidden_size=2, batch_size=20))
    assert len(outcome.curve) <= 100
    assert outcome.curve[-1] == (205, outcome.perplexity)
    assert {b - a for (a, _), (b, _) in zip(outcome.curve, outcome.curve[1:], strict=False)} == {3}


def test_the_program_s_runs_on_all_cores_are_the_runs_alone(swept, alone, experiments):
    table, _, output = swept
    by_experiment = {outcome.experiment: outcome for outcome in read_table(table)}
    assert set(by_experiment) == set(experiments)
    assert [by_experiment[e].perplexity for e in experiments] == [t.history[-1].perplexity for t in alone]
    first, *lines = output.splitlines()
    assert first == "4 runs"
    told = {
        f"| lr {t.experiment.lr}, seed {t.experiment.seed} | perplexity {t.history[-1].perplexity:.2f}" for t in alone
    }
    assert {re.sub(r" \| [\d.]+ s$", "", line) for line in lines[:4]} == told
    low, high = sorted(trainer.history[-1].perplexity for trainer in alone[2:])
    assert lines[5] == f"lr 0.5: 2 seeds, {low:.2f} to {high:.2f}, median {(low + high) / 2:.2f}"


def test_what_is_in_the_table_is_not_run_again(swept, tmp_path):
    table = tmp_path / "runs.csv"
    table.write_bytes(swept[0].read_bytes())
    output, _ = run(SWEEP, "--csv", table)
    assert output.splitlines()[0] == f"4 runs; 4 of them are already in {table}"
    assert output.splitlines()[1:] == swept[2].splitlines()[5:]
    assert table.read_bytes() == swept[0].read_bytes()
    output, _ = run(SWEEP, "--hidden-size 12 6 --csv", table)
    assert output.splitlines()[0] == f"8 runs; 4 of them are already in {table}"
    assert read_table(table)[:4] == read_table(swept[0])
    assert [outcome.experiment.hidden_size for outcome in read_table(table)] == [12] * 4 + [6] * 4


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(tmp_path):
    table, page = tmp_path / "runs.csv", tmp_path / "page.html"
    command = (f"sweep {SMALL} --epochs 2 10000 3 --csv", table, "--html", page)
    with start(*command) as program:
        assert program.stdout.readline() == "3 runs\n"
        assert program.stdout.readline().startswith("| epochs ")
        for process in [*psutil.Process(program.pid).children(recursive=True), program]:  # as a terminal does it
            process.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
    assert program.returncode == 128 + signal.SIGINT
    done = len(read_table(table))
    assert errors == f"rnnlm: stopped after {done} of 3 runs; repeat the command to continue with {table}\n"
    assert 1 <= done < 3
    assert not page.exists()
    with start(*command) as program:
        assert program.stdout.readline() == f"3 runs; {done} of them are already in {table}\n"
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=60)
    with start(f"sweep {SMALL} --epochs 10000 9999") as program:
        program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.communicate(timeout=60)[1].endswith(
            "stopped after 0 of 2 runs; nothing was saved, because --csv is missing\n"
        )


def test_no_process_outlives_a_sweep_that_was_killed():
    with start(f"sweep {SMALL} --epochs 10000 9999") as program:
        program.stdout.readline()
        parent = psutil.Process(program.pid)
        workers = wait_until(
            lambda: [p for p in parent.children() if "spawn_main" in " ".join(p.cmdline())], "it works"
        )
        program.kill()
    wait_until(lambda: not any(worker.is_running() for worker in workers), "its processes end")


def test_a_run_that_blows_up_says_so_and_the_others_go_on(tmp_path, toy):
    table = tmp_path / "runs.csv"
    output, _ = run("sweep", EXPLOSIVE, "--lr 0.1 100 --epochs 3 --csv", table, "--html", tmp_path / "page.html")
    blown = next(outcome for outcome in read_table(table) if outcome.experiment.lr == 100)
    trainer = Trainer(blown.experiment, toy)
    with pytest.raises(DivergedError):
        trainer.run()
    assert (blown.diverged, blown.epochs) == (trainer.position.diverged, trainer.epoch)
    assert blown.perplexity == trainer.history[-1].perplexity
    assert re.search(r"^\| lr 100 \| perplexity \S+ \| diverged in epoch 2 \|", output, flags=re.MULTILINE)
    assert output.splitlines()[-1] == "lr 100: diverged"


@pytest.mark.full
def test_another_text_is_another_run(tmp_path):
    text, table = tmp_path / "text.txt", tmp_path / "runs.csv"
    command = ("sweep --epochs 1 2 --hidden-size 5 --words 300 --csv", table, "--text", text)
    text.write_text(TEXT)
    run(*command)
    trainer = Trainer(Experiment(corpus="text", words=300, hidden_size=5, epochs=1), load_text(TEXT, words=300))
    trainer.run()
    assert min(read_table(table), key=lambda o: o.epochs).perplexity == trainer.history[-1].perplexity
    assert "2 of them are already in" in run(*command)[0]
    text.write_text(TEXT.replace("dog", "cat"))
    assert run(*command)[0].startswith("2 runs\n")
    assert len({outcome.text for outcome in read_table(table)}) == 2
    assert len(read_table(table)) == 4


def test_a_table_reads_back_as_what_was_written(tmp_path, small):
    preset = replace(small, optimizer="adam", max_grad=0.25, tied=True, hidden_size=8, final_lr=1e-5, scored_words=50)
    outcomes = [
        an_outcome(Experiment(), 5.139999999999999),
        Outcome(replace(preset, seed=7), 12.5, 30.25, 4, 0.123456789, None, ((1, 400.5), (4, 12.5)), "abc"),
        Outcome(replace(small, lr=100.0), None, None, 0, 0.5, 0.75, ()),
    ]
    write_table(tmp_path / "runs.csv", outcomes)
    assert read_table(tmp_path / "runs.csv") == [replace(outcomes[0], curve=((1.0, 5.14),)), *outcomes[1:]]
    header, first, *_ = (tmp_path / "runs.csv").read_text().splitlines()
    assert "seed,text,final_perplexity" in header
    assert first.startswith("," * header.split(",seed")[0].count(",") + ",0,,5.139999999999999,")
    assert read_table(tmp_path / "none.csv") == []


@pytest.mark.parametrize("content", [b"", b"notes\n", b"a,b\n1,2\n", b"\xff\xfe\0", b"seed,lr\n0,0.1\n"])
@pytest.mark.parametrize("flag", ["", "--overwrite"])
def test_a_file_that_is_not_a_table_is_never_replaced(tmp_path, content, flag):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    page = ["--html", tmp_path / "page.html"] if flag else []
    assert "already exists and is not a sweep table" in refusal(flag, "--csv", path, *page)
    assert path.read_bytes() == content


def test_a_row_that_was_damaged_is_named(swept, tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text(swept[0].read_text().replace("grammar", "hammer", 1))
    assert f"row 2 of {path} was changed: corpus must be" in refusal("--csv", path)


def test_nothing_of_a_person_s_is_overwritten_unasked(swept, tmp_path):
    page, text = tmp_path / "page.html", tmp_path / "text.txt"
    page.write_text("mine")
    text.write_text(TEXT)
    assert f"{page} already exists: --overwrite" in run(SWEEP, "--html", page, status=2)[1]
    assert page.read_text() == "mine"
    run(SWEEP, "--overwrite --html", page, "--csv", swept[0])
    assert page.read_text() == swept[1].read_text()
    for flag in ("--csv", "--overwrite --html"):
        assert "is the text itself" in refusal("--text", text, flag, text)
    assert text.read_text() == TEXT
    assert "is the table itself" in refusal("--csv", page, "--html", page)


MISTAKES = {
    "--lr 0.1 fast": "lr must be a number, got 'fast'",
    "--hidden-size 10 0": "hidden_size must be between 1 and 512, got 0",
    "--seeds 0": "seeds must be between 1 and 1,000, got 0",
    "--seeds 2 --seed 1 2": "--seeds counts up from a single --seed",
    "--seeds 501 --lr 0.1 1": "a sweep has at most 1,000 runs, got 1,002: give fewer values",
    "--tied yes --hidden-size 100 50": "tied needs wordvec_size to equal hidden_size, got 100 and 50",
    "--words 1000 200 --time-size 10 20": "needs at least 201 words, got 200",
    "--final-lr 0.5": "final_lr must be at most lr, 0.1, got 0.5",
    "--batchwise no yes": "batchwise needs dropout_out",
    "--overwrite": "--overwrite only works with --html",
    "--csv nowhere/runs.csv": "cannot write nowhere/runs.csv",
    "--corpus text": "Give the text",
    "--corpus grammar ptb-train --text README.md": "--text names your own text, but --corpus names grammar",
}


@pytest.mark.parametrize("flags", MISTAKES)
def test_what_cannot_be_run_is_said_in_one_sentence_before_anything_is(flags):
    assert MISTAKES[flags] in refusal(flags)


def test_every_run_that_may_start_is_let_through(small):
    check_runs([small, replace(small, tied=True, wordvec_size=12), replace(small, scored_words=40, epochs=1)])
    with pytest.raises(ValueError, match="is more than 50,000,000 scores"):
        check_runs([Experiment(words=929_589, batch_size=200, time_size=100)])


def test_the_bar_says_how_many_are_done_and_how_long_it_will_take():
    bar = Bar([Experiment(epochs=10), Experiment(epochs=30)])
    assert bar.line([0, 0], 5) == f"[{' ' * 30}] 0 of 2 runs"
    assert bar.line([10, 0], 60) == f"[{'=' * 7}{' ' * 23}] 1 of 2 runs  3:00 left"
    assert bar.line([10, 10], 3600).endswith("1 of 2 runs  1:00:00 left")
    assert [in_minutes(seconds) for seconds in (0.4, 65, 7389)] == ["0:00", "1:05", "2:03:09"]


def test_the_bar_is_for_terminals():
    terminal, inside = pty.openpty()
    with start(f"sweep {SMALL} --epochs 20 --seeds 2", stderr=inside) as program:
        os.close(inside)
        seen = b"".join(read_all(terminal)).decode()
        assert len(program.stdout.read().splitlines()) == 4
    assert re.search(r"\r.*\[=+ *\] \d of 2 runs  0:\d\d left", seen)


def test_runs_that_differ_in_the_seed_alone_are_one_sentence(small):
    came_to = {(0.1, 0): 5.1, (0.1, 1): 5.8, (0.1, 2): 5.4, (1.0, 0): 9.0}
    of = [an_outcome(replace(small, lr=lr, seed=seed), value) for (lr, seed), value in came_to.items()]
    names = varied([outcome.experiment for outcome in of])
    assert names == ["lr", "seed"]
    assert sentences(of, names) == ["lr 0.1: 3 seeds, 5.10 to 5.80, median 5.40", "lr 1: 9.00"]
    of[1] = replace(of[1], diverged=2.5)
    assert sentences(of, names)[0] == "lr 0.1: 2 seeds, 5.10 to 5.40, median 5.25; 1 diverged"
    assert sentences([replace(o, diverged=1.0) for o in of[:3]], names) == ["lr 0.1: all 3 seeds diverged"]
    assert sentences(of[:1], []) == ["5.10"]


def test_the_page_shows_every_run_and_fetches_nothing(swept):
    page = swept[1].read_text()
    assert not re.search(r"https?:|<script|<link|@import|url\(", page)
    assert (page.count('<polyline class="run"'), page.count('<circle class="dot"')) == (4, 4)
    assert page.count("<tr>") == 5
    for line in swept[2].splitlines()[1:5]:
        assert f"<title>{line}</title>" in page
    for sentence in swept[2].splitlines()[5:]:
        assert f"<span>{sentence}</span>" in page


def test_a_page_can_be_made_of_whatever_runs_came_to(small):
    blown = Outcome(replace(small, seed=3), None, None, 0, 0.5, 0.75, ())
    assert "No run has a final perplexity" in sweep_page([blown], [], ["diverged"])
    runs = [an_outcome(replace(small, max_grad=limit), 10.0) for limit in (None, 1.0)]
    assert ">max_grad none</text>" in sweep_page([*runs, blown], ["max_grad", "seed"], ["a", "b"])
    assert "&lt;b&gt;" in sweep_page(runs[:1], [], ["<b>"])


def test_a_scale_puts_values_evenly_or_by_their_logarithms():
    assert Scale(0, 10, 100, 200)(2.5) == 125
    assert Scale(1, 100, 0, 1, log=True)(10) == pytest.approx(0.5)
    assert Scale(5, 5, 0, 10)(5) == 5
    assert Scale(0, 100, 0, 1).ticks == [0, 20, 40, 60, 80, 100]
    assert Scale(0.01, 1, 0, 1, log=True).ticks == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
    assert len(Scale(1, 1e300, 0, 1, log=True).ticks) < 12


def test_a_cluster_needs_a_package_which_is_optional(monkeypatch, small):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match=r"^--dask needs another package: run pip install -r assets/hosting/dask.txt$"):
        list(run_all([small], map=Cluster("tcp://127.0.0.1:8786", [], len).map))
    assert list(Cluster("tcp://127.0.0.1:8786", [], len).map(len, [])) == []


def halve(number, goes_on):
    """The task of the processes in the tests below."""
    if number == 13:
        os._exit(1)
    if number % 2:
        raise ValueError(f"{number} is odd")
    assert goes_on(number / 2)
    return number // 2


def test_all_cores_give_what_a_map_gives_and_its_errors():
    cores = Cores([], lambda done: None)
    assert sorted(cores.map(halve, [2, 4, 6])) == [1, 2, 3]
    assert list(cores.map(halve, [])) == []
    with pytest.raises(ValueError, match="3 is odd"):
        list(cores.map(halve, [2, 3]))
    with pytest.raises(ValueError, match="a process ended in the middle of its work"):
        list(cores.map(halve, [13]))
