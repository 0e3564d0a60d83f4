"""Messages of our own components: numbered by the browser, and handled once each, however often they arrive.

A connection may break between a click and its answer, so the browser keeps each message until it has been heard, and
sends it again when the page is connected. Messages that wait on the server are merged by Streamlit, the last one wins;
so each carries all that were not heard before it.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from rnnlm.ui.state.messages import Form

MOST_MESSAGES = 100  # that one component may have waiting


def mount(component: Callable, key: str, data: dict, **names: tuple[Form, Callable[[Any], None]]) -> None:
    """Mount a component; for each name of its messages there is their form, and what is done with one of that form."""
    heard = st.session_state.setdefault("heard", {}).setdefault(key, {})
    callbacks = {f"on_{name}_change": partial(_receive, key, name, *both) for name, both in names.items()}
    component(key=key, data=data | {"mail": {"key": key, "heard": dict(heard)}}, **callbacks)


def _receive(key: str, name: str, form: Form, handler: Callable[[Any], None]) -> None:
    heard = st.session_state.heard[key]
    sent = numbered(getattr(st.session_state.get(key), name, None))
    unheard = [one for one in sent if one["number"] > heard.get(name, 0) and form(one["value"])]
    for place, message in enumerate(unheard):
        heard[name] = message["number"]
        if place < len(unheard) - 1:
            with suppress(RerunException):  # the last one has everything drawn that has changed
                handler(message["value"])
        else:
            handler(message["value"])


def numbered(sent: object) -> list[dict]:
    """The messages in what a browser has sent, in their order; whatever is not a numbered message is left out."""
    found = sent[-MOST_MESSAGES:] if isinstance(sent, list) else []
    return [one for one in found if isinstance(one, dict) and "value" in one and type(one.get("number")) is int]
