"""Copied or invented: the written text, with each copied sequence of words and its position in the training text."""

import html
from itertools import pairwise

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.compare import copied
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import clock, session, text

AROUND = 4  # words of the training text that are shown on each side of a copy
SHOWN = 12  # words shown at each end of a long copy; the text above it shows all of them


@clock.panel("copies_panel", text.version)
def panel() -> None:
    try:
        moment = text.moment()
    except ValueError as error:
        style.problem(say_error(error))
        return
    there = copied.of(moment.asked, moment.ids, moment.given, session.current())
    if there is None:
        style.note(say("The training text of this network is not available."))
        return
    st.html(f'<p class="written" dir="auto" translate="no">{marked(moment.words, there.told)}</p>')
    if not moment.draws:
        style.note(say("No text yet. Press “Next word” on the Train page to draw one."))
        return
    st.html(f'<p class="note strong">{html.escape(copied.summary(there))}</p>')
    if there.copies:
        st.html(f'<ol class="places">{"".join(f"<li>{place(there, copy)}</li>" for copy in there.copies)}</ol>')
    if moment.asked.tape is None and moment.asked.vocabulary is session.current().corpus.vocabulary:
        style.note(
            say(
                "Has the network learned the text by heart? To find out, set “State h from” to the tape on the Train "
                "page. If the network’s perplexity is near 1, it then recites its training text."
            )
        )


def marked(words: list[str], told: list[str | None], classes: list[str] | None = None) -> str:
    """Format words as HTML. A word with a sentence in `told` is underlined and has this sentence as its tooltip.

    `classes` are additional CSS classes, one per word.
    """
    spans = []
    for word, where, more in zip(words, told, classes or [""] * len(words), strict=True):
        names = f"{more} copied" if where else more
        title = f' title="{html.escape(where)}"' if where else ""
        spans.append(f'<span class="{names}"{title}>{html.escape(word)}</span>')
    return " ".join(spans)


def place(there: copied.Copied, copy) -> str:
    vocabulary, ids = there.corpus.vocabulary, there.corpus.ids
    size = copy.end - copy.start
    cuts = max(0, copy.place - AROUND), copy.place, copy.place + size, copy.place + size + AROUND
    before, inner, after = (
        html.escape(without_middle([vocabulary.word(i) for i in ids[a:b]])) for a, b in pairwise(cuts)
    )
    said = html.escape(copied.where(copy))
    return f'<span dir="auto" translate="no"><i>{before}</i> <b>{inner}</b> <i>{after}</i></span> <small>{said}</small>'


def without_middle(words: list[str]) -> str:
    return " ".join(words if len(words) <= 2 * SHOWN else [*words[:SHOWN], "…", *words[-SHOWN:]])
