"""The next word: bars of the most probable words after a context."""

import pyarrow as pa
import streamlit as st

from rnnlm.formats import cut_short
from rnnlm.inference.sampling import distribution
from rnnlm.options import table
from rnnlm.ui import style
from rnnlm.ui.charts.bars import next_word_chart, next_word_data
from rnnlm.ui.charts.curve import constant_spec
from rnnlm.ui.language import language, percent, say, say_error
from rnnlm.ui.state import choices, clock, session, tab, text
from rnnlm.ui.state.choices import Sampling, Screen, key, preset, read
from rnnlm.ui.train.writing import offered

TOP_KS = [1, 2, 3, 5, 10, 20, 50, 100, None]


def switch() -> None:
    other = say("Opened file") if tab.visitor().network is not None else say("All of PTB")
    networks = {"run": say("This run"), "ptb": other}
    choices.segments("network", say("Network"), networks, on_change=session.know_start)


@clock.panel("bars_head", text.version)
def heading() -> None:
    style.heading(say("What comes next?"), sentence())


def sentence() -> str:
    """The sentence above the bars. It names the last words before the predicted word.

    If the run's network makes the prediction, the sentence also names the most probable words on the skip list, which
    lists the words that are never drawn. If another network makes it, the sentence describes this other network.
    """
    try:
        moment = text.moment()
    except ValueError:
        return say("The probability of every word, according to the network now.")
    vocabulary = moment.asked.vocabulary
    before = moment.before
    after = " ".join(word if len(word) <= 12 else word[:11] + "…" for word in before[-2:])
    after = style.quoted(f"… {after}" if len(before) > 2 else after)
    if read(Screen).network == "ptb":
        valid, V = session.other_network().valid, vocabulary.size
        if read(Screen).state == "tape":
            if valid is None:
                return say("After “{after}”. This network was trained elsewhere, so it has no tape here.", after=after)
            return say(
                "After “{after}”. Perplexity {valid:.1f} on text it has never read. This network was trained "
                "elsewhere, so it has no tape here.",
                after=after,
                valid=valid,
            )
        if valid is None:
            return say("After “{after}”. An opened network of {V:,} words.", after=after, V=V)
        return say(
            "After “{after}”. Perplexity {valid:.1f} on text it has never read ({V:,}-word vocabulary).",
            after=after,
            valid=valid,
            V=V,
        )
    p = distribution(moment.scores, moment.sampling.temperature)
    skipped = sorted(session.skip_ids(moment.asked, moment.sampling), key=lambda i: -p[i])
    shares = [f"{style.quoted(cut_short(vocabulary.word(i)))} {percent(p[i])}" for i in skipped[:2] if p[i] >= 0.0005]
    if shares:
        return say("After “{after}”. Skipped: {shares}.", after=after, shares=", ".join(shares))
    return say("After “{after}”. The bars add up to 100 %.", after=after)


def widgets() -> None:
    limits, top_k = table(Sampling)["temperature"], preset("top_k")
    top_ks = TOP_KS if top_k in TOP_KS else [*sorted([*TOP_KS[:-1], top_k]), None]
    with st.container(key="asking"):
        context, state, middle, right = st.columns([1.1, 1.42, 0.88, 0.7], gap="small")
    with context:
        stream() if session.asked().tape is not None else start()
    with state:
        state_from()
    middle.slider(
        say("Temperature"),
        limits.low,
        limits.high,
        preset("temperature"),
        0.1,
        key=key("temperature"),
        help=say("Below 1, likely words gain; above 1, unlikely words gain"),
    )
    right.select_slider(
        say("Top-k"),
        top_ks,
        top_k,
        key=key("top_k"),
        format_func=lambda k: say("all") if k is None else str(k),
        help=say("Only the k most likely words can be drawn"),
    )


def start() -> None:
    held = " ".join(preset("start"))
    words = offered(session.asked().vocabulary)
    words = words if held in words or not held else [held, *words]
    st.selectbox(
        say("Text starts with"),
        words,
        words.index(held) if held else None,
        key=key("start"),
        accept_new_options=True,
        help=say("Pick a word, or type one or a few"),
    )


def stream() -> None:
    streams = range(session.current().experiment.batch_size)
    place = min(preset("stream"), len(streams) - 1)
    about = say("Training reads this many streams of the text side by side, with a hidden state for each.")
    st.selectbox(
        say("On the tape of"),
        streams,
        place,
        key=key("stream"),
        format_func=lambda n: say("stream {n}", n=n + 1),
        help=about,
    )


def state_from() -> None:
    states = {"new": say("new sentence"), "blank": say("blank"), "tape": say("the tape")}
    about = say(
        "The hidden state h holds what the network has read before, as numbers. A new sentence "
        "starts after the first sentences of the training text. Blank starts from nothing (h = 0). "
        "The tape starts after everything that training has read in one stream so far."
    )
    choices.select("state", say("State h from"), states, help=about)


@st.cache_resource(show_spinner=False)
def bars_spec(language: str) -> dict:
    # `language` is only part of the cache key, because the result contains translated titles
    return constant_spec(next_word_chart())


def next_words(moment: text.Moment) -> pa.Table:
    """The rows of the bars. Raises ValueError if all words are on the skip list."""
    scores, sampling = moment.scores, moment.sampling
    skip_ids = session.skip_ids(moment.asked, sampling)
    p = distribution(scores, sampling.temperature, sampling.top_k, skip_ids)
    often = text.often() if "strips" in st.session_state.drawn else None  # only on the page that shows the needle
    return next_word_data(p, distribution(scores, skip_ids=skip_ids), moment.asked.vocabulary, often=often)


@clock.panel("bars_panel", text.version)
def bars() -> None:
    try:
        data = next_words(text.moment())
    except ValueError as error:
        style.problem(say_error(error))
        return
    with st.container(key="bars"):
        st.vega_lite_chart(data, bars_spec(language()), key="bars_chart", width="stretch", height="stretch")
