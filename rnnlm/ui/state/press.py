"""Buttons that count how often they were pressed, so that the browser can tell whether a press has arrived."""

from collections.abc import Callable
from typing import Any

import streamlit as st


def button(label: str, key: str, on_click: Callable, args: tuple = (), kwargs: dict | None = None, **more: Any) -> bool:
    """A button of Streamlit's that calls on_click; the clock reports how often, so that no press is lost."""
    return st.button(label, key=key, on_click=_pressed, args=(key, on_click, args, kwargs or {}), **more)


def _pressed(key: str, on_click: Callable, args: tuple, kwargs: dict) -> None:
    pressed = counts()
    pressed[key] = pressed.get(key, 0) + 1
    on_click(*args, **kwargs)


def counts() -> dict[str, int]:
    """How often each button was pressed in this session."""
    return st.session_state.setdefault("pressed", {})
