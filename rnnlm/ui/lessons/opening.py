"""Files that visitors open on the page: a lesson, a hand-in (a learner's result), or a saved run or network."""

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.lessons.hand_in import HandIn, read_hand_in
from rnnlm.lessons.names import value_of
from rnnlm.lessons.reading import MOST_BYTES, LessonError
from rnnlm.options import table
from rnnlm.serving.engine.linked_moments import Arrived
from rnnlm.serving.worker.protocol import corpus_from
from rnnlm.storage.pretrained import Network
from rnnlm.ui import style
from rnnlm.ui.language import say, say_error
from rnnlm.ui.lessons import arrival, library, walk
from rnnlm.ui.state import messages, session, shared, tab
from rnnlm.ui.state.choices import Sampling, hold
from rnnlm.ui.state.run import Run

HAND_IN = re.compile(rb"(\xef\xbb\xbf|\s)*\{")
LESSON = re.compile(rb"^[ \t]*(\[\[\s*steps\s*\]\]|(title|minutes|question)\s*=)", re.MULTILINE)


def panel() -> None:
    promise = say("Choose a lesson (.toml), a hand-in to check (.json), or a run or network saved here (.npz).")
    style.heading(say("Open a file"), promise)
    chooser()


def button() -> None:
    with st.popover(say("Open a file"), key="open_file", width="content"):
        panel()


def chooser() -> None:
    number = st.session_state.setdefault("files_opened", 0)  # a new field each time, so that a file can be opened twice
    label, field = say("Lesson, hand-in, run or network"), f"open_{number}"
    with st.container(key="opening"):  # any file name, because systems and mail programs extend or cut names
        st.file_uploader(label, key=field, on_change=take, args=(field,), label_visibility="collapsed")
    for sentence in st.session_state.get("file_problems", []):
        style.problem(sentence)
    if "file_told" in st.session_state:
        style.note(st.session_state.file_told)


def take(field: str) -> None:
    st.session_state.pop("file_told", None)
    st.session_state.file_problems = []
    try:
        given = messages.uploaded(field)
        if given is None:
            return
        st.session_state.files_opened += 1
        content = tab.received(given)
        opener_of(content, given.name)(content, given.name)
    except LessonError as error:
        st.session_state.file_problems = [f"{error.title}:", *library.problems(error)]
    except ValueError as error:
        st.session_state.file_problems = [say_error(error)]


def opener_of(content: bytes, title: str) -> Callable[[bytes, str], None]:
    """Choose the function that opens a file.

    The choice depends on the file's content or, if the content is not recognised, on the file's name. Raises ValueError
    if neither is recognised.
    """
    if content.startswith(b"PK"):
        return saved
    if HAND_IN.match(content):
        return handed_in
    if LESSON.search(content[:MOST_BYTES]):
        return lesson
    for ending, opener in {".toml": lesson, ".json": handed_in, ".npz": saved}.items():
        if ending in title.lower():
            return opener
    raise ValueError(
        say(
            "{title} is not a lesson, a hand-in, a run or a network. To train on a text, open it in Settings "
            "on the Train page.",
            title=title,
        )
    )


def lesson(content: bytes, title: str) -> None:
    it = library.open_lesson(content, title)
    tab.visitor().place.get("lessons", {}).pop(it.id, None)
    walk.start(it.id)
    st.session_state.file_told = say("The lesson “{title}” begins below.", title=style.quoted(it.title))


def handed_in(content: bytes, title: str) -> None:
    """Open the run and the epoch that a hand-in names, and compare the run's perplexities with those in the file.

    Raises ValueError if the text of the run is not available, or if its words differ from those of the learner's text.
    """
    st.session_state.arrival = None  # messages about an earlier file do not apply to this file
    it = read_hand_in(content, title)
    told = {name: value_of(name, text) for name, text in it.settings.items()}
    experiment = {name: value for name, value in told.items() if name in table(Experiment)}
    check_text(it, Experiment(**experiment), title)
    hold(**(vars(Experiment()) | vars(Sampling()) | told | {"at": None}))
    st.session_state.pop("problem", None)
    arrival.come_to(it.moment, it.figures)
    if arrival.now() is None:
        return  # the page already says why
    if not it.figures:
        st.session_state.file_told = say("{title} has no figures to check. Its run is open now.", title=title)
    elif experiment.get("corpus") == "text" and it.text is None:
        st.session_state.file_told = say(
            "{title} does not name its text, so its figures are compared with those of “{here}”. The result "
            "is shown above.",
            title=title,
            here=style.quoted(tab.visitor().text.corpus.title),
        )
    else:
        st.session_state.file_told = say("{title}: the check of its figures is shown above.", title=title)


def check_text(it: HandIn, experiment: Experiment, title: str) -> None:
    """Check that this visitor has the text of the hand-in's run, and that its words are those of the learner's text.

    Otherwise raise a ValueError that says what to do.
    """
    mine = tab.visitor().text
    if experiment.corpus == "text" and mine is None:
        name = "–" if it.text is None else style.quoted(it.text.title)
        raise ValueError(
            say(
                "{title} uses its own text (“{name}”), which is not open here. Open that text in Settings on the "
                "Train page, then open this file again.",
                title=title,
                name=name,
            )
        )
    if it.text is None or it.text.checksum == session.corpus_for(experiment).checksum:
        return
    raise ValueError(
        say(
            "{title} uses the text “{name}”, but the text that is open here, “{here}”, has other words. Open the "
            "right text in Settings on the Train page, then open this file again.",
            title=title,
            name=style.quoted(it.text.title),
            here=style.quoted(session.corpus_for(experiment).title),
        )
    )


def saved(content: bytes, title: str) -> None:
    """Open a saved run or network. A run is shown in the state in which it was saved.

    If the file contains a network, the choice “All of PTB” uses this network from then on.
    """
    question = {"title": title, "most": shared.engine().limits.unpacked}, {"content": np.frombuffer(content, np.uint8)}
    ask = partial(shared.engine().ask, "open file", *question, tab.visitor().token)
    it = shared.networks().opened(content, ask)
    if isinstance(it, Network):
        tab.visitor().network = None if it is shared.ptb_network() else it
        hold(network="ptb")
        session.know_start()
        st.session_state.file_told = say("{title}: this network now answers instead of “All of PTB”.", title=title)
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
    st.session_state.file_told = say("{title}: the run is open, at the point where it was saved.", title=title)
