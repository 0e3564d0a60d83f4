"""How far the run on screen is, in a line, and its learning curve."""

import html
from collections.abc import Hashable
from dataclasses import replace

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.formats import in_figures
from rnnlm.serving.protocol import View
from rnnlm.training.divergence import DIVERGED, divergence_values
from rnnlm.ui import choices, clock, session, shared, tab, timeline
from rnnlm.ui.charts.curve import constant_spec, learning_curve_chart, learning_curve_data
from rnnlm.ui.choices import Screen, read
from rnnlm.ui.language import language, say
from rnnlm.ui.run import Instant, Run
from rnnlm.ui.teaching import arrival, figures, offer

CHART_HEIGHT = 308


def progress_version() -> Hashable:
    """What the progress line shows."""
    view = session.view()
    told = view.ahead, view.repeated_from, st.session_state.get("problem"), read(Screen).at
    taught = arrival.version(), offer.is_made()
    return view.update, view.running, view.finished, len(session.current().snapshots), *told, *taught


@clock.panel("progress", progress_version)
def progress(experiment: Experiment) -> None:
    """How far the run is, and a line for what should be known."""
    arrival.advance()
    run, view = session.current(), session.view()
    new = experiment if session.is_changed(experiment) else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="progress_line"):
        timeline.show()
        st.html(progress_line(run, view), width="content")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="notice_line"):
        st.html(problem_or_notice(run, view, new), width="content")
        offer.show()
        arrival.ask()


def progress_line(run: Run, view: View) -> str:
    """How far the run is, in figures."""
    epochs = run.experiment.epochs
    epoch = f"{view.epoch:.1f}" if view.is_long else f"{int(view.epoch):,}"
    sound = [point for point in view.curve if point.epoch <= view.epoch]  # a run that blew up went back before the last
    perplexity = in_figures(sound[-1].perplexity) if sound else "–"
    parts = [
        say("epoch <b>{epoch}</b> of {epochs:,}", epoch=epoch, epochs=epochs),
        say('perplexity <b class="figure">{perplexity}</b>', perplexity=perplexity),
        speed(view),
        time_left(view.seconds_left) if view.running and view.seconds_left is not None else "",
    ]
    return f'<p class="progress">{" ".join(f"<span>{part}</span>" for part in parts if part)}</p>'


def speed(view: View) -> str:
    """How fast the run is, or why it has no speed."""
    if view.update:
        return say("{words:,.0f} words/s", words=view.words_per_second)
    return say("diverged") if view.divergence else say("untrained")


def time_left(seconds: float) -> str:
    """How long a run will take yet, as a person says it."""
    if seconds < 90:
        return say("{seconds:.0f} s left", seconds=seconds)
    if seconds < 5400:
        return say("{minutes:.0f} min left", minutes=seconds / 60)
    return say("{hours:.1f} h left", hours=seconds / 3600)


def problem_or_notice(run: Run, view: View, new: Experiment | None) -> str:
    """The one sentence below the progress bar."""
    if "problem" in st.session_state:
        return f'<p class="notice problem" role="alert">{html.escape(st.session_state.problem)}</p>'
    if (told := figures.sentence()) is not None:
        return f'<p class="notice new">{told}</p>'
    here = session.instant()
    if not here.is_now:
        return f'<p class="notice new">{of_a_moment(run, here)}</p>'
    if new is not None:
        return f'<p class="notice new">{new_settings(view, new)}</p>'
    if view.divergence:
        what = say(DIVERGED, **divergence_values(view.experiment, view.diverged, view.epoch))
        return f'<p class="notice problem" role="alert">{html.escape(what)}</p>'
    return f'<p class="notice">{notice(run, view)}</p>'


def of_a_moment(run: Run, here: Instant) -> str:
    """What is on screen where that is not the latest."""
    values = {"epoch": f"{here.epoch:.4g}"}
    values["perplexity"] = "–" if here.perplexity is None else in_figures(here.perplexity)
    if run.recorded:
        return say(
            "<b>Epoch {epoch}, perplexity {perplexity}:</b> the network as it was then answers everywhere. "
            "Now returns to epoch 100.",
            **values,
        )
    return say(
        "<b>Epoch {epoch}, perplexity {perplexity}:</b> the network as it was then answers everywhere. "
        "Training is not disturbed; Now returns to it.",
        **values,
    )


