"""Other visitors of the same server. Half of them train, and all of them click until they are stopped."""

import asyncio
import contextlib
import multiprocessing
import random
import time

from tests.classroom import LINK, clicking
from tests.visitor import Visitor

EVERY, FOREVER = 5.0, 1e9  # seconds between two clicks of a visitor


async def _visit(port, number):
    visitors = [Visitor(port, LINK, lambda now: None) for _ in range(number)]
    for visitor in visitors:
        await visitor.open()
    await asyncio.gather(*(visitor.train(60) for visitor in visitors[::2]))
    chance, until = random.Random(number), time.perf_counter() + FOREVER
    await asyncio.gather(*(clicking(visitor, EVERY, until, chance) for visitor in visitors))


def _others(port, number):
    asyncio.run(_visit(port, number))


@contextlib.contextmanager
def crowd(port, number):
    """Run this many other visitors in a separate process, so that they do not slow the browser down."""
    process = multiprocessing.get_context("spawn").Process(target=_others, args=(port, number), daemon=True)
    if number:
        process.start()
    try:
        yield
    finally:
        if number:
            process.terminate()
            process.join()
