"""Files that are opened on the page: a lesson, what was handed in, a run or a network that was saved."""

from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.lessons.hand_in import read_hand_in
from rnnlm.lessons.names import value_of
from rnnlm.lessons.reading import LessonError
from rnnlm.serving.arrivals import Arrived
from rnnlm.serving.protocol import corpus_from
from rnnlm.storage.pretrained import Network
from rnnlm.ui import look, session, shared, tab
from rnnlm.ui.choices import Sampling, hold
from rnnlm.ui.language import say, say_error
from rnnlm.ui.run import Run
from rnnlm.ui.teaching import arrival, library, walk

KINDS = ["toml", "json", "npz"]


def panel() -> None:
    """Choose a file; what was wrong with the last one is told below."""
    promise = say("A lesson (.toml), a hand-in to be checked (.json), a run or a network saved here (.npz).")
    look.heading(say("Open a file"), promise)
    chooser()


def button() -> None:
    """The same behind a button."""
    with st.popover(say("Open a file"), key="open_file", width="content"):
        panel()


def chooser() -> None:
    """The field, and sentences about the file that was given last."""
    number = st.session_state.setdefault("files_opened", 0)  # another field each time: the same file may be given again
    label = say("Lesson, hand-in, run or network")
    with st.container(key="opening"):
        st.file_uploader(
            label, KINDS, key=f"open_{number}", on_change=take, args=(f"open_{number}",), label_visibility="collapsed"
        )
    for sentence in st.session_state.get("file_problems", []):
        look.problem(sentence)
    if "file_told" in st.session_state:
        look.note(st.session_state.file_told)


def take(field: str) -> None:
    """Open the file that was given, by the end of its name."""
    given = st.session_state[field]
    if given is None:
        return
    st.session_state.files_opened += 1
    st.session_state.pop("file_told", None)
    st.session_state.file_problems = []
    openers = {".toml": lesson, ".json": handed_in}
    try:
        openers.get(Path(given.name).suffix.lower(), saved)(tab.received(given), given.name)
    except LessonError as error:
        st.session_state.file_problems = [f"{error.title}:", *library.problems(error)]
    except ValueError as error:
        st.session_state.file_problems = [say_error(error)]


def lesson(content: bytes, title: str) -> None:
    """A lesson is taken at once; it stays in the list for this session."""
    it = library.open_lesson(content, title)
    tab.visitor().place.get("lessons", {}).pop(it.id, None)
    walk.start(it.id)
    st.session_state.file_told = say("“{title}” begins below.", title=it.title)


def handed_in(content: bytes, title: str) -> None:
    """Its run is brought to its moment, and the figures are compared there."""
    it = read_hand_in(content, title)
    told = {name: value_of(name, text) for name, text in it.settings.items()}
    hold(**(vars(Experiment()) | vars(Sampling()) | told | {"at": None}))
    st.session_state.pop("problem", None)
    arrival.come_to(it.moment, it.figures)
    st.session_state.file_told = say("{title}: what comes of its figures is told above.", title=title)


def saved(content: bytes, title: str) -> None:
    """A run comes on the screen as it was saved; a network answers in the place of the one of all of PTB."""
    question = {"title": title, "most": shared.engine().limits.unpacked}, {"content": np.frombuffer(content, np.uint8)}
    ask = partial(shared.engine().ask, "open file", *question, tab.visitor().token)
    it = shared.networks().opened(content, ask)
    if isinstance(it, Network):
        tab.visitor().network = None if it is shared.ptb_network() else it
        hold(network="ptb")
        session.know_start()
        st.session_state.file_told = say("{title}: this network answers in the place of All of PTB.", title=title)
        return
    about, arrays = it
    corpus = corpus_from(about["corpus"], {name: arrays.pop(name) for name in ("ids", "word_counts")})
    arrived = Arrived((about["state"], arrays, about["trained"]), ())
    job = shared.opened(Experiment(**about["experiment"]), corpus, tab.visitor().token, arrived)
    if job.experiment.corpus == "text":
        tab.visitor().text = tab.OwnText(corpus, None)
    run = Run(corpus, job.view, job, text=tab.visitor().text)
    session.show(run)
    st.session_state.arrival = None
    hold(**vars(run.experiment), network="run")
    session.know_start()
    st.session_state.pop("problem", None)
    st.session_state.file_told = say("{title}: the run is on the screen, where it was saved.", title=title)
