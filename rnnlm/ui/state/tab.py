"""The identity of a tab: a token with which the tab finds its data after a reload, a lost connection or a restart."""

import secrets
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rnnlm.data.corpus import Corpus
from rnnlm.data.stages import Tell
from rnnlm.options import to_link
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.visitors.store import Visitor
from rnnlm.serving.worker.protocol import corpus_from
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, link
from rnnlm.ui.state.shared import folder, store

SMALL_TEXT = 200_000  # the most characters of a visitor's own text that the tab also stores


def session_id() -> str:
    """Id of this session. A session is one connection of a tab."""
    return get_script_run_ctx().session_id


def received(upload: UploadedFile) -> bytes:
    # Streamlit would keep the file until the session ends
    content = upload.getvalue()
    get_script_run_ctx().uploaded_file_mgr.remove_file(session_id(), upload.file_id)
    return content


def is_of_panels() -> bool:
    """Whether this run of the script redraws only panels, not the whole page."""
    return bool(get_script_run_ctx().fragment_ids_this_run)


def visitor() -> Visitor:
    if "token" not in st.session_state:
        st.session_state.token = secrets.token_urlsafe(16)
    return store().visitor(st.session_state.token, session_id())


def remember() -> None:
    """Record the visitor's choices and address for a later session of this tab.

    A callback calls this when it counts something as arrived. A broken connection may stop the run right after the
    callback, and the browser does not repeat what has arrived.
    The options are also recorded as text, for a server that restores the visitor's data from disk.
    """
    place, now = visitor().place, tuple(choices.read(group) for group in choices.GROUPS)
    if place.get("now") != now:
        texts = {name: text for group in now for name, text in to_link(group).items()}
        place |= {"now": now, "address": link.parameters(), "chosen": choices.everything(), "link": texts}


def recognise(tab: dict) -> dict | None:
    """Identify a tab by the message it has sent, and restore its data.

    If the data no longer exists, the page says why. Data found on disk is stored in st.session_state.found.
    If the visitor's pasted text must be read again, the result is a dict with its content and title, otherwise None.
    """
    if tab.get("storage") is False:
        st.session_state.problem = say("This browser stores nothing for the page, so a reload would lose the run.")
        return None
    token, shown = str(tab.get("token")), link.parsed(tab.get("address"))
    if folder() is not None and folder().is_elsewhere(token):
        store().let_go(token)
    found = store().claim(token, session_id())
    if found is not None:
        offered = store().visitor(st.session_state.token, session_id())
        if offered is not found:
            store().forget(offered)
        st.session_state.token = found.token
        st.session_state.pop("problem", None)
        if link.asks_for_nothing_else(shown, found.place.get("address")):
            choices.hold(**found.place["chosen"])
    elif store().has(token):  # it belongs to another tab, which is connected
        st.session_state.problem = say(
            "This tab is a copy of another tab. The run stays in the other tab, and this tab starts a new one. "
            "Changes in one tab do not show in the other."
        )
    elif written := folder() and folder().find(token):
        store().forget(visitor())
        st.session_state.token, st.session_state.found = token, (written, shown)
        return written.small if written.text is None else None
    elif tab.get("had"):
        if shown != st.session_state.opened:  # a restored connection reports the tab's first address
            link.open_again(shown)
        st.session_state.problem = gone()
        text = tab.get("text")
        is_text = isinstance(text, dict) and all(isinstance(text.get(name), str) for name in ("content", "title"))
        return text if is_text and len(text["content"]) <= SMALL_TEXT else None
    return None


def gone() -> str:
    return say(
        "The server restarted, or this page was away for too long, so its run is gone. Press Train "
        "to start the run again, with the settings of the link."
    )


@dataclass(frozen=True)
class OwnText:
    """A visitor's text as a corpus.

    `small` is a dict with the title and content of a short pasted text, which the browser tab stores.
    It is None if the text is too long for the tab or comes from a file.
    """

    corpus: Corpus
    small: dict | None


def read_text(engine: Engine, given: str | bytes, title: str, visitor: str, tell: Tell | None = None) -> OwnText:
    """Let a worker read a text. The worker reports its progress to `tell`.

    Raises ValueError if `given` is too large or is not a text.
    """
    pasted = isinstance(given, str)
    content = np.frombuffer(given.encode("utf-8", "surrogatepass") if pasted else given, np.uint8)
    engine.limits.check_text(len(content), title)
    about, arrays = engine.ask("read text", {"pasted": pasted, "title": title}, {"content": content}, visitor, tell)
    small = {"content": given, "title": title} if pasted and len(given) <= SMALL_TEXT else None
    return OwnText(corpus_from(about, arrays), small)
