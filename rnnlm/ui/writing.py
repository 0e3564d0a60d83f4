"""Writing, one word at a time: the text, and the draw that made each of its words.

A text is its context, its luck (the seed of the numbers u) and its length. It is written anew
whenever the network or the temperature moves: the luck stays, so what changes is what moved.
"""

import numpy as np
import streamlit as st

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.data.writing import typed
from rnnlm.formats import percent
from rnnlm.inference.sampling import Draw, Sampler, Sampling
from rnnlm.inference.strip import pieces
from rnnlm.ui import clock, look, prediction, session, tab
from rnnlm.ui.language import say
from rnnlm.ui.link import key, preset, read

MOST_WORDS = 200
LONGEST_SHOWN = 60  # characters of a word

_draw_strip = st.components.v2.component(
    "draw_strip",
    css=(look.ASSETS / "writing.css").read_text(),
    js=(look.ASSETS / "writing.js").read_text(),
)


@clock.panel("writing_panel", prediction.network_version)
def panel() -> None:
    """The text, the strip of the chosen step, and the buttons."""
    for name, start in (("length", 9), ("luck", 0), ("step", None)):
        st.session_state.setdefault(name, start)
    with st.container(horizontal=True, gap="small", key="writing_controls", vertical_alignment="center"):
        room = st.session_state.length < MOST_WORDS
        st.button(say("Next word"), key="next_word", type="primary", on_click=write, args=(1,), disabled=not room)
        st.button(say("20 words"), key="twenty_words", on_click=write, args=(20,), disabled=not room)
        st.button(say("Undo"), key="undo", on_click=write, args=(-1,), disabled=not st.session_state.length)
        st.button(
            say("Clear"),
            key="clear",
            on_click=clear,
            help=say("An empty page, and new luck"),
            disabled=not st.session_state.length,
        )
    sampling, asked = read(Sampling), session.asked()
    try:
        sampler, draws = written(asked, sampling)
    except ValueError:  # told beside the bars, above
        written_words().clear()
        look.note(say("There is no text: what stands beside the bars says why."))
        return
    given = len(typed(sampling.start, asked.vocabulary))
    written_words()[:] = [asked.vocabulary.word(i) for i in sampler.ids[-given - len(draws) :]]
    chosen = st.session_state.step
    if chosen is None or chosen >= len(draws):
        chosen = len(draws) - 1
    _draw_strip(
        key="strip",
        data=picture(sampler, draws, given, chosen, asked.vocabulary),
        on_chosen_change=choose,
    )
    tab.remember()


def write(words: int) -> None:
    """Make the text so many words longer (or shorter), and show its last step."""
    st.session_state.length = int(np.clip(st.session_state.length + words, 0, MOST_WORDS))
    st.session_state.step = None


def clear() -> None:
    """An empty text, and other luck for the next one."""
    st.session_state.update(length=0, step=None, luck=st.session_state.luck + 1)


def choose() -> None:
    """A word was clicked: show the step that made it."""
    st.session_state.step = st.session_state.strip.chosen


def written(asked: session.Asked, sampling: Sampling) -> tuple[Sampler, list[Draw]]:
    """The text as the network writes it now, and its draws; ValueError for words it does not know."""
    sampler = Sampler(
        asked.reader,
        session.context(asked, sampling),
        np.random.default_rng(st.session_state.luck),
        sampling.temperature,
        sampling.top_k,
        sampling.skip_ids(asked.vocabulary),
    )
    return sampler, [sampler.step() for _ in range(st.session_state.length)]


def picture(sampler: Sampler, draws: list[Draw], given: int, chosen: int, vocabulary: Vocabulary) -> dict:
    """What the component draws: words with their surprisal, and the pieces of one step's strip.

    given is how many words the text was started from.
    """
    words = [{"word": shown(vocabulary.word(i)), "bits": None} for i in sampler.start_ids[-given:]]
    for draw in draws:
        word, bits = shown(vocabulary.word(draw.word_id)), draw.surprisal
        words.append(
            {"word": word, "bits": round(bits, 3), "told": say("{word}: {bits:.2f} bits", word=word, bits=bits)}
        )
    data = {"words": words, "given": given, "chosen": chosen, "most": float(np.log2(vocabulary.size))}
    data |= {
        "hint": say("… press Next word"),
        "empty": say(
            "The strip from 0 to 1 will be cut into words, each as wide as it is probable; u falls somewhere."
        ),
    }
    if chosen >= 0:
        draw, p = draws[chosen], sampler.distribution_of(chosen)
        rows = [piece_row(piece, draw, vocabulary) for piece in pieces(p, draw.word_id)]
        data |= {"u": draw.u, "pieces": rows, **drawn(draw, shown(vocabulary.word(draw.word_id)))}
    return data


def drawn(draw: Draw, word: str) -> dict[str, str]:
    """A draw in a sentence: what stands before and after its word, what is told beside it, and all as one line."""
    figures = {"p": percent(draw.probability), "rank": draw.rank, "bits": draw.surprisal}
    before, _, after = say("u = {u} falls in [{lo}, {hi}): {word}", word="\0", **draw.in_figures).partition("\0")
    detail = say("p = {p}, rank {rank:,}, {bits:.2f} bits", **figures)
    line = say(
        "u = {u} falls in [{lo}, {hi}): {word}, p = {p}, rank {rank:,}, {bits:.2f} bits",
        word=word,
        **draw.in_figures,
        **figures,
    )
    return {"before": before, "drawn": word, "after": after, "detail": detail, "line": line}


def piece_row(piece, draw: Draw, vocabulary: Vocabulary) -> dict:
    """One piece of the strip: where it lies, what stands on it, whether it was hit."""
    one = len(piece.word_ids) == 1
    name = shown(vocabulary.word(piece.word_ids[0])) if one else say("{words:,} words", words=len(piece.word_ids))
    hit = piece.word_ids == (draw.word_id,)
    told = say("{name}: {share}", name=name, share=percent(piece.hi - piece.lo))
    return {"lo": piece.lo, "hi": piece.hi, "name": name, "one": one, "hit": hit, "told": told}


def shown(word: str) -> str:
    """A word, cut where it is too long to show."""
    return word if len(word) <= LONGEST_SHOWN else word[: LONGEST_SHOWN - 1] + "…"


def skip_list() -> None:
    """The words that are never drawn, behind a button."""
    with st.popover(say("Skip list"), key="skip_list", width="content"):
        held, name = list(preset("skip")), key("skip")
        st.multiselect(say("Words that are never drawn"), held, held, key=name, accept_new_options=True)
        look.note(say("Drawing again whenever one comes up is the same as taking it out and renormalising."))


def written_words() -> list[str]:
    """The words of the text; always the same list, so that a download finds what was written last."""
    return st.session_state.setdefault("written", [])
