"""The frame of every page: the title, the links to the pages, the run's buttons and its progress."""

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from rnnlm.catalogues import NAMES
from rnnlm.ui import about, hall, style
from rnnlm.ui.language import language, of_the_browser, say
from rnnlm.ui.lessons import walk
from rnnlm.ui.lessons.selectors import hidden_style
from rnnlm.ui.state import link, mail, messages
from rnnlm.ui.state.choices import chosen, speak
from rnnlm.ui.train import controls, settings, training

_languages = style.component("languages", "languages.css", "languages.js", html="<select></select>")


def choose_page(shows: dict[str, Callable[[], None]]) -> StreamlitPage:
    """Register the pages and return the page that the address names.

    The first page, Train, is at the root of the site.
    """
    titles = {"train": say("Train"), "ask": say("Ask"), "inside": say("Inside"), "compare": say("Compare")}
    titles |= {"lessons": say("Lessons")}
    pages = [
        st.Page(show, title=titles[name], url_path=name, default=place == 0)
        for place, (name, show) in enumerate(shows.items())
    ]
    page = st.navigation(pages, position="hidden")
    st.session_state.drawn = {}
    st.session_state.pages = pages
    st.session_state.page = page.url_path or "train"
    return page


def show(page: StreamlitPage) -> None:
    first = page.url_path == ""
    walk.begin()
    if hidden := chosen("hide"):
        st.html(f"<style>{' '.join(map(hidden_style, hidden))}</style>")
    with style.head("head"):
        promise = say("An RNN in plain NumPy learns the Penn Treebank (PTB) and shows every number it computes.")
        style.title(say("An RNN learns English"), promise)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="ways"):
            ways(page)
            languages()
            with st.container(width="content"):
                about.button()
            with st.container(width="content"):
                hall.switch()
            experiment = settings.show() if first else settings.leave_room()
    with st.container(key="run", horizontal=not first, vertical_alignment="top", gap="medium"):
        controls.buttons(experiment, first)
        training.progress(experiment)


def ways(page: StreamlitPage) -> None:
    """Show the links to the pages. Each link contains the visitor's choices."""
    choices = link.parameters()
    with st.container(horizontal=True, gap="small", width="content", key="pages"):
        for other in st.session_state.pages:
            key = f"page_{other.url_path or 'train'}{'_open' if other is page else ''}"
            with st.container(key=key, width="content"):
                st.page_link(other, label=other.title, query_params=choices)


def languages() -> None:
    data = {"label": say("Language"), "names": NAMES, "here": language()}
    with st.container(key="languages", width="content"):
        mail.mount(_languages, "language", data, language=(messages.among(*NAMES), _speak))


def _speak(asked: str) -> None:
    # the link contains the language only if it differs from the browser's
    speak(None if asked == of_the_browser() else asked)
