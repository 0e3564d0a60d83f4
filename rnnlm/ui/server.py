"""The server around the page: what it checks and starts before the first visitor, and saves after the last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from rnnlm.ui import style
from rnnlm.ui.state import shared
from rnnlm.ui.static import StaticFiles

ICON_FONT, ICON_LETTERS = b"font-family:Material Symbols Rounded;", b"unicode-range:U+30-39,U+5F,U+61-7A;"
FILES = Path(st.__file__).parent / "static"  # Streamlit's own


@asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Start the engine; at the end write what visitors have, because a signal then ends the process without atexit."""
    shared.begin()
    try:
        yield
    finally:
        await asyncio.to_thread(shared.end)


def lighter(path: Path, body: bytes) -> bytes:
    """One of Streamlit's files as the page needs it.

    index.html brings our style sheet, so that nothing moves when it would come; at its end, so that it wins.
    Streamlit loads its icon font at once, by a space: with the letters of the icons' names as its range it is loaded
    by the first icon that is shown.
    """
    if path.name == "index.html":
        return body.replace(b"</body>", b"<style>" + style.STYLE.read_bytes() + b"</style></body>", 1)
    if path.suffix == ".css":
        return body.replace(ICON_FONT, ICON_FONT + ICON_LETTERS)
    return body


def middleware() -> list[Middleware]:
    """All that stands before Streamlit's own routes."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return [Middleware(StaticFiles, folder=FILES, base=f"/{base}" if base else "", edit=lighter)]
