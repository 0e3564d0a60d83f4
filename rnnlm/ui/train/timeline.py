"""The timeline: the run's progress, its snapshots, and the snapshot on screen."""

import streamlit as st

from rnnlm.formats import in_figures
from rnnlm.training.snapshots import nearest
from rnnlm.ui import style
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, clock, mail, messages, session
from rnnlm.ui.state.run import Run

_timeline = style.component("timeline", "timeline.css", "slider.js", "timeline.js", html='<div class="line"></div>')
AT = messages.record(at=messages.none_or(messages.option("at")))


def show() -> None:
    run, here = session.current(), session.instant()
    stops = stops_of(run)
    at = next(i for i, stop in enumerate(stops) if stop["at"] == (None if here.is_now else here.epoch))
    data = {
        "share": session.view().epoch / run.experiment.epochs,
        "epochs": run.experiment.epochs,
        "stops": stops,
        "here": at,
        "is_now": here.is_now,
        "now": say("Now"),
        "label": say("The epoch on screen"),
        "further": further(stops),
    }
    mail.mount(_timeline, "timeline", data, at=(AT, _go))


def _go(sent: dict) -> None:
    to(sent["at"])


def to(epoch: float | None) -> None:
    """Show the network that is nearest to an epoch: a snapshot or the latest network.

    If `epoch` is None, show the latest network.
    """
    st.session_state.pop("problem", None)
    run = session.current()
    kept = None if epoch is None else nearest(run.snapshots, epoch)
    now = session.view().epoch
    choices.choose(at=None if kept is None or abs(now - epoch) < abs(kept.epoch - epoch) else kept.epoch)
    session.look()
    clock.redraw()


def stops_of(run: Run) -> list[dict]:
    """The slider's positions in order: the snapshots and the latest network, each with a description.

    `place` is the position on the track, 0 to 1. For a snapshot beyond the end of the track, it is None.
    """
    now, epochs = session.view(), run.experiment.epochs
    perplexities = run.curve.by_epoch
    stops = []
    for kept in run.snapshots:
        if kept.update != now.update:
            place = kept.epoch / epochs if kept.epoch <= epochs else None
            stops.append({"at": kept.epoch, "place": place, "told": told(kept.epoch, perplexities.get(kept.epoch))})
    stops.append({"at": None, "place": now.epoch / epochs, "told": told(now.epoch, now.curve.last)})
    return sorted(stops, key=lambda stop: now.epoch if stop["at"] is None else stop["at"])


def epochs_on_axis() -> int:
    """Number of epochs on the chart's axis.

    This is the run's number of epochs, or more if the snapshot on screen comes from a later epoch.
    """
    run = session.current()
    return int(run.curve[-1].epoch) if session.instant().epoch > run.experiment.epochs else run.experiment.epochs


def further(stops: list[dict]) -> str:
    beyond = [stop["at"] for stop in stops if stop["place"] is None]
    return say("recorded up to epoch {epoch:.4g}", epoch=max(beyond)) if beyond else ""


def told(epoch: float, perplexity: float | None) -> str:
    if perplexity is None:
        return say("epoch {epoch:.4g}", epoch=epoch)
    return say("epoch {epoch:.4g}: perplexity {perplexity}", epoch=epoch, perplexity=in_figures(perplexity))
