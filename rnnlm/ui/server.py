"""The server around the page: what it checks and starts before the first visitor, and saves after the last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from rnnlm.ui import shared
from rnnlm.ui.static import StaticFiles

FILES = Path(st.__file__).parent / "static"  # Streamlit's own


@asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Start the engine; at the end write what visitors have, because a signal then ends the process without atexit."""
    shared.begin()
    try:
        yield
    finally:
        await asyncio.to_thread(shared.end)


def middleware() -> list[Middleware]:
    """All that stands before Streamlit's own routes."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return [Middleware(StaticFiles, folder=FILES, base=f"/{base}" if base else "")]
