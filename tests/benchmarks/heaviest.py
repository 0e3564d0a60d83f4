"""The cost of the heaviest visitor for a public server (RNNLM_HOSTED=1): memory, and the speed that a class loses.

    python -m tests.benchmarks.heaviest [NAME ...] [--others]

Each demand gets a fresh server and a browser. The rise is the most memory of the server's processes, minus their
memory when the first page was complete. With --others a class of 16 trains on one server, and the heaviest runs join
one after the other, with Inside open. The result is the speed of the class then, relative to before and after.
"""

import argparse
import asyncio
import random
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from rnnlm.serving.engine.engine import LEFT
from rnnlm.serving.engine.limits import HOSTED
from tests.classroom import LINK, clicking, megabytes, rate, served, spread
from tests.page import Screen, Server, launched, visitors
from tests.visitor import Visitor
from tests.waiting import wait_until

OFTEN = 0.05  # seconds between two readings of the memory
WHILE = 12.0  # seconds of training, long enough for the engine to keep a copy of the run
CLASS, EVERY = 16, 5.0  # visitors besides the heaviest, and seconds between two clicks of a visitor
GONE = LEFT + 2  # seconds after a visitor has left until their run sleeps
EXTRAS = "&epochs=10000&luck=1&length=200"
ALL = "&optimizer=adam&validate=yes&average_from=0"
LINKS = {  # each run is at one of the limits of a public host
    "parameters": "words=100000&wordvec_size=147&hidden_size=147&batch_size=10&time_size=36",
    "kept, Adam's": "words=100000&wordvec_size=117&hidden_size=117&batch_size=10&time_size=36&optimizer=adam",
    "kept, all": "words=20000&wordvec_size=135&hidden_size=135&batch_size=15&time_size=50" + ALL,
    "states": "corpus=grammar&words=100000&batch_size=200&time_size=100&wordvec_size=50&hidden_size=50&optimizer=adam",
    "units": "words=1000&wordvec_size=512&hidden_size=512&batch_size=38&time_size=25&dropout_in=0.5&optimizer=adam",
    "all of PTB": "words=1000&network=ptb&held_out=yes&cache_share=0.5",
}
PAGES = ("ask", "inside", "compare", "lessons", "train")


class Memory:
    """Measures the peak memory of a server and its workers from now on."""

    def __init__(self, server: Server):
        self.process = psutil.Process(server.process.pid)
        self.start = self.most = megabytes([self.process])
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while not self.ended.wait(OFTEN):
            self.most = max(self.most, megabytes([self.process]))

    def end(self) -> float:
        """Stop measuring, and return the rise in MB."""
        self.ended.set()
        self.thread.join()
        return self.most - self.start


def go(screen: Screen, name: str) -> None:
    """Open a page, and give it time for its requests."""
    screen.page.locator(f".st-key-page_{name} a").click()
    time.sleep(3)
    screen.settle()


def everything(link: str) -> Callable[[Screen], None]:
    """A demand: open a link, train twice so that the first run is kept, open every page, and train a fan."""

    def do(screen: Screen) -> None:
        screen.page.goto(f"{screen.address}?{link}")
        screen.settle()
        for key in ("train", "new_seed", "train"):
            screen.click(key)
            time.sleep(WHILE if key == "train" else 2)
        for name in PAGES:
            go(screen, name)
        go(screen, "compare")
        for key in ("open_fan", "begin_fan"):
            screen.click(key)
            screen.settle()
        time.sleep(WHILE)

    return do


def texts(screen: Screen, words: list[str]) -> None:
    """Upload the longest allowed text, made of these words, and train on as many of its words as a run may read."""
    screen.upload("mine.txt", "".join(words).encode()[: HOSTED.text])
    wait_until(lambda: "different." in screen.read("[data-testid=stPopoverBody]"), "the text is read")
    screen.fill("set_words", HOSTED.words)
    screen.page.keyboard.press("Escape")
    screen.click("train")
    time.sleep(WHILE)


def distinct(screen: Screen) -> None:
    """A text in which every word is different."""
    texts(screen, [f"w{i} " for i in range(1_200_000)])


