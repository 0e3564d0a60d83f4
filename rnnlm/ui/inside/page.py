"""Inside: the steps of an update, how far a gradient reaches, the content of the state, and one draw in numbers."""

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.inside import attribution, moves, nearest, numbers, reach, states, tape


def show() -> None:
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
