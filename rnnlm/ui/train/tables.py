"""The curve, the bars and the strip as tables, for visitors who cannot see the pictures."""

import html
from collections.abc import Hashable, Iterable

import streamlit as st

from rnnlm.formats import in_figures
from rnnlm.ui.language import percent, say
from rnnlm.ui.state import session, text
from rnnlm.ui.train import prediction, writing

POINTS = 20  # rows of the curve's table


def version() -> Hashable:
    return st.session_state.get("tables") and (len(session.view().curve), text.version())


def show() -> None:
    with st.expander(say("Curve, bars and strip as tables"), key="tables", on_change="rerun") as box:
        if not box.open:
            return
        st.html(curve())
        try:
            moment = text.moment()
            st.html(bars(moment) + strip(moment))
        except ValueError:  # the note next to the bars says why there is no text
            return


def curve() -> str:
    points = session.view().curve
    places = sorted({round(i * (len(points) - 1) / POINTS) for i in range(POINTS + 1)}) if points else []
    rows = [(f"{points[i].epoch:g}", in_figures(points[i].perplexity)) for i in places]
    return table(say("Learning curve"), (say("epoch"), say("perplexity")), rows)


def bars(moment: text.Moment) -> str:
    rows = ((row["word"], row["text"], row["rank"]) for row in prediction.next_words(moment).to_pylist())
    return table(say("What comes next?"), (say("word"), say("probability"), say("rank")), rows)


def strip(moment: text.Moment) -> str:
    shown = writing.strip(moment)
    head = say("word"), say("from"), say("to"), say("probability")
    pieces = ((it["name"], it["lo"], it["hi"]) for it in shown.get("pieces", ()))
    rows = ((name, f"{lo:.4f}", f"{hi:.4f}", percent(hi - lo)) for name, lo, hi in pieces)
    return table(shown.get("line") or say("The strip"), head, rows)


def table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    body = ""
    for first, *others in rows:
        figures = "".join(f"<td>{html.escape(figure)}</td>" for figure in others)
        body += f'<tr><th scope="row" translate="no">{html.escape(first)}</th>{figures}</tr>'
    return f'<table class="figures"><caption>{html.escape(caption)}</caption><tr>{names}</tr>{body}</table>'
