"""Errors: the sentence, its parts, and both in another process."""

import pickle

import pytest

from rnnlm.errors import UserError, from_parts, parts_of
from rnnlm.options import OptionError
from rnnlm.ui.language import say_error

INNER = UserError("it is in {encoding}", encoding="UTF-16")
ERRORS = [
    UserError("a {brace} without values is literal"),
    UserError("{title}: {why}", title="a.txt", why=INNER),
    OptionError("lr", "{option} must be at most {most:g}, got {value}", {"most": 4.0, "value": 5}),
]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_the_same_in_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert vars(again).keys() == vars(error).keys()
    assert str(from_parts(*parts_of(error))) == str(error)


def test_an_error_is_translated_with_the_errors_inside_it(monkeypatch):
    assert str(ERRORS[1]) == say_error(ERRORS[1]) == "a.txt: it is in UTF-16"
    assert parts_of(ValueError("as it is")) == ("as it is", {})
