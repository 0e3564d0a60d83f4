"""A simulated class: a server, visitors who train and click, and measurements."""

import asyncio
import contextlib
import itertools
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.cable import Cable
from tests.page import launched, visitors
from tests.visitor import Visitor

ROOT = Path(__file__).parents[1]
LINK, UPDATES = "epochs=10000", 19  # the book's run, and the updates of each of its epochs
HEAVY = (
    "words=100000&wordvec_size=512&hidden_size=512&batch_size=70&time_size=100"  # an update of this run takes seconds
)
PATIENCE = {"train": 40.0, "click": 20.0}  # seconds after which a click counts as unanswered
KEPT, LEFT = 5, 20.0  # seconds that a visitor's data are kept; seconds until memory is measured again
BAD = re.compile(r"Traceback|\w*(Error|Exception|Warning)\b|\b(ERROR|WARN|CRITICAL)", re.IGNORECASE)


@dataclass(frozen=True)
class Class:
    """The size and behaviour of a class: N visitors on a page, of whom M train. Each clicks every `every` seconds.

    `heavy` is the number of additional visitors who train the heaviest allowed run and are not measured.
    `paints` is the number of new browsers that open the page in the meantime.
    `replicas` is the number of servers that the visitors are spread over.
    `lesson` is the lesson that all visitors take.
    `round_trip` is the delay of a message and its answer together, in seconds.
    """

    N: int
    M: int
    seconds: float = 40.0
    every: float = 5.0
    page: str = "train"
    heavy: int = 0
    paints: int = 0
    replicas: int = 1
    lesson: str = ""
    round_trip: float = 0.0


@contextlib.contextmanager
def served(log: Path, **environment: str):
    """Run the page on a new server with these environment variables, and yield its process and port.

    At the end, all of its processes end.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"--server.address 127.0.0.1 --server.port {port} --server.disconnectedSessionTTL {KEPT}"
    command = [sys.executable, *f"-m streamlit run streamlit_app.py --server.headless true {options}".split()]
    with log.open("wb") as output:
        environment = os.environ | {"RNNLM_KEEP": str(KEPT)} | environment
        server = psutil.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for_health(server, port)
        yield server, port
    finally:
        end(server)


def end(server: psutil.Popen) -> None:
    """End the server and all its processes. Processes that still run after 5 s are killed."""
    family = [server]
    with contextlib.suppress(psutil.NoSuchProcess):
        family += server.children(recursive=True)
        server.terminate()
    for process in psutil.wait_procs(family, 5)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    server.wait()


def wait_for_health(server: psutil.Popen, port: int) -> None:
    """Wait until the server answers, for up to half a minute."""
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + 30
    while True:
        try:
            ask.open(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
            return
        except (urllib.error.URLError, TimeoutError):
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def far(port: int, round_trip: float):
    """Yield another port for the server at this port. Messages through it have the delay of a round trip."""
    if not round_trip:
        yield port
        return
    cable = Cable(port, round_trip)
    try:
        yield cable.port
    finally:
        cable.close()


def megabytes(servers: list[psutil.Process]) -> float:
    """The resident memory of the servers and all their processes, in MB."""
    total = 0
    for process in [process for server in servers for process in (server, *server.children(recursive=True))]:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return round(total / 2**20, 1)


async def most_megabytes(servers: list[psutil.Process], until: float) -> float:
    """The peak memory of the servers until this time, in MB."""
    most = megabytes(servers)
    while time.perf_counter() < until:
        await asyncio.sleep(0.5)
        most = max(most, megabytes(servers))
    return most


class Silence:
    """Measures the longest time in which no visitor receives a message."""

    def __init__(self):
        self.begin()

    def begin(self) -> None:
        """Start measuring."""
        self.last, self.longest = time.perf_counter(), 0.0

    def heard(self, now: float) -> None:
        """Record that a visitor has received a message."""
        self.longest, self.last = max(self.longest, now - self.last), now


async def clicking(visitor: Visitor, every: float, until: float, chance: random.Random) -> None:
    """Click at random times, on average once every `every` seconds, until this time."""
    due = time.perf_counter() + chance.uniform(0, every)
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await visitor.click(PATIENCE["click"])
        due = max(due + every * chance.uniform(0.8, 1.2), time.perf_counter())


def first_paints(port: int, times: int) -> list[float]:
    """The seconds until a new browser shows all four parts of the page, measured this many times."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        for _ in range(times):
            with visitors(browser, f"http://127.0.0.1:{port}/", folder) as visit:
                start = time.perf_counter()
                visit()
                seconds.append(round(time.perf_counter() - start, 2))
    return seconds


