"""Several sweeps with one table: no run is lost, and a truncated row is trained again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from rnnlm.cli.sweep_table import add_run, read_table, write_table
from rnnlm.experiment import Experiment
from rnnlm.training.sweep import Outcome


def run(seed, **other):
    return replace(Outcome(Experiment(seed=seed), 5.0, None, 100.0, 1.5, None, ((1.0, 9.0), (100.0, 5.0))), **other)


def test_runs_that_are_added_at_one_time_are_all_there(tmp_path):
    table = tmp_path / "runs.csv"
    with ThreadPoolExecutor(8) as at_once:
        list(at_once.map(lambda seed: add_run(table, run(seed)), range(24)))
    assert sorted(outcome.experiment.seed for outcome in read_table(table)) == list(range(24))
    assert [path.name for path in tmp_path.iterdir()] == ["runs.csv"]


def test_a_run_that_two_have_trained_is_there_once(tmp_path):
    table = tmp_path / "runs.csv"
    for seconds in (1.0, 2.0):
        add_run(table, run(0, seconds=seconds))
        add_run(table, run(1))
    assert [outcome.experiment.seed for outcome in read_table(table)] == [0, 1]


def test_a_table_cut_off_anywhere_in_its_last_row_still_has_the_rows_before_it(tmp_path):
    table = tmp_path / "runs.csv"
    write_table(table, [run(0), run(1), run(2)])
    whole = table.read_bytes()
    last = whole.rstrip().rfind(b"\n") + 1
    for end in range(last, len(whole)):
        table.write_bytes(whole[:end])
        assert [outcome.experiment.seed for outcome in read_table(table)] == [0, 1]
    add_run(table, run(2))
    assert table.read_bytes() == whole


@pytest.mark.parametrize(
    ("before", "after"),
    [("1,,5.0,", "1,"), (",1.5,", ",-1e15,"), (",1.5,", ",nan,"), (",100.0,", ",101,"), (",5.0,", ",0.1,")],
)
def test_an_impossible_row_is_reported_by_its_number(before, after, tmp_path):
    table = tmp_path / "runs.csv"
    write_table(table, [run(0), run(1), run(2)])
    first, second, third, *rest = table.read_text().split("\n")
    assert before in third
    table.write_text("\n".join([first, second, third.replace(before, after, 1), *rest]))
    with pytest.raises(ValueError, match=r"row 3 of .*runs\.csv was changed: "):
        read_table(table)
