"""Controls, progress and the learning curve of the run on screen."""

import html
from collections.abc import Hashable
from dataclasses import replace

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.formats import in_figures
from rnnlm.serving.protocol import View
from rnnlm.ui import clock, session
from rnnlm.ui.charts.curve import constant_spec, learning_curve_chart, learning_curve_data
from rnnlm.ui.link import hold
from rnnlm.ui.session import Run

CHART_HEIGHT = 308
NARRATED = 1.0  # seconds an epoch takes at the slow speed


def buttons_version() -> Hashable:
    """What the buttons depend on."""
    view = session.view()
    return view.running, view.finished, session.visitor().last_run is not None


@clock.panel("buttons", buttons_version)
def buttons(experiment: Experiment) -> None:
    """Train or Pause, single steps, Reset, New seed, speed."""
    run, view = session.current(), session.view()
    new = session.is_changed(experiment)
    with st.container(horizontal=True, gap="small", key="controls", vertical_alignment="center"):
        icon, label = (":material/pause:", "Pause") if view.running else (":material/play_arrow:", "Train")
        full = view.finished and not new and not run.recorded
        do = pause if view.running else train
        st.button(label, icon=icon, type="primary", key="train", disabled=full, on_click=act, args=(do, experiment))
        for key, name, how in (
            ("one_update", "1 update", {"updates": 1}),
            ("one_epoch", "1 epoch", {"to_epoch_end": True}),
        ):
            off = view.running or full
            st.button(name, key=key, disabled=off, on_click=act, args=(train, experiment), kwargs=how)
        same, other = "Start over from the same weights: the same seed", "Start over from other weights"
        st.button("Reset", key="reset", help=same, on_click=act, args=(reset, experiment))
        st.button("New seed", key="new_seed", help=other, on_click=act, args=(new_seed, experiment))
        st.segmented_control(
            "Speed", ["Narrate", "Full speed"], key="speed", required=True, label_visibility="collapsed"
        )
        if session.visitor().last_run is not None:
            back = "Bring back the run before"
            st.button("Last run", key="bring_back", help=back, on_click=act, args=(bring_back, experiment))
    set_pace(run)


def progress_version() -> Hashable:
    """What the progress line shows."""
    view = session.view()
    return view.update, view.running, view.finished, view.ahead, view.repeated_from, st.session_state.get("problem")


@clock.panel("progress", progress_version)
def progress(experiment: Experiment) -> None:
    """How far the run is, and a line for what should be known."""
    run = session.current()
    new = experiment if session.is_changed(experiment) else None
    st.html(progress_line(run, session.view(), new))


def act(action, experiment: Experiment, **arguments) -> None:
    """Do what a button asks for; what stands against it is told in a sentence."""
    st.session_state.pop("problem", None)
    try:
        action(experiment, **arguments)
    except ValueError as error:
        st.session_state.problem = str(error)
    st.rerun()


def train(experiment: Experiment, updates: int | None = None, to_epoch_end: bool = False) -> None:
    """Go on with the run on screen, or start one if the settings are new ones."""
    run, engine = session.current(), session.engine()
    if session.is_longer(experiment):
        engine.extend(run.job, experiment.epochs)
    elif run.recorded or session.is_changed(experiment):
        run = session.fresh(experiment)  # a server that refuses it says so here, and the run on screen stays
    set_pace(run)
    engine.start(run.job, updates, to_epoch_end)
    if run is not session.current():
        session.show(run)
    session.look()


def set_pace(run: Run) -> None:
    """Let the run go as fast as it can, or slowly enough to be narrated."""
    if not run.recorded:
        session.engine().set_pace(run.job, NARRATED if st.session_state.speed == "Narrate" else None)


def pause(experiment: Experiment) -> None:
    """Stop between two updates."""
    session.engine().pause(session.current().job)
    session.look()


def reset(experiment: Experiment) -> None:
    """The experiment of the settings, from its first weights."""
    session.show(session.fresh(experiment))


def new_seed(experiment: Experiment) -> None:
    """The experiment of the settings with the next seed."""
    seed = (experiment.seed + 1) % 2**32
    reset(replace(experiment, seed=seed))
    hold(seed=seed)


