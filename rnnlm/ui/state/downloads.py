"""Downloads: each file is made when a visitor clicks it.

The file's address is valid as long as the server knows the visitor. The address of Streamlit's own download button
changes whenever the button is drawn, so a click during a redraw fails.
"""

import asyncio
import html

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from rnnlm.serving.visitors.store import Content, File
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state.shared import store
from rnnlm.ui.state.tab import visitor

ROUTE = "/download/{secret}/{name}"


def button(label: str, name: str, kind: str, content: Content, *, key: str, help: str = "") -> None:
    """Show a button that downloads the file `name`, which has the MIME type `kind`.

    A click calls `content`, which makes the file without a Streamlit session.
    """
    visitor().files[name] = File(kind, content)
    address = ROUTE.format(secret=visitor().secret, name=name).lstrip("/")  # relative, so it works under any base path
    with st.container(key=key, width="content"):
        st.html(f'<a class="download" href="{address}" download title="{html.escape(help)}">{html.escape(label)}</a>')


async def answer(request: Request) -> Response:
    """Send the file at this address.

    The status is 404 if no visitor offers this file, and 503 if the file cannot be made now.
    """
    name = request.path_params["name"]
    file = store().file(request.path_params["secret"], name)
    if file is None:
        return PlainTextResponse(say("This file is gone. Reload the page and download it again."), 404)
    try:
        content = await asyncio.to_thread(file.content)
    except ValueError as error:
        return PlainTextResponse(say_error(error), 503)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=file.kind)
