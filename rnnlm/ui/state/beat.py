"""The rate at which panels are redrawn while a run trains too fast to watch."""

import time
from collections.abc import Hashable

from rnnlm.screen import Screen
from rnnlm.ui.state import session
from rnnlm.ui.state.choices import read

FAST = 3.0  # updates per second; more are too fast to follow
BEAT = 2.0  # seconds between two pictures of a network that trains at full speed


def is_too_fast() -> bool:
    view, run = session.view(), session.current()
    updates = view.words_per_second / (view.experiment.batch_size * view.experiment.time_size)
    is_whole = view.running and not run.job.targeted and read(Screen).speed != "slow"
    return is_whole and session.instant().is_now and (updates > FAST or not view.update)


def beat() -> Hashable:
    """A value that changes when the network in use changes. At full speed, it changes only once every BEAT seconds."""
    return int(time.monotonic() / BEAT) if is_too_fast() else id(session.asked().reader)
