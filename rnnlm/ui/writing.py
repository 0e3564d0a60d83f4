"""Writing, one word at a time: the text, and the draw that made each of its words."""

import numpy as np
import streamlit as st

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.formats import figure, percent
from rnnlm.inference.sampling import Draw
from rnnlm.inference.strip import pieces
from rnnlm.ui import clock, look, tab, text
from rnnlm.ui.link import key, preset

LONGEST_SHOWN = 60  # characters of a word

_draw_strip = st.components.v2.component(
    "draw_strip",
    css=(look.ASSETS / "writing.css").read_text(),
    js=(look.ASSETS / "writing.js").read_text(),
)


@clock.panel("writing_panel", text.version)
def panel() -> None:
    """The text, the strip of the step that is looked at, and the buttons."""
    with st.container(horizontal=True, gap="small", key="writing_controls", vertical_alignment="center"):
        st.button("Next word", key="next_word", type="primary", on_click=text.write, args=(1,))
        st.button("20 words", key="twenty_words", on_click=text.write, args=(20,))
        st.button("Undo", key="undo", on_click=text.write, args=(-1,))
        st.button("Clear", key="clear", on_click=text.clear, help="An empty page, and new luck")
    try:
        moment = text.moment()
    except ValueError:  # told beside the bars, above
        written_words().clear()
        look.note("There is no text: what stands beside the bars says why.")
        return
    written_words()[:] = moment.words
    _draw_strip(key="strip", data=picture(moment), on_chosen_change=choose)
    tab.remember()


def choose() -> None:
    """A word was clicked: look at the step that made it."""
    text.look_at(st.session_state.strip.chosen)


def picture(moment: text.Moment) -> dict:
    """What the component draws: words with their surprisal, and the pieces of one step's strip."""
    vocabulary, sampler, chosen = moment.asked.vocabulary, moment.sampler, moment.chosen
    words = [{"word": shown(vocabulary.word(i)), "bits": None} for i in sampler.start_ids[-moment.given :]]
    words += [{"word": shown(vocabulary.word(d.word_id)), "bits": round(d.surprisal, 3)} for d in moment.draws]
    full = len(moment.draws) >= text.MOST_WORDS
    data = {
        "words": words,
        "given": moment.given,
        "chosen": chosen,
        "most": float(np.log2(vocabulary.size)),
        "full": full,
    }
    if chosen >= 0:
        draw, p = moment.draws[chosen], sampler.distribution_of(chosen)
        bits = figure(draw.surprisal, decimals=2)
        data |= {
            "u": draw.u,
            "sentence": f"{draw.where}: ",
            "drawn": shown(vocabulary.word(draw.word_id)),
            "detail": f"p = {percent(draw.probability)}, rank {draw.rank:,}, {bits} bits",
            "pieces": [piece_row(piece, draw, vocabulary) for piece in pieces(p, draw.word_id)],
        }
    return data


def piece_row(piece, draw: Draw, vocabulary: Vocabulary) -> dict:
    """One piece of the strip: where it lies, what stands on it, whether it was hit."""
    one = len(piece.word_ids) == 1
    name = shown(vocabulary.word(piece.word_ids[0])) if one else f"{len(piece.word_ids):,} words"
    hit = piece.word_ids == (draw.word_id,)
    return {"lo": piece.lo, "hi": piece.hi, "name": name, "one": one, "hit": hit, "share": percent(piece.hi - piece.lo)}


def shown(word: str) -> str:
    """A word, cut where it is too long to show."""
    return word if len(word) <= LONGEST_SHOWN else word[: LONGEST_SHOWN - 1] + "…"


def skip_list() -> None:
    """The words that are never drawn, behind a button."""
    with st.popover("Skip list", key="skip_list", width="content"):
        held, name = list(preset("skip")), key("skip")
        st.multiselect("Words that are never drawn", held, held, key=name, accept_new_options=True)
        look.note("Drawing again whenever one comes up is the same as taking it out and renormalising.")


def written_words() -> list[str]:
    """The words of the text; always the same list, so that a download finds what was written last."""
    return st.session_state.setdefault("written", [])
