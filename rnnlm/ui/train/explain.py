"""Explanations: short texts with live numbers, next to the parts of the page that they explain."""

import html
from collections.abc import Callable, Hashable

import streamlit as st

from rnnlm.data.batches import bptt_window
from rnnlm.data.writing import as_text
from rnnlm.experiment import Experiment
from rnnlm.formats import cut_short
from rnnlm.inference.scoring import perplexity_of_probability
from rnnlm.lessons.hand_in import Text, hand_in, write_hand_in
from rnnlm.lessons.reading import SETTABLE
from rnnlm.nn.model import layer_shapes
from rnnlm.options import table, to_link
from rnnlm.ui import style
from rnnlm.ui.charts.curve import curve_table
from rnnlm.ui.language import language, say, say_count
from rnnlm.ui.lessons import claims, opening
from rnnlm.ui.state import choices, clock, downloads, link, session, shared
from rnnlm.ui.state.choices import key, preset
from rnnlm.ui.state.host import host_of, is_here_alone
from rnnlm.ui.state.run import Run, saved
from rnnlm.ui.train import tables, whole_text, writing
from rnnlm.ui.train.whole_text import the_text

STREAMS_SHOWN, WORDS_SHOWN = 3, 6
HANDED_IN = tuple(name for group in (Experiment, choices.Sampling) for name in table(group))
HANDED_IN = (*HANDED_IN, "network", "state", "stream", "luck", "length", "word")
MOST_EPOCHS = table(Experiment)["epochs"].high
# st.code would load a highlighter of 1.5 MB.
_copied = style.component("copied", "copy.css", "copy.js", html='<div class="copied"></div>')


def version() -> Hashable:
    name, view = st.session_state.get("explain_open"), session.view()
    if name == "through_time":
        return name, view.update
    if name == "the_text":
        return name, *whole_text.version()
    if name == "take_away":
        return name, link.address(), view.finished, view.divergence, view.running, tables.version()
    return name


@clock.panel("explain", version)
def panel() -> None:
    names = [say("Perplexity"), say("Through time"), say("Four layers"), say("Read the text"), say("Take away")]
    shows = perplexity, through_time, four_layers, the_text, take_away
    # Streamlit identifies a tab by its label, so another language needs other tabs. They start with the open one.
    key = "explain" if language() == "en" else f"explain_{language()}"
    first = [show.__name__ for show in shows].index(st.session_state.get("explain_open", "perplexity"))
    first = st.session_state.setdefault(f"first_{key}", names[first])
    tabs = st.tabs(names, default=first, key=key, on_change="rerun")
    # A closed tab is empty: at every change of the page, React Aria would search all of its content for controls.
    for tab, show in zip(tabs, shows, strict=True):
        if tab.open:
            st.session_state.explain_open = show.__name__
            with tab:
                show()


def perplexity() -> None:
    label, p = say("The network gives the right word the probability"), preset("right")
    p = st.slider(label, 0.05, 1.0, p, step=0.05, key=key("right"))
    value = perplexity_of_probability(p)
    meaning = say(
        "That is like hesitating between {value:.2f} equally likely words; certainty gives 1. Over many words, "
        "perplexity is exp of the mean loss, so a bad prediction counts a lot: 0.8 gives 1.25, 0.2 gives 5.",
        value=value,
    )
    compare = say(
        "The curve shows perplexity on the network’s training text: {words:,} words, {V:,} different. “All of PTB” is "
        "another network; its {ptb:.1f} was measured on text it has never read, with a 10,000-word vocabulary. Only "
        "perplexities of the same words can be compared.",
        ptb=shared.ptb_network().valid,
        words=len(session.current().corpus),
        V=session.current().corpus.vocabulary.size,
    )
    st.html(
        f'<p class="sum">1 / {p:.2f} = <b>{value:.2f}</b></p>'
        f'<div class="branches"><i style="width:{value * 5}%"></i></div>'
        f'<p class="note">{meaning}</p><p class="note apart">{compare}</p>'
    )


