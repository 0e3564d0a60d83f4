"""The learning curve as pure functions: an Altair chart without data, and the table with its data.

The chart depends on the ranges of its axes but not on the data, so it is built once, and only the rows of the table
change. The only colours are one accent colour and greys, the same on light and dark backgrounds.
"""

from collections.abc import Sequence
from dataclasses import asdict

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa

from rnnlm.inference.baselines import Baselines
from rnnlm.training.curve import Curve
from rnnlm.training.state import Progress
from rnnlm.ui.charts.levels import levels_to_compare
from rnnlm.ui.language import say

ACCENT, GREY, FAINT = "#d9481f", "#808080", "#b0b0b0"
SMALLEST = 12  # pixels of the smallest text on the page
REACH = 200  # square pixels around a point that react to the pointer
NUMBER, WORDS, YES = pa.float32(), pa.string(), pa.bool_()
CURVE_COLUMNS = dict.fromkeys(["series"], WORDS) | dict.fromkeys(["epoch", "perplexity", "loss", "seconds"], NUMBER)
CURVE_COLUMNS |= {"label": WORDS, "above": YES, "why": WORDS, "name": WORDS, "trained": WORDS}
NEW_POINT = alt.OverlayMarkDef(size=22, filled=True, color=ACCENT)
DATA = alt.NamedData("rows")  # the page supplies the rows
NAMED_AT = 60  # epoch of the published curve's label; charts of 100 to 1,000 epochs have room for it
LIVE, LAST, NOTES, HELD = "this run", "the previous run", "published curve", "held-out"
EXPECTED = "expected"
HELD_TOP = 20_000  # top of the axis; a perplexity on words never read may be far above V


def curve_names() -> dict[str, str]:
    return {
        LIVE: say("this run"),
        LAST: say("the previous run"),
        NOTES: say("published curve"),
        HELD: say("held-out words"),
        EXPECTED: say("the curve you expect"),
    }


def curve_table(points: Sequence[Progress]) -> pd.DataFrame:
    """The curve as a table with the columns epoch, perplexity, loss (in nats), words_per_second and seconds."""
    columns = ["epoch", "perplexity", "loss", "words_per_second", "seconds"]
    return pd.DataFrame([asdict(point) for point in points], columns=columns)


def learning_curve_data(
    live: Sequence[Progress],
    last: Sequence[Progress] = (),
    notes: pd.DataFrame | None = None,
    rules: Baselines | None = None,
    true_perplexity: float | None = None,
    diverged: float | None = None,
    here: tuple[float, float] | None = None,
    rates: Sequence[tuple[float, float]] = (),
    held: Sequence[tuple[float, float]] = (),
    expected: Sequence[tuple[float, float]] = (),
) -> pa.Table:
    """All rows of the learning curve, one for each mark of the chart.

    The column `series` says to which curve or line a row belongs. `name` is a curve's name in the page's language.
    Reference lines have a `label`, and `above` says whether the label is above its line.

    `here` is the (epoch, perplexity) of the snapshot on screen, or None if the latest network is on screen.
    `rates` has a pair (epoch, learning rate from that epoch on) for each change.
    `held` has the points (epoch, perplexity on words that the network has never read).
    `expected` has the points (epoch, perplexity) of the curve that the visitor has drawn.
    """
    rows = [(LAST, p.epoch, p.perplexity, p.loss, p.seconds, "", False, "") for p in Curve(last).thinned()]
    if notes is not None:
        points = zip(notes.epoch, notes.perplexity, np.log(notes.perplexity), strict=True)
        rows += [(NOTES, epoch, perplexity, loss, None, "", False, "") for epoch, perplexity, loss in points]
    for series, drawn in ((EXPECTED, expected), (HELD, held)):
        rows += [(series, epoch, value, float(np.log(value)), None, "", False, "") for epoch, value in drawn]
    # This run's points come later, so they lie above those of the others.
    rows += [(LIVE, p.epoch, p.perplexity, p.loss, p.seconds, "", False, "") for p in Curve(live).thinned()]
    levels = levels_to_compare(rules, true_perplexity)
    rows += [("rule", None, level, None, None, name, above, why) for name, level, above, why in levels]
    if diverged is not None:
        rows.append(("diverged", diverged, None, None, None, say("diverged"), False, ""))
    rows += [("rate", at, None, None, None, say("lr {rate:g}", rate=rate), False, "") for at, rate in rates]
    if here is not None:
        rows.append(("here", *here, None, None, "", False, ""))
    names = curve_names()
    rows = [(*row, names.get(row[0], ""), "–" if row[4] is None else f"{row[4]:.2f}") for row in rows]
    return arrow_table(rows, CURVE_COLUMNS)


