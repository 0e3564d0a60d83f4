"""The Ask page.

Several models score a sentence, and then each draws a word with the same random number u. The page also has a guessing
game and a neural cache.
"""

import streamlit as st

from rnnlm.ui import hall, style
from rnnlm.ui.ask import cache, guess, needle, sentence
from rnnlm.ui.train import prediction


def show() -> None:
    style.style("ask.css")
    with hall.panel("sentence"):
        sentence.show()
    strips, bars = st.columns([3, 2], gap="medium")
    with strips, hall.panel("strips"):
        needle.panel()
    with bars, hall.panel("bars"):
        with style.head("bars_head", "top"):
            prediction.heading()
            prediction.switch()
        prediction.widgets()
        prediction.bars()
    with hall.panel("guess"):
        guess.panel()
    with hall.panel("cache"):
        cache.show()
