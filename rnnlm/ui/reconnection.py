"""Middleware that drops the rest of a run of the script if the connection broke during the run."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

OF_A_RUN = {"delta", "ref_hash", "navigation", "script_finished"}  # kinds of messages


class WholePageFirst:
    """Middleware that lets a websocket draw nothing before a run of the whole page has begun on it.

    When a connection breaks, Streamlit keeps the messages that it has not sent yet, and sends them over the next
    connection of the session. What was sent before is lost. The rest would be drawn into the elements that the browser
    still has, perhaps those of another page. The page could go blank (`Bad delta path index`), and the end of a panel's
    run would remove what was lost. The page requests itself again after every cut, so nothing is missing.

    A run that begins in the kept messages is sent, even if the cut has stopped it.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = scope["type"] != "websocket"

        async def send_whole_page_first(message: Message) -> None:
            nonlocal has_begun
            if not has_begun and message.get("bytes"):
                sent = ForwardMsg.FromString(message["bytes"])
                kind = sent.WhichOneof("type")
                has_begun = kind == "new_session" and not sent.metadata.run.fragment_ids
                if kind in OF_A_RUN:
                    return
            await send(message)

        await self.app(scope, receive, send_whole_page_first)
