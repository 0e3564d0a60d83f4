"""What comes next, as bars."""

import altair as alt
import numpy as np
import pandas as pd

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.formats import percent
from rnnlm.ui.charts.curve import ACCENT, DATA, FAINT, GREY
from rnnlm.ui.language import say

TOP_WORDS = 10


def next_word_data(p: np.ndarray, plain: np.ndarray, vocabulary: Vocabulary, top: int = TOP_WORDS) -> pd.DataFrame:
    """The `top` most probable words and all others together: their shares add to 1.

    p (V,) is the distribution drawn from, plain (V,) the one at temperature 1 without top-k, shown
    as an outline.
    """
    total = vocabulary.counts.sum()
    best = np.argsort(-p, kind="stable")[: min(top, np.count_nonzero(p))]
    rows = [
        {
            "word": vocabulary.word(i),
            "share": p[i],
            "plain": plain[i],
            "rank": say("{rank} of {words:,}", rank=rank, words=len(p)),
            "bits": f"{abs(np.log2(p[i])):.2f}",
            "count": say("{count:,} of {total:,}", count=vocabulary.counts[i], total=total),
        }
        for rank, i in enumerate(best, 1)
    ]
    others = len(p) - len(best)
    if others:
        rest = np.ones(len(p), bool)
        rest[best] = False
        name = say("{others:,} other words", others=others)
        row = {"word": name, "share": p[rest].sum(), "plain": plain[rest].sum(), "rank": say("below"), "bits": ""}
        count = say("{count:,} of {total:,}", count=vocabulary.counts[rest].sum(), total=total)
        rows.append(row | {"count": count})
    data = pd.DataFrame(rows)
    data["others"] = [False] * len(best) + [True] * (len(data) - len(best))
    data["row"] = np.where(data.others, TOP_WORDS, np.arange(len(data))).astype(np.int32)
    data["text"] = [percent(share) for share in data.share]
    return data


def next_word_chart() -> alt.LayerChart:
    """Horizontal bars, most probable word on top, on an axis from 0 to 100 %."""
    # The rows are numbered and their words are text marks: an axis of words would change its width,
    # and with it the bars', whenever the words change.
    space = alt.Axis(labels=False, ticks=False, domain=False, minExtent=112, maxExtent=112)
    y = alt.Y("row:O", title=None, axis=space, scale=alt.Scale(domain=list(range(TOP_WORDS + 1))))
    # The axis goes on past 100 % to leave room for the longest bar's figure.
    axis = alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    share = alt.X("share:Q", title=None, scale=alt.Scale(domain=[0, 1.14], nice=False), axis=axis)
    told = [
        alt.Tooltip("word:N", title=say("word")),
        alt.Tooltip("rank:N", title=say("rank")),
        alt.Tooltip("share:Q", title=say("p"), format=".6f"),
        alt.Tooltip("bits:N", title=say("surprisal in bits")),
        alt.Tooltip("count:N", title=say("times in the text")),
    ]
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
    words = alt.Chart(DATA).mark_text(align="right", fontSize=12, limit=104, opacity=0.85)
    words = words.encode(y=y, x=alt.value(-8), text="word:N", tooltip=told)
    text = alt.Chart(DATA).mark_text(align="left", dx=5, fontSize=12, opacity=0.72)
    text = text.transform_calculate(end="max(datum.share, datum.plain)")
    text = text.encode(y=y, x=alt.X("end:Q"), text="text:N", tooltip=told)
    return alt.layer(bars, outline, words, text, data=DATA)
