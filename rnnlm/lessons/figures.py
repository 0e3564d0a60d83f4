"""Figures in the text of a lesson: {perplexity} and a few other names, filled from the learner's own run."""

import re
from collections.abc import Callable

FIGURES = (  # `assets/lessons/README.md` says what each one is
    *("perplexity", "epoch", "new", "ptb"),
    *("different", "word_counts", "pair_counts", "updates", "lowest", "highest"),
)
NAME = re.compile(r"\{([a-z_]+)\}")


def unknown(text: str) -> list[str]:
    """The names in braces that are not figures."""
    return [name for name in NAME.findall(text) if name not in FIGURES]


def filled(text: str, figure: Callable[[str], str]) -> str:
    """The text with every figure in it; all other braces are literal."""
    return NAME.sub(lambda found: figure(found[1]) if found[1] in FIGURES else found[0], text)