def usual(screen: Screen) -> None:
    """A text with nearly as many different words as allowed, each many times."""
    texts(screen, [f"w{i} " for i in random.Random(0).choices(range(9_000), k=1_500_000)])


def letters(screen: Screen) -> None:
    """A text with one letter per line."""
    texts(screen, [f"{letter}\n" for letter in random.Random(0).choices("abcdefgh", k=4_000_000)])


def emoji(screen: Screen) -> None:
    """A text of one-character words, each of four bytes."""
    texts(screen, [f"{chr(i)} " for i in random.Random(0).choices(range(0x1F300, 0x1F5FF), k=1_600_000)])


def excerpts(screen: Screen) -> None:
    """Open forty links, each to a different part of PTB."""
    for i in range(40):
        screen.page.goto(f"{screen.address}?words={800_000 - i}&first_word={i * 3_000}")
        screen.settle()


DEMANDS = {
    **{name: everything(link + EXTRAS) for name, link in LINKS.items()},
    "excerpts": excerpts,
    "text of distinct words": distinct,
    "text of usual words": usual,
    "text of letters": letters,
    "text of emoji": emoji,
}


def rise(name: str) -> tuple[float, float, str]:
    """The MB before a demand, the rise in MB, and the final message of the page."""
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        server = Server(Path(folder) / "log", RNNLM_HOSTED="1")
        try:
            with visitors(browser, server.address, folder) as visit:
                screen = visit()
                time.sleep(2)
                memory = Memory(server)
                DEMANDS[name](screen)
                told = " ".join(screen.page.locator(".notice, .problem").all_inner_texts())
            return memory.start, memory.end(), told
        finally:
            server.stop()


async def window(visitors: list[Visitor], seconds: float) -> tuple[float, dict]:
    """The updates a second of all runs together, and the spread of the clicks' milliseconds, in this many seconds."""
    for visitor in visitors:
        visitor.clicks.clear()
    begun, chance = time.perf_counter(), random.Random(0)
    until = begun + seconds
    await asyncio.gather(*(clicking(visitor, EVERY, until, chance) for visitor in visitors))
    rates = [rate(visitor.progress, begun, until) for visitor in visitors]
    return sum(rates), spread([ms for visitor in visitors for ms in visitor.clicks])


async def beside(port: int, seconds: float) -> None:
    """Measure the speed of a class before, while and after each of the heaviest visitors joins it, and print it."""
    pupils = [Visitor(port, LINK, lambda now: None) for _ in range(CLASS)]
    await asyncio.gather(*(pupil.open() for pupil in pupils))
    await asyncio.gather(*(pupil.train(60) for pupil in pupils))
    without, quick = await window(pupils, seconds)
    for name, link in LINKS.items():
        heavy = Visitor(port, link + EXTRAS, lambda now: None)
        await heavy.open()
        await heavy.press("train")
        await heavy.go("inside")
        with_him, slow = await window(pupils, seconds)
        await heavy.leave()
        await asyncio.sleep(GONE)
        after, later = await window(pupils, seconds)
        cells = f"{2 * with_him / (without + after):.2f} | {quick['p95']}, {slow['p95']}, {later['p95']}"
        print(f"| {name} | {cells} | {slow['unanswered']} |", flush=True)
        without, quick = after, later


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(DEMANDS)}")
    parser.add_argument("--others", action="store_true", help="measure the speed that a class loses, instead of memory")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each window of the class")
    given = parser.parse_args()
    if given.others:
        print("| beside | class makes | click, p95 ms: before, with, after | not answered |\n| --- | --- | --- | --- |")
        with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "log", RNNLM_HOSTED="1") as (_, port):
            asyncio.run(beside(port, given.seconds))
        return
    print("| demand | MB before | rise, MB | what the page says |\n| --- | --- | --- | --- |")
    for name in given.names or DEMANDS:
        before, more, told = rise(name)
        print(f"| {name} | {before:.0f} | {more:.0f} | {told} |", flush=True)


if __name__ == "__main__":
    main()
