"""A visitor of the page without a browser, who sends what a tab sends and reads the needed parts of the answers."""

import asyncio
import contextlib
import json
import re
import time

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

KEY = re.compile(r"\$\$ID-[0-9a-f]+-(.*)")
ON_SCREEN = re.compile(r"set_(network|start|state|temperature|top_k|speed|axis|right)_\d+")  # in no closed popover
WATCHDOG = 10.0  # seconds after which the clock counts an answer as lost
HANDS_OFF, A_LITTLE_LATER = 0.06, 0.08  # seconds after a click without a poll; delay of a poll then
WITH_TEXT = ("strip", "state_canvas")  # components that show the written text


class Visitor:
    """A tab: widgets by their keys, the text, the progress, and the page's clock.

    `clicks` has, for each click, the milliseconds until the new text appeared, or None if it did not appear.
    `progress` has the pairs (time, epochs).
    `heard` is called with the time of every message.
    """

    def __init__(self, port: int, link: str, heard):
        self.port, self.link, self.heard = port, link, heard
        self.page, self.pages = "", {}  # the open page, and all pages by name
        self.places: dict[str, tuple[str, str]] = {}  # key -> (id of the widget, id of the panel it is in)
        self.buttons: dict[str, tuple[str, bool]] = {}  # key -> (label, whether it is enabled)
        self.values: dict[str, tuple[str, object]] = {}  # id of a widget -> (field of its state, value)
        self.runs = self.looks = self.lost = 0
        self.words, self.words_at = -1, 0.0
        self.progress: list[tuple[float, float]] = []
        self.clicks: list[float | None] = []
        self.answer, self.touched = "", 0.0
        self.timer: asyncio.TimerHandle | None = None
        self.news = asyncio.Event()

    async def open(self, seconds: float = 60.0) -> None:
        """Connect and wait until the page is complete."""
        self.socket = await websockets.connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],
            origin=f"http://127.0.0.1:{self.port}",
            compression="deflate",  # as browsers do
            max_size=None,
            ping_interval=None,
            open_timeout=seconds,
            proxy=None,
        )
        self.reading = asyncio.create_task(self._read())
        await self.send()
        stands = await self.until(lambda: self.words >= 0 and "clock_look" in self.places and self.runs, seconds)
        assert stands, f"the page did not stand after {seconds} s"

    async def go(self, name: str, seconds: float = 60.0) -> None:
        """Go to another page and wait until it is complete."""
        self._wait(None)
        self.page, runs = self.pages[name], self.runs
        self.places, self.buttons, self.values, self.words = {}, {}, {}, -1
        await self.send()
        stands = await self.until(lambda: self.runs > runs and "clock_look" in self.places, seconds)
        assert stands, f"the {name} page was not complete after {seconds} s"

    async def leave(self) -> None:
        """Close the tab."""
        self._wait(None)
        self.reading.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.socket.close(1001), 5)

    async def until(self, condition, seconds: float) -> bool:
        """Wait until the condition is true. Returns False if it is not within this many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not condition() and not self.reading.done():
                    self.news.clear()
                    await self.news.wait()
        return bool(condition())

    # messages that a tab sends

    async def send(self, panel: str = "", id: str = "", **value) -> None:
        """Request a run of the page, or of one panel. If `id` is given, also send the value of this widget."""
        message = BackMsg()
        ask = message.rerun_script
        ask.query_string, ask.page_script_hash, ask.fragment_id = self.link, self.page, panel
        about = ask.context_info
        about.timezone, about.timezone_offset, about.locale = "UTC", 0, "en-US"
        about.url, about.color_scheme, about.is_embedded = f"http://127.0.0.1:{self.port}/", "light", False
        for known, (field, held) in self.values.items():
            state = ask.widget_states.widgets.add(id=known)
            if isinstance(held, list):
                getattr(state, field).data.extend(held)
            else:
                setattr(state, field, held)
        if id:
            ask.widget_states.widgets.add(id=id, **value)
        with contextlib.suppress(websockets.ConnectionClosed):
            await self.socket.send(message.SerializeToString())

    async def press(self, key: str) -> None:
        """Press a button."""
        self.touched = time.perf_counter()
        id, panel = self.places[key]
        await self.send(panel, id, trigger_value=True)

    async def train(self, seconds: float) -> bool:
        """Press Train. Returns whether the button becomes Pause and the new run progresses within this many seconds."""
        start = len(self.progress)
        await self.press("train")
        return await self.until(
            lambda: self.buttons["train"][0] == "Pause" and any(epochs for _, epochs in self.progress[start:]), seconds
        )

    async def click(self, patience: float) -> None:
        """Click Next word, or Clear if the text is full, and record the time until the new text appears."""
        room, before, start = self.buttons["next_word"][1], self.words, time.perf_counter()
        await self.press("next_word" if room else "clear")
        came = await self.until(lambda: self.words > before if room else self.words < before, patience)
        self.clicks.append(1000 * (self.words_at - start) if came else None)

    # the clock

    def _wait(self, seconds: float | None, then=None) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = seconds if seconds is None else asyncio.get_running_loop().call_later(seconds, then)

    def _look(self) -> None:
        if time.perf_counter() - self.touched < HANDS_OFF:
            self._wait(A_LITTLE_LATER, self._look)
        else:
            self._fire("clock_look", "look")

    def _lost(self) -> None:
        self.lost += 1
        self._look() if self.lost == 1 else self._fire("clock_page", "again")

    def _fire(self, component: str, event: str) -> None:
        id, panel = self.places[component]
        asked = {"number": time.time_ns(), "value": None}
        told = json.dumps([{"event": event, "value": asked}])
        trigger = f"$$STREAMLIT_INTERNAL_KEY_{id}__events"
        self.sending = asyncio.create_task(self.send(panel, trigger, json_trigger_value=told))
        self._wait(WATCHDOG, self._lost)

    def _answered(self, data: dict) -> None:
        if data["answer"] != self.answer:
            self.answer, self.lost = data["answer"], 0
            self.looks += 1
            self._wait(data["every"], self._look)

    # messages that a tab receives

    async def _read(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for data in self.socket:
                now = time.perf_counter()
                self.heard(now)
                self._take(ForwardMsg.FromString(data), now)
                self.news.set()
        self.news.set()  # the connection has ended

    def _take(self, message: ForwardMsg, now: float) -> None:
        match message.WhichOneof("type"):
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._element(message.delta, now)
            case "new_session":
                self.page = message.new_session.page_script_hash
            case "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            case "script_finished":
                self.runs += 1

    def _element(self, delta, now: float) -> None:
        kind = delta.new_element.WhichOneof("type")
        part = getattr(delta.new_element, kind)
        found = KEY.fullmatch(getattr(part, "id", ""))
        key = found[1] if found else ""
        self.places[key] = getattr(part, "id", ""), delta.fragment_id
        if kind == "button":
            self.buttons[key] = part.label, not part.disabled
        elif kind == "bidi_component":
            self._component(key, json.loads(part.json or part.mixed.json or "{}"), now)
        elif ON_SCREEN.fullmatch(key):
            self.values.setdefault(part.id, held_by(kind, part))

    def _component(self, key: str, data: dict, now: float) -> None:
        if key == "clock_look":
            self._answered(data)
        elif key == "timeline":
            self.progress.append((now, data["share"] * data["epochs"]))
        elif key in WITH_TEXT and len(data["words"]) != self.words:
            self.words, self.words_at = len(data["words"]), now


def held_by(kind: str, widget) -> tuple[str, object]:
    """The initial state of a widget, which a tab sends: the name of the field, and the value."""
    if kind == "button_group":
        return "string_array_value", [widget.options[i].content for i in widget.default]
    if kind == "selectbox":
        return "string_value", widget.options[widget.default]
    if widget.options:  # a slider over names
        return "string_array_value", [widget.options[int(i)] for i in widget.default]
    return "double_array_value", list(widget.default)
