"""What comes next: bars of the most probable words after a context."""

from collections.abc import Hashable

import streamlit as st

from rnnlm.inference.sampling import Sampling, distribution
from rnnlm.options import table
from rnnlm.ui import clock, look, session, shared
from rnnlm.ui.charts.bars import next_word_chart, next_word_data
from rnnlm.ui.charts.curve import constant_spec
from rnnlm.ui.language import language, say, say_error
from rnnlm.ui.link import Screen, key, preset, read

TOP_KS = [1, 2, 3, 5, 10, 20, 50, 100, None]
CHART_HEIGHT = 228


def switch() -> None:
    """Whose bars and text these are: the run's on screen, or those of the network that has read all of PTB."""
    networks = {"run": say("This run"), "ptb": say("All of PTB")}
    st.segmented_control(
        say("Network"),
        networks,
        default=preset("network"),
        key=key("network"),
        required=True,
        label_visibility="collapsed",
        format_func=networks.get,
        on_change=session.know_start,
    )


def promise() -> str:
    """What the bars are, in a sentence; of the PTB network, what it is (the text new to it is PTB's valid split)."""
    if read(Screen).network == "run":
        return say("What may come next, skipped words left out: 100 % in all.")
    network = shared.ptb_network()
    return say(
        "Has read PTB {times:.0f} times: perplexity {valid:.1f} on text new to it.",
        times=network.epochs,
        valid=network.valid,
    )


def widgets() -> None:
    """Context, temperature, top-k: they act on the bars and on the written text."""
    limits, start, top_k = table(Sampling)["temperature"], " ".join(preset("start")), preset("top_k")
    words = session.asked().vocabulary.words_by_count
    words = words if start in words or not start else [start, *words]
    top_ks = TOP_KS if top_k in TOP_KS else [*sorted([*TOP_KS[:-1], top_k]), None]
    left, middle, right = st.columns([1.25, 1, 1], gap="small")
    left.selectbox(
        say("After the words"),
        words,
        words.index(start) if start else None,
        key=key("start"),
        accept_new_options=True,
        help=say("Pick a word, or type one or a few"),
    )
    middle.slider(
        say("Temperature"),
        limits.low,
        limits.high,
        preset("temperature"),
        0.1,
        key=key("temperature"),
        help=say("Below 1 likely words gain, above 1 unlikely ones"),
    )
    right.select_slider(
        say("Top-k"),
        top_ks,
        top_k,
        key=key("top_k"),
        format_func=lambda k: say("all") if k is None else str(k),
        help=say("Only the k likeliest words may be drawn"),
    )


@st.cache_data(show_spinner=False)
def bars_spec(language: str) -> dict:
    """The bars as a constant Vega-Lite specification; one for each language of the page."""
    return constant_spec(next_word_chart(), CHART_HEIGHT)


def network_version() -> Hashable:
    """Which network the bars and the text are asked of."""
    asked = session.asked()
    return id(asked.reader)


@clock.panel("bars_panel", network_version)
def bars() -> None:
    """The distribution after the context, as the network knows it now."""
    sampling, asked = read(Sampling), session.asked()
    skip_ids = sampling.skip_ids(asked.vocabulary)
    try:
        scores = asked.reader.after(session.context(asked, sampling))
        p = distribution(scores, sampling.temperature, sampling.top_k, skip_ids)
    except ValueError as error:
        look.problem(say_error(error))
        return
    data = next_word_data(p, distribution(scores, skip_ids=skip_ids), asked.vocabulary)
    with st.container(key="bars"):
        st.vega_lite_chart(data, bars_spec(language()), key="bars_chart", width="stretch")
