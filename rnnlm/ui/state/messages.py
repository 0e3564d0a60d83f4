"""Checks of the browser's messages. An outdated page, an extension or a person may send anything.

A `Form` is a function that returns whether a value is acceptable.
"""

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
    # JSON's true and false are not numbers
    return lambda said: isinstance(said, int) and not isinstance(said, bool) and low <= said <= high


def number(low: float, high: float) -> Form:
    def is_number(said: Any) -> bool:
        return isinstance(said, int | float) and not isinstance(said, bool) and low <= said <= high

    return lambda said: is_number(said) and math.isfinite(said)


def among(*values: str) -> Form:
    return lambda said: isinstance(said, str) and said in values


def words(said: Any) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST


def none_or(form: Form) -> Form:
    return lambda said: said is None or form(said)


def record(**parts: Form) -> Form:
    """The `Form` of a dict that has all these keys, each with a value of the given form.

    Other keys are allowed.
    """
    return lambda said: isinstance(said, dict) and all(name in said and parts[name](said[name]) for name in parts)


def option(name: str) -> Form:
    rule = table(Screen)[name]
    return (whole if rule.kind is int else number)(rule.low, rule.high)


def uploaded(field: str) -> UploadedFile | None:
    """The content of a field: the uploaded file, the pasted text, or None if the field is empty.

    Raises ValueError if this server does not have the file. This happens if the visitor uploaded the file to another
    server, or if the browser was disconnected for too long.
    """
    given = st.session_state.get(field)
    if isinstance(given, DeletedFile):
        raise ValueError(say("The chosen file is no longer on this server. Choose it again."))
    return given
