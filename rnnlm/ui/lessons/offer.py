"""The offer of a first lesson to a new visitor."""

import streamlit as st

from rnnlm.ui.language import say
from rnnlm.ui.lessons import walk
from rnnlm.ui.state import press, session, tab
from rnnlm.ui.state.choices import chosen

FIRST = "what"  # the id of the offered lesson


def is_made() -> bool:
    is_new = session.current().recorded and session.instant().is_now and "problem" not in st.session_state
    quiet = st.session_state.get("declined") or chosen("lesson") is not None or tab.visitor().place.get("lessons")
    return is_new and not quiet and st.session_state.page == "train"


def show() -> None:
    if is_made():
        press.button(say("Four minutes: what is this?"), key="offer", on_click=_take)
        press.button(say("No, thanks"), key="decline", type="tertiary", on_click=_decline)


def _take() -> None:
    walk.start(FIRST)
    st.rerun()


def _decline() -> None:
    st.session_state.declined = True
    st.rerun(["progress", "clock"])
