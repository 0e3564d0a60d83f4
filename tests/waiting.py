"""Waiting for something that takes time."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

PATIENCE = 30  # seconds allowed for anything on a slow machine; not measured


def wait_until(condition, what, seconds=PATIENCE):
    """Look repeatedly, for up to `seconds`, and return the first true value."""
    until, pause = time.monotonic() + seconds, threading.Event()
    while not (result := condition()):
        if time.monotonic() > until:
            pytest.fail(f"waited {seconds} s in vain until {what}")
        pause.wait(0.02)
    return result


def run_aside(work):
    """Run a coroutine in a new thread, because a browser of these tests has an event loop in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()
