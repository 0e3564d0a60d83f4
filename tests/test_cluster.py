"""A sweep on a cluster: a real scheduler and workers on this machine, some of which are killed."""

import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rnnlm.cli import cluster
from rnnlm.cli.cluster import Cluster
from rnnlm.cli.sweep_table import read_table
from rnnlm.training.sweep import run_all
from tests.test_cli import SMALL, run, start
from tests.waiting import wait_until

pytest.importorskip("distributed", reason="distributed is not installed, so no sweep was tried on a cluster.")
pytestmark = pytest.mark.full
ROOT = Path(__file__).parents[1]
TEXT = "The dog, small and old, saw it.\nIt did not!\n" * 40


def listens(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


class Processes:
    """A scheduler and workers that connect to it; all end with the test."""

    def __init__(self, folder, protocol="tcp", *security):
        self.folder, self.started, self.security = folder, [], security
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"{protocol}://127.0.0.1:{self.port}"
        self.scheduler = self.start("scheduler", "--protocol", protocol, "--host", "127.0.0.1", "--port", self.port)
        wait_until(lambda: listens(self.port), "the scheduler listens")

    def start(self, *words, cwd=ROOT):
        command = [sys.executable, "-m", "dask", *map(str, [*words, *self.security]), "--no-dashboard"]
        with (self.folder / f"log{len(self.started)}").open("wb") as log:
            environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}  # for `wait_for_go`
            self.started.append(subprocess.Popen(command, cwd=cwd, env=environment, stdout=log, stderr=log))
        return self.started[-1]

    def worker(self, **where):
        """A worker process with one thread, and its supervisor, which restarts it."""
        folder = self.folder / f"work{len(self.started)}"
        return self.start("worker", self.address, "--nthreads", 1, "--local-directory", folder, **where)

    def wait_for(self, count):
        """Wait until this many workers have connected."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=30)

    def stop(self):
        for process in self.started[::-1]:
            process.terminate()
        for process in self.started:
            process.wait(30)


@pytest.fixture
def empty(tmp_path):
    """A scheduler without workers."""
    processes = Processes(tmp_path)
    yield processes
    processes.stop()


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A scheduler with two workers."""
    processes = Processes(tmp_path_factory.mktemp("cluster"))
    processes.worker()
    processes.worker()
    processes.wait_for(2)
    yield processes
    processes.stop()


def wait_for_go(item, goes_on):
    """The task of the workers in the tests below: leave a note in a folder, and wait for a file."""
    folder, number = item
    (folder / f"{number}-{os.getpid()}").touch()
    try:
        while not (folder / "go").exists() and goes_on(0.5):
            time.sleep(0.05)
    finally:
        (folder / f"ended-{number}").touch()
    return number


def begun(folder):
    """The number and process of each call that has started."""
    return [tuple(map(int, path.name.split("-"))) for path in folder.glob("[0-9]*-*")]


def test_each_run_on_a_cluster_is_that_run_alone(two, small):
    experiments = [replace(small, lr=lr, seed=seed) for lr in (0.1, 0.5) for seed in (0, 1)]
    found = {o.experiment: replace(o, seconds=0) for o in run_all(experiments, map=Cluster(two.address, [], len).map)}
    assert found == {o.experiment: replace(o, seconds=0) for o in run_all(experiments)}


def test_a_text_of_one_s_own_crosses_though_its_file_is_elsewhere(two, tmp_path, small):
    (tmp_path / "text.txt").write_text(TEXT)
    command = ("sweep", SMALL.replace("grammar", "text"), "--seeds 2 --text", tmp_path / "text.txt", "--csv")
    run(*command, tmp_path / "there.csv", "--dask", two.address)
    there = sorted(read_table(tmp_path / "there.csv"), key=lambda outcome: outcome.experiment.seed)
    here = list(run_all([outcome.experiment for outcome in there], tmp_path / "text.txt"))
    assert [(o.experiment.seed, o.text, o.perplexity) for o in there] == [
        (i, here[i].text, here[i].perplexity) for i in range(2)
    ]


def test_what_a_killed_worker_was_doing_is_done_again(two, tmp_path):
    killed = []

    def tell(done):
        if not killed and len(begun(tmp_path)) == 2:
            killed.extend(begun(tmp_path)[:1])
            os.kill(killed[0][1], signal.SIGKILL)
        elif len(begun(tmp_path)) == 3:
            (tmp_path / "go").touch()

    found = Cluster(two.address, [], tell).map(wait_for_go, [(tmp_path, number) for number in range(2)])
    assert sorted(found) == [0, 1]
    assert sorted(number for number, _ in begun(tmp_path)) == sorted([0, 1, killed[0][0]])


