"""What comes next: bars of the most probable words after a context."""

import streamlit as st

from rnnlm.charts import constant_spec, next_word_chart, next_word_data
from rnnlm.options import table
from rnnlm.sampling import Sampling, distribution
from rnnlm.ui import look, session
from rnnlm.ui.link import key, preset, read

TOP_KS = [1, 2, 3, 5, 10, 20, 50, 100, None]
CHART_HEIGHT = 228


def widgets() -> None:
    """Context, temperature, top-k: they act on the bars and on the written text."""
    limits, start, top_k = table(Sampling)["temperature"], " ".join(preset("start")), preset("top_k")
    words = session.current().corpus.words_by_count
    words = words if start in words or not start else [start, *words]
    top_ks = TOP_KS if top_k in TOP_KS else [*sorted([*TOP_KS[:-1], top_k]), None]
    left, middle, right = st.columns([1.25, 1, 1], gap="small")
    left.selectbox(
        "After the words",
        words,
        words.index(start) if start else None,
        key=key("start"),
        accept_new_options=True,
        help="Pick a word, or type one or a few",
    )
    middle.slider("Temperature", limits.low, limits.high, preset("temperature"), 0.1, key=key("temperature"))
    right.select_slider("Top-k", top_ks, top_k, key=key("top_k"), format_func=lambda k: "all" if k is None else str(k))


@st.cache_data(show_spinner=False)
def bars_spec() -> dict:
    """The bars as a constant Vega-Lite specification."""
    return constant_spec(next_word_chart(), CHART_HEIGHT)


def bars() -> None:
    """The distribution after the context, as the network knows it now."""
    run = session.current()
    sampling = read(Sampling)
    skip_ids = sampling.skip_ids(run.corpus.vocabulary)
    try:
        scores = run.look().model.after(session.context(run, sampling))
        p = distribution(scores, sampling.temperature, sampling.top_k, skip_ids)
    except ValueError as error:
        look.problem(str(error))
        return
    data = next_word_data(p, distribution(scores, skip_ids=skip_ids), run.corpus)
    with st.container(key="bars"):
        st.vega_lite_chart(data, bars_spec(), key="bars_chart", width="stretch")
