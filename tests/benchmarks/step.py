"""The speed of a training step: ours, its lower bound, and the same step in other libraries.

Every contender runs in a separate process and waits there for its turn. A round gives each one turn,
so a change in the machine's speed affects all of them. The floor is only the matrix products a step
cannot avoid. PyTorch and JAX take part if they are installed.

    python -m tests.benchmarks.step      # or: python -m rnnlm bench
"""

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from rnnlm.data.batches import updates_per_epoch
from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment
from rnnlm.training.trainer import Trainer
from tests.benchmarks.contenders import CONTENDERS, CUT, NEEDS, WORKLOADS, Workload

TURN = 0.25  # seconds that each contender has in a round


def take_turns(name: str, workload: Workload, threads: int) -> None:
    """Run as a contender's process: for each line on stdin, time the steps of one turn, and print their median."""
    if threads == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    step = CONTENDERS[name](workload, threads)
    for _ in range(3):
        step()
    print("ready", flush=True)
    for _ in sys.stdin:
        seconds, end = [], time.perf_counter() + TURN
        while time.perf_counter() < end or len(seconds) < 3:
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        print(statistics.median(seconds), flush=True)


class Contender:
    """The process of a contender."""

    def __init__(self, name: str, workload: Workload, threads: int):
        self.name, self.threads, self.seconds = name, threads, []
        code = f"from tests.benchmarks.step import *; take_turns({name!r}, {workload!r}, {threads})"
        count = str(threads)
        env = os.environ | {"OPENBLAS_NUM_THREADS": count, "OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True, env=env)
        self._answer()

    def _answer(self) -> str:
        answer = self.process.stdout.readline()
        if not answer:
            raise ValueError(f"the contender {self.name!r} stopped; what it said stands above")
        return answer

    def take_turn(self) -> None:
        """Time one turn."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self.seconds.append(float(self._answer()))

    def stop(self) -> None:
        """Let the process end."""
        self.process.stdin.close()
        self.process.wait()


def measure(names: list[str], workload: Workload, threads: tuple[int, ...], rounds: int) -> dict[str, dict[int, float]]:
    """The median seconds of a step of each contender, keyed by its name and number of threads."""
    contenders = [Contender(name, workload, count) for name in names for count in threads]
    for _ in range(rounds):
        for contender in contenders:
            contender.take_turn()
    result: dict[str, dict[int, float]] = {}
    for contender in contenders:
        contender.stop()
        result.setdefault(contender.name, {})[contender.threads] = statistics.median(contender.seconds)
    return result


def available() -> list[str]:
    """The contenders that can run here."""
    return [name for name in CONTENDERS if name != CUT and (name not in NEEDS or importlib.util.find_spec(NEEDS[name]))]


def compare(rounds: int) -> dict:
    """Measure both workloads and print a table of each."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    figures = {}
    for title, workload in WORKLOADS.items():
        measured = measure(available(), workload, (1, 2), rounds)
        best = {name: min(seconds.values()) for name, seconds in measured.items()}
        print(f"\n{title}: V={workload.V:,} D={workload.D} H={workload.H} N={workload.N} T={workload.T}")
        print(f"{'':20}{'1 thread':>12}{'2 threads':>12}{'words/s':>12}{'to ours':>10}")
        for name, seconds in measured.items():
            times = "".join(f"{1000 * seconds[count]:9.3f} ms" for count in (1, 2))
            words = workload.N * workload.T / best[name]
            print(f"{name:20}{times}{words:12,.0f}{best[name] / best['ours']:10.2f}")
        print(f"ours / floor: {best['ours'] / best['floor']:.2f} (the best number of threads each)")
        figures[title] = {"seconds": measured, "best": best}
    return figures


def peak_memory() -> float:
    """The peak megabytes of five steps of this package at the ptb sizes, in addition to the imported package.

    Call it in a fresh process, because it counts the text as well. It does not work on Windows.
    """
    import resource

    def peak() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    before = peak()
    step = CONTENDERS["ours"](WORKLOADS["ptb"], 2)
    for _ in range(5):
        step()
    return peak() - before


def memory() -> float:
    """Print the peak memory of this package's step at the ptb sizes."""
    code = "from tests.benchmarks.step import peak_memory; print(peak_memory())"
    megabytes = float(subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True).stdout)
    print(f"\nours, ptb: {megabytes:.0f} MB at the peak beyond the imported package, the text included")
    return megabytes


def scaling(rounds: int) -> dict:
    """Print how the time of an update grows with vocabulary and time size, and the time of an epoch with the words."""
    base = WORKLOADS["ptb"]
    cases = [("V", replace(base, V=V)) for V in (1_250, 2_500, 5_000, 10_000)]
    cases += [("T", replace(base, T=T)) for T in (9, 18, 35, 70)]
    cases += [("words", replace(base, words=words)) for words in (116_000, 232_000, 464_000, 929_000)]
    print("\nour step as sizes grow, for words an epoch (linear: the last column stays as it is, or falls)")
    figures = {}
    for name, workload in cases:
        size = getattr(workload, name)
        seconds = measure([CUT], workload, (1,), rounds)[CUT][1]
        if name == "words":
            seconds *= updates_per_epoch(size, workload.N, workload.T)
        print(f"{name:5} = {size:7,}{1000 * seconds:12.2f} ms{1e6 * seconds / size:10.2f} us for each of {name}")
        figures[f"{name}={size}"] = seconds
    return figures


def one_epoch() -> dict:
    """Train one epoch of all of PTB at the ptb sizes and print how long it took."""
    w = WORKLOADS["ptb"]
    experiment = Experiment(words=w.words, batch_size=w.N, time_size=w.T, lr=1.0, max_grad=0.25, epochs=1)
    progress = Trainer(experiment, load_ptb()).run_epoch()
    minutes = progress.seconds / 60
    print(f"\none epoch of PTB: {minutes:.2f} minutes, {progress.words_per_second:,.0f} words/s, lr 1, clip 0.25, "
          f"perplexity {progress.perplexity:.1f}")  # fmt: skip
    return {"minutes": minutes, "words_per_second": progress.words_per_second}


def main() -> int:
    """Run the measurements that the flags ask for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scaling", action="store_true")
    parser.add_argument("--epoch", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures = {"steps": compare(options.rounds)}
    if importlib.util.find_spec("resource"):
        figures["megabytes"] = memory()
    if options.scaling:
        figures["scaling"] = scaling(options.rounds)
    if options.epoch:
        figures["epoch"] = one_epoch()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
