"""A visitor's text on its way: a worker reads it, and where it is a large one the page goes on meanwhile."""

import threading
from dataclasses import dataclass

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.options import table
from rnnlm.serving.engine import Engine
from rnnlm.ui import clock, shared, tab
from rnnlm.ui.choices import hold
from rnnlm.ui.language import say, say_error
from rnnlm.ui.tab import OwnText

LARGE = 500_000  # bytes; what is smaller is read before the page answers


@dataclass(eq=False)
class Reading:
    """A text that is being read: a thread waits for the worker, and leaves here what has come of it."""

    title: str
    size: int
    text: OwnText | None = None
    error: ValueError | None = None

    def wait(self, engine: Engine, given: str | bytes, visitor: str) -> None:
        """Wait for the worker."""
        try:
            self.text = tab.read_text(engine, given, self.title, visitor)
        except ValueError as error:
            self.error = error


def begin(given: str | bytes, title: str) -> None:
    """Read a text; a newer one takes the place of one that is still on its way."""
    it = st.session_state.reading = Reading(title, len(given))
    arguments = shared.engine(), given, tab.visitor().token
    if it.size > LARGE:
        threading.Thread(target=it.wait, args=arguments, name="rnnlm-reading", daemon=True).start()
    else:
        it.wait(*arguments)
        _take(it)


def sentence() -> str:
    """What is being read, or nothing."""
    it = st.session_state.get("reading")
    return say("Reading {title}, {size:.1f} MB …", title=it.title, size=it.size / 1e6) if it is not None else ""


@clock.awaits
def is_on_its_way() -> bool:
    """Whether a text is being read; one that has been read is taken, and the page drawn anew."""
    it = st.session_state.get("reading")
    if it is None:
        return False
    if it.text is not None or it.error is not None:
        _take(it)
        st.rerun()
    return True


def _take(it: Reading) -> None:
    """The text is the visitor's, or what is wrong with it is told."""
    del st.session_state.reading
    if it.error is not None:
        st.session_state.text_problem = say_error(it.error)
        return
    tab.visitor().text = it.text
    words = table(Experiment)["words"]
    hold(corpus="text", words=min(max(len(it.text.corpus), words.low), words.high))
