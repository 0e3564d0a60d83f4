"""What may stand behind the question mark of the page's address: choices it can show, and sentences."""

from unittest import mock

import streamlit as st

from rnnlm.options import table, to_link
from rnnlm.ui.state import choices, link
from tests.fuzzing.targets import a_sentence

NAMES = [name for group in choices.GROUPS for name in table(group)]
VALUES = sorted({choice for group in choices.GROUPS for rule in table(group).values() for choice in rule.choices or ()})


class Session(dict):
    """What Streamlit keeps for a browser, where there is none."""

    __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__


def an_address(query: str) -> None:
    """An address is choices of all groups within their limits, told as a sentence where it is not; and back again."""
    with mock.patch.object(st, "session_state", Session()):
        _an_address(query)


def _an_address(query: str) -> None:
    choices.begin({name: value for group in choices.GROUPS for name, value in vars(group()).items()})
    link.open_again(link.parsed("?" + query))
    if "problem" in st.session_state:
        a_sentence(ValueError(st.session_state.problem))
        assert st.session_state.problem.encode()
    chosen = {group: choices.read(group) for group in choices.GROUPS}
    texts = {name: text for values in chosen.values() for name, text in to_link(values).items()}
    "&".join(texts.values()).encode()  # as they are sent to a browser
    assert len(link.query()) <= link.LONGEST
    link.open_again(texts)
    assert {group: choices.read(group) for group in choices.GROUPS} == chosen
