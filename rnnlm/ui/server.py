"""The server around the page: checks and services before the first visitor, and saving after the last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit.starlette import App

from rnnlm.ui import style
from rnnlm.ui.state import callbacks, downloads, shared
from rnnlm.ui.static import StaticFiles

ICON_FONT, ICON_LETTERS = b"font-family:Material Symbols Rounded;", b"unicode-range:U+30-39,U+5F,U+61-7A;"
FIRST_VISIT = style.ASSETS / "first_visit.js"
FILES = Path(st.__file__).parent / "static"  # Streamlit's own


@asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Prepare Streamlit and start the engine; at the end, write the visitors' data.

    A signal ends the process without atexit.
    """
    callbacks.let_finish()
    shared.begin()
    try:
        yield
    finally:
        await asyncio.to_thread(shared.end)


def lighter(path: Path, body: bytes) -> bytes:
    """One of Streamlit's files as the page needs it.

    index.html contains our style sheet, so that nothing moves when it loads; it is last, so that it takes precedence.
    It also contains the script that sends a first visit to the opening scene, before anything asks the server.
    Streamlit loads its icon font immediately, by a space. With the letters of the icons' names as its range, the first
    visible icon loads it.
    """
    if path.name == "index.html":
        ours = b"<style>" + style.STYLE.read_bytes() + b"</style><script>" + FIRST_VISIT.read_bytes() + b"</script>"
        return body.replace(b"</body>", ours + b"</body>", 1)
    if path.suffix == ".css":
        return body.replace(ICON_FONT, ICON_FONT + ICON_LETTERS)
    return body


def base_path() -> str:
    """The path below which the page is served, of the form `/rnn`, or empty."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}" if base else ""


def middleware() -> list[Middleware]:
    """All middleware in front of Streamlit's own routes."""
    return [Middleware(StaticFiles, folder=FILES, base=base_path(), edit=lighter)]


def routes() -> list[Route]:
    """All routes besides Streamlit's own."""
    return [Route(base_path() + downloads.ROUTE, downloads.answer)]
