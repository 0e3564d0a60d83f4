"""Shorten words for the Inside page, and list the words of the written text."""

from rnnlm.formats import cut_short
from rnnlm.ui.language import say
from rnnlm.ui.state import text

SHORT = 16  # characters of a word that are shown


def short(word: str) -> str:
    return cut_short(word, SHORT)


def written(moment: text.Moment) -> list[dict]:
    return [
        {"word": short(word), "step": i - moment.given if i >= moment.given else None}
        for i, word in enumerate(moment.words)
    ]


def looked_at(moment: text.Moment) -> str:
    return short(moment.words[moment.given + moment.chosen])


def no_text() -> str:
    return say("No word is drawn yet. Press Next word.")
