"""Checks of the browser's messages. They may contain anything: after an update, by an extension, or written by hand."""

import math
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from rnnlm.options import table
from rnnlm.screen import Screen
from rnnlm.ui.language import say

Form = Callable[[Any], bool]
LONGEST = 10_000  # characters of a text


def whole(low: int, high: int) -> Form:
    """Form of a whole number; JSON's true and false do not count."""
    return lambda said: isinstance(said, int) and not isinstance(said, bool) and low <= said <= high


def number(low: float, high: float) -> Form:
    """Form of any number within these limits."""

    def is_number(said: Any) -> bool:
        return isinstance(said, int | float) and not isinstance(said, bool) and low <= said <= high

    return lambda said: is_number(said) and math.isfinite(said)


def among(*values: str) -> Form:
    """Form of one of a few words."""
    return lambda said: isinstance(said, str) and said in values


def words(said: Any) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST


def none_or(form: Form) -> Form:
    """Form of a value that may be missing."""
    return lambda said: said is None or form(said)


def record(**parts: Form) -> Form:
    """Form of named values, each with its own form; values with other names are allowed."""
    return lambda said: isinstance(said, dict) and all(name in said and parts[name](said[name]) for name in parts)


def option(name: str) -> Form:
    """Form of a number that is allowed for an option of the screen."""
    rule = table(Screen)[name]
    return (whole if rule.kind is int else number)(rule.low, rule.high)


def uploaded(field: str) -> UploadedFile | None:
    """The file in an upload field, None if the field is empty. Raises ValueError if this server does not have the file.

    That happens to a browser that has moved to another server or was away for too long.
    """
    given = st.session_state.get(field)
    if isinstance(given, DeletedFile):
        raise ValueError(say("The chosen file is no longer on this server. Choose it again."))
    return given
