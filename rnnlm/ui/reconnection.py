"""What a new connection does not get: the rest of a run of the script whose beginning is lost."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

OF_A_RUN = {"delta", "ref_hash", "script_finished"}  # kinds of Streamlit's messages that belong to one run


class WholeRuns:
    """Middleware that drops what a websocket sends of a run before it has sent the beginning of one.

    When a connection breaks, Streamlit keeps the messages that it has not sent yet, and sends them over the next
    connection of the session. What was sent before is lost. So the rest would be drawn into the elements that the
    browser still has, perhaps those of another page. The result is a blank page (`Bad delta path index`), or the end of
    this run removes everything that was not drawn. The page requests itself again after every cut.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = scope["type"] != "websocket"

        async def send_whole_runs(message: Message) -> None:
            nonlocal has_begun
            if not has_begun and message.get("bytes"):
                kind = ForwardMsg.FromString(message["bytes"]).WhichOneof("type")
                has_begun = kind == "new_session"
                if kind in OF_A_RUN:
                    return
            await send(message)

        await self.app(scope, receive, send_whole_runs)
