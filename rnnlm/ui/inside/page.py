"""Inside: what an update does, how far a gradient reaches, what the state holds, and one draw in numbers."""

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.inside import attribution, moves, nearest, numbers, reach, states, tape


def show() -> None:
    """The tape on top; the update and its gradient below it; then the state, its text, and one word of it."""
    style.style("inside.css")
    tape.head()
    tape.panel()
    update, gradient = st.columns([3, 2], gap="medium")
    with update:
        moves.head()
        moves.panel()
    with gradient:
        reach.panel()

    state, places = st.columns([3, 2], gap="medium")
    with state:
        states.head()
        states.panel()
    with places:
        nearest.panel()
        attribution.panel()
    numbers.panel()