def bring_back(experiment: Experiment) -> None:
    """The run before, with its settings; the one on screen takes its place."""
    mine = session.visitor()
    run, mine.last_run = mine.last_run, None
    if run.experiment.corpus == "text":
        mine.text = run.text
    session.show(run)
    hold(**vars(run.experiment))


def progress_line(run: Run, view: View, new: Experiment | None) -> str:
    """How far the run is, in one line, and below it a line for what should be known; new are settings not its own."""
    epochs = run.experiment.epochs
    epoch = f"{view.epoch:.1f}" if view.is_long else f"{int(view.epoch):,}"
    speed = f"{view.words_per_second:,.0f} words/s" if view.update else "diverged" if view.divergence else "untrained"
    perplexity = in_figures(view.curve[-1].perplexity) if view.curve else "–"
    figures = [
        f"epoch <b>{epoch}</b> of {epochs:,}",
        f'perplexity <b class="figure">{perplexity}</b>',
        speed,
        f"{duration(view.seconds_left)} left" if view.running and view.seconds_left is not None else "",
    ]
    said = problem_or_notice(run, view, new)
    return (
        f'<div class="progress"><div class="track"><i style="width:{100 * view.epoch / epochs:.2f}%"></i></div>'
        f"<p>{' '.join(f'<span>{figure}</span>' for figure in figures if figure)}</p></div>{said}"
    )


def problem_or_notice(run: Run, view: View, new: Experiment | None) -> str:
    """The one sentence below the progress bar."""
    if "problem" in st.session_state:
        return f'<p class="notice problem" role="alert">{html.escape(st.session_state.problem)}</p>'
    if new is not None:
        train = "Pause, then Train" if view.running else "Train"
        if session.is_longer(new):
            what = f"{train} goes on with this run, to epoch {new.epochs:,}."
        else:
            what = f"{train} starts a run with them, Reset shows it untrained. This run stays until then."
        return f'<p class="notice new"><b>New settings:</b> {what}</p>'
    if view.divergence:
        return f'<p class="notice problem" role="alert">{html.escape(view.divergence)}</p>'
    if run.recorded:
        what = "the book’s run, made by this program with seed 0. Press Train to see it happen."
        return f'<p class="notice"><b class="badge">Recorded</b> {what}</p>'
    if view.ahead:
        return f'<p class="notice">This server trains as many runs as it can: {view.ahead} ahead of you.</p>'
    if view.repeated_from is not None:
        what = f"A worker of this server was lost. The run goes on from epoch {view.repeated_from:g}."
        return f'<p class="notice">{what}</p>'
    if view.finished:
        more = "; with more epochs in Settings, Train goes on" if view.extensible else ""
        return f'<p class="notice">All epochs are done. Reset starts over{more}.</p>'
    corpus = run.corpus
    text = html.escape(f"{corpus.title}: {len(corpus):,} words, {corpus.vocabulary.size:,} different")
    return f'<p class="notice">{text}, {view.updates_per_epoch:,} updates an epoch.</p>'


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@st.cache_data(show_spinner=False, max_entries=64)
def curve_spec(epochs: int, V: int, log: bool) -> dict:
    """The learning curve as a constant Vega-Lite specification."""
    return constant_spec(learning_curve_chart(epochs, V, log), CHART_HEIGHT)


def curve_version() -> Hashable:
    """What the learning curve shows of the run."""
    view = session.view()
    return len(view.curve), view.curve[-1] if view.curve else None, view.diverged


@clock.panel("curve", curve_version)
def curve() -> None:
    """The learning curve: this run, the run before it, the notes' one, and the counting models."""
    run, view = session.current(), session.view()
    corpus, last = run.corpus, session.visitor().last_run
    same_words = last is not None and last.corpus.checksum == corpus.checksum
    as_book = replace(run.experiment, seed=0, epochs=100) == Experiment()
    data = learning_curve_data(
        view.curve,
        last.latest.curve if same_words else (),
        session.published_curve() if as_book else None,
        session.baselines_of(corpus.checksum, corpus),
        corpus.true_perplexity,
        view.diverged,
    )
    spec = curve_spec(run.experiment.epochs, corpus.vocabulary.size, st.session_state.axis == "Log")
    with st.container(key="curve"):
        st.vega_lite_chart(data, spec, key="curve_chart", width="stretch")
