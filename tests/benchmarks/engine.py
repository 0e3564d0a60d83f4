"""Speed and memory of the engine: many runs at once, compared with one bare trainer.

    python -m tests.benchmarks.engine [--seconds 10] [--json FILE]

For 1, 2, 3, 4, 16 and 32 visitors with the book's run each: updates a second of all together over those of a Trainer
alone in this process (measured just before and after), the slowest run over the mean, and the memory of each process.
"""

import argparse
import json
import statistics
import time
from dataclasses import replace
from pathlib import Path

import psutil

from rnnlm import Experiment, Trainer, load_ptb
from rnnlm.serving.engine.engine import Engine

BOOK = Experiment(epochs=10_000)


def alone(corpus, seconds: float) -> float:
    """The updates a second of a trainer without an engine."""
    trainer = Trainer(BOOK, corpus)
    trainer.run(for_seconds=0.5)
    begun, start = trainer.position.update, time.perf_counter()
    trainer.run(for_seconds=seconds)
    return (trainer.position.update - begun) / (time.perf_counter() - start)


def megabytes() -> list[float]:
    """The memory of this process and of each worker, in MB."""
    processes = [psutil.Process(), *psutil.Process().children()]
    return [round(process.memory_info().rss / 2**20, 1) for process in processes]


def together(runs: int, corpus, seconds: float) -> tuple[list[float], list[float]]:
    """The updates a second of each run and the memory of each process, while every visitor polls twice a second."""
    engine = Engine()
    jobs = [engine.open(replace(BOOK, seed=seed), corpus, f"visitor {seed}") for seed in range(runs)]
    for job in jobs:
        engine.start(job)

    def look(until: float) -> list[int]:
        while (now := time.perf_counter()) < until:
            time.sleep(min(0.5, until - now))
            done = [engine.look(job).update for job in jobs]
        return done

    start = time.perf_counter() + 1
    before = look(start)
    after = look(start + seconds)
    memory = megabytes()
    engine.stop()
    return [(last - first) / seconds for first, last in zip(before, after, strict=True)], memory


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    corpus, rows = load_ptb("train", words=1000), []
    print("runs   together / one   slowest / mean   MB of each process")
    for runs in (1, 2, 3, 4, 16, 32):
        before = alone(corpus, 2.0)
        speeds, memory = together(runs, corpus, options.seconds)
        one = statistics.mean([before, alone(corpus, 2.0)])
        row = {"runs": runs, "together": sum(speeds) / one, "slowest": min(speeds) / statistics.mean(speeds)}
        rows.append(row | {"one": one, "megabytes": memory})
        print(f"{runs:4}{row['together']:15.2f}{row['slowest']:17.2f}       {', '.join(map(str, memory))}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
