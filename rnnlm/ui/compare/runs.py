"""Runs as named lines in one chart, and a table of their settings and results."""

import html
from collections.abc import Hashable

import streamlit as st

from rnnlm.formats import in_figures
from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.compare import held_out
from rnnlm.ui.compare.run_names import names_of
from rnnlm.ui.language import in_a_row, say
from rnnlm.ui.state import clock, mail, messages, session
from rnnlm.ui.state.choices import read
from rnnlm.ui.state.shelf import Kept, kept_of

LONGEST_NAME = 60  # characters of the name that a visitor gives a run
FAR = 10  # the axis of epochs is logarithmic if the longest run is this many times the shortest

_runs = style.component("compared_runs", "compare.css", "plot.js", "runs.js")
DID = messages.record(
    what=messages.among("pin", "hide", "rename", "remove"),
    id=messages.whole(0, 2**53),
    value=messages.none_or(messages.words),
)


def lines() -> list[Kept]:
    """All runs: first the recorded run, then the earlier runs, oldest first, and last the run on screen."""
    shelf, run = session.shelf(), session.current()
    here = kept_of(run)
    others = [kept for kept in shelf.runs if kept.id != here.id]
    if not run.recorded and not shelf.without_recorded and (recorded := session.recorded()) is not None:
        others.insert(0, kept_of(recorded))
    return [*others, here]


def version() -> Hashable:
    shelf, view = session.shelf(), session.view()
    marks = tuple((id, mark.name, mark.pinned, mark.hidden) for id, mark in shelf.marks.items())
    ids = tuple(kept.id for kept in shelf.runs)
    return (
        view.update,
        view.running,
        ids,
        marks,
        shelf.without_recorded,
        read(Screen).axis,
        held_out.is_on() and held_out.version(lines()),
    )


@clock.panel("runs_panel", version)
def panel() -> None:
    runs = lines()
    with st.container(key="runs"):
        mail.mount(_runs, "runs_chart", picture(runs), did=(DID, _do))
    st.html(f'<p class="note">{sentence(runs)}</p>')


def picture(runs: list[Kept]) -> dict:
    names = names_of([run.experiment for run in runs])
    shown = [run for run in runs if not session.shelf().of(run.id).hidden] or runs[-1:]
    top = max(run.corpus.vocabulary.size for run in shown) ** 1.1
    measured = {run.id: held_out.curve_of(run) if held_out.is_on() else [] for run in runs}
    most = max([2.0, top, *(value for run in shown for _, value in measured[run.id])])
    log = read(Screen).axis == "log"
    axes = {**epoch_axis([run.experiment.epochs for run in shown]), "y": [1 if log else 0, most * 1.05], "log": log}
    axes["nameY"] = say("perplexity")
    first = axes["x"][0]
    rows = [row(run, name, measured[run.id], runs[-1], first) for run, name in zip(runs, names, strict=True)]
    labels = {"run": say("run"), "final": say("perplexity"), "held": say("held-out"), "seconds": say("seconds")}
    labels |= {"pin": say("Pin"), "unpin": say("Unpin"), "hide": say("Hide"), "show": say("Show")}
    labels |= {"remove": say("Remove"), "rename": say("Name of the run")}
    labels |= {"chart": say("Perplexity of each run, epoch by epoch"), "here": say("on screen")}
    return {"runs": rows, "axes": axes, "labels": labels, "held": held_out.is_on()}


def epoch_axis(lengths: list[int]) -> dict:
    if max(lengths) < FAR * min(lengths):
        return {"x": [0, max(lengths)], "logX": False, "nameX": say("epoch")}
    return {"x": [1, max(lengths)], "logX": True, "nameX": say("epoch (log scale: some runs are much longer)")}


def row(run: Kept, name: str, measured: list[tuple[float, float]], here: Kept, first: float) -> dict:
    """A run's line in the chart and its row in the table, as data. `first` is the first epoch on the axis."""
    marks = session.shelf().of(run.id)
    measured = [(epoch, value) for epoch, value in measured if epoch <= run.experiment.epochs]
    points = [(point.epoch, float(f"{point.perplexity:.4g}")) for point in run.curve if point.epoch >= first]
    return {
        "id": run.id,
        "name": marks.name or name,
        "pinned": marks.pinned,
        "hidden": marks.hidden,
        "here": run.id == here.id,
        "other": run.corpus.checksum != here.corpus.checksum,
        "points": points,
        "held": [(epoch, float(f"{value:.4g}")) for epoch, value in measured if epoch >= first],
        "final": final(run),
        "held_final": held_final(run, measured),
        "seconds": f"{run.seconds:.1f}" if run.curve else "–",
        "settings": settings(run),
        "removable": run.id != here.id,
    }


def held_final(run: Kept, measured: list[tuple[float, float]]) -> str:
    """The held-out perplexity of a run's last network, as text.

    The text is "…" if the perplexity is still to be measured, and "–" if it will not be measured.
    """
    last = max((epoch for _, epoch in (*run.moments, run.at) if epoch <= run.experiment.epochs), default=0.0)
    if measured and measured[-1][0] == last:
        return in_figures(measured[-1][1])
    waits = held_out.is_on() and run.reader is not None and not held_out.rests(run.experiment, run.corpus)
    return "…" if waits else "–"


def final(run: Kept) -> str:
    if run.diverged is not None:
        return say("diverged")
    return "–" if run.final is None else in_figures(run.final)


def settings(run: Kept) -> str:
    one = run.experiment
    return say(
        "{words:,} words, D {D}, H {H}, N {N}, T {T}, lr {lr:g}, {epochs:,} epochs, seed {seed}",
        words=len(run.corpus),
        D=one.wordvec_size,
        H=one.hidden_size,
        N=one.batch_size,
        T=one.time_size,
        lr=one.lr,
        epochs=one.epochs,
        seed=one.seed,
    )


def sentence(runs: list[Kept]) -> str:
    here = runs[-1]
    if held_out.is_on():
        why = held_out.rests(here.experiment, here.corpus)
        if why:
            return html.escape(in_a_row([why]))
        share = held_out.text_for(here.corpus.checksum, here.corpus).share
        return say(
            "Dotted lines show perplexity on the first {words:,} words of PTB’s valid split, which these "
            "networks have not read. The current run knows {share:.0%} of these words. Only the known "
            "words are measured; the others are read as &lt;unk&gt;. When a dotted line begins to rise, "
            "its network starts to learn by heart.",
            words=held_out.WORDS,
            share=share,
        )
    if len(runs) == 1:
        return say("Train a run with other settings or a new seed. It will appear here, named after what differs.")
    if len({run.corpus.checksum for run in runs}) > 1:
        return say(
            "Pale lines show runs that trained on other words. Their perplexities cannot be compared "
            "with the current run’s."
        )
    return say(
        "Each run is named after the settings in which it differs from the first run. Click a name to change it."
    )


def _do(did: dict) -> None:
    shelf, id = session.shelf(), did["id"]
    if id not in {kept.id for kept in lines()}:
        return
    marks = shelf.of(id)
    if did["what"] == "pin":
        marks.pinned = not marks.pinned
    elif did["what"] == "hide":
        marks.hidden = not marks.hidden
    elif did["what"] == "rename":
        marks.name = (did["value"] or "").strip()[:LONGEST_NAME]
    elif did["what"] == "remove":
        shelf.remove(id)
    clock.redraw("runs_panel", "luck_panel")
