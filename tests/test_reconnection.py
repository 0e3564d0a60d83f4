"""A new connection of a session gets no part of a run that began on the old connection."""

import asyncio

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from rnnlm.ui.reconnection import OF_A_RUN, WholePageFirst
from tests.waiting import run_aside


def message(kind, *panels):
    made = ForwardMsg()
    made.metadata.run.fragment_ids.extend(panels)
    if kind == "script_finished":
        made.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    else:
        getattr(made, kind).SetInParent()
    return {"type": "websocket.send", "bytes": made.SerializeToString()}


def sent(*messages):
    """The kinds of the messages that pass."""
    passed = []

    async def streamlit(_scope, _receive, send):
        for one in messages:
            await send(one)

    async def send(one):
        passed.append(ForwardMsg.FromString(one["bytes"]).WhichOneof("type") if one.get("bytes") else one["type"])

    run_aside(WholePageFirst(streamlit)({"type": "websocket"}, None, send))
    return passed


def test_the_rest_of_a_run_is_dropped_and_what_follows_it_is_sent():
    rest, run = ["delta", "script_finished"], ["new_session", "delta", "script_finished"]
    assert sent(*map(message, rest + run + run)) == run + run


def test_panels_are_drawn_only_after_the_whole_page():
    panel = [message("new_session", "clock"), message("delta", "clock"), message("script_finished", "clock")]
    page = [message("new_session"), message("navigation"), message("delta"), message("script_finished")]
    kinds = ["new_session", "navigation", "delta", "script_finished", "new_session", "delta", "script_finished"]
    assert sent(message("navigation"), *panel, *page, *panel)[-7:] == kinds
    assert "delta" not in sent(*panel)


def test_messages_that_belong_to_no_run_are_sent_at_once():
    accepts, status = {"type": "websocket.accept", "subprotocol": "streamlit"}, message("session_status_changed")
    assert sent(accepts, status, message("delta")) == ["websocket.accept", "session_status_changed"]


@pytest.mark.parametrize("read", [1, 5, 20])
def test_a_session_that_was_cut_off_in_a_run_begins_with_another_one(server, read):
    """On a real server, the connection breaks after `read` messages of the page's first run."""

    async def connect(*session):
        address = server.removeprefix("http://").rstrip("/")
        names = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", *session]
        socket = await websockets.connect(
            f"ws://{address}/_stcore/stream", subprotocols=names, origin=f"http://{address}", max_size=None, proxy=None
        )
        request = BackMsg()
        request.rerun_script.query_string = ""
        await socket.send(request.SerializeToString())
        return socket

    async def next_message(socket):
        return ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), 60))

    async def cut_off():
        socket = await connect()
        while (first := await next_message(socket)).WhichOneof("type") != "new_session":
            pass
        for _ in range(read):
            await next_message(socket)
        socket.transport.abort()
        again = await connect(first.new_session.initialize.session_id)
        kinds = []
        while "script_finished" not in kinds:
            kinds.append((await next_message(again)).WhichOneof("type"))
        await again.close()
        return kinds

    kinds = run_aside(cut_off())
    assert kinds.index("new_session") == min(kinds.index(kind) for kind in OF_A_RUN | {"new_session"} if kind in kinds)
