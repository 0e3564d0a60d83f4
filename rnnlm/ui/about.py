"""The About popover. It describes the book, a student's notes on the book, and PTB, and contains the glossary."""

import html

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.glossary import glossary
from rnnlm.ui.language import language, say
from rnnlm.ui.state import clock

BOOK = "https://www.oreilly.co.jp/books/9784873118369/"
CODE = "https://github.com/oreilly-japan/deep-learning-from-scratch-2"
TREEBANK = "https://catalog.ldc.upenn.edu/LDC99T42"


@clock.panel("about", language)
def button() -> None:
    with st.popover(say("About"), type="tertiary", key="about", width="content"):
        style.heading(say("About this page"), say("What this page shows, and where its texts and networks come from."))
        st.html("".join(f'<p class="about">{paragraph}</p>' for paragraph in paragraphs()))
        style.heading(say("Glossary"), say("The technical words of this page. Each has one meaning."))
        st.html(f'<dl class="glossary">{entries(language())}</dl>')


def paragraphs() -> list[str]:
    return [
        say(
            "This page trains a small recurrent neural network (RNN) to predict the next word. The model, its training "
            "and its sampling are written in NumPy, and the page computes every number it shows."
        ),
        say(
            '<b>The book</b> is <a href="{book}" target="_blank" rel="noreferrer">Deep Learning from Scratch 2</a> by '
            "Koki Saitoh. It was published in Japanese in 2018, and later in Korean and Chinese. Chapter 5 builds this "
            'network; the book’s own program is <a href="{code}" target="_blank" rel="noreferrer">on GitHub</a>.',
            book=BOOK,
            code=CODE,
        ),
        say(
            "<b>The dotted lines</b> of the chart are models that only count words. “Guessing” makes all words equally "
            "likely. “Word counts” knows how often each word occurs, and “pair counts” knows how often each word "
            "follows another. These models have counted this very text from the start, while the network needs many "
            "epochs to learn it. In a new text, most pairs would be unknown to them."
        ),
        say(
            "<b>The notes</b> are a student’s notes on that chapter, in Korean. The dashed line, labelled “published "
            "curve”, comes from these notes."
        ),
        say(
            '<b>PTB</b> is the <a href="{treebank}" target="_blank" rel="noreferrer">Penn Treebank</a>: articles '
            "of the Wall Street Journal, in the version that Tomáš Mikolov prepared for language models. It has "
            "10,000 different words in small letters. N replaces every number, &lt;unk&gt; replaces every rare "
            "word, and &lt;eos&gt; marks the end of a sentence.",
            treebank=TREEBANK,
        ),
        say(
            "<b>The first words</b> of PTB, from <i>aer banknote berlitz</i> to <i>wachter</i>, are 24 words in "
            "alphabetical order. The articles start after them."
        ),
        say(
            "<b>All of PTB</b> is a larger network that was trained on the whole text beforehand. Its "
            "perplexity is measured on text it has never read. A run’s perplexity is measured on the "
            "words it learns, so the two cannot be compared."
        ),
    ]


def entries(language: str) -> str:
    found = []
    for english, (word, definition) in glossary(language).items():
        also = "" if language == "en" else f' <span lang="en" translate="no">{html.escape(english)}</span>'
        found.append(f"<dt>{word}{also}</dt><dd>{html.escape(definition)}</dd>")
    return "".join(found)
