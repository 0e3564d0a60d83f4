"""The cards that explain the page's terms. The browser shows a card when a visitor clicks its term."""

from rnnlm.ui.glossary import glossary
from rnnlm.ui.language import language, say

SEEN = {  # the panel of Inside that shows a term of the glossary
    "hidden state": "state_picture",
    "window": "tape",
    "stream": "tape",
    "update": "moves",
    "epoch": "tape",
    "perplexity": "moves",
    "u": "numbers",
}


def cards() -> dict:
    unknown = say("A sign that replaces every rare word of PTB. The network learns it like a word.")
    every = [*_of_the_glossary(language()), _card("unk", "<unk>", ["<unk>"], unknown, "tape")]
    return {"see": say("See it on Inside"), "cards": every}


def _card(name: str, title: str, words: list[str], text: str, see: str) -> dict:
    return {"name": name, "title": title, "words": words, "text": text, "see": see}


def _of_the_glossary(language: str) -> list[dict]:
    entries = glossary(language)
    found = ((term, see, *entries[term]) for term, see in SEEN.items())
    return [
        _card(term.replace(" ", "_"), word, [one.strip() for one in word.split("/")], meaning, see)
        for term, see, word, meaning in found
    ]
