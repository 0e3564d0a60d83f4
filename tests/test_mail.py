"""Messages of components and presses of buttons: each is handled once, even if connections break."""

import ast
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlm.ui.state import link, mail
from rnnlm.ui.state.shared import store
from tests.page import ROOT


def anything(_):
    return True


@pytest.fixture
def session(monkeypatch):
    """A session's state, and a component that records how it was mounted."""
    state, mounted, visitor = {}, {}, SimpleNamespace(place={})
    monkeypatch.setattr(mail.tab, "visitor", lambda: visitor)
    monkeypatch.setattr(mail.tab, "remember", lambda: None)
    monkeypatch.setattr(st, "session_state", type("State", (dict,), {"__getattr__": dict.__getitem__})(state))

    def component(**given):
        mounted.clear()
        mounted.update(given)

    def send(name, *messages):
        st.session_state["needle"] = SimpleNamespace(
            **{name: [{"number": number, "value": value} for number, value in messages]}
        )
        mounted[f"on_{name}_change"]()

    return component, mounted, send


def test_a_repeated_message_is_handled_once_and_a_missed_one_with_the_next(session):
    component, mounted, send = session
    heard = []
    mail.mount(component, "needle", {"u": 0.5}, u=(anything, heard.append))
    assert mounted["data"] == {"u": 0.5, "mail": {"key": "needle", "heard": {}}}
    send("u", (10, "a"))
    send("u", (10, "a"))
    send("u", (10, "a"), (12, "b"), (13, "c"))
    send("u", (12, "b"))
    assert heard == ["a", "b", "c"]
    mail.mount(component, "needle", {"u": 0.7}, u=(anything, heard.append))
    assert mounted["data"]["mail"]["heard"] == {"u": 13}


def test_a_message_of_another_form_changes_nothing(session):
    component, _, send = session
    heard = []
    mail.mount(component, "needle", {}, u=(lambda value: value == "good", heard.append))
    send("u", (1, "bad"), (2, "good"))
    assert heard == ["good"]


def test_messages_under_two_names_do_not_hide_each_other(session):
    component, _, send = session
    heard = []
    mail.mount(component, "needle", {}, go=(anything, heard.append), pick=(anything, heard.append))
    send("go", (20, "next"))
    send("pick", (19, "first"))
    assert heard == ["next", "first"]


def test_all_waiting_messages_are_handled_even_if_each_asks_for_a_redraw(session):
    component, _, send = session
    heard = []

    def handle(value):
        heard.append(value)
        raise mail.RerunException(None)

    mail.mount(component, "needle", {}, u=(anything, handle))
    with pytest.raises(mail.RerunException):
        send("u", (1, "a"), (2, "b"))
    assert heard == ["a", "b"]


@pytest.mark.parametrize(
    "sent", [None, True, 3, "u", {"number": 1}, [[]], [{"number": "1", "value": 2}], [{"number": 1}]]
)
def test_anything_that_is_not_a_message_is_ignored(sent):
    assert mail.numbered(sent) == []


def test_every_button_counts_its_presses():
    for file in (ROOT / "rnnlm" / "ui").rglob("*.py"):
        if file.name == "press.py":
            continue
        calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        assert "st.button" not in {ast.unparse(call.func) for call in calls}, file


def test_the_clock_reports_how_often_a_button_was_pressed():
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    assert store().visitor(page.session_state["token"], "").place["pressed"] == {}
    page.button(key="next_word").click().run()
    page.button(key="next_word").click().run()
    page.button(key="undo").click().run()
    assert store().visitor(page.session_state["token"], "").place["pressed"] == {"next_word": 2, "undo": 1}


def test_what_counts_as_pressed_is_remembered_even_if_the_run_is_stopped_right_after(monkeypatch):
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60).run()
    place = store().visitor(page.session_state["token"], "").place
    before = place["chosen"]["length"]
    monkeypatch.setattr(link, "open_link", st.stop)  # the first call of the script
    page.button(key="next_word").click().run()
    assert place["pressed"] == {"next_word": 1}
    assert place["chosen"]["length"] == before + 1
