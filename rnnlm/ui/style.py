"""The page's visual language: one style sheet, panel headings and sentences. All texts are shown literally."""

import html
import re
from pathlib import Path

import streamlit as st

from rnnlm.ui.language import say

ISOLATE, POP = "\u2068", "\u2069"  # Unicode's marks around text whose direction is unknown
QUOTED = re.compile(f"{ISOLATE}([^{POP}]*){POP}")
ASSETS = Path(__file__).parents[2] / "assets"
STYLE = ASSETS / "style.css"


def page() -> None:
    """Set the title of the browser tab, the wide layout and the style sheet."""
    st.set_page_config(page_title=say("An RNN learns English"), page_icon=str(ASSETS / "icon.png"), layout="wide")
    st.html(STYLE)
    style("hall.css")


def style(name: str) -> None:
    """Add a style sheet from assets."""
    st.html(ASSETS / name)


def script(*names: str) -> str:
    """The script of a component: the parts that all components share, then these files."""
    return "\n".join((ASSETS / name).read_text() for name in ("parts.js", *names))


def title(name: str, promise: str) -> None:
    st.html(f'<h1 class="title">{html.escape(name)}</h1><p class="note promise">{html.escape(promise)}</p>')


def heading(title: str, sentence: str) -> None:
    """Show the head of a panel: its name, and one sentence that explains it."""
    st.html(f'<h2 class="panel">{literal(title)}</h2><p class="note">{literal(sentence)}</p>')


def head(key: str, alignment: str = "center"):
    """The container of the row above a panel, with its heading on the left and its switches on the right."""
    return st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment=alignment, key=key)


def note(sentence: str) -> None:
    """Show a sentence literally, in small type."""
    st.html(f'<p class="note">{literal(sentence)}</p>')


def problem(sentence: str) -> None:
    """Show a sentence about a problem and its fix, literally."""
    st.html(f'<p class="problem">{literal(sentence)}</p>')


def quoted(words: str) -> str:
    """Words of a text, marked for use in a sentence. They keep their direction and, after `literal`, their language."""
    return f"{ISOLATE}{words}{POP}"


def literal(sentence: str) -> str:
    """A sentence as escaped HTML, in which a browser's translator leaves the words marked by `quoted` as they are."""
    return QUOTED.sub(r'<bdi translate="no">\1</bdi>', html.escape(sentence))


def words(text: str) -> str:
    """Words of a text as escaped HTML that keeps their direction and language."""
    return literal(quoted(text))
