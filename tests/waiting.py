"""Waiting for something that takes time."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

PATIENCE = 30  # seconds allowed for anything on a slow machine; tests measure nothing by it


def wait_until(condition, what, seconds=PATIENCE):
    """Call `condition` repeatedly and return its first true value. Fails the test after `seconds`, naming `what`.

    The longer it takes, the less often the condition is called, because reading the page takes time from other tests.
    """
    until, pause, wait = time.monotonic() + seconds, threading.Event(), 0.02
    while not (result := condition()):
        if time.monotonic() > until:
            pytest.fail(f"waited {seconds} s in vain until {what}")
        pause.wait(wait)
        wait = min(1.3 * wait, 0.15)
    return result


def run_aside(work):
    """Run a coroutine in a new thread, because the browser's event loop occupies this thread."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()
