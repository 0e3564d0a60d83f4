"""The distribution of the next word, as bars."""

import altair as alt
import numpy as np
import pyarrow as pa

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.formats import cut_short
from rnnlm.inference.scoring import surprisal
from rnnlm.ui.charts.curve import ACCENT, DATA, FAINT, GREY, WORDS, YES, arrow_table
from rnnlm.ui.language import percent, say, say_count

TOP_WORDS = 10
DARK, WHITE = "#404650", "#ffffff"  # fill and outline of the bar of draws, which lies over the other bar
COLUMNS = {
    "word": WORDS,
    "name": WORDS,
    "share": pa.float64(),
    "plain": pa.float64(),
    "rank": WORDS,
    "bits": WORDS,
    "count": WORDS,
}
COLUMNS |= {"others": YES, "row": pa.int32(), "text": WORDS, "came": pa.float64(), "times": WORDS}


def next_word_data(
    p: np.ndarray, plain: np.ndarray, vocabulary: Vocabulary, top: int = TOP_WORDS, often: np.ndarray | None = None
) -> pa.Table:
    """The rows of the chart: the `top` most probable words, and one row for all other words. The shares add up to 1.

    p (V,) is the distribution that words are drawn from. plain (V,) is the distribution at temperature 1 without top-k,
    shown as an outline. Words on the skip list have probability 0 in both distributions and are in no row. often (V,)
    says how often each word was drawn in a series of draws. A narrow bar over the word's bar shows this number as a
    share of all draws.
    """
    total = vocabulary.counts.sum()

    def row(word: str, share: float, plain: float, rank: str, bits: str, ids: np.ndarray, others: bool, place: int):
        told = say("{count:,} of {total:,}", count=vocabulary.counts[ids].sum(), total=total)
        came, times = None, ""
        if often is not None:
            came, times = often[ids].sum() / often.sum(), f"{often[ids].sum():,}"
        name = say("sum of all words without a separate bar") if others else word
        return word, name, share, plain, rank, bits, told, others, place, percent(share), came, times

    best = np.argsort(-p, kind="stable")[: min(top, np.count_nonzero(p))]
    rows = []
    for place, i in enumerate(best):
        rank, bits = say("{rank} of {words:,}", rank=place + 1, words=len(p)), f"{abs(surprisal(p[i])):.2f}"
        rows.append(row(cut_short(vocabulary.word(i)), p[i], plain[i], rank, bits, i, False, place))
    rest = plain > 0
    others = np.count_nonzero(rest) - np.count_nonzero(rest[best])
    if others:
        rest[best] = False
        word = say_count("{n:,} other word", "sum of {n:,} others", int(others))
        rows.append(row(word, p[rest].sum(), plain[rest].sum(), say("below"), "–", rest, True, TOP_WORDS))
    return arrow_table(rows, COLUMNS)


def next_word_chart() -> alt.LayerChart:
    # The rows are numbered, and their words are text marks. An axis of words would change its width
    # whenever the words change, and with it the width of the bars.
    space = alt.Axis(labels=False, ticks=False, domain=False, minExtent=124, maxExtent=124)
    y = alt.Y("row:O", title=None, axis=space, scale=alt.Scale(domain=list(range(TOP_WORDS + 1))))
    # The scale continues beyond 100 % to leave room for the longest bar's figure.
    axis = alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    share = alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 1.14], nice=False), axis=axis)
    told = [
        alt.Tooltip("name:N", title=say("word")),
        alt.Tooltip("rank:N", title=say("rank")),
        alt.Tooltip("share:Q", title=say("p"), format=".6f"),
        alt.Tooltip("plain:Q", title=say("p before temperature and top-k"), format=".6f"),
        alt.Tooltip("bits:N", title=say("surprisal in bits")),
        alt.Tooltip("count:N", title=say("times in the text")),
    ]
    drawn = alt.Chart(DATA).mark_bar(size=5, color=DARK, stroke=WHITE, strokeWidth=1)
    drawn = drawn.encode(y=y, x="came:Q", tooltip=[told[0], alt.Tooltip("times:N", title=say("times drawn"))])
    bars = alt.Chart(DATA).mark_bar(cornerRadiusEnd=2).encode(
        y=y,
        x=share,
        color=alt.condition("datum.others", alt.value(FAINT), alt.value(ACCENT)),
        tooltip=told,
    )  # fmt: skip
    outline = alt.Chart(DATA).mark_bar(filled=False, strokeWidth=1, cornerRadiusEnd=2)
    moved = "abs(datum.plain - datum.share) > 0.0005"
    outline = outline.encode(
        y=y, x="plain:Q", stroke=alt.condition(moved, alt.value(GREY), alt.value("transparent")), tooltip=told
    )
    words = alt.Chart(DATA).mark_text(align="right", fontSize=12, limit=116, opacity=0.85)
    words = words.encode(y=y, x=alt.value(-8), text="word:N", tooltip=told)
    text = alt.Chart(DATA).mark_text(align="left", dx=5, fontSize=12, opacity=0.72)
    text = text.transform_calculate(end="max(datum.share, datum.plain, datum.came)")
    text = text.encode(y=y, x=alt.X("end:Q"), text="text:N", tooltip=told)
    return alt.layer(bars, outline, words, text, drawn, data=DATA)
