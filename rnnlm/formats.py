"""Figures as they are shown: perplexities, shares, and options as they are typed."""

import math


def in_figures(perplexity: float, mark: str = ",") -> str:
    """A perplexity as it is shown: two decimals, with a mark between thousands; a power of ten from a million on."""
    return f"{perplexity:{mark}.2f}" if perplexity < 1e6 else f"{perplexity:.1e}"


def figure(value: float) -> str:
    """A perplexity with four significant figures, and every digit before the point."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def percent(share: float) -> str:
    """A share of 1 as per cent with three significant figures; only all of it is 100 %."""
    if share <= 0 or share >= 1:
        return "100 %" if share >= 1 else "0 %"
    decimals = max(0, 2 - math.floor(math.log10(100 * share)))
    while round(100 * share, decimals) >= 100 and decimals < 12:
        decimals += 1
    return f"{100 * share:.{decimals}f} %"
