"""Compare: to be filled."""

from rnnlm.ui import look
from rnnlm.ui.language import say


def show() -> None:
    """The panels of the page."""
    look.heading(say("Compare"), say("Compare"))
