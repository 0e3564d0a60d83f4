"""Words as this page shows them: shortened, and those of the written text."""

from rnnlm.formats import cut_short
from rnnlm.ui.language import say
from rnnlm.ui.state import text

SHORT = 16  # characters of a word


def short(word: str) -> str:
    """A word, cut if it is too long for a line."""
    return cut_short(word, SHORT)


def written(moment: text.Moment) -> list[dict]:
    """The words of the text, each with the step that drew it; the given ones have none."""
    return [
        {"word": short(word), "step": i - moment.given if i >= moment.given else None}
        for i, word in enumerate(moment.words)
    ]


def looked_at(moment: text.Moment) -> str:
    """The drawn word on screen, for use in a sentence."""
    return short(moment.words[moment.given + moment.chosen])


def no_text() -> str:
    """A note for when no word has been drawn yet."""
    return say("No word is drawn yet. Press Next word.")