def new_settings(view: View, new: Experiment) -> str:
    """What Train and Reset would do with settings that are not the run's own."""
    if session.is_longer(new):
        if view.running:
            return say(
                "<b>New settings:</b> Pause, then Train goes on with this run, to epoch {epochs:,}.",
                epochs=new.epochs,
            )
        return say("<b>New settings:</b> Train goes on with this run, to epoch {epochs:,}.", epochs=new.epochs)
    if view.running:
        return say(
            "<b>New settings:</b> Pause, then Train starts a run with them, Reset shows it untrained. "
            "This run stays until then."
        )
    return say(
        "<b>New settings:</b> Train starts a run with them, Reset shows it untrained. This run stays until then."
    )


def notice(run: Run, view: View) -> str:
    """What should be known of a run that goes well."""
    if run.recorded:
        return say(
            '<b class="badge">Recorded</b> the book’s run, made by this program with seed 0. '
            "For some twenty epochs it does no better than counting words; then it begins to remember. Press Train."
        )
    if view.failure:
        return view.failure
    if view.ahead:
        return say("This server trains as many runs as it can: {ahead} ahead of you.", ahead=view.ahead)
    if view.repeated_from is not None:
        return say("A worker of this server was lost. The run goes on from epoch {epoch:g}.", epoch=view.repeated_from)
    if view.finished:
        if view.extensible:
            return say("All epochs are done. Reset starts over; with more epochs in Settings, Train goes on.")
        return say("All epochs are done. Reset starts over.")
    return say(
        "{title}: {words:,} words, {different:,} different, {updates:,} updates an epoch.",
        title=html.escape(run.corpus.title),
        words=len(run.corpus),
        different=run.corpus.vocabulary.size,
        updates=view.updates_per_epoch,
    )


def axis() -> None:
    """How the perplexities of the curve are laid out."""
    choices.segments("axis", say("Axis"), {"log": say("Log"), "linear": say("Linear")})


@st.cache_data(show_spinner=False, max_entries=64)
def curve_spec(epochs: int, V: int, log: bool, language: str) -> dict:
    """The learning curve as a constant Vega-Lite specification; one for each language of the page."""
    return constant_spec(learning_curve_chart(epochs, V, log), CHART_HEIGHT)


def curve_version() -> Hashable:
    """What the learning curve shows of the run."""
    view = session.view()
    last = view.curve[-1] if view.curve else None
    screen = read(Screen)
    return len(view.curve), last, view.diverged, screen.axis, screen.at


@clock.panel("curve", curve_version)
def curve() -> None:
    """The learning curve: this run, the run before it, the notes' one, and the counting models."""
    run, view = session.current(), session.view()
    corpus, last = run.corpus, tab.visitor().last_run
    same_words = last is not None and last.corpus.checksum == corpus.checksum
    as_book = replace(run.experiment, seed=0, epochs=100) == Experiment()
    here = session.instant()
    beyond = here.epoch > run.experiment.epochs  # a recorded run is kept beyond its end
    data = learning_curve_data(
        run.curve if beyond else view.curve,
        last.latest.curve if same_words else (),
        shared.published_curve() if as_book else None,
        shared.baselines_of(corpus.checksum, corpus),
        corpus.true_perplexity,
        view.diverged,
        None if here.is_now or here.perplexity is None else (here.epoch, here.perplexity),
    )
    epochs = int(run.curve[-1].epoch) if beyond else run.experiment.epochs
    spec = curve_spec(epochs, corpus.vocabulary.size, read(Screen).axis == "log", language())
    with st.container(key="curve"):
        st.vega_lite_chart(data, spec, key="curve_chart", width="stretch", on_select=go_to, selection_mode=["chosen"])


def go_to() -> None:
    """A point of the curve was clicked: look at the network of that epoch."""
    points = st.session_state.curve_chart.selection.get("chosen")
    if points:
        timeline.to(points[0]["epoch"])
