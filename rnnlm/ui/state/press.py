"""Buttons that count their clicks, so that the browser can check whether a click has arrived."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from rnnlm.ui.state import tab


def button(label: str, key: str, on_click: Callable, args: tuple = (), kwargs: dict | None = None, **more: Any) -> bool:
    """A Streamlit button that calls on_click and counts its clicks. The clock reports the counts to the browser."""
    return st.button(label, key=key, on_click=_pressed, args=(key, on_click, args, kwargs or {}), **more)


def _pressed(key: str, on_click: Callable, args: tuple, kwargs: dict) -> None:
    pressed = counts()
    pressed[key] = pressed.get(key, 0) + 1
    on_click(*args, **kwargs)


def counts() -> dict[str, int]:
    """The visitor's number of clicks, keyed by button. Like the browser's own count, it outlasts a session."""
    return tab.visitor().place.setdefault("pressed", {})
