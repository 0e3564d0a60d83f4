"""A sentence as a table: a row for each reader, a column for each word."""

import html

import numpy as np

from rnnlm.formats import figure, in_figures, percent
from rnnlm.inference.scoring import surprisal
from rnnlm.inference.sentence import Reading
from rnnlm.ui import style
from rnnlm.ui.ask.readers import Asked
from rnnlm.ui.language import say
from rnnlm.ui.train.writing import shown

MOST_TINT = 62  # per cent of the accent, for a word as surprising as under a uniform distribution


def table(said: tuple[str, ...], rows: list[tuple[Asked, Reading | str]]) -> str:
    """The table as HTML; the visitor's words and those of texts appear literally."""
    first = f'<th scope="col" class="who">{_text(say("Reader"))}</th>'
    words = "".join(f'<th scope="col" title="{_text(shown(word))}">{style.words(shown(word))}</th>' for word in said)
    last = f'<th scope="col" class="sum">{_text(say("bits a word"))}</th><th scope="col" class="sum end">'
    last += f"{_text(say('perplexity'))}</th>"
    body = "".join(_row(asked, reading, len(said)) for asked, reading in rows)
    head = f"<thead><tr>{first}{words}{last}</tr></thead>"
    table = f'<table style="--words:{len(said)}">{head}<tbody>{body}</tbody></table>'
    return f'<div class="readers" tabindex="0">{table}</div>'


def _row(asked: Asked, reading: Reading | str, words: int) -> str:
    name = f'<th scope="row" class="who">{_text(asked.name)}</th>'
    if isinstance(reading, str):
        return f'<tr class="{asked.kind}">{name}<td class="not" colspan="{words + 2}">{_text(reading)}</td></tr>'
    most = float(np.log2(asked.model.vocabulary.size)) or 1.0
    cells = "".join(_cell(*cell, most) for cell in zip(reading.words, reading.p, reading.mean_bits, strict=True))
    mean = f"{reading.mean_bits[-1]:.2f}" if np.isfinite(reading.mean_bits[-1]) else "∞"
    perplexity = in_figures(reading.perplexity) if np.isfinite(reading.perplexity) else "∞"
    total = f'<td class="sum">{mean}</td><td class="sum end"><b>{perplexity}</b></td>'
    return f'<tr class="{asked.kind}">{name}{cells}{total}</tr>'


def _cell(word: str, p: float, mean: float, most: float) -> str:
    bits = surprisal(p)
    told = say(
        "{word}: p = {p}, {bits} bits; so far {mean} bits a word",
        word=shown(word),
        p=percent(p),
        bits=figure(abs(bits), decimals=2) if p > 0 else "∞",
        mean=figure(mean, decimals=2) if np.isfinite(mean) else "∞",
    )
    tint = round(min(1.0, bits / most) * MOST_TINT)
    unknown = ' class="unk"' if word == "<unk>" else ""
    return f'<td{unknown} style="--surprise:{tint}%" title="{html.escape(told)}">{_brief(p)}</td>'


def _brief(p: float) -> str:
    """A probability in few characters, so that a column is narrow: per cent with about two digits."""
    if p <= 0:
        return "0"
    if p < 1e-5:
        return f"{100 * p:.0e} %".replace("e-0", "e-")
    return percent(p) if p >= 0.9995 else f"{100 * p:.2g} %" if p < 0.0995 else f"{100 * p:.0f} %"


def _text(said: str) -> str:
    return html.escape(said)
