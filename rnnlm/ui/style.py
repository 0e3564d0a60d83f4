"""Style sheets, panel headings and sentences of the page. All texts are escaped, so that they appear literally."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from rnnlm.ui.language import say

ISOLATE, POP = "\u2068", "\u2069"  # Unicode's marks around text of unknown direction
QUOTED = re.compile(f"{ISOLATE}([^{POP}]*){POP}")
ASSETS = Path(__file__).parents[2] / "assets"
STYLE = ASSETS / "style.css"


def page() -> None:
    st.set_page_config(page_title=say("An RNN learns English"), page_icon=str(ASSETS / "icon.png"), layout="wide")
    st.html(STYLE)
    style("hall.css")


def style(name: str) -> None:
    st.html(ASSETS / name)


def script(*names: str) -> str:
    return "\n".join((ASSETS / name).read_text() for name in ("parts.js", *names))


def component(name: str, *files: str, html: str | None = None) -> Callable:
    """Declare a component of the page, made of style sheets and scripts in assets, which are joined in this order."""
    sheets = [(ASSETS / file).read_text() for file in files if file.endswith(".css")]
    scripts = [file for file in files if file.endswith(".js")]
    return st.components.v2.component(name, html=html, css="\n".join(sheets), js=script(*scripts))


def title(name: str, promise: str) -> None:
    st.html(f'<h1 class="title">{html.escape(name)}</h1><p class="note promise">{html.escape(promise)}</p>')


def heading(title: str, sentence: str) -> None:
    st.html(f'<h2 class="panel">{literal(title)}</h2><p class="note">{literal(sentence)}</p>')


def head(key: str, alignment: str = "center"):
    """Container of the row above a panel, with the heading on the left and the switches on the right."""
    return st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment=alignment, key=key)


def note(sentence: str) -> None:
    st.html(f'<p class="note">{literal(sentence)}</p>')


def problem(sentence: str) -> None:
    st.html(f'<p class="problem">{literal(sentence)}</p>')


def quoted(words: str) -> str:
    """Mark the words that a sentence quotes. Browsers keep the direction of marked words and do not translate them."""
    return f"{ISOLATE}{words}{POP}"


def literal(sentence: str) -> str:
    """Escape a sentence as HTML. A browser's translator does not change the words marked by `quoted`."""
    return QUOTED.sub(r'<bdi translate="no">\1</bdi>', html.escape(sentence))


def words(text: str) -> str:
    """Escape words as HTML. The words keep their writing direction, and a browser does not translate them."""
    return literal(quoted(text))
