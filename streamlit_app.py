"""The page, as a table of contents: `streamlit run streamlit_app.py`."""

import streamlit as st

from rnnlm.ui import clock, controls, explain, link, look, prediction, session, settings, training, writing
from rnnlm.ui.language import say

look.page()
link.open_link()
for name, value in {"speed": "Full speed", "axis": "Log", "p_right": 0.8}.items():
    st.session_state.setdefault(name, value)

session.look()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="head"):
    promise = say(
        "A recurrent neural network (RNN) in plain NumPy reads the Penn Treebank (PTB), and shows all it computes."
    )
    look.title(say("An RNN learns English"), promise)
    experiment = settings.show()

with st.container(key="run"):
    controls.buttons(experiment)
    training.progress(experiment)

curve, bars = st.columns([3, 2], gap="medium")
with curve:
    with st.container(horizontal=True, horizontal_alignment="distribute", key="curve_head"):
        promise = say("Perplexity as it trains: how many words the network hesitates between.")
        look.heading(say("Learning curve"), promise)
        training.axis()
    training.curve()
with bars:
    with st.container(horizontal=True, horizontal_alignment="distribute", key="bars_head"):
        prediction.heading()
        prediction.switch()
    prediction.widgets()
    prediction.bars()

text, more = st.columns([3, 2], gap="medium")
with text:
    with st.container(horizontal=True, horizontal_alignment="distribute", key="text_head"):
        promise = say("A random number u picks each word. Colour is surprise; click one.")
        look.heading(say("Writing, one word at a time"), promise)
        writing.skip_list()
    writing.panel()
with more:
    explain.panel()
link.write_link()
clock.start()
