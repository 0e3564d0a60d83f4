"""A sentence as a table, with a row for each reader and a column for each word."""

import html

import numpy as np

from rnnlm.formats import cut_short, figure, in_figures
from rnnlm.inference.scoring import surprisal
from rnnlm.inference.sentence import Reading
from rnnlm.ui import style
from rnnlm.ui.ask.readers import Asked
from rnnlm.ui.language import percent, say

MOST_TINT = 62  # per cent of the accent colour behind a word of probability 0
HALF_TINT = 6.0  # bits of a word with half of MOST_TINT; the tint grows with the bits


def table(said: tuple[str, ...], rows: list[tuple[Asked, Reading | str]]) -> str:
    """The table as HTML. All words are escaped, so that they appear literally."""
    first = f'<th scope="col" class="who">{html.escape(say("Reader"))}</th>'
    heads = map(cut_short, said)
    words = "".join(f'<th scope="col" title="{html.escape(word)}">{style.words(word)}</th>' for word in heads)
    last = f'<th scope="col" class="sum">{html.escape(say("bits a word"))}</th><th scope="col" class="sum end">'
    last += f"{html.escape(say('perplexity'))}</th>"
    body = "".join(_row(asked, reading, len(said)) for asked, reading in rows)
    head = f"<thead><tr>{first}{words}{last}</tr></thead>"
    table = f'<table style="--words:{len(said)}">{head}<tbody>{body}</tbody></table>'
    return f'<div class="readers" tabindex="0">{table}</div>'


def _row(asked: Asked, reading: Reading | str, words: int) -> str:
    name = f'<th scope="row" class="who">{html.escape(asked.name)}</th>'
    if isinstance(reading, str):
        return f'<tr class="{asked.kind}">{name}<td class="not" colspan="{words + 2}">{html.escape(reading)}</td></tr>'
    cells = "".join(_cell(*cell) for cell in zip(reading.words, reading.p, reading.mean_bits, strict=True))
    mean = f"{reading.mean_bits[-1]:.2f}" if np.isfinite(reading.mean_bits[-1]) else "∞"
    perplexity = in_figures(reading.perplexity) if np.isfinite(reading.perplexity) else "∞"
    total = f'<td class="sum">{mean}</td><td class="sum end"><b>{perplexity}</b></td>'
    return f'<tr class="{asked.kind}">{name}{cells}{total}</tr>'


def _cell(word: str, p: float, mean: float) -> str:
    bits = surprisal(p)
    told = say(
        "{word}: p = {p}, {bits} bits; on average {mean} bits a word so far",
        word=cut_short(word),
        p=percent(p),
        bits=figure(abs(bits), decimals=2) if p > 0 else "∞",
        mean=figure(mean, decimals=2) if np.isfinite(mean) else "∞",
    )
    unknown = ' class="unk"' if word == "<unk>" else ""
    return f'<td{unknown} style="--surprise:{tint(bits)}%" title="{html.escape(told)}">{brief(p)}</td>'


def tint(bits: float) -> int:
    return round((1 - 2 ** (-abs(bits) / HALF_TINT)) * MOST_TINT)


def brief(p: float) -> str:
    # always two decimals, so that a column can be compared at a glance
    if p <= 0:
        return "0 %"
    if p < 0.0001:
        return "< 0.01 %"
    return "100 %" if p >= 1 else f"{min(100 * p, 99.99):.2f} %"
