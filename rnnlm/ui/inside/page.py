"""The Inside page: the network, one update, the gradient by distance from a word, the state, and one draw."""

import streamlit as st

from rnnlm.ui import hall, style
from rnnlm.ui.inside import attribution, moves, nearest, numbers, picture, reach, states, tape


def show() -> None:
    style.style("inside.css")
    with hall.panel("picture"):
        picture.head()
        picture.panel()
    with hall.panel("tape"):
        tape.head()
        tape.panel()
    update, gradient = st.columns([3, 2], gap="medium")
    with update, hall.panel("moves"):
        moves.head()
        moves.panel()
    with gradient, hall.panel("reach"):
        reach.panel()

    state, places = st.columns([3, 2], gap="medium")
    with state, hall.panel("state_picture"):
        states.head()
        states.panel()
    with places, hall.panel("matter"):
        nearest.panel()
        attribution.panel()
    with hall.panel("numbers"):
        numbers.panel()
