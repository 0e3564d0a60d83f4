"""The display option `hide`: a link can hide parts of the page."""

import streamlit as st

from rnnlm.ui.lessons.selectors import hidden_style
from rnnlm.ui.state.choices import chosen


def show() -> None:
    hidden = chosen("hide")
    if hidden:
        st.html(f"<style>{' '.join(map(hidden_style, hidden))}</style>")
