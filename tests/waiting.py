"""Waiting for something that happens in its own time."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

PATIENCE = 30  # seconds a slow machine is given for anything; no test is about them


def wait_until(condition, what, seconds=PATIENCE):
    """Look again and again, for so many seconds at most, and give back the first thing that is true."""
    until, pause = time.monotonic() + seconds, threading.Event()
    while not (result := condition()):
        if time.monotonic() > until:
            pytest.fail(f"waited {seconds} s in vain until {what}")
        pause.wait(0.02)
    return result


def run_aside(work):
    """What a coroutine returns, run in a thread of its own: a browser of these tests has a loop in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()
