"""The page's clock: it asks for the next look a while after the last answer came, and redraws what has changed.

One component in the browser, mounted twice. The part outside all panels knows the tab's token, the keys and the way to
a whole run of the script; the other one is a panel of its own and asks. Its callback compares what every panel
would show with what it last drew, and lets only those be drawn anew that differ; the clock itself goes last, and its
answer lets the browser wait for the next look. How long it waits is the server's choice.
"""

import secrets
import time
from collections.abc import Callable, Hashable

import streamlit as st

from rnnlm.ui import link, look, recovery, session, tab
from rnnlm.ui.language import say, say_error
from rnnlm.ui.shared import engine, folder, pace

AT_ONCE = 0.02  # where the lesson waits for what was just done
LOST = 10.0  # seconds after which an answer is taken as lost
KEYS = {"Space": "train", "KeyU": "one_update", "KeyE": "one_epoch", "KeyN": "next_word", "KeyM": "next_move"}

_page = st.components.v2.component("clock_page", js=look.script("arrive.js", "focus.js", "clock.js"))
TICK = """// The panel that ticks: the page's own script does the work, once it is there.
export default (part) => {
  const it = (window.rnnlmClock ??= {});
  it.tick ? it.tick(part) : (it.early = part);
};
"""
_tick = st.components.v2.component("clock_tick", js=TICK)


_panels: dict[str, Callable[[], Hashable]] = {}


def panel(name: str, version: Callable[[], Hashable]) -> Callable:
    """A part of the page that is drawn anew when its version, what it would show, is another one.

    Decorates the function that draws it. Versions are computed at every look: they must be cheap.
    """
    _panels[name] = version

    def decorate(draw: Callable) -> Callable:
        def drawn(*arguments):
            draw(*arguments)
            st.session_state.drawn[name] = version()

        return st.fragment(drawn, key=name)

    return decorate


_awaited: list[Callable[[], bool]] = []


def awaits(work: Callable[[], bool]) -> Callable[[], bool]:
    """Work beside the run, called at every look: it does what is due, and says whether the page should look again."""
    _awaited.append(work)
    return work


def changed() -> list[str]:
    """The panels of the page that is open which would show something else now."""
    drawn = st.session_state.drawn
    return [name for name, version in _panels.items() if name in drawn and drawn[name] != version()]


def _look() -> None:
    """A look: draw the panels that would show something else now."""
    st.session_state.look_began = time.thread_time()
    session.look()
    redraw()


def redraw(*names: str) -> None:
    """In a callback: draw these panels anew, else those that would show something else now, and the clock.

    Not where the way to another page has come together with it: to ask for panels then would cut that off.
    """
    names = [name for name in names if name in st.session_state.drawn] or changed()
    if tab.is_of_panels() and names:
        st.rerun([*names, "clock"])


@st.fragment(key="clock")
def _clock() -> None:
    tab.remember()
    began = st.session_state.pop("look_began", None)
    if began is not None:
        pace().note(tab.visitor().token, time.thread_time() - began)
    before, now = st.session_state.get("awaited", False), [work() for work in _awaited]
    st.session_state.awaited = any(now)  # once it is done, one more look shows what came last
    expects = st.session_state.get("expects")  # something is on its way that this session does not train
    view = session.view()
    left = view.seconds_left if view.running else None
    every = pace().before_end(left) if view.running or any(now) or before or expects else None
    drawn = st.session_state.drawn
    if "lesson" in drawn and drawn["lesson"] != _panels["lesson"]():  # a panel was drawn alone that it speaks of
        every = AT_ONCE
    data = {"answer": secrets.token_hex(4), "every": every, "lost": LOST, "query": link.query(), "keep": _kept()}
    data["token"] = tab.visitor().token
    _tick(key="clock_look", data=data, on_look_change=_look)


def start() -> None:
    """Mount the clock; at the end of the script, so that its first look finds everything drawn."""
    tab.remember()
    folder()  # from the first visitor on
    data = {"role": "page", "token": tab.visitor().token, "keys": KEYS, "keep": _kept(), "query": link.query()}
    data["cut"] = say(
        "The connection to the server is lost. The page stays as it is, connects again by itself, and says then what "
        "is there of the run."
    )
    data["told"] = st.session_state.get("told", 0)  # the browser calls the component again where something differs
    _page(
        key="clock_page",
        data=data,
        on_tab_change=_recognise,
        on_again_change=session.look,
        on_address_change=_go_back,
    )
    text = tab.visitor().text
    if text is not None and text.small is not None:
        _page(key="clock_text", data={"role": "text", "text": text.small})
    _clock()


def _kept() -> dict[str, bool]:
    """What the tab keeps beside its token: whether it has a run of its own, which would be missed."""
    return {"had": not session.current().recorded}


def _go_back() -> None:
    """The visitor went back to an address of before; where it is another page's, Streamlit alone knows the address."""
    page = st.session_state.get("clock_page")
    link.open_again(link.parsed(page.address) if page else st.query_params.to_dict())


def _recognise() -> None:
    """The tab has told who it is."""
    st.session_state.told = st.session_state.get("told", 0) + 1
    kept = tab.recognise(st.session_state.clock_page.tab)
    if kept:
        try:
            tab.visitor().text = tab.read_text(engine(), kept["content"], kept["title"], tab.visitor().token)
        except ValueError as error:
            st.session_state.problem = say_error(error)
    if "found" in st.session_state:
        recovery.take(*st.session_state.pop("found"))
    session.look()
