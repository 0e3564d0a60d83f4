"""Messages of the page's own components. The browser numbers the messages, and the server handles each only once.

A connection may break between a click and its answer. So the browser keeps each message until the server has confirmed
it, and sends it again after reconnecting. If several messages wait on the server, Streamlit keeps only the last one. So
each message includes all earlier unconfirmed ones.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from rnnlm.ui.state import tab
from rnnlm.ui.state.messages import Form

MOST_MESSAGES = 100  # waiting messages of one component


def mount(component: Callable, key: str, data: dict, **names: tuple[Form, Callable[[Any], None]]) -> None:
    """Mount a component.

    `names` maps the name of each message to a pair: a check of its content (a `Form`), and its handler.
    """
    heard = last_numbers().setdefault(key, {})
    callbacks = {f"on_{name}_change": partial(_receive, key, name, *both) for name, both in names.items()}
    component(key=key, data=data | {"mail": {"key": key, "heard": dict(heard)}}, **callbacks)


def _receive(key: str, name: str, form: Form, handler: Callable[[Any], None]) -> None:
    heard = last_numbers()[key]
    sent = numbered(getattr(st.session_state.get(key), name, None))
    unheard = [one for one in sent if one["number"] > heard.get(name, 0) and form(one["value"])]
    try:
        for place, message in enumerate(unheard):
            heard[name] = message["number"]
            if place < len(unheard) - 1:
                with suppress(RerunException):  # the last message redraws everything that changed
                    handler(message["value"])
            else:
                handler(message["value"])
    finally:
        tab.remember()


def last_numbers() -> dict[str, dict[str, int]]:
    """The number of the last handled message, by component and by the message's name. They outlast a session."""
    return tab.visitor().place.setdefault("heard", {})


def numbered(sent: object) -> list[dict]:
    found = sent[-MOST_MESSAGES:] if isinstance(sent, list) else []
    return [one for one in found if isinstance(one, dict) and "value" in one and type(one.get("number")) is int]
