"""Results cached for one visitor, and recomputed when their inputs change."""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st


def memo(name: str, made_of: Hashable, make: Callable[[], Any], most: int = 1) -> Any:
    """Return the result of `make()`, cached under `name` for this value of `made_of`.

    `make` is called only if this result is not in the cache. For each name, the cache keeps the last `most` results.
    Networks in `made_of` are compared by identity.
    """
    made = st.session_state.setdefault(f"memo_{name}", {})
    if made_of not in made:
        answer = make()
        while len(made) >= most:
            del made[next(iter(made))]
        made[made_of] = answer
    return made[made_of]
