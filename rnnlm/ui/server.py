"""The server around the page: what it checks and starts before the first visitor, and saves after the last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.starlette import App

from rnnlm.ui import shared


def check() -> None:
    """Refuse to start with settings that cannot work: SystemExit, one sentence. Runs before the port answers."""


@asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Start the engine; at the end write what visitors have, because a signal then ends the process without atexit."""
    shared.begin()
    try:
        yield
    finally:
        await asyncio.to_thread(shared.end)
