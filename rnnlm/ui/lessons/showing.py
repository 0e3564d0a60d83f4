"""The display options of a link: parts of the page that it hides."""

import streamlit as st

from rnnlm.ui.lessons.selectors import hidden_style
from rnnlm.ui.state.choices import chosen


def show() -> None:
    """Hide the parts that the link hides."""
    hidden = chosen("hide")
    if hidden:
        st.html(f"<style>{' '.join(map(hidden_style, hidden))}</style>")
