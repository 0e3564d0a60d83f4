"""Waiting for something that happens in its own time."""

import threading
import time

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
