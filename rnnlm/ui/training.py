"""How far the run on screen is, in a line, and its learning curve."""

import html
from collections.abc import Hashable
from dataclasses import replace

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.formats import in_figures
from rnnlm.serving.protocol import View
from rnnlm.ui import clock, session, shared, tab
from rnnlm.ui.charts.curve import constant_spec, learning_curve_chart, learning_curve_data
from rnnlm.ui.session import Run

CHART_HEIGHT = 308


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


def progress_line(run: Run, view: View, new: Experiment | None) -> str:
    """How far the run is, in one line, and below it a line for what should be known; new are settings not its own."""
    epochs = run.experiment.epochs
    epoch = f"{view.epoch:.1f}" if view.is_long else f"{int(view.epoch):,}"
    speed = f"{view.words_per_second:,.0f} words/s" if view.update else "diverged" if view.divergence else "untrained"
    sound = [point for point in view.curve if point.epoch <= view.epoch]  # a run that blew up went back before the last
    perplexity = in_figures(sound[-1].perplexity) if sound else "–"
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
    corpus, last = run.corpus, tab.visitor().last_run
    same_words = last is not None and last.corpus.checksum == corpus.checksum
    as_book = replace(run.experiment, seed=0, epochs=100) == Experiment()
    data = learning_curve_data(
        view.curve,
        last.latest.curve if same_words else (),
        shared.published_curve() if as_book else None,
        shared.baselines_of(corpus.checksum, corpus),
        corpus.true_perplexity,
        view.diverged,
    )
    spec = curve_spec(run.experiment.epochs, corpus.vocabulary.size, st.session_state.axis == "Log")
    with st.container(key="curve"):
        st.vega_lite_chart(data, spec, key="curve_chart", width="stretch")
