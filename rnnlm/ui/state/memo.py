"""Results cached for one visitor, and recomputed when their inputs change."""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st


def memo(name: str, made_of: Hashable, make: Callable[[], Any], most: int = 1) -> Any:
    """Call `make` once per value of `made_of`, and keep the last `most` results under this name.

    Networks in `made_of` are compared by identity.
    """
    made = st.session_state.setdefault(f"memo_{name}", {})
    if made_of not in made:
        answer = make()
        while len(made) >= most:
            del made[next(iter(made))]
        made[made_of] = answer
    return made[made_of]
