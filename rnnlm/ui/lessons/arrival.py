"""Links to an epoch of a run. The run is trained up to this epoch, and its perplexity is checked against the link.

If the run on screen is the linked run and has a snapshot of the epoch, the page shows this snapshot at once. Otherwise,
training up to the linked epoch starts by itself. If the training will take more than a few seconds, it soon pauses. The
visitor can continue it with a button that says how long the rest will take. If many visitors open the same link, one of
them trains the run, and the others get the result.
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

BY_ITSELF = 5.0  # seconds of training; longer training needs a click
TRIED = 0.8  # seconds of training after which the total time can be estimated


@dataclass
class Arrival:
    """The linked epoch of a run, and the progress towards this epoch.

    `at` is the linked epoch, and `update` is the number of updates up to this epoch.
    `figures` are the perplexities that the link claims, keyed by epoch.
    `stage` is "waiting" (another visitor trains the run), "training", "asking" (training would take long, and the
    visitor must confirm it) or "there". `token` is the token of the visitor who opened the link.
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
        """A value that identifies the run and the linked epoch, the same for all visitors."""
        return self.experiment, self.update


def now() -> Arrival | None:
    return st.session_state.get("arrival")


def begin() -> None:
    """Go to the epoch that the link names, once per session."""
    if "arrival" in st.session_state:
        _again()
        return
    at, told = chosen("at"), chosen("told")
    st.session_state.arrival = None
    choose(told=None)
    if at is not None and session.current().recorded:
        come_to(at, {} if told is None else {at: told})


def _again() -> None:
    """Go to the linked epoch again if the page has recognised the tab and restored a run with other settings."""
    it = now()
    if it is not None and it.token != tab.visitor().token:
        it.token = tab.visitor().token
        if session.current().experiment != it.experiment:
            come_to(it.at, it.figures)


def come_to(at: float, figures: Mapping[float, float]) -> None:
    """Go to epoch `at` of the run that has the present settings. Train the run up to this epoch if necessary.

    `figures` are the claimed perplexities, keyed by epoch. A ValueError is reported on the page.
    """
    experiment, run = read(Experiment), session.current()
    it = Arrival(experiment, min(at, max(at, experiment.epochs)), figures)
    kept = None if _is_of_other_words(experiment) else nearest(run.snapshots, at)
    if kept is not None and abs(kept.epoch - at) < 1e-6:
        it.stage, it.update = "there", kept.update
        choose(at=at)
        st.session_state.arrival = it
        return
    if experiment.corpus == "text" and tab.visitor().text is None:
        return  # the page already says that the text is missing
    try:
        _open(it)
        st.session_state.arrival = it
    except ValueError as error:
        choose(at=None)
        st.session_state.problem = say_error(error)


def _is_of_other_words(experiment: Experiment) -> bool:
    """Whether the run on screen differs from `experiment` in its settings or its text."""
    try:
        return session.is_changed(experiment)
    except ValueError:  # the text is missing
        return True


def _open(it: Arrival) -> None:
    """Show the run at the linked epoch if another visitor has already trained the run that far.

    Otherwise show the run untrained, and train it, or wait for another visitor to train it.
    """
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
    """Train the run up to the linked epoch, or wait if another visitor is training the same run."""
    if it.update == 0:
        it.stage = "there"
    elif shared.arrivals().claim(it.name, tab.session_id()):
        it.stage = "training"
        left = it.update - session.view().update
        shared.engine().start(session.current().job, updates=left)
        session.look()
    st.session_state.expects = it.stage == "waiting"


def version() -> Hashable:
    # while another visitor trains the run, the messages change at every poll
    it = now()
    return it and (it.stage, it.at, time.monotonic() if it.stage == "waiting" else 0)


def advance() -> None:
    """Check the progress towards the linked epoch. Called whenever the progress line is drawn."""
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
        st.session_state.arrival = None  # the visitor has paused the run
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