def through_time() -> None:
    run = session.current()
    view, e, word = session.view(), run.experiment, run.corpus.vocabulary.word
    xs, ts = bptt_window(run.corpus.ids, e.batch_size, e.time_size, view.update)
    rows = "".join(
        f"<li>{''.join(f'<i>{html.escape(cut_short(word(i)))}</i>' for i in x[:WORDS_SHOWN])}"
        f"<span>{'… ' if len(x) > WORDS_SHOWN else ''}→ {html.escape(cut_short(word(t[-1])))}</span></li>"
        for x, t in zip(xs[:STREAMS_SHOWN], ts[:STREAMS_SHOWN], strict=True)
    )
    beside = e.batch_size - STREAMS_SHOWN
    more = "" if beside < 1 else say_count("and {n:,} more stream", "and {n:,} more streams", beside)
    window = say(
        "The next window has <b>T = {T}</b> words from each of <b>N = {N}</b> streams of the "
        "{words:,} words. The hidden state is carried from window to window, but gradients stop at "
        "the edge of the window. This is <b>truncated</b> backpropagation through time. {windows:,} "
        "windows make an epoch.",
        N=e.batch_size,
        words=len(run.corpus),
        T=e.time_size,
        windows=view.updates_per_epoch,
    )
    st.html(f'<ol class="streams" translate="no">{rows}</ol><p class="note">{more}</p><p class="note">{window}</p>')


def four_layers() -> None:
    run = session.current()
    e = run.experiment
    what = (
        say("looks up the vector of each word"),
        say("carries the hidden state through time"),
        say("scores every word of the vocabulary"),
        say("compares the scores with the right word"),
    )
    layers = layer_shapes(session.view().reader.params, e.batch_size, e.time_size)
    rows = "".join(
        f"<li><b>{name}</b> <span>{does}</span><code>{takes} → {gives or say('loss')}</code></li>"
        for (name, takes, gives), does in zip(layers, what, strict=True)
    )
    st.html(f'<ol class="layers">{rows}</ol>')


def handed_in(run: Run) -> Callable[[], str]:
    """Return a function that makes a hand-in: a file with the result that a learner hands in.

    The settings are read now, and so is the epoch of the snapshot if one is on screen. The returned function reads
    everything else when it is called: the run's curve and, if no snapshot is on screen, the latest network's epoch.
    """
    chosen = {name: text for name, text in link.parameters().items() if name in HANDED_IN and name in SETTABLE}
    mine = to_link(run.experiment)  # the settings of the next run may differ
    settings = {name: text for name, text in chosen.items() if name not in table(Experiment)}
    settings |= {name: text for name, text in mine.items() if name in SETTABLE}
    text = Text(run.corpus.checksum, run.corpus.title)
    at = None if session.instant().is_now else session.instant().epoch

    def file() -> str:
        curve = (run.curve if at is not None else run.curve.until(run.latest.epoch)).by_epoch
        return write_hand_in(hand_in(settings, at if at is not None else max(curve, default=0), curve, text))

    return file


def take_away() -> None:
    # Files are made at a click, without a Streamlit session, so their inputs are collected here.
    run, words, engine = session.current(), writing.written_words(), shared.engine()
    vocabulary = session.asked().vocabulary

    def curve() -> str:
        return curve_table(run.latest.curve).to_csv(index=False)

    def trained() -> bytes:
        return saved(engine, run)

    def text() -> str:
        return as_text(words, vocabulary)

    with st.container(horizontal=True, gap="small", key="downloads"):
        downloads.button(say("Curve (.csv)"), "perplexity.csv", "text/csv", curve, key="save_curve")
        downloads.button(say("Trained run (.npz)"), "run.npz", "application/zip", trained, key="save_run")
        downloads.button(say("Text (.txt)"), "text.txt", "text/plain", text, key="save_text")
        downloads.button(
            say("Hand-in (.json)"),
            "hand-in.json",
            "application/json",
            handed_in(run),
            key="save_hand_in",
            help=say("A small file with settings, snapshot and figures. The Lessons page opens and checks it."),
        )
        opening.button()
    view = session.view()
    if view.divergence:
        over = say(
            "The run diverged. Its file contains the last network with finite numbers, which can still "
            "be evaluated and used to write text."
        )
        style.note(over)
    else:
        more = f" --epochs {min(2 * run.experiment.epochs, MOST_EPOCHS)}" if view.finished and view.extensible else ""
        command = f"python -m rnnlm train --resume run.npz{more}"
        style.note(say("Continue the run on the command line: {command}", command=command))
    copy = {"text": link.address(**claims.moment()), "copy": say("Copy"), "copied": say("Copied")}
    if host_of(copy["text"]) and is_here_alone(copy["text"]):
        style.note(say("This link opens this snapshot, with its figures, but only on this computer:"))
    else:
        style.note(say("This link opens this snapshot, with its figures:"))
    _copied(key="moment_link", data=copy)
    if link.left_out():
        style.note(
            say(
                "The link does not contain these settings, because they are too long: {names}.",
                names=", ".join(link.left_out()),
            )
        )
    tables.show()
