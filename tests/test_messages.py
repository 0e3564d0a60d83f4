"""Messages of browsers: every component's message has a form, and any other message changes nothing."""

import ast
import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from rnnlm.ui.state import messages
from tests.page import served
from tests.visiting import opened, said, sound, take_away
from tests.visitor import Visitor
from tests.waiting import run_aside

UI = Path(messages.__file__).parent
EVENTS = {  # of each page's components
    "": {
        "strip": ["chosen"],
        "timeline": ["at"],
        "lesson": ["go", "pick", "do", "close"],
        "clock_page": ["tab", "again"],
    },
    "ask": {"strip_set": ["u"], "clock_page": ["address"]},
    "inside": {"state_canvas": ["unit", "word"], "moves_machine": ["move"], "tape_machine": ["stream"]},
    "compare": {"runs_chart": ["did"]},
}
JUNK = [True, None, -1, 10**9, 0.5, "x", "\ud800", [], [[]], {}, {"at": True}, {"at": "x"}, {"u": [1]}, {"choice": -9}]
JUNK += [{"from": 0, "to": "1"}, {"what": "hide", "id": "1"}, {"what": "rename", "id": 1, "value": 7}, {"token": []}]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), part, max_size=2),
)


@given(VALUES)
def test_a_form_says_of_any_value_whether_it_is_one(value):
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    assert messages.whole(0, 9)(value) == (isinstance(value, int) and is_number and 0 <= value <= 9)
    assert messages.number(0, 9)(value) == (is_number and 0 <= value <= 9)
    assert messages.among("a", "b")(value) == (isinstance(value, str) and value in ("a", "b"))
    assert messages.none_or(messages.words)(value) == (value is None or isinstance(value, str))
    record = messages.record(a=messages.none_or(messages.whole(0, 9)))(value)
    assert record == (isinstance(value, dict) and "a" in value and messages.none_or(messages.whole(0, 9))(value["a"]))


def test_every_component_but_the_clock_is_mounted_with_the_forms_of_its_messages():
    mounted = {}
    for file in sorted(UI.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        made = {node.targets[0].id for node in tree.body if isinstance(node, ast.Assign) and is_component(node.value)}
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") in made and any(it.arg.endswith("_change") for it in call.keywords):
                mounted.setdefault(file.name, []).append(call.func.id)
    assert mounted == {"clock.py": ["_tick", "_page"]}


def is_component(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "st.components.v2.component"


@pytest.mark.full
def test_after_messages_of_any_type_the_page_answers_as_before(tmp_path):
    log = tmp_path / "log"
    with served(log) as address:
        run_aside(tell_it_junk(int(address.rstrip("/").rsplit(":", 1)[1])))
    assert "Traceback" not in log.read_text()


def sent(component):
    """Each piece of junk alone, and as the value of a message. All waiting messages of a component travel together."""
    messages = [{"number": number, "value": junk} for number, junk in enumerate(JUNK, time.time_ns())]
    return [*JUNK, *messages] if component == "clock_page" else [*JUNK, messages]


async def tell_it_junk(port):
    visitor = Visitor(port, "lesson=what&step=2", lambda now: None)
    await visitor.open()
    for page, components in EVENTS.items():
        if page:
            await visitor.go(page)
        for component, events in components.items():
            id, panel = visitor.places[component]
            for event, value in itertools.product(events, sent(component)):
                told = json.dumps([{"event": event, "value": value}])
                runs = visitor.runs
                await visitor.send(panel, f"$$STREAMLIT_INTERNAL_KEY_{id}__events", json_trigger_value=told)
                assert await visitor.until(lambda runs=runs: visitor.runs > runs, 20), (component, event, value)
    await visitor.go("train" if "train" in visitor.pages else "")
    words = visitor.words
    await visitor.click(20)
    assert visitor.words == words + 1
    await visitor.leave()


@pytest.mark.parametrize("kind", ["open_", "set_uploaded_"])
def test_an_upload_that_is_not_on_this_server_is_named_as_such(monkeypatch, kind):
    monkeypatch.setattr(MemoryUploadedFileManager, "get_files", lambda *_, **__: [])
    page = take_away(opened(corpus="text"))
    field = next(field for field in page.file_uploader if (field.key or "").startswith(kind))
    sound(field.upload("cats.txt", b"a cat", "text/plain").run())
    assert "The chosen file is no longer on this server. Choose it again." in said(page)
