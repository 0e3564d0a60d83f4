"""A run on the page, and the network on screen, which may be a snapshot of the run."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.screen import Screen
from rnnlm.serving.engine.engine import Engine, TrainingFailedError
from rnnlm.serving.engine.job import Job
from rnnlm.serving.worker.protocol import View
from rnnlm.storage.moments import Moments
from rnnlm.training.curve import Curve
from rnnlm.training.snapshots import Snapshot, nearest
from rnnlm.ui.language import in_a_row, say, say_error
from rnnlm.ui.state import shared
from rnnlm.ui.state.choices import are_here, read
from rnnlm.ui.state.tab import OwnText
from rnnlm.ui.style import ASSETS


@dataclass(eq=False)
class Run:
    """A run on the page. Either the engine trains it as a job, or it is a recorded run and has no job.

    `text` is the visitor's whole text; the run may read only a part of it.
    `moments` holds the snapshots and the curve of a recorded run and of its continuation.
    """

    corpus: Corpus
    latest: View
    job: Job | None = None
    text: OwnText | None = None
    moments: Moments | None = None

    @property
    def recorded(self) -> bool:
        return self.job is None

    @property
    def experiment(self) -> Experiment:
        return self.latest.experiment

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        if self.moments is not None:
            return self.moments.snapshots
        return tuple(kept for kept in self.job.snapshots if kept.update <= self.latest.update) if self.job else ()

    @property
    def curve(self) -> Curve:
        """The learning curve. A recorded run's curve includes its continuation."""
        return self.moments.curve if self.moments is not None else self.latest.curve

    @property
    def nbytes(self) -> int:
        return self.job.bytes + sum(kept.nbytes for kept in self.job.snapshots) if self.job else 0

    def look(self) -> View:
        """Get the latest view of the run. If the run has failed, report why on the page."""
        if self.job is not None:
            if self.job.asleep:  # this poll wakes it
                st.session_state.problem = say(
                    "The connection to this page was lost, so its run paused at epoch {epoch:.4g}. It continues now.",
                    epoch=(self.job.view or self.latest).epoch,
                )
            try:
                screen = read(Screen)
                network = screen.network == "run" and (screen.at is None or not self.job.snapshots)
                self.latest = shared.engine().look(self.job, network=network)
            except TrainingFailedError as error:
                again = (
                    say("Press Reset to start over.")
                    if are_here("reset")
                    else say("Go to the Train page to start it again.")
                )
                st.session_state.problem = in_a_row([say_error(error), again])
                self.latest = replace(self.latest, running=False)
        return self.latest

    def close(self) -> None:
        if self.job is not None:
            shared.engine().close(self.job)


def saved(engine: Engine, run: Run) -> bytes:
    return engine.save(run.job) if run.job else (ASSETS / "book_run.npz").read_bytes()


@dataclass(frozen=True)
class Instant:
    """The run's network on screen, and the hidden state h (N, H) that training carries to its next update.

    `perplexity` is the training perplexity of the epoch that ends at this update, or None if no epoch ends there. For
    the latest network, it is the last perplexity of the curve.
    `is_now` says whether this is the run's latest network.
    """

    reader: Reader
    h: np.ndarray | None
    update: int
    epoch: float
    perplexity: float | None
    is_now: bool


def instant_of(run: Run, now: View, at: float | None) -> Instant:
    """Which network of a run to show: the snapshot nearest to epoch `at`, or the latest network if `at` is None."""
    kept = None if at is None else nearest(run.snapshots, at)
    if kept is None or kept.update == now.update:
        return Instant(now.reader, now.h, now.read_at, now.read_at / now.updates_per_epoch, now.curve.last, True)
    return Instant(kept.reader, kept.h, kept.update, kept.epoch, run.curve.at(kept.epoch), False)
