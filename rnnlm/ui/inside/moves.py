"""One update in six moves, each with the numbers of the next window."""

from collections.abc import Hashable

import streamlit as st

from rnnlm.options import table
from rnnlm.screen import Screen
from rnnlm.training.moves import Moves
from rnnlm.ui import style
from rnnlm.ui.inside import move_texts, window
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import choices, clock, mail, messages, press
from rnnlm.ui.state.choices import read

ORDER = table(Screen)["move"].choices

_moves = style.component("six_moves", "inside_parts.css", "moves.js")


def head() -> None:
    with style.head("moves_head"):
        style.heading(say("One update in six moves"), say("The next update, step by step, on the window above."))
        press.button(say("Next move"), key="next_move", on_click=_next)


def version() -> Hashable:
    return window.version(), read(Screen).move


@clock.panel("moves_panel", version)
def panel() -> None:
    with st.container(key="moves"):
        if window.resting():
            style.note(say("This panel is paused, like the tape."))
            return
        try:
            mail.mount(_moves, "moves_machine", picture(window.moves()), move=(messages.among(*ORDER), _to))
        except ValueError as error:
            style.problem(say_error(error))


def picture(moves: Moves) -> dict:
    at, told = read(Screen).move, move_texts.MOVES
    titles = {"read": say("1 Read"), "carry": say("2 Carry"), "score": say("3 Score")}
    titles |= {"compare": say("4 Compare"), "back": say("5 Go back"), "move": say("6 Move")}
    return {
        "steps": [{"name": name, "title": titles[name]} for name in ORDER],
        "at": at,
        "label": say("The six moves of an update"),
        **told[at](moves, window.stream()),
    }


def _next() -> None:
    _to(ORDER[(ORDER.index(read(Screen).move) + 1) % len(ORDER)])


def _to(move: str) -> None:
    choices.choose(move=move)
    clock.redraw()
