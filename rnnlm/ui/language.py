"""The page's language. `say` takes an English sentence of the page and returns the sentence's translation.

The translations are gettext catalogues in assets/locale. `python -m tests.languages --update` updates the catalogues.
"""

from collections.abc import Iterable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnlm.catalogues import NAMES, catalogue
from rnnlm.errors import UserError
from rnnlm.formats import percent as in_english


def language() -> str:
    """Return the page's language: the visitor's or the link's choice, else the browser's language, else English."""
    if get_script_run_ctx() is None:
        return "en"
    chosen = st.session_state.get("chosen")
    return (chosen and chosen["lang"]) or of_the_browser()


def of_the_browser() -> str:
    short = (st.context.locale or "").partition("-")[0].lower()
    return short if short in NAMES else "en"


def say(sentence: str, **values: Any) -> str:
    """Translate a sentence into the page's language, and replace each {name} in it with the value given for it.

    If no values are given, braces in the sentence are kept.
    """
    there = catalogue(language()).gettext(sentence)
    values = {name: say_error(value) if isinstance(value, UserError) else value for name, value in values.items()}
    return there.format(**values) if values else there


def say_count(one: str, many: str, n: int, **values: Any) -> str:
    """Translate a sentence about n things. In English, the sentence is `one` if n is 1, and `many` for every other n.

    {n} in the sentence is replaced by n, and each other {name} by its value.
    """
    return catalogue(language()).ngettext(one, many, n).format(n=n, **values)


def say_error(error: Exception) -> str:
    return say(error.rule, **error.values) if isinstance(error, UserError) else str(error)


def percent(share: float) -> str:
    # Korean, Japanese and Chinese have no space before the sign
    text = in_english(share)
    return text.replace(" %", "%") if language() in ("ko", "ja", "zh") else text


def in_a_row(sentences: Iterable[str]) -> str:
    """Join sentences into one text, and add missing full stops."""
    ends, apart = ("。", "") if language() in ("ja", "zh") else (".", " ")
    return apart.join(sentence if sentence.endswith((".", "。")) else f"{sentence}{ends}" for sentence in sentences)
