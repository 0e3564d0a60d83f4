"""The page behind a slow network: real browsers, a run in training, and repeated tries of every action.

    python -m tests.slow [--full] [--round-trip 80 240] [--only NAME ...] [--count 20] [--rate BYTES] [--cuts 0.01]
        [--others 16] [--slower 4] [--seed 0]

Each kind of action (slider, needle, timeline, page change, history, typing, words) is tried 20 times, and 100 times
with --full, which adds 20 tries of every other control, the figures, and more conditions. With --round-trip, --full
is limited to that condition. --full tries two conditions at a time, to take less than three hours, so its milliseconds
are those of a busy machine.

A page is dead if it does not react to an action within 5 s + 4 round trips, is blank, shows an error or reloads
itself. An input is lost if the control, the address and the network never agree on its last value, and late if they
agree more than 2 s + 2 round trips after it (6 s + 2 after a cut). ms are from the last input until they agree. --only
selects by the start of a name, also among the controls and figures of --full. The age of the epoch is measured at
240 ms and 100 kB/s, visits until curve, bars and text are complete at 40 ms and 1.25 MB/s (10 Mbit/s).
"""

import argparse
import math
import multiprocessing
import signal
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.cable import Cable
from tests.page import Server
from tests.slow.controls import CONTROLS
from tests.slow.crowd import crowd
from tests.slow.figures import AGE, FIGURES, FIRST, SECOND
from tests.slow.inputs import KINDS, MAIN
from tests.slow.trying import Visit, repeated, taken

HEAD = ["condition", "action", "tries", "deaths", "lost", "late", "median ms", "p95 ms"]


@dataclass(frozen=True)
class Condition:
    """The conditions of a test: round trip in ms, cuts, number of other visitors, and slowdown of the browser."""

    round_trip: int
    cuts: float = 0.0
    others: int = 0
    slower: int = 1
    rate: float | None = None

    def __str__(self):
        more = {
            "cuts": self.cuts,
            f"{self.others} others": self.others,
            f"{self.slower}x slower": self.slower > 1,
            f"{self.rate or 0:,.0f} B/s": self.rate,
        }
        return ", ".join([f"{self.round_trip} ms", *(name for name, is_so in more.items() if is_so)])


def row(cells):
    """One line of the table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


AT_10_MBIT = Condition(40, rate=1_250_000)
AT_A_TIME = 2  # conditions
EVERYTHING = MAIN | CONTROLS
ALONE = {AGE: Condition(240, rate=100_000), FIRST: AT_10_MBIT, SECOND: AT_10_MBIT}  # measured under these conditions


def told(condition, name, found):
    """The row of an action, followed by the details of each death and each lost or late input."""
    row([condition, name, *found.row()])
    for what in found.deaths:
        print(f"    died: {what}", flush=True)
    for what in found.lost:
        print(f"    lost: {what}", flush=True)
    for what in found.late:
        print(f"    late: {what}", flush=True)


def under(condition, names, given, figures=()):
    """Try the actions with these names and measure these figures under a condition."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "log")
        cable = Cable(server.port, condition.round_trip / 1000, condition.rate, condition.cuts, given.seed)
        visit = Visit(cable, Path(folder), server.log, condition.slower)
        try:
            with crowd(server.port, condition.others):
                for name in names:
                    action, link = EVERYTHING[name]
                    told(condition, name, repeated(visit, action, link, tries_of(given, name), given.seed))
                for name in figures:
                    told(condition, name, taken(visit, FIGURES[name], server))
        finally:
            visit.close()
            cable.close()
            server.stop()


def arguments():
    """The command-line arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="everything, in less than three hours")
    parser.add_argument("--round-trip", type=int, nargs="+", help="ms")
    parser.add_argument("--only", nargs="+", help="beginnings of names of actions and figures")
    parser.add_argument("--count", type=int, help="tries of each action")
    parser.add_argument("--cuts", type=float, default=0.0, help="probability that a websocket is cut, each second")
    parser.add_argument("--others", type=int, default=0, help="other visitors of the same server")
    parser.add_argument("--slower", type=int, default=1, help="how much slower the browser is")
    parser.add_argument("--rate", type=float, help="bytes a second")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def conditions(given):
    """The requested conditions."""
    if given.round_trip or not given.full:
        trips = given.round_trip or (80, 240)
        return [Condition(ms, given.cuts, given.others, given.slower, given.rate) for ms in trips]
    special = [Condition(240, cuts=0.01), Condition(240, others=16), Condition(240, slower=4)]
    return [Condition(ms) for ms in (0, 80, 240, 600)] + special


def chosen(names, given):
    """The names that begin with one of the requested names."""
    return [name for name in names if name.startswith(tuple(given.only or [""]))]


def main():
    """Try all requested actions, and print the results."""
    for end in (signal.SIGINT, signal.SIGTERM):  # so that no server is left running
        signal.signal(end, signal.default_int_handler)
    given = arguments()
    names = chosen(EVERYTHING if given.full or given.only else MAIN, given)
    figures = chosen(FIGURES, given) if given.full or given.only else []
    everywhere = [name for name in figures if name not in ALONE]
    row(HEAD)
    row(["---"] * len(HEAD))
    if given.full:
        with ProcessPoolExecutor(AT_A_TIME, multiprocessing.get_context("spawn")) as pool:
            for tried in [pool.submit(under, condition, names, given, everywhere) for condition in conditions(given)]:
                tried.result()
    else:
        for condition in conditions(given):
            under(condition, names, given, everywhere)
    for name in figures:
        if name in ALONE:
            under(ALONE[name], [], given, [name])


def tries_of(given, name):
    """The number of tries of an action. The actions of one kind share its tries."""
    alike = next((kind for kind in KINDS.values() if name in kind), [name])
    of_its_kind = 100 if given.full and name in MAIN else 20
    return given.count or math.ceil(of_its_kind / len(alike))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
