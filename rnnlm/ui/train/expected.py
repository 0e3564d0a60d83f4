"""The expected curve: a visitor draws it on the chart before a run, and the page compares it with the run."""

from collections.abc import Hashable
from typing import Any

import streamlit as st

from rnnlm.formats import in_figures
from rnnlm.ui import style
from rnnlm.ui.charts.curve import top_of
from rnnlm.ui.compare import held_out
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, clock, mail, messages, session, tab
from rnnlm.ui.state.choices import Screen, read
from rnnlm.ui.train import timeline

_expected = style.component("expected", "expected.css", "expected.js", html='<div class="expected"></div>')
STEPS = 20  # a drawn curve has up to STEPS + 1 points at equal distances
TYPED = 2, 10, 20  # the steps at which a perplexity can be typed
POINT = messages.number(0, 10_000), messages.number(1, 9_999_999)


def _is_curve(said: Any) -> bool:
    """Whether a message is a list of points [epoch, perplexity]."""
    return (
        isinstance(said, list)
        and len(said) <= STEPS + 1
        and all(isinstance(point, list) and len(point) == 2 for point in said)
        and all(form(value) for point in said for form, value in zip(POINT, point, strict=True))
    )


def points() -> list[tuple[float, float]]:
    pairs = (map(float, written.split(":")) for written in read(Screen).expected[: STEPS + 1])
    return sorted((epoch, max(1.0, perplexity)) for epoch, perplexity in pairs)


def version() -> Hashable:
    screen = read(Screen)
    axes = screen.axis, held_out.is_on(), session.current().corpus.vocabulary.size, timeline.epochs_on_axis()
    return screen.expected, screen.expected and len(session.view().curve), axes, "expected" in screen.hide


@clock.panel("expected", version)
def panel() -> None:
    if "expected" in read(Screen).hide:
        return
    epochs, V = timeline.epochs_on_axis(), session.current().corpus.vocabulary.size
    drawn, log = points(), read(Screen).axis == "log"
    data = {
        "epochs": epochs,
        "steps": STEPS,
        "top": top_of(V, log, held_out.is_on()),
        "log": log,
        "first": V,
        "drawn": drawn,
        "told": told(drawn),
        "typed": [{"step": step, "name": say("epoch {epoch:.4g}", epoch=epochs * step / STEPS)} for step in TYPED],
        "names": {
            "begin": say("Change it") if drawn else say("Draw the curve you expect"),
            "how": say("Draw on the chart, or type a perplexity:"),
            "wrong": say("A perplexity must be a number of at least 1."),
            "clear": say("Remove it"),
            "done": say("Done"),
        },
    }
    with st.container(key="expected"):
        mail.mount(_expected, "expected_curve", data, drawn=(_is_curve, _take))


def told(drawn: list[tuple[float, float]]) -> str:
    """A sentence that says where the run differs most from the drawn curve.

    Points that the run had reached before the visitor drew the curve are ignored.
    """
    if not drawn:
        return ""
    curve, before = session.view().curve, tab.visitor().place.get("before_expected")
    apart = curve.furthest_from(drawn, before.epoch if before in curve else 0.0)
    if apart is None:
        return say("Now train: this line will say where the run differs from your curve.")
    epoch, expected, measured = apart
    return say(
        "The run differs most from your curve at epoch {epoch:g}: you expected {expected}, it has {measured}.",
        epoch=epoch,
        expected=in_figures(expected),
        measured=in_figures(measured),
    )


def _take(drawn: list[list[float]]) -> None:
    curve = session.view().curve
    tab.visitor().place["before_expected"] = curve[-1] if curve else None
    choices.choose(expected=tuple(f"{round(epoch, 4):g}:{round(value, 2):.8g}" for epoch, value in sorted(drawn)))
    clock.redraw()
