"""The Train page: the learning curve, the probabilities of the next word, and the text, written word by word."""

import streamlit as st

from rnnlm.ui import hall, style
from rnnlm.ui.language import say
from rnnlm.ui.train import expected, explain, prediction, training, writing


def show() -> None:
    curve, bars = st.columns([3, 2], gap="medium")
    with curve, hall.panel("curve"):
        with style.head("curve_head", "top"):
            promise = say("Perplexity during training: how many words the network hesitates between.")
            style.heading(say("Learning curve"), promise)
            training.axis()
        with st.container(key="curve_part"):
            training.curve()
            expected.panel()
    with bars, hall.panel("bars"):
        with style.head("bars_head", "top"):
            prediction.heading()
            prediction.switch()
        prediction.widgets()
        prediction.bars()

    text, more = st.columns([3, 2], gap="medium")
    with text, hall.panel("text"):
        with style.head("text_head", "top"):
            promise = say(
                "A random number u picks each word. Redder words are more surprising; click a word to see "
                "how it was drawn."
            )
            style.heading(say("Writing, one word at a time"), promise)
            writing.skip_list()
        writing.panel()
    with more, hall.panel("explain"):
        explain.panel()
