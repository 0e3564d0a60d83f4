"""The influence of each earlier word: how much the chosen word's surprisal changes if that word is replaced."""

import streamlit as st

from rnnlm.inference.attribution import Influence, influence, stand_in
from rnnlm.ui import style
from rnnlm.ui.inside import states
from rnnlm.ui.inside.words import looked_at, no_text, short, written
from rnnlm.ui.language import say
from rnnlm.ui.state import clock, mail, messages, text
from rnnlm.ui.state.memo import memo

BACK, LITTLE = 40, 0.05  # words back that are tried; change in bits that is worth a mention

_shaded = style.component("matter_words", "inside_parts.css", "words.js", "matter.js")


@clock.panel("matter_panel", states.text_version)
def panel() -> None:
    promise = say("Choose a word. Each earlier word is replaced once: does the chosen word become more surprising?")
    style.heading(say("Which words mattered?"), promise)
    with st.container(key="matter"):
        try:
            moment = text.drawn_moment()
        except ValueError:
            style.note(say("No text yet; the Train page says why, next to the bars."))
            return
        if moment.chosen < 0:
            style.note(no_text())
            return
        mail.mount(_shaded, "matter_words", picture(moment), word=(messages.option("word"), text.look_at))


def found(moment: text.Moment) -> tuple[Influence | None, int]:
    """Measure the influence of the earlier words on the chosen word.

    Returns the influence, and the index of the first drawn word among the examined words. The influence is None if no
    examined word comes before the chosen word. If the text continues the training text (the tape), only the drawn words
    are examined, because the state before the first drawn word is known, but no earlier state.
    """
    asked, drawn = moment.asked, [draw.word_id for draw in moment.draws]
    on_tape = asked.tape is not None
    ids, first = (drawn, 0) if on_tape else (moment.sampler.ids, len(moment.sampler.ids) - len(drawn))
    at = first + moment.chosen
    if at < 1:
        return None, first
    h = asked.tape[1] if on_tape else None
    made_of = asked.reader, tuple(ids), at, on_tape
    return (
        memo("inside_matter", made_of, lambda: influence(asked.reader, ids, at, stand_in(asked.vocabulary), BACK, h)),
        first,
    )


def picture(moment: text.Moment) -> dict:
    influenced, first = found(moment)
    words = written(moment)
    data = {"words": words, "chosen": moment.chosen, "note": ""}
    if influenced is None:
        data["note"] = say(
            "For the first word drawn on the tape there are no earlier words to replace here, only the hidden state."
        )
        return data
    most = max(1.0, float(abs(influenced.changes).max()))
    for place, change in enumerate(influenced.changes, start=influenced.start):
        at = place - first + moment.given  # position among the words on screen, without the opening
        if 0 <= at < len(words):
            words[at]["tint"] = float(change) / most
            words[at]["about"] = say("{change} bits if this word is replaced", change=signed(float(change)))
    data["note"] = summary(moment, influenced)
    return data


def summary(moment: text.Moment, influenced: Influence) -> str:
    ids = moment.sampler.ids if moment.asked.tape is None else [draw.word_id for draw in moment.draws]
    best = int(abs(influenced.changes).argmax())
    if abs(influenced.changes[best]) < LITTLE:
        told = {"word": style.quoted(looked_at(moment)), "bits": f"{influenced.bits:.2f}", "least": LITTLE}
        return say(
            "“{word}” has a surprisal of {bits} bits here. No earlier word changes it by {least} bits or more.", **told
        )
    place = influenced.start + best
    values = {
        "word": style.quoted(looked_at(moment)),
        "bits": f"{influenced.bits:.2f}",
        "best": style.quoted(short(moment.asked.vocabulary.word(ids[place]))),
        "back": len(influenced.changes) - best,
        "change": signed(float(influenced.changes[best])),
        "stand_in": style.quoted(short(moment.asked.vocabulary.word(stand_in(moment.asked.vocabulary)))),
    }
    return say(
        "“{word}” has a surprisal of {bits} bits here. The most important earlier word is “{best}”, "
        "at distance {back}: replacing it by “{stand_in}” changes the surprisal by {change} bits. "
        "Red words helped to predict “{word}”, grey words made it harder.",
        **values,
    )


def signed(change: float) -> str:
    return f"{round(change, 2) + 0.0:+.2f}"  # -0.00 is +0.00
