"""The Compare page. Its panels compare runs and texts, mark copied words, and train many runs side by side."""

import streamlit as st

from rnnlm.ui import hall, style
from rnnlm.ui.compare import copies_panel, fan_panel, held_out, luck, runs
from rnnlm.ui.language import say
from rnnlm.ui.train import training


def show() -> None:
    style.style("compare.css")
    with hall.panel("runs"):
        with style.head("runs_head", "top"):
            style.heading(
                say("Runs"),
                say(
                    "Learning curves of your last eight runs, the recorded run and the current one. A held-out curve "
                    "shows whether a run learns by heart."
                ),
            )
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                held_out.switch()
                training.axis()
        runs.panel()
    with hall.panel("same_luck"):
        with style.head("luck_head", "top"):
            style.heading(
                say("Same luck, different network"),
                say("Several networks write a text with the same random numbers u."),
            )
            luck.switch()
        luck.panel()
    copies, fan = st.columns([1, 1], gap="medium")
    with copies, hall.panel("copies"), st.container(key="copies"):
        style.heading(
            say("Copied or invented?"), say("The text on Train, compared with the training text of its network.")
        )
        copies_panel.panel()
    with fan, hall.panel("fan"):
        fan_panel.show()
