"""The progress of the run on screen, and its learning curve."""

from collections.abc import Hashable
from dataclasses import replace

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.formats import in_figures
from rnnlm.serving.worker.protocol import View
from rnnlm.training.rate import changes
from rnnlm.ui.charts.curve import constant_spec, learning_curve_chart, learning_curve_data
from rnnlm.ui.compare import held_out
from rnnlm.ui.language import language, say
from rnnlm.ui.lessons import arrival, offer
from rnnlm.ui.state import choices, clock, messages, session, shared, tab
from rnnlm.ui.state.choices import Screen, read
from rnnlm.ui.state.run import Run
from rnnlm.ui.train import expected, notices, timeline

CURVE = {"key": "curve_chart", "width": "stretch", "height": "stretch"}
POINT = messages.record(epoch=messages.option("at"))


def progress_version() -> Hashable:
    view = session.view()
    told = view.ahead, view.repeated_from, st.session_state.get("problem"), read(Screen).at
    taught = arrival.version(), offer.is_made()
    return view.update, view.running, view.finished, len(session.current().snapshots), *told, *taught


@clock.panel("progress", progress_version)
def progress(experiment: Experiment) -> None:
    arrival.advance()
    run, view = session.current(), session.view()
    new = experiment if session.is_changed(experiment) else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="progress_line"):
        timeline.show()
        st.html(progress_line(run, view), width="content")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="notice_line"):
        st.html(notices.problem_or_notice(run, view, new), width="content")
        offer.show()
        arrival.ask()


def progress_line(run: Run, view: View) -> str:
    epochs = run.experiment.epochs
    epoch = f"{view.epoch:.1f}" if view.is_long else f"{int(view.epoch):,}"
    last = view.curve.until(view.epoch).last  # a diverged run has gone back to an epoch before its last points
    perplexity = "–" if last is None else in_figures(last)
    parts = [
        say("epoch <b>{epoch}</b> of {epochs:,}", epoch=epoch, epochs=epochs),
        say('perplexity <b class="figure">{perplexity}</b>', perplexity=perplexity),
        speed(view),
        time_left(view.seconds_left) if view.running and view.seconds_left is not None else "",
    ]
    return f'<p class="progress">{" ".join(f"<span>{part}</span>" for part in parts if part)}</p>'


def speed(view: View) -> str:
    if view.update:
        return say("{words:,.0f} words/s", words=view.words_per_second)
    return say("diverged") if view.divergence else say("untrained")


def time_left(seconds: float) -> str:
    if seconds < 90:
        return say("{seconds:.0f} s left", seconds=seconds)
    if seconds < 5400:
        return say("{minutes:.0f} min left", minutes=seconds / 60)
    return say("{hours:.1f} h left", hours=seconds / 3600)


def axis() -> None:
    choices.segments("axis", say("Axis"), {"log": say("Log"), "linear": say("Linear")})


@st.cache_resource(show_spinner=False, max_entries=64)
def curve_spec(epochs: int, V: int, log: bool, held: bool, language: str) -> dict:
    # `language` is only part of the cache key, because the result contains translated labels
    return constant_spec(learning_curve_chart(epochs, V, log, held))


def curve_version() -> Hashable:
    view = session.view()
    last = view.curve[-1] if view.curve else None
    screen = read(Screen)
    held = held_out.is_on() and len(held_out.here())
    return len(view.curve), last, view.diverged, screen.axis, screen.at, view.experiment.rates, held, screen.expected


@clock.panel("curve", curve_version)
def curve() -> None:
    run, view = session.current(), session.view()
    corpus, last = run.corpus, tab.visitor().last_run
    same_words = last is not None and last.corpus.checksum == corpus.checksum
    as_book = replace(run.experiment, seed=0, epochs=100) == Experiment()
    here = session.instant()
    beyond = here.epoch > run.experiment.epochs  # a recorded run has snapshots beyond its end
    data = learning_curve_data(
        run.curve if beyond else view.curve,
        last.latest.curve if same_words else (),
        shared.published_curve() if as_book else None,
        shared.baselines_of(corpus.checksum, corpus),
        corpus.true_perplexity,
        view.diverged,
        None if here.is_now or here.perplexity is None else (here.epoch, here.perplexity),
        changes(run.experiment),
        held_out.here(),
        expected.points(),
    )
    spec = curve_spec(
        timeline.epochs_on_axis(), corpus.vocabulary.size, read(Screen).axis == "log", held_out.is_on(), language()
    )
    with st.container(key="curve"):
        st.vega_lite_chart(data, spec, **CURVE, on_select=go_to, selection_mode=["chosen", "touched"])


def go_to() -> None:
    """Show the network at the clicked point of the curve. If the click missed the curve, use the nearest point."""
    selection, before = st.session_state.curve_chart.selection, st.session_state.get("curve_clicked", {})
    st.session_state.curve_clicked = {name: selection.get(name) for name in ("chosen", "touched")}
    for name, points in st.session_state.curve_clicked.items():
        if points != before.get(name) and isinstance(points, list) and points and POINT(points[0]):
            timeline.to(points[0]["epoch"])
