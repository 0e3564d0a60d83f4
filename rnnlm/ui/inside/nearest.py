"""Positions in the training text where the hidden state was similar to the state on screen."""

import html
from collections.abc import Hashable

import numpy as np
import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.inference.nearest import Place
from rnnlm.screen import Screen
from rnnlm.serving.worker.protocol import state_arrays
from rnnlm.ui import style
from rnnlm.ui.inside import states
from rnnlm.ui.inside.words import looked_at, no_text, short
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import clock, session, shared, tab, text
from rnnlm.ui.state.choices import read
from rnnlm.ui.state.memo import memo

WORDS, PLACES, BEFORE, AFTER = 20_000, 5, 5, 2


def version() -> Hashable:
    # while a run trains, the search pauses
    return states.text_version() if states.is_calm() else "rests"


@clock.panel("nearest_panel", version)
def panel() -> None:
    try:
        moment = text.drawn_moment()
    except ValueError:
        return
    with st.container(key="nearest"):
        promise = say("The places in the text where the hidden state h was most similar to h after the selected word.")
        style.heading(say("Places with a similar hidden state"), promise)
        if moment.chosen < 0:
            style.note(no_text())
        elif not states.is_calm():
            style.note(resting())
        else:
            try:
                st.html(places(moment))
            except ValueError as error:
                style.problem(say_error(error))


def resting() -> str:
    return say(
        "Every update changes all hidden states, and a search for similar places must read {n:,} "
        "words again. So this panel waits until training pauses. Press Pause to see the places.",
        n=len(corpus_ids()),
    )


def places(moment: text.Moment) -> str:
    ids = corpus_ids()
    made_of = moment.asked.reader, tuple(moment.sampler.ids), moment.chosen, read(Screen).state
    found = memo("inside_nearest", made_of, lambda: _ask(moment, ids))
    word = lambda i: html.escape(short(moment.asked.vocabulary.word(int(i))))  # noqa: E731
    rows = []
    for place in found:
        at = place.position
        before, after = ids[max(0, at - BEFORE) : at], ids[at + 1 : at + 1 + AFTER]
        rows.append(
            f'<li><span translate="no">{" ".join(map(word, before))} <b>{word(ids[at])}</b> '
            f"<i>{' '.join(map(word, after))}</i></span><code>{place.cosine:.2f}</code></li>"
        )
    head = style.literal(
        say(
            "Similarity to h after “{word}”, among {n:,} words. 1 means the same direction.",
            word=style.quoted(looked_at(moment)),
            n=len(ids),
        )
    )
    return f'<p class="note">{head}</p><ol class="places">{"".join(rows)}</ol>'


def corpus_ids() -> np.ndarray:
    if read(Screen).network == "ptb":
        return shared.corpus_for(Experiment(words=WORDS), None).read_with(shared.ptb_network().vocabulary)[0].ids
    return session.current().corpus.ids[:WORDS]


def _ask(moment: text.Moment, ids: np.ndarray) -> list[Place]:
    arrays = state_arrays(moment.asked.reader.params, None) | {"ids": ids, "state": states.state_looked_at(moment)}
    told, _ = shared.engine().ask("nearest states", {"count": PLACES}, arrays, tab.visitor().token)
    return [Place(**place) for place in told["places"]]
