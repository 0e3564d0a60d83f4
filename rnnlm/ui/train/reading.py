"""Let a worker read a visitor's own text. While it reads a large text, the page stays usable."""

import html
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.options import table
from rnnlm.serving.engine.engine import Engine
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import clock, shared, tab
from rnnlm.ui.state.choices import hold
from rnnlm.ui.state.tab import OwnText

WAITS = 1.0  # seconds without a report from a worker after which the text counts as queued
LARGE = 500_000  # bytes; smaller texts are read before the page answers


@dataclass(eq=False)
class Reading:
    """A text that is being read. A thread waits for the worker and stores the result in this object.

    `done` is the share of the text that has been read, 0 to 1. It is None until the worker begins.
    `shown` is the percentage that the page last showed.
    """

    title: str
    size: int
    done: float | None = None
    shown: int = 0
    begun: float = field(default_factory=time.monotonic)
    text: OwnText | None = None
    error: ValueError | None = None

    @property
    def percent(self) -> int | None:
        """Percentage of the text that has been read. Returns None while the text is queued."""
        if self.done is not None:
            return int(100 * self.done)
        return None if time.monotonic() - self.begun > WAITS else 0

    def tell(self, done: float) -> None:
        self.done = done

    def wait(self, engine: Engine, given: str | bytes, visitor: str) -> None:
        try:
            self.text = tab.read_text(engine, given, self.title, visitor, self.tell)
        except ValueError as error:
            self.error = error


def begin(given: str | bytes, title: str) -> None:
    """Begin to read a text. If another text is still being read, the new text replaces it."""
    it = st.session_state.reading = Reading(title, len(given))
    arguments = shared.engine(), given, tab.visitor().token
    if it.size > LARGE:
        threading.Thread(target=it.wait, args=arguments, name="rnnlm-reading", daemon=True).start()
    else:
        it.wait(*arguments)
        _take(it)


def version() -> Hashable:
    it = st.session_state.get("reading")
    return it and (it.begun, it.percent)


@clock.panel("reading", version)
def show() -> None:
    it = st.session_state.get("reading")
    if it is not None:
        st.html(_progress(it), width="stretch")


def _progress(it: Reading) -> str:
    about, percent = {"title": it.title, "size": it.size / 1e6}, it.percent
    if percent is None:
        told, now = say("{title}, {size:.1f} MB, is waiting for its turn …", **about), ""
    else:
        told = say("Reading {title}, {size:.1f} MB: {percent} %", percent=percent, **about)
        now = f'aria-valuenow="{percent}"'
    before, it.shown = it.shown, percent or 0
    return (
        f'<p class="note">{html.escape(told)}</p><div class="reading" role="progressbar" aria-valuemin="0" '
        f'aria-valuemax="100" {now} aria-label="{html.escape(told)}">'
        f'<i style="--before: {before}%; width: {it.shown}%"></i></div>'
    )


@clock.awaits
def is_on_its_way() -> bool:
    """Return whether a text is still being read. If the worker has finished, store the result and redraw the page."""
    it = st.session_state.get("reading")
    if it is None:
        return False
    if it.text is not None or it.error is not None:
        _take(it)
        st.rerun()
    return True


def _take(it: Reading) -> None:
    del st.session_state.reading
    if it.error is not None:
        st.session_state.text_problem = say_error(it.error)
        return
    tab.visitor().text = it.text
    words = table(Experiment)["words"]
    hold(corpus="text", words=min(max(len(it.text.corpus), words.low), words.high))
