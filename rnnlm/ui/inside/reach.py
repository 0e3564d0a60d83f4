"""Gradient norm by lag: how a word's loss depends on earlier hidden states, and the part that training cuts off."""

import html
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnlm.formats import figure
from rnnlm.inference.reach import Reach, reach, stream_words
from rnnlm.ui import style
from rnnlm.ui.inside import window
from rnnlm.ui.inside.move_texts import in_a_line, word
from rnnlm.ui.language import in_a_row, say
from rnnlm.ui.state import clock, session
from rnnlm.ui.state.beat import beat
from rnnlm.ui.state.memo import memo

BACK, WARM = 40, 40  # words back that are shown, and words read before those
AT_ONCE = 160_000  # limit on the streams examined for one picture: their number times the size of Wh
TOPS = (1.2, 2, 5, 10, 20, 50, 100, 200, 500)  # possible tops of the axis; few, so that it seldom changes
JUDGED, FADES, HARDLY, GROWS = 10, 0.1, 0.5, 2.0  # words back, and limits of the relative size there
FACTS = 5, JUDGED, BACK  # words back for which the size is stated


@dataclass(frozen=True)
class Picture:
    """Gradient norms 0, 1, 2 ... words before a word, relative to the norm at the word itself.

    `sizes` holds the norms in the chosen stream. Inside the window, these are the norms that training uses. Before the
    window, training cuts the gradient off, so these are the norms of the full gradient.
    `inside` is the number of words in the window.
    `usual` holds the norms of the full gradient, each the median over several streams. `streams` is the number of these
    streams.
    `words` holds the words that the chosen stream reads at these positions, beginning with the last word. `right` is
    the word to predict.
    """

    sizes: np.ndarray
    inside: int
    usual: np.ndarray
    streams: int
    words: list[str]
    right: str


def version() -> Hashable:
    return window.version(), beat()


@clock.panel("reach_panel", version)
def panel() -> None:
    head = say(
        "How strongly the loss of the window’s last word depends on the hidden state 0, 1, 2 … words "
        "before: the size of the gradient."
    )
    style.heading(say("Gradient by distance"), head)
    with st.container(key="reach"):
        if window.resting():
            style.note(say("This panel is paused, like the tape."))
            return
        made_of = session.instant().reader, session.instant().update, window.stream()
        shown = memo("inside_reach", made_of, picture)
        if shown is None:
            style.note(say("The network is completely certain of this word, so the gradient is zero."))
            return
        st.html(bars(shown))
        st.html(f'<p class="note">{style.literal(told(shown))}</p>')


def picture() -> Picture | None:
    """Compute the gradients in the chosen stream, and in as many other streams as can be computed quickly.

    Returns None if the gradient in the chosen stream is zero or not finite.
    """
    run, here, chosen = session.current(), session.instant(), window.stream()
    N, T, H = run.experiment.batch_size, run.experiment.time_size, run.experiment.hidden_size
    streams = [chosen, *(n for n in range(N) if n != chosen)][: max(1, AT_ONCE // H**2)]
    ids = stream_words(run.corpus.ids, N, T, here.update, chosen, BACK + WARM)
    found = [_reach_of(n) for n in streams]
    mine, uncut = found[0], [each.whole / each.whole[0] for each in found if each.whole[0] > 0]
    if not (np.isfinite(mine.whole).all() and mine.whole[0] > 0 and mine.window[0] > 0):
        return None
    sizes = np.append(mine.window / mine.window[0], mine.thrown_away / mine.whole[0])
    words = in_a_line(ids[-2::-1][: len(sizes)])
    return Picture(sizes, T, np.median(uncut, axis=0), len(uncut), words, word(ids[-1]))


def _reach_of(n: int) -> Reach:
    run, here = session.current(), session.instant()
    N, T = run.experiment.batch_size, run.experiment.time_size
    ids = stream_words(run.corpus.ids, N, T, here.update, n, BACK + WARM)
    return reach(here.reader, ids, T, min(BACK, len(ids) - 1), None, None if here.h is None else here.h[n])


def bars(shown: Picture) -> str:
    # time runs to the right, as on the tape, so the gradient runs back to the left
    most = float(shown.sizes.max())
    top = next((top for top in TOPS if top >= most), most)
    places = max(BACK + 1, len(shown.sizes))  # at the beginning of a run, some places stay empty
    drawn = "".join(bar(shown, k, top) for k in range(places - 1, -1, -1))
    lines = "".join(
        f'<em style="bottom:{100 * at / top:.2f}%"><span>{figure(at)}</span></em>' for at in sorted({1, top} - {1.2})
    )
    ticks = "".join(f'<span style="right:{100 * (k + 0.5) / places:.2f}%">{k}</span>' for k in range(0, places, 10))
    back, one = html.escape(say("← words back")), html.escape(say("1 is the size at the word itself"))
    return (
        f'<div class="reach" role="img" aria-label="{html.escape(told(shown))}">'
        f'<div class="field">{lines}{drawn}</div><div class="ticks">{ticks}</div>'
        f'<p class="note ends"><span>{back}</span><span>{one}</span></p></div>'
    )


def bar(shown: Picture, k: int, top: float) -> str:
    if k >= len(shown.sizes):
        return "<i></i>"
    size, read = float(shown.sizes[k]), shown.words[k] if k < len(shown.words) else ""
    about = say("{k} words back, after “{read}”: {size:.2f}", k=k, read=read, size=size)
    kind = "kept" if k < shown.inside else "thrown"
    is_last = k == shown.inside - 1 and len(shown.sizes) > shown.inside
    side = ' class="far"' if shown.inside > BACK - 2 else ""
    cut = f"<u{side}><span>{html.escape(say('cut'))}</span></u>" if is_last else ""
    return f'<i class="{kind}" title="{html.escape(about)}">{cut}<b style="height:{100 * size / top:.2f}%"></b></i>'


def told(shown: Picture) -> str:
    known = [k for k in FACTS if k < len(shown.sizes)]
    sentences = [
        say("The word to guess is “{right}”, in stream {n}.", right=style.quoted(shown.right), n=window.stream() + 1)
    ]
    if len(shown.usual) > JUDGED:
        sentences.append(verdict(float(shown.usual[JUDGED]), shown.streams))
    for k in known:
        sizes = {"size": float(shown.sizes[k]), "usual": float(shown.usual[k])}
        sentences.append(say("{k} words back the gradient has size {size:.2f} (median {usual:.2f}).", k=k, **sizes))
    if len(shown.sizes) > shown.inside:
        thrown = float(shown.sizes[shown.inside :].sum() / shown.sizes.sum())
        cut = say(
            "Training cuts the gradient at T = {T} (truncated BPTT). The grey part, {share:.1f} % of the "
            "gradient shown, is not used. The hidden state h itself is not cut.",
            T=shown.inside,
            share=100 * thrown,
        )
        sentences.append(cut)
    else:
        sentences.append(say("All of the gradient is inside the window."))
    return in_a_row(sentences)


def verdict(usual: float, streams: int) -> str:
    """A sentence about `usual`, the median gradient ten words back, divided by the gradient at the word itself."""
    if usual < FADES:
        return say("The gradient shrinks quickly here (median over {streams} streams).", streams=streams)
    if usual < HARDLY:
        return say("The gradient shrinks slowly here (median over {streams} streams).", streams=streams)
    if usual < GROWS:
        return say("The gradient barely shrinks here (median over {streams} streams).", streams=streams)
    return say("The gradient grows on its way back (median over {streams} streams).", streams=streams)
