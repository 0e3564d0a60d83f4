"""The buttons of a run: Train or Pause, single steps, Reset, New seed, speed, and Last run."""

from collections.abc import Hashable
from dataclasses import replace

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.training.rate import rate_at
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import choices, clock, link, press, session, shared, tab
from rnnlm.ui.state.choices import Screen, hold, read
from rnnlm.ui.state.run import Run

SHOWN_IN = 10.0  # seconds for all epochs of a run at the middle speed
NARRATED = 1.0  # seconds per epoch at the slow speed, or per update on the Inside page


def buttons_version() -> Hashable:
    view = session.view()
    return view.running, view.finished, tab.visitor().last_run is not None, read(Screen).speed


@clock.panel("buttons", buttons_version)
def buttons(experiment: Experiment, all_of_them: bool) -> None:
    run, view = session.current(), session.view()
    with st.container(horizontal=True, gap="small", key="controls", vertical_alignment="center"):
        label, do = (say("Pause"), pause) if view.running else (say("Train"), train)
        press.button(label, type="primary", key="train", on_click=act, args=(do,))
        if all_of_them:
            more_buttons(experiment)
        st.html(f'<i class="{"runs" if view.running else "rests"}"></i>')  # this class selects the icon
    set_pace(run)


def more_buttons(experiment: Experiment) -> None:
    for key, name, how in (
        ("one_update", say("1 update"), {"updates": 1}),
        ("one_epoch", say("1 epoch"), {"to_epoch_end": True}),
    ):
        press.button(name, key=key, on_click=act, args=(train,), kwargs=how)
    if is_other_rate(experiment):
        label, about = (
            say("Continue at lr {lr:g}", lr=experiment.lr),
            say("Continue the same run at this learning rate"),
        )
        press.button(label, key="new_rate", help=about, on_click=act, args=(new_rate,))
    same, other = say("Start again from the same weights (same seed)"), say("Start again from other random weights")
    press.button(say("Reset"), key="reset", help=same, on_click=act, args=(reset,))
    press.button(say("New seed"), key="new_seed", help=other, on_click=act, args=(new_seed,))
    speeds = {"slow": say("1 epoch a second"), "ten": say("Ten seconds"), "full": say("Full speed")}
    choices.segments("speed", say("Speed"), speeds)
    if tab.visitor().last_run is not None:
        back = say("Bring back the previous run")
        press.button(say("Last run"), key="bring_back", help=back, on_click=act, args=(bring_back,))


def act(action, **arguments) -> None:
    """Perform a button's action with the current settings. If it raises a ValueError, show the message on the page."""
    st.session_state.pop("problem", None)
    before = link.parameters(), session.current().corpus.checksum
    try:
        action(read(Experiment), **arguments)
    except ValueError as error:
        st.session_state.problem = say_error(error)
    if (link.parameters(), session.current().corpus.checksum) == before:
        clock.redraw()  # settings and links have not changed
    else:
        st.rerun()


def train(experiment: Experiment, updates: int | None = None, to_epoch_end: bool = False) -> None:
    """Continue the run on screen, or start a new run if the settings have changed."""
    run, engine = session.current(), shared.engine()
    if session.view().running:
        raise ValueError(say("The run is training. Press Pause, then use single steps."))
    if session.is_longer(experiment):
        engine.extend(run.job, experiment.epochs)
    elif run.recorded or session.is_changed(experiment):
        run = session.fresh(experiment)  # if the server refuses it, this raises ValueError, and the run on screen stays
    elif session.view().finished:
        if not choices.are_here("reset", "new_seed"):
            raise ValueError(say("This run is finished. Go to the Train page to start it again."))
        raise ValueError(
            say("This run is finished. Press Reset to start it again, or New seed to start with other weights.")
        )
    set_pace(run)
    engine.start(run.job, updates, to_epoch_end)
    if run is not session.current():
        session.show(run)
    session.look()


def new_rate(experiment: Experiment) -> None:
    run = session.current()
    shared.engine().change_rate(run.job, experiment.lr)
    session.look()
    hold(lr=run.experiment.lr, rates=run.experiment.rates)


def is_other_rate(experiment: Experiment) -> bool:
    """Whether the learning rate is the only changed setting, and the run on screen can continue at the new rate."""
    run, now = session.current(), session.view()
    if run.recorded or now.finished or not now.update or run.experiment.final_lr is not None:
        return False
    same = replace(experiment, lr=run.experiment.lr)
    return not session.is_changed(same) and experiment.lr != rate_at(run.experiment, now.epoch)


def set_pace(run: Run) -> None:
    if not run.recorded:
        narrated = NARRATED * (run.latest.updates_per_epoch if st.session_state.page == "inside" else 1)
        paces = {"slow": narrated, "ten": SHOWN_IN / run.experiment.epochs, "full": None}
        shared.engine().set_pace(run.job, paces[read(Screen).speed])


def pause(experiment: Experiment) -> None:
    shared.engine().pause(session.current().job)
    session.look()


def reset(experiment: Experiment) -> None:
    session.show(session.fresh(experiment))


def new_seed(experiment: Experiment) -> None:
    seed = (experiment.seed + 1) % 2**32
    reset(replace(experiment, seed=seed))
    hold(seed=seed)


def bring_back(experiment: Experiment) -> None:
    mine = tab.visitor()
    run, mine.last_run = mine.last_run, None
    if run.experiment.corpus == "text":
        mine.text = run.text
    session.show(run)
    hold(**vars(run.experiment))