def arrow_table(rows: Sequence[tuple], columns: dict[str, pa.DataType]) -> pa.Table:
    # going through a data frame would take ten times as long
    by_column = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [pa.array(values, kind) for values, kind in zip(by_column, columns.values(), strict=True)]
    return pa.table(arrays, list(columns))


def top_of(V: int, log: bool, held: bool) -> float:
    top = V**1.1 if log else V * 1.15
    return top if not held else max(top, HELD_TOP) if log else 2 * top


def learning_curve_chart(epochs: int, V: int, log: bool = True, held: bool = False) -> alt.LayerChart:
    """The chart of perplexity against epochs, with fixed axes. The axis of epochs starts at 0.

    The axis of perplexity starts at 1 if it is logarithmic, otherwise at 0. It ends above V. If `held` is true, a
    linear axis is twice as long, and a logarithmic axis extends at least to HELD_TOP.
    """
    top = top_of(V, log, held)
    ticks = [m * 10**e for e in range(6) for m in (1, 2, 5) if m * 10**e <= top]
    scale = alt.Scale(type="log", domain=[1, top]) if log else alt.Scale(domain=[0, top])
    axis = alt.Axis(
        title=None,
        values=ticks if log else alt.Undefined,
        tickCount=alt.Undefined if log else 6,
        format="~s",
        grid=True,
        labelOverlap=False,
    )
    x = alt.X(
        "epoch:Q",
        title=say("epoch"),
        scale=alt.Scale(domain=[0, epochs], nice=False, rangeMax=alt.expr("width - 6")),
        axis=alt.Axis(tickMinStep=1),
    )
    y = alt.Y("perplexity:Q", scale=scale, axis=axis)

    def rows(series: str) -> alt.Chart:
        return alt.Chart(DATA).transform_filter(alt.datum.series == series)

    why = [alt.Tooltip("label:N", title=say("line")), alt.Tooltip("why:N", title=say("what it is"))]
    rule = rows("rule").mark_rule(strokeDash=[2, 4], color=FAINT, clip=True).encode(y=y)
    names = [
        rows("rule")
        .transform_filter(f"datum.above === {above}" if log else f"{above}")
        .mark_text(align="right", baseline=baseline, dx=-10, dy=dy, fontSize=12, opacity=0.72)
        .encode(y=y, x=alt.value("width"), text="label:N", tooltip=why)
        for above, baseline, dy in (("true", "bottom", -3), ("false", "top", 3))
    ]
    notes = rows(NOTES).mark_line(strokeDash=[5, 4], strokeWidth=1.5, color=GREY, clip=True).encode(x=x, y=y)
    name = rows(NOTES).transform_filter(f"datum.epoch === {NAMED_AT}")
    # At 400 % zoom there is less room on the right, so the label starts further left, above the curve.
    dx, dy = (alt.ExprRef(f"width < 300 ? -12 : {usual}") for usual in (6, -2))
    name = name.mark_text(align="left", baseline="bottom", dx=dx, dy=dy, fontSize=12, opacity=0.72)
    named = [name.encode(x=x, y=y, text="name:N")] if 100 <= epochs <= 1000 else []
    last = rows(LAST).mark_line(strokeWidth=1.5, color=ACCENT, opacity=0.35, clip=True).encode(x=x, y=y)
    expected = rows(EXPECTED).mark_line(strokeDash=[0.1, 6], strokeCap="round", strokeWidth=3, color=GREY, clip=True)
    live = rows(LIVE).mark_line(strokeWidth=2.5, color=ACCENT, clip=True).encode(x=x, y=y)
    end = rows(LIVE).transform_window(rank="rank()", sort=[alt.SortField("epoch", order="descending")])
    end = end.transform_filter(f"datum.rank == 1 && datum.perplexity <= {top}")
    end = end.mark_point(filled=True, size=60, color=ACCENT, opacity=1)
    new = rows(HELD).mark_line(strokeWidth=1.5, strokeDash=[2, 2], color=ACCENT, point=NEW_POINT, clip=True)
    new_name = rows(HELD).transform_window(rank="rank()", sort=[alt.SortField("epoch", order="descending")])
    new_name = new_name.transform_filter("datum.rank == 1").mark_text(align="right", dy=-10, fontSize=12, opacity=0.72)
    here = rows("here").mark_rule(strokeWidth=1.5, color=ACCENT, clip=True).encode(x=x)
    at = rows("here").mark_point(filled=False, size=110, strokeWidth=2.5, color=ACCENT, opacity=1, clip=True)
    rate = rows("rate").mark_rule(strokeDash=[2, 2], color=GREY, clip=True).encode(x=x)
    rated = rows("rate").mark_text(align="left", dx=4, baseline="top", fontSize=12, opacity=0.72)
    rated = rated.encode(x=x, y=alt.value(4), text="label:N")
    diverged = rows("diverged").mark_rule(strokeWidth=2, color=ACCENT).encode(x=x)
    told = [
        rows("diverged")
        .transform_filter(f"datum.epoch {half} {epochs / 2}")
        .mark_text(align=align, dx=dx, baseline="top", fontSize=12, color=ACCENT)
        .encode(x=x, y=alt.value(30), text="label:N")
        for half, align, dx in (("<", "left", 6), (">=", "right", -6))
    ]

    # A click anywhere goes to this run's nearest epoch, but only the line under the pointer has a tooltip.
    chosen = alt.selection_point(name="chosen", nearest=True, on="click", fields=["epoch"], empty=False)
    near = alt.selection_point(
        name="near", on="pointerover", clear="pointerout", fields=["series", "epoch"], empty=False
    )
    touched = alt.selection_point(name="touched", on="click", fields=["epoch"], empty=False)
    every = alt.Chart(DATA).transform_filter(alt.FieldOneOfPredicate("series", [LIVE, LAST, NOTES, HELD, EXPECTED]))
    # Without `tooltip=None`, Streamlit shows a tooltip of the nearest point wherever the pointer is.
    targets = rows(LIVE).mark_point(filled=True, size=1, opacity=0, clip=True, aria=False, tooltip=None)
    targets = targets.encode(x=x, y=y)
    dots = every.transform_filter(near).mark_point(filled=True, size=70, opacity=1, clip=True, aria=False)
    grey = (alt.datum.series == NOTES) | (alt.datum.series == EXPECTED)
    dots = dots.encode(x=x, y=y, color=alt.condition(grey, alt.value(GREY), alt.value(ACCENT)))
    points = every.mark_point(filled=True, size=REACH, opacity=0, clip=True)
    points = points.encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("name:N", title=say("curve")),
            alt.Tooltip("epoch:Q", title=say("epoch"), format=".4~g"),
            alt.Tooltip("perplexity:Q", title=say("perplexity"), format=",.2f"),
            alt.Tooltip("loss:Q", title=say("loss in nats"), format=".4f"),
            alt.Tooltip("trained:N", title=say("seconds trained")),
        ],
    )
    hover = rows("rule").mark_rule(strokeWidth=14, opacity=0, clip=True).encode(y=y, tooltip=why)
    lines = rule, notes, *named, last, expected.encode(x=x, y=y), live, end.encode(x=x, y=y), diverged, *told
    if held:
        lines = *lines, new.encode(x=x, y=y), new_name.encode(x=x, y=y, text="name:N")
    # The labels of the lines lie above the targets, so that they show their tooltips.
    marks = rate, rated, here, at.encode(x=x, y=y), targets.add_params(chosen), *names, hover
    return alt.layer(*lines, *marks, dots, points.add_params(near, touched), data=DATA)


def constant_spec(chart: alt.LayerChart) -> dict:
    # the page supplies data and size
    chart = chart.configure_axis(labelFontSize=SMALLEST, titleFontSize=SMALLEST).properties(padding={"bottom": 4})
    spec = chart.to_dict()
    del spec["data"]
    return spec
