"""The page behind a slow network: real browsers, a run in training, and every action again and again.

    python -m tests.slow [--full] [--round-trip 240] [--only NAME ...] [--count 20] [--rate BYTES] [--cuts 0.01]
        [--others 16] [--slower 4] [--seed 0]

A page is dead if the screen does not answer an action within 5 s + 4 round trips, is blank, shows an error or reloads
itself. An input is lost if the control, the address and the network do not agree on its last value 2 s + 2 round trips
after it (6 s + 2 after a cut). ms are from the last input until they agree. --only takes the beginning of a name.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.cable import Cable
from tests.page import Server
from tests.slow.inputs import MAIN
from tests.slow.trying import Visit, repeated

HEAD = ["condition", "action", "tries", "deaths", "lost", "median ms", "p95 ms"]


@dataclass(frozen=True)
class Condition:
    """A network, and what else is going on: round trip in ms, cuts, other visitors, how much slower the browser is."""

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
    """A line of the table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def told(condition, name, found):
    """A row, and below it what happened at each death and with each lost input."""
    row([condition, name, *found.row()])
    for what in found.deaths:
        print(f"    died: {what}", flush=True)
    for what in found.lost:
        print(f"    lost: {what}", flush=True)


def under(condition, actions, count, seed):
    """Try all these actions under a condition."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "log")
        cable = Cable(server.port, condition.round_trip / 1000, condition.rate, condition.cuts, seed)
        visit = Visit(cable, Path(folder), condition.slower)
        try:
            for name, (action, link) in actions.items():
                told(condition, name, repeated(visit, action, link, count, seed))
        finally:
            visit.close()
            cable.close()
            server.stop()


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--round-trip", type=int, nargs="+", help="ms", default=[80, 240])
    parser.add_argument("--only", nargs="+", default=[""], help="beginnings of names of actions")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--cuts", type=float, default=0.0, help="probability that a websocket is cut, each second")
    parser.add_argument("--slower", type=int, default=1, help="how much slower the browser is")
    parser.add_argument("--rate", type=float, help="bytes a second")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main():
    """Try and tell."""
    given = arguments()
    actions = {name: it for name, it in MAIN.items() if name.startswith(tuple(given.only))}
    row(HEAD)
    row(["---"] * len(HEAD))
    for round_trip in given.round_trip:
        under(Condition(round_trip, given.cuts, 0, given.slower, given.rate), actions, given.count, given.seed)


if __name__ == "__main__":
    main()
