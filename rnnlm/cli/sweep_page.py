"""A sweep as one HTML page: curves, final perplexities and a table.

The page needs no internet connection. A page by Altair would load its scripts from a server, or need a package of 33 MB
that contains them (vl-convert-python), so the charts are drawn here as SVG.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from rnnlm.cli.sweep_words import called, run_line
from rnnlm.formats import as_printed, figure
from rnnlm.options import write
from rnnlm.training.sweep import Outcome

WIDTH, HEIGHT, LEFT, BOTTOM = 760, 340, 64, 40
Ticks = Sequence[tuple[float, str]]
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 800px; margin: 2rem auto; padding: 0 1rem }
li { list-style: disc } li span { color: CanvasText }
svg { width: 100%; height: auto; overflow: visible; font-size: 13px }
svg text { fill: currentColor; opacity: .72 }
.axis { stroke: currentColor; opacity: .15 }
.run { fill: none; stroke-width: 2; opacity: .8 }
.dot { stroke: none; opacity: .8 }
svg:hover .run, svg:hover .dot { opacity: .12 }
svg .run:hover { opacity: 1; stroke-width: 4 }
svg .dot:hover { opacity: 1 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100% }
th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid #80808040 }
"""


@dataclass(frozen=True)
class Scale:
    """A linear or logarithmic scale. It maps numbers from `low` to `high` to positions from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        of: Callable = math.log if self.log else float
        span = of(self.high) - of(self.low)
        return self.start + (self.end - self.start) * ((of(value) - of(self.low)) / span if span else 0.5)

    @property
    def ticks(self) -> list[float]:
        """The round numbers from `low` to `high` that are labelled on the axis."""
        if self.log and self.high >= 10 * self.low:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            decades = range(first, last + 1, -(-(last - first) // 8))
            few = (1, 2, 5) if len(decades) < 5 else (1,)
            candidates = [float(f"{m}e{e}") for e in decades for m in few]
        else:
            rough = (self.high - self.low) / 5 or 1
            size = 10.0 ** math.floor(math.log10(rough))
            step = next(m * size for m in (1, 2, 5, 10) if m * size >= rough)
            candidates = [step * i for i in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]
        return [tick for tick in candidates if self.low <= tick <= self.high]


def sweep_page(outcomes: Sequence[Outcome], names: Sequence[str], sentences: Sequence[str]) -> str:
    """Return the results of a sweep as an HTML page.

    `names` has the names of the options in which the runs differ. `sentences` has one sentence for each group of runs
    that differ only in the seed. Each group has its own colour. Hovering over a curve or a point shows its run. A table
    lists all runs. The page needs no internet connection.
    """
    options = [name for name in names if name != "seed"]
    groups = list(dict.fromkeys(called(outcome.experiment, options) for outcome in outcomes))
    hues = [round(210 - 195 * i / max(1, len(groups) - 1)) for i in range(len(groups))]
    colour_of = {group: f"hsl({hue} 65% 48%)" for group, hue in zip(groups, hues, strict=True)}
    colours = [colour_of[called(outcome.experiment, options)] for outcome in outcomes]
    told = "".join(
        f'<li style="color: {colour}"><span>{escape(sentence)}</span></li>'
        for colour, sentence in zip(colour_of.values(), sentences, strict=True)
    )
    parts = [
        "<!doctype html>",
        f'<html lang="en"><meta charset="utf-8"><title>A sweep of {len(outcomes):,} runs</title><style>{STYLE}</style>',
        f"<h1>A sweep of {len(outcomes):,} runs</h1><ul>{told}</ul>",
        f"<h2>Perplexity by epoch</h2>{_curves(outcomes, names, colours)}",
        f"<h2>Final perplexity</h2>{_finals(outcomes, names, options, colours)}",
        f"<h2>All runs</h2>{_table(outcomes, names)}</html>",
    ]
    return "\n".join(parts) + "\n"


def _curves(outcomes: Sequence[Outcome], names: Sequence[str], colours: Sequence[str]) -> str:
    points = [point for outcome in outcomes for point in outcome.curve]
    if not points:
        return "<p>No run has finished an epoch.</p>"
    x = Scale(0, max(epoch for epoch, _ in points), LEFT, WIDTH)
    y = _perplexities([perplexity for _, perplexity in points])
    marks = []
    for outcome, colour in zip(outcomes, colours, strict=True):
        places = " ".join(f"{x(epoch):.1f},{y(perplexity):.1f}" for epoch, perplexity in outcome.curve)
        title = escape(run_line(outcome, names))
        marks.append(f'<polyline class="run" stroke="{colour}" points="{places}"><title>{title}</title></polyline>')
    ticks = [(tick, figure(tick)) for tick in x.ticks]
    return _svg("Learning curves", _axes(x, y, ticks, "epoch") + "".join(marks))


def _finals(outcomes: Sequence[Outcome], names: Sequence[str], options: Sequence[str], colours: Sequence[str]) -> str:
    perplexities = [outcome.perplexity for outcome in outcomes if outcome.perplexity is not None]
    if not perplexities:
        return "<p>No run has a final perplexity.</p>"
    x, values, ticks, title = _across(outcomes, options)
    y = _perplexities(perplexities)
    marks = []
    for outcome, value, colour in zip(outcomes, values, colours, strict=True):
        if outcome.perplexity is not None:
            at = f'cx="{x(value):.1f}" cy="{y(outcome.perplexity):.1f}"'
            name = escape(run_line(outcome, names))
            marks.append(f'<circle class="dot" r="5" fill="{colour}" {at}><title>{name}</title></circle>')
    return _svg("Final perplexity of each run", _axes(x, y, ticks, title) + "".join(marks))


def _across(outcomes: Sequence[Outcome], options: Sequence[str]) -> tuple[Scale, list[float], Ticks, str]:
    """Choose the horizontal axis for the final perplexities.

    If `options` has only one option and its values are numbers, the axis shows these values. Otherwise, each
    combination of values has its own position. Returns the scale, the value of each run, the ticks with their labels,
    and the title of the axis.
    """
    values = [getattr(outcome.experiment, options[0]) for outcome in outcomes] if len(options) == 1 else []
    if values and all(type(value) in (int, float) for value in values):
        low, high = min(values), max(values)
        x = Scale(low, high, LEFT + 20, WIDTH - 20, log=low > 0 and high / low >= 20)
        return x, values, [(tick, f"{tick:g}") for tick in x.ticks], options[0]
    kinds = [called(outcome.experiment, options) for outcome in outcomes]
    place = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
    x = Scale(0, max(1, len(place) - 1), LEFT + 60, WIDTH - 60)
    every = -(-len(place) // 6)  # more names would overlap
    return x, [place[kind] for kind in kinds], [(i, kind) for kind, i in place.items() if i % every == 0], ""


def _perplexities(values: Sequence[float]) -> Scale:
    return Scale(min(values) / 1.1, max(values) * 1.1, HEIGHT - BOTTOM, 10, log=True)


def _axes(x: Scale, y: Scale, ticks: Ticks, title: str) -> str:
    lines = []
    for tick in y.ticks:
        at = f"{y(tick):.1f}"
        lines.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH}" y1="{at}" y2="{at}"/>')
        lines.append(
            f'<text x="{LEFT - 8}" y="{at}" text-anchor="end" dominant-baseline="middle">{figure(tick)}</text>'
        )
    for tick, label in ticks:
        lines.append(f'<text x="{x(tick):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(label)}</text>')
    lines.append(f'<text x="{(LEFT + WIDTH) / 2:g}" y="{HEIGHT - 4}" text-anchor="middle">{escape(title)}</text>')
    return "".join(lines)


def _svg(label: str, content: str) -> str:
    return f'<svg role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}">{content}</svg>'


def _table(outcomes: Sequence[Outcome], names: Sequence[str]) -> str:
    head = [*names, "perplexity", "valid", "epochs", "seconds", "diverged in epoch"]
    rows = [head]
    for o in outcomes:
        figures = ["" if value is None else as_printed(value) for value in (o.perplexity, o.valid)]
        ended = "" if o.diverged is None else str(int(o.diverged) + 1)
        values = [write(getattr(o.experiment, name)) for name in names]
        rows.append([*values, *figures, f"{o.epochs:g}", f"{o.seconds:.1f}", ended])
    tags = ["th"] + ["td"] * len(outcomes)
    cells = ["".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) for tag, row in zip(tags, rows, strict=True)]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
