"""Properties of the query of a link: it gives choices that the page can show, and sentences about mistakes."""

from unittest import mock

import streamlit as st

from rnnlm.options import table, to_link
from rnnlm.ui.state import choices, link
from tests.fuzzing.targets import a_sentence

NAMES = [name for group in choices.GROUPS for name in table(group)]
VALUES = sorted({choice for group in choices.GROUPS for rule in table(group).values() for choice in rule.choices or ()})


class Session(dict):
    """A stand-in for Streamlit's session of a browser."""

    __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__


def an_address(query: str) -> None:
    """Check that a link gives choices within limits, with a sentence for each mistake, and can be written back."""
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
    "&".join(texts.values()).encode()  # the page sends them to a browser in this form
    assert len(link.query()) <= link.LONGEST
    link.open_again(texts)
    assert {group: choices.read(group) for group in choices.GROUPS} == chosen
