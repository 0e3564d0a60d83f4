"""How a link lets the page be shown: without some parts, or large enough for a lecture hall."""

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.lessons.selectors import hidden_style
from rnnlm.ui.state.choices import chosen


def show() -> None:
    """Hide what the link hides; enlarge where it says so."""
    hidden = chosen("hide")
    if hidden:
        st.html(f"<style>{' '.join(map(hidden_style, hidden))}</style>")
    if chosen("projector"):
        style.style("projector.css")
