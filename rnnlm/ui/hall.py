"""Hall mode, for a lecture hall: one panel fills the window in large type, and the arrow keys change panels."""

from collections.abc import Hashable

import streamlit as st

from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, clock, mail
from rnnlm.ui.state.choices import read

_switch = style.component("hall", "hall_switch.css", "hall.js")


def panel(name: str):
    """Return the container of a panel. Hall mode can show each panel alone.

    `name` is one of CONTROLS in `rnnlm.screen`.
    """
    return st.container(key=f"panel_{name}")


def panels() -> dict[str, str]:
    """Titles of the open page's visible panels, keyed by panel name. Empty for a page without panels."""
    pages = {
        "train": {
            "curve": say("Learning curve"),
            "bars": say("What comes next?"),
            "text": say("Writing, one word at a time"),
            "explain": say("Explanations"),
        },
        "ask": {
            "sentence": say("Your sentence, several readers"),
            "strips": say("One random number, several networks"),
            "bars": say("What comes next?"),
            "guess": say("Guess first"),
            "cache": say("A memory for recent words"),
        },
        "inside": {
            "picture": say("The network"),
            "tape": say("The tape"),
            "moves": say("One update in six moves"),
            "reach": say("Gradient by distance"),
            "state_picture": say("The state as a picture"),
            "matter": say("Which words mattered?"),
            "numbers": say("This word in numbers"),
        },
        "compare": {
            "runs": say("Runs"),
            "same_luck": say("Same luck, different network"),
            "copies": say("Copied or invented?"),
            "fan": say("A fan"),
        },
    }
    hidden = read(Screen).hide
    return {name: title for name, title in pages.get(st.session_state.page, {}).items() if name not in hidden}


def version() -> Hashable:
    screen = read(Screen)
    return screen.projector, screen.hide, st.session_state.page


@clock.panel("hall_switch", version)
def switch() -> None:
    """Show the hall button and, in hall mode, a dot for each panel. The browser switches panels itself."""
    data = {
        "on": read(Screen).projector,
        "page": st.session_state.page,
        "panels": [{"name": name, "title": title} for name, title in panels().items()],
        "label": say("Panels of this page"),
        "enter": {"name": say("Hall"), "key": "F", "about": say("Large type, one panel at a time (key F)")},
        "leave": {"name": say("Leave"), "key": "Esc", "about": say("Show the whole page again (Escape or F)")},
    }
    mail.mount(_switch, "hall", data, projector=(lambda said: isinstance(said, bool), _turn))


def _turn(on: bool) -> None:
    choices.choose(projector=on)
    clock.redraw("hall_switch")