def test_a_sweep_that_stops_or_fails_leaves_no_work_on_the_workers(two, tmp_path):
    stop, told = [], []

    def tell(done):
        told.append(max(done))
        if told[-1] == 0.5 and len(begun(tmp_path)) == 2:
            stop.append(signal.SIGINT)

    assert list(Cluster(two.address, stop, tell).map(wait_for_go, [(tmp_path, number) for number in range(2)])) == []
    wait_until(lambda: len(list(tmp_path.glob("ended-*"))) == 2, "both calls have ended")
    with pytest.raises(FileNotFoundError):
        list(Cluster(two.address, [], len).map(wait_for_go, [(tmp_path / "none", 0)]))


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(two, tmp_path):
    table = tmp_path / "runs.csv"
    command = (f"sweep {SMALL} --epochs 2 10000 3 --dask {two.address} --csv", table)
    with start(*command) as program:
        assert program.stdout.readline() == "3 runs\n"
        assert program.stdout.readline().startswith("| epochs ")
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
    assert program.returncode == 128 + signal.SIGINT
    done = len(read_table(table))
    assert errors == f"rnnlm: stopped after {done} of 3 runs; repeat the command to continue with {table}\n"
    output, _ = run(f"sweep {SMALL} --epochs 2 3 --dask {two.address} --csv", table)
    assert output.startswith(f"2 runs; {done} of them are already in {table}\n")
    assert {outcome.epochs for outcome in read_table(table)} == {2, 3}


def test_a_cluster_that_cannot_work_is_refused_in_a_sentence(empty, tmp_path, small):
    def refused(map):
        with pytest.raises(ValueError) as error:  # noqa: PT011
            list(run_all([small], map=map))
        return str(error.value)

    there = Cluster(empty.address, [], len).map
    assert refused(there).startswith(f"the scheduler at {empty.address} has no workers: start some")
    elsewhere = empty.worker(cwd=tmp_path)
    empty.worker()
    empty.wait_for(2)
    assert "lacks the package rnnlm: for example, start it in the project's folder" in refused(there)
    elsewhere.terminate()
    elsewhere.wait(30)
    stopped = Cluster(empty.address, [], lambda done: empty.scheduler.kill()).map
    with pytest.raises(ValueError, match=f"the scheduler at {empty.address} was lost: start it again"):
        list(stopped(wait_for_go, [(tmp_path, 0)]))


def test_with_tls_only_our_certificates_are_accepted(tmp_path):
    def certificate(name):
        key, made = tmp_path / f"{name}.key", tmp_path / f"{name}.pem"
        command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -keyout {key} -out {made}"
        subprocess.run(command.split(), check=True, capture_output=True)
        return key, made

    def environment(key, made):
        names = {"CA_FILE": ours[1], "CLIENT__CERT": made, "CLIENT__KEY": key}
        return os.environ | {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in names.items()}

    ours, other = certificate("ours"), certificate("other")
    processes = Processes(tmp_path, "tls", "--tls-ca-file", ours[1], "--tls-cert", ours[1], "--tls-key", ours[0])
    try:
        processes.worker()
        wait_until(lambda: "Registered to" in (tmp_path / "log1").read_text(), "the worker has come")
        command = f"sweep {SMALL} --dask {processes.address}"
        assert "| perplexity " in run(command, env=environment(*ours))[0]
        sentence = f"rnnlm: no scheduler answers at {processes.address}: start one with dask scheduler\n"
        assert run(command, env=environment(*other), status=2)[1] == sentence
        plain = processes.address.replace("tls", "tcp")
        assert "no scheduler answers" in run(f"sweep {SMALL} --dask {plain}", status=2)[1]
    finally:
        processes.stop()


def test_code_the_cluster_has_not_is_a_sentence(two, tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def call(item, goes_on): return item")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="could not read the data: install the same version of this package there"):
        list(Cluster(two.address, [], len).map(importlib.import_module("only_here").call, [1]))


def test_a_missing_scheduler_or_a_wrong_address_is_reported_in_a_sentence(monkeypatch, small):
    def refused(address):
        with pytest.raises(ValueError) as error:  # noqa: PT011
            list(Cluster(address, [], len).map(len, [small]))
        return str(error.value)

    monkeypatch.setattr(cluster, "ANSWER", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    assert refused(nobody) == f"no scheduler answers at {nobody}: start one with dask scheduler"
    assert refused("scheduler") == "--dask must be an address like tcp://scheduler:8786, got 'scheduler'"
    assert "needs the variables DASK_DISTRIBUTED__COMM__TLS__CA_FILE" in refused("tls://127.0.0.1:8786")
