"""The page's clock: the browser polls the server, which redraws only the panels that have changed.

In the browser, the clock has two components. `clock_page` is outside all panels. It handles the tab's token and the
keyboard shortcuts, and can request a rerun of the whole script. `clock_look` is in a panel of its own and sends the
polls. The callback of a poll compares the present version of every panel with the version last drawn. It redraws the
panels whose version has changed, and then `clock_look`. After this answer, the browser waits for the poll interval,
which the server chooses, and polls again.
"""

import secrets
import time
from collections.abc import Callable, Hashable

import streamlit as st

from rnnlm.ui import style
from rnnlm.ui.language import language, say, say_error
from rnnlm.ui.state import link, mail, press, recovery, session, tab, terms
from rnnlm.ui.state.shared import engine, folder, pace

AT_ONCE = 0.02  # poll interval if the lesson waits for the visitor's last action
LOST = 10.0  # seconds after which an answer counts as lost
KEYS = {"Space": "train", "KeyU": "one_update", "KeyE": "one_epoch", "KeyN": "next_word", "KeyM": "next_move"}

SCRIPTS = ("whole.js", "focus.js", "marks.js", "keys.js", "tab.js", "presses.js", "reach.js", "terms.js", "clock.js")
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
    """Decorate the function that draws a panel, so that the panel is redrawn when its version changes.

    `version` returns a value that changes when the panel's content changes. Every poll calls `version`, so it must be
    cheap.
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
    """Decorate a function that checks on background work other than training, so that every poll calls the function.

    The function returns whether the browser should poll again for this work.
    """
    _awaited.append(work)
    return work


def changed() -> list[str]:
    drawn = st.session_state.drawn
    return [name for name, version in _panels.items() if name in drawn and drawn[name] != version()]


def _asked(component: str, name: str) -> object:
    """Return the value in a message of the browser's clock, or None if the message is not valid.

    Also record the number of the message. The next answer sends this number back.
    """
    asked = getattr(st.session_state.get(component), name, None)
    if not isinstance(asked, dict) or type(asked.get("number")) is not int:
        return None
    st.session_state.clock_number = asked["number"]
    return asked.get("value")


def _look() -> None:
    _asked("clock_look", "look")
    st.session_state.look_began = time.thread_time()
    session.look()
    redraw()


def redraw(*names: str) -> None:
    """Redraw the clock and these panels. Without names, redraw all panels that have changed.

    Call this only in a callback. If the whole page is about to be redrawn, for example because the visitor opens
    another page, this function does nothing, because a request for panels would interrupt that redraw.
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
    st.session_state.awaited = any(now)  # after the work has ended, one more poll shows its result
    expects = st.session_state.get("expects")  # another session trains the run of this visitor's link
    view = session.view()
    left = view.seconds_left if view.running else None
    every = pace().before_end(left) if view.running or any(now) or before or expects else None
    drawn = st.session_state.drawn
    if "lesson" in drawn and drawn["lesson"] != _panels["lesson"]():  # the lesson depends on a redrawn panel
        every = AT_ONCE
    data = {"answer": secrets.token_hex(4), "every": every, "lost": LOST, "query": link.query(), "keep": _kept()}
    data |= {"token": tab.visitor().token, "session": st.session_state.session, "page": st.session_state.page}
    data |= {"number": st.session_state.get("clock_number", 0), "full": st.session_state.full}
    data |= {"pressed": dict(press.counts()), "heard": mail.last_numbers()}
    _tick(key="clock_look", data=data, on_look_change=_look)


def start() -> None:
    """Mount the clock. This must be the script's last call, so that everything is drawn before the first poll."""
    tab.remember()
    folder()  # visitors' data are written from the first visitor on
    st.session_state.setdefault("session", secrets.token_hex(4))
    st.session_state.full = st.session_state.get("full", 0) + 1
    data = {"role": "page", "token": tab.visitor().token, "keys": KEYS, "keep": _kept(), "query": link.query()}
    data["cut"] = {
        "text": say(
            "The connection to the server is lost. The page stays as it is and connects again by itself. Then it "
            "sends your last action again."
        ),
        "button": say("Try now"),
        "health": f"/{st.get_option('server.baseUrlPath').strip('/')}/_stcore/health".replace("//", "/"),
    }
    data |= {"lang": language(), "terms": terms.cards()}
    data["told"] = st.session_state.get("told", 0)  # changed data makes the browser call the component again
    _page(
        key="clock_page",
        data=data,
        on_tab_change=_recognise,
        on_again_change=_again,
    )
    text = tab.visitor().text
    if text is not None and text.small is not None:
        _page(key="clock_text", data={"role": "text", "text": text.small})
    _clock()


def _kept() -> dict[str, bool]:
    """What the tab stores in addition to its token: `had` is true if the run on screen could be lost."""
    return {"had": not session.current().recorded}


def _again() -> None:
    # Streamlit runs the whole script after this callback
    _asked("clock_page", "again")
    session.look()


def _recognise() -> None:
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
    session.know_start_of_link()
    if "found" in st.session_state:
        recovery.take(*st.session_state.pop("found"))
    session.look()
