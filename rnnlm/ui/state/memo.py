"""Answers a visitor's page has worked out, kept until they are made of other things."""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st


def memo(name: str, made_of: Hashable, make: Callable[[], Any], most: int = 1) -> Any:
    """Make something once for each made_of; the last `most` of a name are kept. Networks are compared by identity."""
    made = st.session_state.setdefault(f"memo_{name}", {})
    if made_of not in made:
        answer = make()
        while len(made) >= most:
            del made[next(iter(made))]
        made[made_of] = answer
    return made[made_of]
