"""The web server around the page.

The server starts the engine before the first visitor arrives, and saves the visitors' data when it shuts down.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit.starlette import App

from rnnlm.serving.worker.memory import map_large_blocks
from rnnlm.ui import style
from rnnlm.ui.reconnection import WholePageFirst
from rnnlm.ui.state import downloads, runner, shared
from rnnlm.ui.static import StaticFiles

ICON_FONT, ICON_LETTERS = b"font-family:Material Symbols Rounded;", b"unicode-range:U+30-39,U+5F,U+61-7A;"
BEFORE = style.ASSETS / "before.js"
FILES = Path(st.__file__).parent / "static"  # Streamlit's own files
ELEMENTS = (  # of Streamlit, on the Train page
    *("ArrowVegaLiteChart", "BidiComponent", "Button", "ButtonGroup", "Html", "Multiselect", "PageLink", "Selectbox"),
    "Slider",
)
IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')


@asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Prepare Streamlit and start the engine. When the server shuts down, write the visitors' data and stop the engine.

    The data is written here, because a signal ends the process without calling atexit handlers.
    """
    map_large_blocks()
    runner.let_callbacks_finish()
    runner.keep_messages()
    shared.begin()
    try:
        yield
    finally:
        await asyncio.to_thread(shared.end)


def lighter(path: Path, body: bytes) -> bytes:
    """Edit the content of one of Streamlit's own files for this page, and return the edited content.

    index.html names the scripts of the elements on the Train page, so that the browser loads them with the first
    scripts, and not only when the first element arrives. It also gets our style sheet, so that nothing moves when the
    sheet loads. The sheet comes last and so overrides Streamlit's rules. And it gets the script that sends first-time
    visitors to the opening scene before the browser requests anything else.

    Streamlit's style sheets use the icon font for a space character, which makes the browser load the font immediately.
    The edited style sheets limit the font to the characters used in icon names. So the browser loads the font only when
    the first icon appears.
    """
    if path.name == "index.html":
        ours = b"<style>" + style.STYLE.read_bytes() + b"</style><script>" + BEFORE.read_bytes() + b"</script>"
        more = [name for name in scripts() if name.encode() not in body]
        early = "".join(
            f'<link rel="modulepreload" fetchpriority="low" crossorigin href="./static/js/{name}">' for name in more
        )
        return body.replace(b"</head>", early.encode() + b"</head>", 1).replace(b"</body>", ours + b"</body>", 1)
    if path.suffix == ".css":
        return body.replace(ICON_FONT, ICON_FONT + ICON_LETTERS)
    return body


def scripts() -> list[str]:
    """The names of the scripts of ELEMENTS, and of all scripts that they import."""
    folder = FILES / "static" / "js"
    found = [path.name for element in ELEMENTS for path in folder.glob(f"{element}.*.js")]
    for name in found:  # which grows meanwhile
        found += [one for one in IMPORT.findall((folder / name).read_text(encoding="utf-8")) if one not in found]
    return found


def base_path() -> str:
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"/{base}" if base else ""


def middleware() -> list[Middleware]:
    return [Middleware(StaticFiles, folder=FILES, base=base_path(), edit=lighter), Middleware(WholePageFirst)]


def routes() -> list[Route]:
    return [Route(base_path() + downloads.ROUTE, downloads.answer)]
