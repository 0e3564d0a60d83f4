"""Figures in a lesson's text: {perplexity} and a few other placeholders, filled in from the learner's own run."""

import re
from collections.abc import Callable

FIGURES = (  # `assets/lessons/README.md` explains each figure
    *("perplexity", "epoch", "new", "ptb"),
    *("different", "word_counts", "pair_counts", "updates", "lowest", "highest"),
)
NAME = re.compile(r"\{([a-z_]+)\}")


def unknown(text: str) -> list[str]:
    """List the {placeholders} of a text that are not names of figures."""
    return [name for name in NAME.findall(text) if name not in FIGURES]


def filled(text: str, figure: Callable[[str], str]) -> str:
    """Replace each known placeholder of a text with the value of figure(name). Other braces are left unchanged."""
    return NAME.sub(lambda found: figure(found[1]) if found[1] in FIGURES else found[0], text)
