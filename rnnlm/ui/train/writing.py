"""The panel that writes a text word by word, and shows the random draw of each word."""

import numpy as np
import streamlit as st

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.formats import cut_short, figure
from rnnlm.inference.sampling import Draw
from rnnlm.inference.strip import Piece, pieces
from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.compare import copied
from rnnlm.ui.language import percent, say
from rnnlm.ui.state import clock, mail, messages, press, session, shared, tab, text
from rnnlm.ui.state.choices import chosen, hold, key, preset, read

BY_HEART = 2.0  # perplexity below which a network recites its training text
MOSTLY_COPIED = 0.5  # share of new words below which a text is a recital

_draw_strip = style.component("draw_strip", "writing.css", "words.js", "writing.js")


@clock.panel("writing_panel", text.version)
def panel() -> None:
    try:
        moment = text.moment()
    except ValueError:
        moment = None
    there = moment and copied.of(moment.asked, moment.ids, moment.given, session.current())
    with st.container(horizontal=True, gap="small", key="writing_controls", vertical_alignment="center"):
        press.button(say("Next word"), key="next_word", type="primary", on_click=text.write, args=(1,))
        press.button(say("20 words"), key="twenty_words", on_click=text.write, args=(20,))
        press.button(say("Undo"), key="undo", on_click=text.write, args=(-1,))
        press.button(
            say("Clear"), key="clear", on_click=text.clear, help=say("Delete the text and draw new random numbers")
        )
        style.note(why_this_text(there))
    if moment is None:  # the message is shown next to the bars, above
        written_words().clear()
        style.note(say("No text yet; the note next to the bars says why."))
        return
    written_words()[:] = moment.words
    mail.mount(_draw_strip, "strip", picture(moment, there), chosen=(messages.option("word"), text.look_at))
    tab.remember()


def why_this_text(there: copied.Copied | None) -> str:
    screen, streams = read(Screen), session.current().experiment.batch_size
    if screen.network == "ptb" and tab.visitor().network is not None:
        return say("The network from your file writes this text.")
    if screen.network == "ptb":
        return say("“All of PTB” has read 929,589 words many times and has learned some English.")
    if session.asked().tape is not None:
        return say(
            "On the tape the network continues its training text. If its perplexity is near 1, it repeats the text "
            "word for word until an unlikely word is drawn."
        )
    if screen.state == "blank":
        return say(
            "With a blank state the network has read nothing before. In training this happens only at the "
            "very beginning."
        )
    here = session.instant()
    if here.update == 0:
        return say("This network is untrained, so every word is about equally likely. Press Train.")
    counts = shared.baselines_of(session.current().corpus.checksum, session.current().corpus)
    if here.perplexity is None or here.perplexity > counts.unigram / 2:
        return say("Nonsense? So far the network has learned little more than word frequencies. Train it further.")
    if there and there.new < MOSTLY_COPIED:
        return say(
            "Most of this text is copied from the {n:,} streams that the network has read in training.", n=streams
        )
    if here.perplexity > BY_HEART:
        return say(
            "Nonsense? The network is learning its {n:,} streams by heart, not English. “All of PTB” has learned "
            "some English.",
            n=streams,
        )
    return say(
        "Nonsense? The network knows its {n:,} streams by heart, not English. Set “State h from” to the tape "
        "to see this. “All of PTB” has learned some English.",
        n=streams,
    )


def picture(moment: text.Moment, there: copied.Copied | None) -> dict:
    vocabulary = moment.asked.vocabulary
    places = there.told if there else [None] * len(moment.ids)
    words = [{"word": cut_short(vocabulary.word(i)), "bits": None} for i in moment.ids[: moment.given]]
    for draw in moment.draws:
        bits = draw.surprisal
        told = say("{bits} bits", bits=figure(bits, decimals=2))
        words.append({"word": cut_short(vocabulary.word(draw.word_id)), "bits": round(bits, 3), "told": told})
    for word, place in zip(words, places, strict=True):
        word["copied"] = place
    data = {"words": words, "given": moment.given, "chosen": moment.chosen, "most": float(np.log2(vocabulary.size))}
    data["copies"] = copied.summary_with_longest(there) if there and moment.draws else ""
    data |= {
        "hint": say("… press Next word"),
        "empty": say("The strip from 0 to 1 is divided into words by their probability; u picks one."),
    }
    return data | strip(moment)


def strip(moment: text.Moment) -> dict:
    if moment.chosen < 0:
        return {}
    draw, vocabulary = moment.draws[moment.chosen], moment.asked.vocabulary
    p = moment.sampler.distribution_of(moment.chosen)
    rows = [piece_row(piece, draw, vocabulary) for piece in pieces(p, draw.word_id)]
    return {"u": draw.u, "pieces": rows, **drawn(draw, cut_short(vocabulary.word(draw.word_id)))}


def drawn(draw: Draw, word: str) -> dict[str, str]:
    """Describe a draw in texts for the page.

    `before`, `drawn` and `after` form a sentence about the draw. `drawn` is the word that was drawn.

    `detail` gives the word's probability, its rank and its surprisal in bits. `line` combines the sentence and these
    details.
    """
    figures = {"p": percent(draw.probability), "rank": draw.rank, "bits": figure(draw.surprisal, decimals=2)}
    before, _, after = say("u = {u} falls in [{lo}, {hi}): {word}", word="\0", **draw.in_figures).partition("\0")
    detail = say("p = {p}, rank {rank:,}, {bits} bits = log2(1/p)", **figures)
    line = say(
        "u = {u} falls in [{lo}, {hi}): {word}, p = {p}, rank {rank:,}, {bits} bits",
        word=word,
        **draw.in_figures,
        **figures,
    )
    return {"before": before, "drawn": word, "after": after, "detail": detail, "line": line}


def piece_row(piece: Piece, draw: Draw, vocabulary: Vocabulary) -> dict:
    row = named(piece, draw.word_id, vocabulary)
    told = say("{name}: {share}", name=row["name"], share=percent(piece.hi - piece.lo))
    return {"lo": piece.lo, "hi": piece.hi, "told": told, **row}


def named(piece: Piece, drawn: int, vocabulary: Vocabulary) -> dict:
    """Describe a piece of a strip: its word or number of words, and whether it contains the drawn word."""
    ids = piece.word_ids
    name = cut_short(vocabulary.word(ids[0])) if len(ids) == 1 else say("{words:,} words", words=len(ids))
    return {"name": name, "one": len(ids) == 1, "hit": ids == (drawn,)}


def offered(vocabulary: Vocabulary) -> list[str]:
    return [word for word in vocabulary.words_by_count if cut_short(word) == word]


def skip_list() -> None:
    with st.popover(say("Skip list"), key="skip_list", width="content"):
        held, name = list(preset("skip")), key("skip")
        label = say("Words that are never drawn")
        st.multiselect(label, held, held, key=name, accept_new_options=True, on_change=one_chip_a_word, args=(name,))
        style.note(
            say(
                "Skipped words are removed, and the other probabilities are scaled up to a sum of 100 %. "
                "Drawing again whenever a skipped word comes up has the same effect."
            )
        )
        style.note(say("On the tape no word is skipped, because the network has learned all of them by heart."))
        style.note(say("In PTB, <unk> replaces rare words, N replaces numbers, and <eos> ends a sentence."))


def one_chip_a_word(name: str) -> None:
    if any(len(chip.split()) != 1 for chip in st.session_state[name]):
        hold(skip=chosen("skip"))


def written_words() -> list[str]:
    # always the same list, so that a download contains the latest text
    return st.session_state.setdefault("written", [])
