"""The patches of Streamlit: on a busy server nothing that was drawn is dropped before it is sent."""

from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from rnnlm.ui.state import runner


@pytest.fixture
def clear(monkeypatch):
    """`AppSession._clear_queue` with the patch, for a session that has only a queue."""
    monkeypatch.setattr(AppSession, "_clear_queue", AppSession._clear_queue)
    runner.keep_messages()
    return AppSession._clear_queue


def drawn(queue, *path, panel, text):
    """A message that a panel has drawn this text at this place."""
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = panel
    message.delta.new_element.text.body = text
    queue.enqueue(message)


def texts(queue):
    return [message.delta.new_element.text.body for message in queue.flush()]


def test_a_run_of_panels_keeps_waiting_messages_and_its_own_come_after_them(clear):
    queue = ForwardMsgQueue()
    drawn(queue, 0, 0, panel="buttons", text="Train")
    drawn(queue, 0, 1, panel="progress", text="epoch 1")
    clear(SimpleNamespace(_browser_queue=queue), ["buttons", "progress"])
    drawn(queue, 0, 1, panel="progress", text="epoch 2")
    assert texts(queue) == ["Train", "epoch 1", "epoch 2"]


def test_a_run_of_the_whole_page_still_replaces_what_waits(clear):
    queue = ForwardMsgQueue()
    drawn(queue, 0, 0, panel="buttons", text="Train")
    clear(SimpleNamespace(_browser_queue=queue), None)
    assert texts(queue) == []


def test_without_the_patch_streamlit_drops_the_messages_of_panels_that_may_not_be_drawn_again():
    queue = ForwardMsgQueue()
    drawn(queue, 0, 0, panel="buttons", text="Train")
    AppSession._clear_queue(SimpleNamespace(_browser_queue=queue), ["buttons"])
    assert texts(queue) == []  # if Streamlit mends this, the patch can go
