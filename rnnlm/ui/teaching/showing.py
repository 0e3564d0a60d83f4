"""How a link lets the page be shown: without some parts, or large enough for a lecture hall."""

import streamlit as st

from rnnlm.ui import look
from rnnlm.ui.choices import chosen
from rnnlm.ui.teaching.places import hidden_style


def show() -> None:
    """Hide what the link hides; enlarge where it says so."""
    hidden = chosen("hide")
    if hidden:
        st.html(f"<style>{' '.join(map(hidden_style, hidden))}</style>")
    if chosen("projector"):
        look.style("projector.css")
