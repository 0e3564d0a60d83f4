"""A link for a class: its address, and the same as a QR code."""

import html
import re
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from rnnlm.ui import look
from rnnlm.ui.language import say
from rnnlm.ui.teaching import library

HERE_ALONE = re.compile(r"localhost|127\.|0\.0\.0\.0|\[?::1\]?|.*\.localhost", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?", re.IGNORECASE)
LONGEST = 200


def show() -> None:
    """Choose a lesson; its link, large enough to be photographed."""
    look.heading(say("A link for your class"), say("Everybody who opens it begins the lesson, on any phone."))
    lessons = library.of_the_page()
    name = st.selectbox(say("Lesson"), list(lessons), key="class_lesson", format_func=lambda name: lessons[name].title)
    base = address()
    if base is None:
        return
    link = f"{base}?{urlencode({'lesson': name})}"
    # The picture is dark on white in any colour scheme, with a margin: cameras want that.
    picture = segno.make(link, error="m", micro=False).svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    told = html.escape(say("The link as a QR code"))
    st.html(f'<img class="qr" alt="{told}" src="{html.escape(picture)}"><p class="link">{html.escape(link)}</p>')


def address() -> str | None:
    """The page's own address; on this computer alone, one that a class can reach is asked for."""
    base = re.sub(r"/(ask|inside|compare|lessons)?$", "/", (st.context.url or "").split("?")[0])
    if not HERE_ALONE.match(urlsplit(base).hostname or "localhost"):
        return base
    port = urlsplit(base).port or 8501
    held = st.session_state.get("class_address", "")
    typed = st.text_input(
        say("The address of this computer in your network"),
        held,
        LONGEST,
        placeholder=say("http://192.168.0.12:{port}", port=port),
        help=say("localhost is this computer alone. The server's first lines in the terminal tell its Network URL."),
    ).strip()
    st.session_state.class_address = typed
    if not typed:
        return None
    typed = typed if "://" in typed else f"http://{typed}"
    if not ADDRESS.fullmatch(typed):
        look.problem(say("An address looks like http://192.168.0.12:{port}.", port=port))
        return None
    return typed.rstrip("/") + "/"
