"""Load test: N websocket visitors, M of them training the book's run, all clicking at random times.

    python -m tests.load N M [--seconds 40] [--every 5] [--page train] [--heavy 0] [--paint 0]
        [--replicas 1] [--lesson NAME] [--round-trip 0] [--json FILE]

The test starts a server on 127.0.0.1. Visitors poll like the page's clock in a browser. of_two_trainers is the speed of
all runs together relative to two trainers in plain processes just before. Memory is the resident memory of the server
and its workers: with one visitor, the peak under load, and 20 s after all have left. The server keeps sessions and
runs for only 5 s, so they are released by then. Visitors and server share this machine's cores.
"""

import argparse
import json
import multiprocessing
import signal
import statistics
import time
from pathlib import Path

from rnnlm import Experiment, Trainer, load_ptb
from tests.classroom import Class, measured

BOOK = Experiment(epochs=10_000)
STARTING, WINDOWS, WINDOW = 3.0, 3, 2.0  # seconds until both trainers run; number and seconds of time windows


def bare(start: float) -> list[float]:
    """The updates a second of a trainer that is alone in its process, in each time window from `start` on."""
    trainer, rates = Trainer(BOOK, load_ptb("train", words=1000)), []
    while time.time() < start:
        trainer.run(for_seconds=0.1)
    for _ in range(WINDOWS):
        before, begun = trainer.position.update, time.perf_counter()
        trainer.run(for_seconds=WINDOW)
        rates.append((trainer.position.update - before) / (time.perf_counter() - begun))
    return rates


def two_trainers() -> float:
    """The updates a second of two trainers together, each in a plain process, in their fastest time window."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        rates = pool.map(bare, [time.time() + STARTING] * 2, chunksize=1)
    return max(sum(both) for both in zip(*rates, strict=True))


def compared(figures: dict, two: float) -> dict:
    """The figures in the order of printing, and the speed of all runs together relative to two bare trainers."""
    rates = figures.pop("rates")
    of_two = round(sum(rates) / two, 3)
    slowest = round(min(rates) / statistics.mean(rates), 3) if any(rates) else None
    order = ("click_ms", "memory_mb", "errors", "train_unanswered", "standstill_s", "looks_per_second", "paint_s")
    return {"of_two_trainers": of_two, "slowest_over_mean": slowest} | {name: figures[name] for name in order}


def table(N: int, M: int, figures: dict, two: float, round_trip: int = 0) -> str:
    """The figures as a table of one row."""
    click, memory = figures["click_ms"], figures["memory_mb"]
    cells = {
        "visitors/training": f"{N}/{M}",
        **({"round trip ms": round_trip} if round_trip else {}),
        "of two trainers": f"{figures['of_two_trainers']} of {two:,.0f} updates/s",
        "slowest/mean": figures["slowest_over_mean"],
        "click ms: median, p95, max": f"{click['median']}, {click['p95']}, {click['max']}",
        "unanswered: clicks, Train": f"{click['unanswered']}, {figures['train_unanswered']}",
        "standstill s": figures["standstill_s"],
        "looks/s": figures["looks_per_second"],
        "MB: idle, load, after": f"{memory['idle']:.0f}, {memory['load']:.0f}, {memory['after']:.0f}",
        "errors": len(figures["errors"]),
    }
    if paints := figures["paint_s"]:
        cells["first paint s: median, max"] = f"{statistics.median(paints):.2f}, {max(paints):.2f}"
    rows = [list(cells), ["---"] * len(cells), [str(cell) for cell in cells.values()]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Measure and print."""
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.default_int_handler)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("N", type=int, help="visitors")
    parser.add_argument("M", type=int, help="visitors who train")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two clicks of a visitor")
    pages = ("train", "ask", "inside", "compare", "lessons")
    parser.add_argument("--page", choices=pages, default="train", help="where everybody is")
    parser.add_argument("--heavy", type=int, default=0, help="so many more train the heaviest run, and are not counted")
    told = "so often a browser that has never been here opens the page meanwhile; it takes part of the cores"
    parser.add_argument("--paint", type=int, default=0, help=told)
    parser.add_argument("--replicas", type=int, default=1, help="servers that the visitors are spread over")
    parser.add_argument("--lesson", default="", help="a lesson that everybody takes, as `what`")
    parser.add_argument("--round-trip", type=int, default=0, help="ms that a message and its answer travel")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if not 0 <= given.M <= given.N or given.N < 1:
        parser.error("N must be at least 1, and M between 0 and N")
    two = two_trainers()
    about = given.N, given.M, given.seconds, given.every, given.page
    asked = *about, given.heavy, given.paint, given.replicas, given.lesson, given.round_trip / 1000
    figures = compared(measured(Class(*asked)), two)
    print(table(given.N, given.M, figures, two, given.round_trip))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
