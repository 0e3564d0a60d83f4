"""The state as a picture: a row for each unit, a column for each word, and the text coloured by one unit."""

import base64
from collections.abc import Hashable

import numpy as np
import streamlit as st

from rnnlm.inference.nearest import slow_order
from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.inside.words import written
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, clock, mail, messages, press, session, text
from rnnlm.ui.state.beat import beat
from rnnlm.ui.state.choices import read
from rnnlm.ui.train import prediction

_picture = style.component("state_canvas", "inside_parts.css", "words.js", "states.js")


def head() -> None:
    with style.head("states_head"):
        promise = say("Each row is one number of h, and each column is a word. Numbers that change slowly are on top.")
        style.heading(say("The state as a picture"), promise)
        with st.container(horizontal=True, gap="small", width="content", vertical_alignment="center"):
            press.button(say("Next word"), key="next_word", on_click=text.write, args=(1,))
            press.button(say("20 words"), key="twenty_words", on_click=text.write, args=(20,))
            press.button(
                say("Clear"), key="clear", on_click=text.clear, help=say("Delete the text and draw new random numbers")
            )
            prediction.switch()
    style.note(
        say(
            "The hidden state h holds everything the network remembers of the words it has read, as numbers "
            "from -1 to 1."
        )
    )


def version() -> Hashable:
    return text_version(), read(Screen).unit


def text_version() -> Hashable:
    """A value that changes when the present text changes.

    While a run trains at full speed, training changes the value only once every BEAT seconds.
    """
    return beat(), *text.version()[1:], st.session_state.get("problem")


def states(moment: text.Moment) -> np.ndarray:
    """Hidden states (words, H), one after each word of the text.

    On the tape, the first state is the one after the last given word.
    """
    asked = moment.asked
    if asked.tape is not None:  # the tape's state is known only after the last of its words
        hs, _ = asked.reader.read(np.array([draw.word_id for draw in moment.draws], int), asked.tape[1])
        return np.vstack([asked.tape[1][None], hs])
    hs, _ = asked.reader.read(np.array(moment.sampler.ids))
    return hs[len(asked.opening) :]


@clock.panel("states_panel", version)
def panel() -> None:
    with st.container(key="state_picture"):
        try:
            moment = text.drawn_moment()
        except ValueError:
            style.note(say("No text yet; the Train page says why, next to the bars."))
            return
        unit, word = (messages.option("unit"), _unit), (messages.option("word"), text.look_at)
        mail.mount(_picture, "state_canvas", picture(moment), unit=unit, word=word)


def picture(moment: text.Moment) -> dict:
    """Data for the component: h as bytes from -127 to 127. The units that change most slowly come first."""
    hs, words = states(moment), written(moment)
    words = words[len(words) - len(hs) :]  # on the tape, the earlier words have no known state
    order = slow_order(hs)
    values = np.ascontiguousarray(np.round(127 * hs.T[order]).astype(np.int8))
    unit = read(Screen).unit
    return {
        "values": base64.b64encode(values.tobytes()).decode(),
        "units": order.tolist(),
        "unit": int(order[0]) if unit is None or unit >= len(order) else unit,
        "words": words,
        "chosen": max(0, moment.chosen),
        "label": say("The unit that colours the text"),
        "told": say("unit {unit} after “{word}”: {value}", unit="{unit}", word=style.quoted("{word}"), value="{value}"),
        "range": say(
            "Unit {unit} of h colours the text below. Sorted from slow to fast, it is number {place} of {units:,}.",
            unit="{unit}",
            place="{place}",
            units=len(order),
        ),
        "low": say("grey: near -1"),
        "high": say("red: near 1"),
        "table": {
            "name": say("As a table"),
            "word": say("word"),
            "unit": say("unit {unit}", unit="{unit}"),
            "strongest": say("strongest units"),
            "one": say("{unit}: {value}", unit="{unit}", value="{value}"),
        },
    }


def _unit(unit: int) -> None:
    choices.choose(unit=unit)
    clock.redraw()


def state_looked_at(moment: text.Moment) -> np.ndarray:
    """The hidden state (H,) after the drawn word that the visitor has selected."""
    hs = states(moment)
    return hs[len(hs) - len(moment.draws) + moment.chosen]


def is_calm() -> bool:
    """Whether the network on screen will stay the same for a while, so that a slow computation is worthwhile."""
    return read(Screen).network == "ptb" or not session.instant().is_now or not session.view().running
