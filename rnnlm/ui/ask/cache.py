"""A neural cache on top of the network trained on all of PTB. Each bar shows the share that comes from the cache."""

import html

import numpy as np
import streamlit as st

from rnnlm.data.vocabulary import UNK, Vocabulary
from rnnlm.formats import cut_short
from rnnlm.inference.neural_cache import Caching, Mixture, mixed_after
from rnnlm.inference.sentence import cut, encode
from rnnlm.options import table
from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.ask import readers
from rnnlm.ui.language import in_a_row, percent, say
from rnnlm.ui.state import choices, press, shared
from rnnlm.ui.state.choices import key, preset, read
from rnnlm.ui.state.memo import memo

MOST = 200  # words read of the field
BARS = 8


def show() -> None:
    style.heading(
        say("A memory for recent words"),
        say(
            "A neural cache raises the probability of words that “All of PTB” has just read. The hatched part of "
            "a bar comes from the memory."
        ),
    )
    limits = table(Screen)["cache_share"]
    with st.container(key="cache"):
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="cache_field"):
            st.text_input(
                say("Recently read words"),
                " ".join(preset("just_read")),
                key=key("just_read"),
                on_change=_typed,
                help=say("Write a name twice, then stop where the name could come a third time"),
            )
            st.slider(
                say("Weight of the memory"),
                limits.low,
                limits.high,
                preset("cache_share"),
                0.05,
                key=key("cache_share"),
                width=220,
            )
            if read(Screen).forgotten:
                press.button(say("Remember"), key="forget", on_click=choices.choose, kwargs={"forgotten": 0})
            else:
                press.button(say("Forget"), key="forget", on_click=_forget)
        _bars()


def _ids() -> tuple[int, ...]:
    vocabulary = shared.ptb_network().vocabulary
    words = cut(" ".join(read(Screen).just_read), [vocabulary])[-MOST:]
    return tuple(encode(words, vocabulary)[0].tolist())


def _forget() -> None:
    # only words typed later are remembered
    choices.choose(forgotten=len(_ids()))


def _typed() -> None:
    # no word counts as forgotten if the new text does not continue the earlier one
    before, ids = st.session_state.get("cached_ids", ()), _ids()
    if ids[: len(before)] != before:
        choices.choose(forgotten=0)


def _bars() -> None:
    screen, ids, network = read(Screen), _ids(), shared.ptb_network()
    st.session_state.cached_ids = ids
    about = "cache", ids, screen.cache_share, screen.forgotten
    text = np.array([*network.opening, *ids], np.int64)
    caching = Caching(share=screen.cache_share)
    make = lambda: mixed_after(network.reader, text, caching, screen.forgotten)  # noqa: E731
    mixture, p = memo("answers", about, make, readers.KEPT)
    best = np.argsort(-mixture.p, kind="stable")[:BARS]
    rows = "".join(_bar(network.vocabulary.word(i), mixture.p[i], mixture.from_cache[i]) for i in best)
    st.html(f'<div class="cached" role="list">{rows}</div>')
    style.note(_told(mixture, p, network.vocabulary))
    unknown = ids.count(network.vocabulary.id(UNK))
    if 2 * unknown > len(ids):
        style.note(
            say(
                "{unknown} of these {n} words are not in the vocabulary of “All of PTB”, which reads them as <unk>.",
                unknown=unknown,
                n=len(ids),
            )
        )


def _bar(word: str, p: float, given: float) -> str:
    own, hatched = (f'style="width:{100 * part:.2f}%"' for part in (p - given, given))
    told = html.escape(percent(p))
    if given > 0:
        told = html.escape(say("{p}, {given} of it from the memory", p=percent(p), given=percent(given)))
    bar = f'<span class="bar"><i {own}></i><i class="memory" {hatched}></i><span>{told}</span></span>'
    return f'<div role="listitem">{style.words(cut_short(word))}{bar}</div>'


def _told(mixture: Mixture, p: np.ndarray, vocabulary: Vocabulary) -> str:
    figures = say(
        "A memory of 500 words lowers this network’s perplexity on PTB’s test split from 100.2 to 88.9, "
        "without any training."
    )
    if not mixture.from_cache.any():
        return in_a_row([say("The memory is empty or has no weight, so only the network answers."), figures])
    most = int(np.argmax(mixture.p - p))
    moved = say(
        "The memory changed the probability of {word} most, from {alone} to {p}.",
        word=style.quoted(cut_short(vocabulary.word(most))),
        alone=percent(p[most]),
        p=percent(mixture.p[most]),
    )
    return in_a_row([moved, figures])
