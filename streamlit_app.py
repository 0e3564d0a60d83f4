"""The page, as a table of contents: `streamlit run streamlit_app.py`."""

import streamlit as st

from rnnlm.ui import clock, controls, explain, link, look, prediction, session, settings, training, writing

look.page()
link.open_link()
for name, value in {"speed": "Full speed", "axis": "Log", "p_right": 0.8}.items():
    st.session_state.setdefault(name, value)

session.look()
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="head"):
    look.title("An RNN learns English", "A network in plain NumPy, and everything it computes while it learns.")
    experiment = settings.show()

with st.container(key="run"):
    controls.buttons(experiment)
    training.progress(experiment)

curve, bars = st.columns([3, 2], gap="medium")
with curve:
    with st.container(horizontal=True, horizontal_alignment="distribute", key="curve_head"):
        look.heading("Learning curve", "Perplexity as it trains: how many words the network hesitates between.")
        st.segmented_control("Axis", ["Log", "Linear"], key="axis", required=True, label_visibility="collapsed")
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
        look.heading("Writing, one word at a time", "A random number u picks each word. Colour is surprise; click one.")
        writing.skip_list()
    writing.panel()
with more:
    explain.panel()
link.write_link()
clock.start()
