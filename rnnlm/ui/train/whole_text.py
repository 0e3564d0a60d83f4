"""The whole training text of a run, with its streams and the words that the next update reads."""

from collections.abc import Hashable

import numpy as np
import streamlit as st

from rnnlm.data.batches import stream_start, window_places
from rnnlm.formats import cut_short
from rnnlm.ui import style
from rnnlm.ui.language import say
from rnnlm.ui.state import clock, mail, messages, session
from rnnlm.ui.state.beat import beat, is_too_fast
from rnnlm.ui.train.excerpt import SHOWN, is_hidden

LEAF = 1000  # words shown at once

_machine = style.component("whole_text", "whole_text.css", "whole_text.js")


def version() -> Hashable:
    return id(session.current()), beat() if is_too_fast() else session.instant().update


def the_text() -> None:
    run, here = session.current(), session.instant()
    N, T, total = run.experiment.batch_size, run.experiment.time_size, len(run.corpus)
    leaf = min(st.session_state.get("leaf", 0), (total - 1) // LEAF)
    first, end = leaf * LEAF, min(total, (leaf + 1) * LEAF)
    words = [cut_short(run.corpus.vocabulary.word(i)) for i in run.corpus.ids[first:end]]
    hidden = is_hidden(run.experiment.corpus)
    if hidden:
        words = [word if min(i, total - 1 - i) < SHOWN else "…" for i, word in enumerate(words, first)]
    windows = window_places(total, N, T, here.update)
    range_ = say("Words {first:,} to {last:,} of {total:,}", first=first + 1, last=end, total=total)
    data = {
        "words": words,
        "first": first,
        "starts": stream_start(total, N, np.arange(N)).tolist(),
        "streams": [say("stream {n}", n=n + 1) for n in range(N)],
        "heads": windows[:, 0].tolist(),
        "read": windows[(windows >= first) & (windows < end)].tolist(),
        "leaf": leaf,
        "leaves": (total - 1) // LEAF + 1,
        "names": {"range": range_, "back": say("Previous page"), "next": say("Next page")},
    }
    mail.mount(_machine, "whole_text", data, leaf=(messages.whole(0, total // LEAF), turn))
    style.note(
        say(
            "Each of the N = {N} streams starts where its name is, reads the T = {T} coloured words in one update, and "
            "then moves on. After the last word it continues with the first.",
            N=N,
            T=T,
        )
    )
    if hidden:
        style.note(
            say(
                "The licence of the Penn Treebank lets a public page show only a few words. Run the page on "
                "your own computer to see all."
            )
        )


def turn(leaf: int) -> None:
    st.session_state.leaf = leaf
    clock.redraw("explain")
