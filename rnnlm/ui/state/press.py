"""Buttons that count their clicks, so that the browser can check whether a click has arrived."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from rnnlm.ui.state import tab


def button(label: str, key: str, on_click: Callable, args: tuple = (), kwargs: dict | None = None, **more: Any) -> bool:
    """Show a Streamlit button that counts its clicks and calls `on_click`.

    The browser gets the counts with each poll, and presses the button again if a click was lost.
    """
    return st.button(label, key=key, on_click=_pressed, args=(key, on_click, args, kwargs or {}), **more)


def _pressed(key: str, on_click: Callable, args: tuple, kwargs: dict) -> None:
    try:
        on_click(*args, **kwargs)
    finally:
        pressed = counts()
        pressed[key] = pressed.get(key, 0) + 1
        tab.remember()


def counts() -> dict[str, int]:
    # like the browser's counts, these outlast a session
    return tab.visitor().place.setdefault("pressed", {})
