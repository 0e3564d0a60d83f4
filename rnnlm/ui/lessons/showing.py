"""Display options of a link: hidden parts, or a size for a lecture hall."""

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.lessons.selectors import hidden_style
from rnnlm.ui.state.choices import chosen


def show() -> None:
    """Hide the parts that the link hides; enlarge the page if it asks for that."""
    hidden = chosen("hide")
    if hidden:
        st.html(f"<style>{' '.join(map(hidden_style, hidden))}</style>")
    if chosen("projector"):
        style.style("projector.css")