async def lesson(it: Class, servers: list[psutil.Popen], ports: list[int]) -> dict:
    """All visitors come, M of them press Train, all go to a page, click and leave. Returns the measured figures.

    `rates` are the updates a second of each visitor who trains.
    """
    silence, chance = Silence(), random.Random(1000 * it.N + it.M)
    link = f"{LINK}&lesson={it.lesson}" if it.lesson else LINK
    visitors = [Visitor(ports[i % len(ports)], link, silence.heard) for i in range(it.N)]
    await visitors[0].open()
    await asyncio.sleep(1)
    memory = {"idle": megabytes(servers)}
    await asyncio.gather(*(visitor.open() for visitor in visitors[1:]))
    others = [Visitor(ports[0], HEAVY, silence.heard) for _ in range(it.heavy)]
    for other in others:
        await other.open()
        await other.press("train")
    silence.begin()
    pressed = await asyncio.gather(*(visitor.train(PATIENCE["train"]) for visitor in visitors[: it.M]))
    if it.page != "train":
        await asyncio.gather(*(visitor.go(it.page) for visitor in visitors))
    begun, looks = time.perf_counter(), sum(visitor.looks for visitor in visitors)
    until = begun + it.seconds
    async with asyncio.TaskGroup() as group:
        for visitor in visitors:
            if "next_word" in visitor.buttons:  # some pages have no text
                group.create_task(clicking(visitor, it.every, until, chance))
        painting = group.create_task(asyncio.to_thread(first_paints, ports[0], it.paints)) if it.paints else None
        memory["load"] = await most_megabytes(servers, until)
    silence.heard(time.perf_counter())
    looks = (sum(visitor.looks for visitor in visitors) - looks) / (time.perf_counter() - begun)
    await asyncio.gather(*(visitor.leave() for visitor in [*visitors, *others]))
    return {
        "rates": [rate(visitor.progress, begun, until) for visitor in visitors[: it.M]],
        "clicks": list(itertools.chain.from_iterable(visitor.clicks for visitor in visitors)),
        "memory_mb": memory,
        "train_unanswered": pressed.count(False),
        "standstill_s": round(silence.longest, 2),
        "looks_per_second": round(looks, 1),
        "paint_s": painting.result() if painting else [],
    }


def rate(progress: list[tuple[float, float]], begun: float, until: float) -> float:
    """The updates a second between the first and the last progress line seen in this time."""
    seen = [point for point in progress if begun <= point[0] <= until]
    if len(seen) < 2 or seen[-1][0] == seen[0][0]:
        return 0.0
    return UPDATES * (seen[-1][1] - seen[0][1]) / (seen[-1][0] - seen[0][0])


def spread(clicks: list[float | None]) -> dict:
    """The median, 95th percentile and maximum of the clicks' milliseconds, and the number of unanswered clicks."""
    came = sorted(ms for ms in clicks if ms is not None)
    names = {"median": statistics.median, "p95": lambda ms: ms[min(len(ms) - 1, int(0.95 * len(ms)))], "max": max}
    return {name: round(of(came)) if came else None for name, of in names.items()} | {
        "unanswered": len(clicks) - len(came)
    }


def measured(it: Class, left: float = LEFT) -> dict:
    """Start servers and let a class take a lesson. Returns its figures, without the comparison with bare trainers."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        logs = [Path(folder) / f"log {number}" for number in range(it.replicas)]
        servers, ports = zip(*(stack.enter_context(served(log)) for log in logs), strict=True)
        figures = asyncio.run(lesson(it, servers, [stack.enter_context(far(port, it.round_trip)) for port in ports]))
        time.sleep(left)
        figures["memory_mb"]["after"] = megabytes(servers)
        figures["click_ms"] = spread(figures.pop("clicks"))
        lines = [line for log in logs for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
        return figures | {"errors": [line for line in lines if BAD.search(line)]}
