"""Format numbers for display, shorten words, and escape control characters."""

import math
import re

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def figure(value: float, decimals: int = 3) -> str:
    """Format a measured number with up to four significant digits.

    Numbers of a million or more, and numbers below 0.0001, are written with two digits and a power of ten. Other
    numbers from 1 up have at most `decimals` decimals, and whole numbers have none. An infinite value and nan are
    written as words, for example "infinite".
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite" if value > 0 else "minus infinite"
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 999_950:
        return f"{value:.1e}"
    four_digits = float(f"{value:.3e}")
    size = math.floor(math.log10(abs(four_digits)))  # 2 of 394.9
    places = 0 if value == round(value) else max(0, min(3 - size, decimals if size >= 0 else 7))
    return f"{four_digits if size > 3 else value:,.{places}f}"


def in_figures(perplexity: float) -> str:
    """Format a perplexity for the page: like `figure`, but with at most two decimals, for example 5.14."""
    return figure(perplexity, decimals=2)


def as_printed(perplexity: float) -> str:
    """Format a perplexity with two decimals, as in the book's programs.

    A perplexity that is infinite, not a number, or a million or more is formatted by `figure`.
    """
    return f"{perplexity:.2f}" if 0 <= perplexity < 1e6 else figure(perplexity)


def percent(share: float) -> str:
    """Format a share (0 to 1) in per cent, usually to three digits.

    A share below 1 is never rounded up to 100 %, and a share above 0 is never rounded down to 0 %.
    """
    if not 0 < share < 1:
        return "100 %" if share >= 1 else "0 %" if share <= 0 else "not a number"
    if share < 1e-6:
        return f"{100 * share:.2e} %"
    if share > 0.999:
        return f"{math.floor(share * 1e4) / 100:.2f} %"
    decimals = max(0, 2 - math.floor(math.log10(100 * share)))
    return f"{100 * share:.{decimals}f} %"


def visible(text: str) -> str:
    """Write control characters as escapes, so that a terminal does not act on them. Newlines are not escaped."""
    return CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def cut_short(word: str, most: int = 60) -> str:
    """Shorten a word to at most `most` characters for display, because a word may be as long as the whole text."""
    return word if len(word) <= most else word[: most - 1] + "…"
