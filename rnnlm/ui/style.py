"""The page's visual language: one style sheet, panel headings and sentences, all of them literal text."""

import html
import re
from pathlib import Path

import streamlit as st

from rnnlm.ui.language import say

ISOLATE, POP = "\u2068", "\u2069"  # Unicode's marks around text of an unknown direction
QUOTED = re.compile(f"{ISOLATE}([^{POP}]*){POP}")
ASSETS = Path(__file__).parents[2] / "assets"
STYLE = ASSETS / "style.css"


def page() -> None:
    """Title of the browser tab, wide layout, style sheet."""
    st.set_page_config(page_title=say("An RNN learns English"), page_icon=str(ASSETS / "icon.png"), layout="wide")
    st.html(STYLE)


def style(name: str) -> None:
    """One more style sheet, of a page that is open."""
    st.html(ASSETS / name)


def script(*names: str) -> str:
    """The script of a component: what all are built of, then its own files."""
    return "\n".join((ASSETS / name).read_text() for name in ("parts.js", *names))


def title(name: str, promise: str) -> None:
    """The name of the page and its one-line promise."""
    st.html(f'<h1 class="title">{html.escape(name)}</h1><p class="note promise">{html.escape(promise)}</p>')


def heading(title: str, sentence: str) -> None:
    """The head of a panel: its name, and one sentence that says what one is looking at."""
    st.html(f'<h2 class="panel">{literal(title)}</h2><p class="note">{literal(sentence)}</p>')


def note(sentence: str) -> None:
    """A sentence in small type, shown literally whatever characters it holds."""
    st.html(f'<p class="note">{literal(sentence)}</p>')


def problem(sentence: str) -> None:
    """A sentence about something that went wrong and what to do, shown literally."""
    st.html(f'<p class="problem">{literal(sentence)}</p>')


def quoted(words: str) -> str:
    """Words of a text, to stand in a sentence: in their own direction, and with `literal` in their own language."""
    return f"{ISOLATE}{words}{POP}"


def literal(sentence: str) -> str:
    """A sentence as HTML, shown as it is; a browser's translator leaves alone what is `quoted` in it."""
    return QUOTED.sub(r'<bdi translate="no">\1</bdi>', html.escape(sentence))


def words(text: str) -> str:
    """Words of a text as HTML of their own."""
    return literal(quoted(text))
