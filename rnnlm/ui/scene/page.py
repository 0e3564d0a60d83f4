"""The opening scene as a component. All epochs are sent at once, so that the slider needs no server."""

import streamlit as st

from rnnlm.data.vocabulary import EOS
from rnnlm.inference.sampling import SKIP
from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.charts.cells import cells
from rnnlm.ui.language import say
from rnnlm.ui.scene import line
from rnnlm.ui.state import choices, mail, messages, session, shared
from rnnlm.ui.state.choices import read

PICKS = 4  # words that a visitor can pick
BLIND = 0.05  # probability of the most probable word, below which the network guesses blindly

FILES = "picture_parts.css", "scene.css", "picture_parts.js", "scene_network.js", "scene.js"
_scene = style.component("scene", *FILES, html='<div class="mount"></div>')


def show() -> None:
    if read(Screen).scene != "first":
        return
    if session.recorded() is None:
        choices.choose(scene="none")
        return
    form = messages.record(at=messages.none_or(messages.whole(0, len(line.stops()) - 1)))
    with st.container(key="first_scene"):
        mail.mount(_scene, "scene", picture(), leave=(form, _leave))


def _leave(sent: dict) -> None:
    """Close the scene.

    If the visitor did not skip the scene and the recorded run is on screen, the page shows the epoch chosen in the
    scene, and the text written there.
    """
    choices.choose(scene="none")
    if sent["at"] is not None and session.current().recorded:
        chosen, drawn, last = line.stops()[sent["at"]], line.SCREEN, len(line.stops()) - 1
        choices.hold(**vars(line.SAMPLING), network="run", state="new")
        choices.choose(luck=drawn.luck, length=drawn.length, dice=(), word=0)
        choices.choose(at=None if sent["at"] == last else chosen.epoch)
    session.look()


def picture() -> dict:
    """Data for the component: sentences, words and slider positions. Probabilities are in tenths of a per cent."""
    vocabulary = shared.recorded_run().corpus.vocabulary
    words = [shown(vocabulary.word(i)) for i in range(vocabulary.size)]
    return {
        "start": " ".join(line.START),
        "word": line.START[-1],
        "words": words,
        "picks": picks(words),
        "stops": [stop_row(stop) for stop in line.stops()],
        "figure": say("{share} %", share="\0"),
        "tiny": say("under 0.1 %"),
        "unknown": say(
            "The network does not know “{word}”. It knows only the {count} words of its newspaper text. Try another.",
            word=style.quoted("\0"),
            count=sum(map(bool, words)),
        ),
        "texts": {
            "name": say("Guess the next word"),
            "title": say("An RNN learns English"),
            "question": say("What comes next?"),
            "about": say(
                "A small neural network will guess, too. It learns from only {words:,} words of newspaper text.",
                words=len(shared.recorded_run().corpus),
            ),
            "field": say("Your word"),
            "guess": say("Guess"),
            "pick": say("or pick one"),
            "yours": say("your word"),
            "end": say("full stop"),
            "slider": say("How often the network has read its newspaper text"),
            "again": say("Another word"),
            "show": say("Show me the whole page"),
            "skip": say("Skip"),
            "network": {
                "told": say(
                    "The network reads the last word as a row of numbers, mixes them with its memory of the words "
                    "before, and rates every word."
                ),
                "word": say("last word"),
                "x": say("as numbers"),
                "h": say("its memory"),
            },
        },
    }


def shown(word: str) -> str:
    """A word of the vocabulary as the scene shows it: `<eos>` as a full stop, other words unchanged.

    Returns an empty string for the words in SKIP, which are never drawn.
    """
    return "" if word in SKIP else "." if word == EOS else word


def picks(words: list[str]) -> list[str]:
    """Up to PICKS words that a visitor can pick, in alphabetical order.

    They are taken from the most probable first words of each stop, starting with the last stop.
    """
    found = [words[i] for stop in reversed(line.stops()) for i in stop.top if words[i] != "."]
    return sorted(list(dict.fromkeys(found))[:PICKS])


def stop_row(stop: line.Stop) -> dict:
    return {
        "ids": stop.ids,
        "copied": stop.copied,
        "top": stop.top,
        "p": [round(1000 * share) for share in stop.p.tolist()],
        "told": times(stop.epoch),
        "note": note(stop),
        "network": {"x": cells(stop.x), "previous": cells(stop.previous, 1.0), "h": cells(stop.h, 1.0)},
    }


def times(epoch: float) -> str:
    if epoch < 2:
        return say("It has read its newspaper text once") if epoch else say("It has not read anything yet")
    return say("It has read its newspaper text {n:.4g} times", n=epoch)


def note(stop: line.Stop) -> str:
    if all(stop.copied):
        return say(
            "Words are drawn at random (temperature {temperature:g}). Here it recites its text; other random numbers "
            "rarely do that.",
            temperature=line.SAMPLING.temperature,
        )
    if any(stop.copied):
        return say("It begins to remember. Underlined: words in a row, copied from its newspaper text.")
    if stop.p.max() < BLIND:
        return say("It guesses blindly: all words seem about equally likely to it.")
    return say("It has noticed which words are common, but not where they belong.")
