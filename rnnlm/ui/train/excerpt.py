"""The excerpt of a text that the next run reads: the excerpt's first and last words, and a slider for its position."""

import html

import streamlit as st

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import UNK
from rnnlm.experiment import Experiment
from rnnlm.formats import cut_short
from rnnlm.options import table
from rnnlm.serving.engine.limits import is_hosted
from rnnlm.ui import style
from rnnlm.ui.language import percent, say, say_error
from rnnlm.ui.state import shared, tab
from rnnlm.ui.state.choices import choose, hold, key, preset, read

SHOWN = 12  # words shown at either end; a public host shows no more of PTB


def show() -> None:
    experiment = read(Experiment)
    whole = whole_length(experiment)
    if whole is None:
        return
    last = max(0, whole - min(experiment.words, whole))
    if last and experiment.first_word <= last:
        widget = f"{key('first_word')}_{last}"
        first = min(preset("first_word", widget), last)
        about = say("Where the training words lie in the whole text (first_word)")
        st.slider(say("From word"), 0, last, first, key=widget, help=about, on_change=take_place, args=(widget,))
    try:
        corpus = shared.corpus_for(experiment, tab.visitor().text and tab.visitor().text.corpus)
    except ValueError as error:
        style.problem(say_error(error))
        return
    st.html(picture(corpus, experiment.first_word, whole))


def whole_length(experiment: Experiment) -> int | None:
    if experiment.corpus == "text":
        return len(tab.visitor().text.corpus) if tab.visitor().text is not None else None
    if experiment.corpus == "grammar":
        return table(Experiment)["words"].high
    try:
        return len(shared.whole(experiment.corpus))
    except ValueError:
        return None


def picture(corpus: Corpus, first: int, whole: int) -> str:
    ids, vocabulary, words = corpus.ids, corpus.vocabulary, len(corpus)
    head, tail = ([vocabulary.word(i) for i in part] for part in (ids[:SHOWN], ids[-SHOWN:]))
    ends = [html.escape(" ".join(map(cut_short, part))) for part in (head, tail)]
    unknown = vocabulary.counts[vocabulary.id(UNK)] / words if UNK in vocabulary else 0.0
    made_of = say(
        "{words:,} of the {whole:,} words; V = {V:,} of them are different, and {unknown} are {unk}.",
        words=words,
        whole=whole,
        V=vocabulary.size,
        unknown=percent(unknown),
        unk=style.words(UNK),
    )
    place = f"left:{100 * first / whole:.3f}%;width:{100 * words / whole:.3f}%"
    return (
        f'<div class="whole"><i style="{place}"></i></div>'
        f'<p class="note piece" dir="auto" translate="no">{ends[0]} <b>…</b> {ends[1]}</p><p class="note">{made_of}</p>'
    )


def is_hidden(corpus: str) -> bool:
    # a public host shows only the first and the last SHOWN words of a passage from PTB
    return is_hosted() and corpus.startswith("ptb")


def in_short(words: list[str], corpus: str) -> list[str]:
    if not is_hidden(corpus) or len(words) <= 2 * SHOWN:
        return words
    return [*words[:SHOWN], *["…"] * (len(words) - 2 * SHOWN), *words[-SHOWN:]]


def take_place(widget: str) -> None:
    choose(first_word=st.session_state[widget])


def fit() -> None:
    experiment = read(Experiment)
    if experiment.first_word and experiment.first_word + experiment.words > (whole_length(experiment) or 0):
        choose(first_word=0)


def so_many(words: int) -> None:
    hold(words=words)
    fit()
