"""A link to a point of a run: the run trains up to it, and the page compares its figures with those of the link.

A recorded run is there at once. Any other run is trained up to the epoch: immediately if that takes a few seconds, or
else after a click on a button that states the time. If many visitors open one link, one of them trains and the others
continue from there.
"""

import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.serving.engine.linked_moments import Arrived
from rnnlm.training.snapshots import nearest
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import press, session, shared, tab
from rnnlm.ui.state.choices import choose, chosen, read

BY_ITSELF = 5.0  # seconds of training that start without a question
TRIED = 0.8  # seconds of training after which the time it will take is known


@dataclass
class Arrival:
    """A linked point on its way. `figures` are the perplexities by epoch that the link claims.

    `stage` is waiting (for the visitor who trains it), training, asking (whether to continue) or there; `update` is the
    target, and `token` belongs to the visitor who asked for it.
    """

    experiment: Experiment
    at: float
    figures: Mapping[float, float]
    stage: str = "training"
    update: int = 0
    agreed: bool = False
    seconds: float = 0.0
    token: str = field(default_factory=lambda: tab.visitor().token)

    @property
    def name(self) -> Hashable:
        """The name of the point among all visitors."""
        return self.experiment, self.update


def now() -> Arrival | None:
    """The linked point, as long as it is on the screen or on its way."""
    return st.session_state.get("arrival")


def begin() -> None:
    """Go to the point in the link, once per session."""
    if "arrival" in st.session_state:
        _again()
        return
    at, told = chosen("at"), chosen("told")
    st.session_state.arrival = None
    choose(told=None)
    if at is not None and session.current().recorded:
        come_to(at, {} if told is None else {at: told})


def _again() -> None:
    """Show the linked point even if a recognised tab has brought back its own run."""
    it = now()
    if it is not None and it.token != tab.visitor().token:
        it.token = tab.visitor().token
        if session.current().experiment != it.experiment:
            come_to(it.at, it.figures)


def come_to(at: float, figures: Mapping[float, float]) -> None:
    """Go to a point of the run with the present settings; a ValueError is shown as a problem."""
    experiment, run = read(Experiment), session.current()
    it = Arrival(experiment, min(at, max(at, experiment.epochs)), figures)
    kept = None if _is_of_other_words(experiment) else nearest(run.snapshots, at)
    if kept is not None and abs(kept.epoch - at) < 1e-6:
        it.stage, it.update = "there", kept.update
        choose(at=at)
        st.session_state.arrival = it
        return
    if experiment.corpus == "text" and tab.visitor().text is None:
        return  # the link's own notice says what is missing
    try:
        _open(it)
        st.session_state.arrival = it
    except ValueError as error:
        choose(at=None)
        st.session_state.problem = say_error(error)


def _is_of_other_words(experiment: Experiment) -> bool:
    """Whether the run on screen differs, or has the same settings but another text."""
    try:
        return session.is_changed(experiment)
    except ValueError:  # the text is missing
        return True


def _open(it: Arrival) -> None:
    """Put the run on the screen, at its beginning or where another visitor has brought it."""
    fresh = session.fresh(it.experiment)
    it.update = round(min(it.at, it.experiment.epochs) * fresh.latest.updates_per_epoch)
    arrived = shared.arrivals().get(it.name) if it.experiment.corpus != "text" else None
    if arrived is not None:
        fresh.close()
        session.show(session.fresh(it.experiment, arrived))
        it.stage = "there"
        return
    session.show(fresh)
    it.stage = "waiting"
    _go_on(it)


def _go_on(it: Arrival) -> None:
    """Train, if it is this visitor's turn to do so."""
    if it.update == 0:
        it.stage = "there"
    elif shared.arrivals().claim(it.name, tab.session_id()):
        it.stage = "training"
        left = it.update - session.view().update
        shared.engine().start(session.current().job, updates=left)
        session.look()
    st.session_state.expects = it.stage == "waiting"


def version() -> Hashable:
    """A key of the arrival's messages; it changes at every poll while another visitor trains."""
    it = now()
    return it and (it.stage, it.at, time.monotonic() if it.stage == "waiting" else 0)


def advance() -> None:
    """Check the progress at a poll."""
    it = now()
    if it is None or it.stage in ("asking", "there"):
        return
    if it.experiment != session.current().experiment:
        st.session_state.arrival, st.session_state.expects = None, False  # another run is on the screen
    elif it.stage == "waiting":
        arrived = shared.arrivals().get(it.name)
        if arrived is not None:
            it.stage, st.session_state.expects = "there", False
            session.show(session.fresh(it.experiment, arrived))
            st.rerun()
        else:
            _go_on(it)
    else:
        _train(it)


def _train(it: Arrival) -> None:
    view, job = session.view(), session.current().job
    if view.update >= it.update or view.divergence:
        it.stage = "there"
        if it.experiment.corpus != "text" and job.kept and job.kept[0]["position"]["update"] == it.update:
            shared.arrivals().give(it.name, Arrived(job.kept, job.snapshots))
        return
    if not view.running:
        st.session_state.arrival = None  # the visitor has paused it
        return
    shared.arrivals().claim(it.name, tab.session_id())
    if view.update and view.trained > TRIED and not it.agreed:
        it.seconds = (it.update - view.update) * view.trained / view.update
        it.agreed = it.seconds <= BY_ITSELF
        if not it.agreed:
            shared.engine().pause(job)
            it.stage = "asking"
            session.look()
            st.rerun()


def ask() -> None:
    """Show the one button, if training will take long."""
    it = now()
    if it is not None and it.stage == "asking":
        label = say("Train to epoch {epoch:.4g}: about {seconds:,.0f} s", epoch=it.at, seconds=it.seconds)
        press.button(label, key="arrive", type="primary", on_click=_agree)


def _agree() -> None:
    it = now()
    if it is not None:
        it.agreed = True
        _go_on(it)
    st.rerun()
