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

from rnnlm.ui import style
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import link, press, recovery, session, tab
from rnnlm.ui.state.shared import engine, folder, pace

AT_ONCE = 0.02  # where the lesson waits for what was just done
LOST = 10.0  # seconds after which an answer is taken as lost
KEYS = {"Space": "train", "KeyU": "one_update", "KeyE": "one_epoch", "KeyN": "next_word", "KeyM": "next_move"}

SCRIPTS = ("whole.js", "focus.js", "marks.js", "keys.js", "tab.js", "presses.js", "reach.js", "clock.js")
_page = st.components.v2.component("clock_page", js=style.script(*SCRIPTS))
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


def _asked(component: str, name: str) -> object:
    """What the clock in the browser asks with; the number of its request goes back with the answer."""
    asked = getattr(st.session_state.get(component), name, None)
    if not isinstance(asked, dict) or type(asked.get("number")) is not int:
        return None
    st.session_state.clock_number = asked["number"]
    return asked.get("value")


def _look() -> None:
    """A look: draw the panels that would show something else now."""
    _asked("clock_look", "look")
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
    data |= {"token": tab.visitor().token, "session": st.session_state.session, "page": st.session_state.page}
    data |= {"number": st.session_state.get("clock_number", 0), "full": st.session_state.full}
    data |= {"pressed": dict(press.counts()), "heard": st.session_state.get("heard", {})}
    _tick(key="clock_look", data=data, on_look_change=_look)


def start() -> None:
    """Mount the clock; at the end of the script, so that its first look finds everything drawn."""
    tab.remember()
    folder()  # from the first visitor on
    st.session_state.setdefault("session", secrets.token_hex(4))
    st.session_state.full = st.session_state.get("full", 0) + 1
    data = {"role": "page", "token": tab.visitor().token, "keys": KEYS, "keep": _kept(), "query": link.query()}
    data["cut"] = {
        "text": say(
            "The connection to the server is lost. The page stays as it is and connects again by itself. What you did "
            "just before is sent again."
        ),
        "button": say("Try now"),
        "health": f"/{st.get_option('server.baseUrlPath').strip('/')}/_stcore/health".replace("//", "/"),
    }
    data["told"] = st.session_state.get("told", 0)  # the browser calls the component again where something differs
    _page(
        key="clock_page",
        data=data,
        on_tab_change=_recognise,
        on_again_change=_again,
        on_address_change=_go_back,
    )
    text = tab.visitor().text
    if text is not None and text.small is not None:
        _page(key="clock_text", data={"role": "text", "text": text.small})
    _clock()


def _kept() -> dict[str, bool]:
    """What the tab keeps beside its token: whether it has a run of its own, which would be missed."""
    return {"had": not session.current().recorded}


def _again() -> None:
    """The whole page is asked for."""
    _asked("clock_page", "again")
    session.look()


def _go_back() -> None:
    """The visitor went back to an address of before."""
    link.open_again(link.parsed(_asked("clock_page", "address")))


def _recognise() -> None:
    """The tab has told who it is."""
    sent = _asked("clock_page", "tab")
    if not isinstance(sent, dict):
        return
    st.session_state.told = st.session_state.get("told", 0) + 1
    kept = tab.recognise(sent)
    if kept:
        try:
            tab.visitor().text = tab.read_text(engine(), kept["content"], kept["title"], tab.visitor().token)
        except ValueError as error:
            st.session_state.problem = say_error(error)
    if "found" in st.session_state:
        recovery.take(*st.session_state.pop("found"))
    session.look()
