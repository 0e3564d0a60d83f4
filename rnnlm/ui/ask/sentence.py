"""The panel for a visitor's sentence: the probability of each word for each reader, and the sentence's perplexity."""

from collections.abc import Hashable

import numpy as np
import streamlit as st

from rnnlm.inference.sentence import Reading, cut, read_sentence
from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.ask import readers
from rnnlm.ui.ask.readers import Asked
from rnnlm.ui.ask.sentence_notes import notes
from rnnlm.ui.ask.sentence_table import table
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import choices, clock, press, session, shared
from rnnlm.ui.state.choices import key, preset, read
from rnnlm.ui.state.memo import memo

MOST = 40  # words read of a sentence
EXAMPLE = ("the", "company", "said", "it", "will", "make", "paper", "this", "year", ".")
NOTES = ("you", "say", "goodbye", "and", "i", "say", "hello", ".")


def show() -> None:
    style.heading(
        say("Your sentence, several readers"),
        say(
            "Each reader is a language model. Here is how probable it found each word before seeing it. "
            "Redder words were more surprising."
        ),
    )
    with st.container(key="sentence"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sentence_field"):
            st.text_input(
                say("Type a sentence"),
                " ".join(preset("sentence")),
                key=key("sentence"),
                placeholder=" ".join(_example()),
                label_visibility="collapsed",
            )
            examples()
        readings()


def examples() -> None:
    now = _said()
    order = np.random.default_rng([read(Screen).luck, len(now)]).permutation(len(now))
    press.button(say("A new sentence"), key="example_new", on_click=choices.hold, kwargs={"sentence": EXAMPLE})
    about = say("Starts at the current position on the training tape, with the hidden state from there")
    press.button(say("From the tape"), key="example_own", help=about, on_click=_from_the_tape)
    press.button(say("From the notes"), key="example_notes", on_click=choices.hold, kwargs={"sentence": NOTES})
    other = tuple(now[i] for i in order)
    press.button(say("Another word order"), key="example_order", on_click=choices.hold, kwargs={"sentence": other})


def _from_the_tape() -> None:
    if ahead := readers.on_the_tape():
        choices.hold(sentence=ahead, state="tape")
    else:
        choices.hold(sentence=readers.own_sentence(session.current().corpus))


def _example() -> tuple[str, ...]:
    corpus = session.current().corpus
    known = {*corpus.vocabulary.words, "."}
    return EXAMPLE if known.issuperset(EXAMPLE) else readers.own_sentence(corpus)


def _said() -> tuple[str, ...]:
    return read(Screen).sentence or _example()


def words() -> tuple[str, ...]:
    # all readers split the sentence in the same way
    vocabularies = session.current().corpus.vocabulary, shared.ptb_network().vocabulary
    return tuple(cut(" ".join(_said()), vocabularies))


def version() -> Hashable:
    here, screen = session.instant(), read(Screen)
    return id(here.reader), session.current().corpus.checksum, screen.sentence, screen.state, screen.stream


@clock.panel("readings", version)
def readings() -> None:
    all_words = words()
    said = all_words[:MOST]
    rows = [(asked, reading_of(asked, said)) for asked in everybody()]
    st.html(table(said, rows))
    found = {asked.kind: reading for asked, reading in rows if isinstance(reading, Reading)}
    if len(said) < len(all_words):
        style.note(say("Only the first {n} words of a sentence are used.", n=MOST))
    told = "".join(f"<p>{sentence}</p>" for sentence in notes(said, found))
    st.html(f'<div class="asked_notes">{told}</div>')


def everybody() -> list[Asked]:
    # the reader that knows least comes first
    opening = tuple(session.current().corpus.opening)
    return [*readers.counters(opening), *readers.this_run(), readers.all_of_ptb()]


def reading_of(asked: Asked, said: tuple[str, ...]) -> Reading | str:
    try:
        if asked.made_of is None:
            return read_sentence(asked.model, said, asked.before)
        about = "sentence", asked.kind, asked.made_of, said
        return memo("answers", about, lambda: read_sentence(asked.model, said, asked.before), readers.KEPT)
    except ValueError as error:
        return say_error(error)
