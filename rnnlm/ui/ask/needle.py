"""The needle, which marks one random number u on the strips of all readers.

A reader is a model that scores a text. A reader's strip divides the range from 0 to 1 among the words in proportion to
their probabilities. Visitors move the needle by dragging it, with keys, or with dice.
"""

import re
from collections.abc import Hashable

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.ask import strips
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, clock, mail, messages, press, text

_strips = style.component("strip_set", "strips.css", "slider.js", "strips.js", html='<div class="mount"></div>')
MOVED = messages.record(u=messages.option("u"))


def version() -> Hashable:
    return text.version(), choices.chosen("u"), text.often() is not None


@clock.panel("strips", version)
def panel() -> None:
    style.heading(
        say("One random number, several networks"),
        say(
            "Each strip is divided into words by their probability. The same random number u picks a "
            "word on each strip."
        ),
    )
    with st.container(key="strips"):
        try:
            u, lanes = strips.needle(), strips.lanes()
        except ValueError:  # the message is shown next to the bars
            style.note(say("No text yet; the note next to the bars says why."))
            return
        data = {"lanes": [strips.picture(lane, u) for lane in lanes], "u": u, "largest": text.LARGEST}
        data |= {"label": say("The random number u"), "u_is": say("u = {u}", u="\0"), **strips.so_far()}
        mail.mount(_strips, "strip_set", data, u=(MOVED, _moved))
    with st.container(key="needle", horizontal=True, gap="small", vertical_alignment="center"):
        st.text_input(
            say("Two dice"),
            key="two_dice",
            placeholder=say("Two dice: 37"),
            max_chars=5,
            label_visibility="collapsed",
            on_change=_thrown,
            width=130,
        )
        about = say("Continue with the word picked on the bold strip; all words drawn after this point are deleted")
        press.button(say("Write this word"), "write_it", text.write_by_hand, (u,), type="primary", help=about)
        press.button(say("1,000 draws"), key="draws", on_click=text.draw_often)
        style.note(_told())


def _told() -> str:
    if text.often() is not None:
        return say("The narrow bars show 1,000 draws. If you draw again, they differ slightly.")
    return say(
        "Drag the needle, use the arrow keys, or roll two ten-sided dice: the digits a and b give u "
        "= (10 a + b + 0.5) / 100."
    )


def _moved(to: dict) -> None:
    _put(min(float(to["u"]), text.LARGEST))


def _thrown() -> None:
    dice = re.fullmatch(r"\s*(\d)\D*(\d)\s*", st.session_state.two_dice)
    if dice is None:
        if st.session_state.two_dice.strip():
            st.session_state.problem = say("Two ten-sided dice give two digits, from 00 to 99.")
            clock.redraw("progress")
        return
    a, b = map(int, dice.groups())
    st.session_state.two_dice = ""
    _put((10 * a + b + 0.5) / 100)


def _put(u: float) -> None:
    st.session_state.pop("problem", None)
    choices.choose(u=u)
    clock.redraw("progress", "strips")
