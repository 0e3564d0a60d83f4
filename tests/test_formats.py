"""Figures have up to four digits, and control characters for a terminal are shown."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlm.formats import as_printed, figure, in_figures, percent, visible

FEW_DIGITS = r"-?[\d,]+(\.\d+)?"
POWER_OF_TEN = r"-?\d\.\d{1,2}e[+-]\d+"


def digits(shown):
    """The significant digits of a figure."""
    whole = re.sub(r"[^0-9.]", "", shown).lstrip("0.")
    return len(whole.replace(".", "") if "." in shown else whole.rstrip("0")) or 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_figure_has_four_digits_or_is_a_power_of_ten(value):
    for shown in (figure(value), in_figures(value)):
        if not re.fullmatch(POWER_OF_TEN, shown):
            assert re.fullmatch(FEW_DIGITS, shown)
            assert digits(shown) <= 4
        assert len(shown) <= 10
    if abs(value) < 1e308:
        assert float(figure(value).replace(",", "")) == pytest.approx(value, rel=0.051)


@given(st.floats(1, 999_000))
def test_a_figure_is_right_to_its_last_digit(value):
    assert float(figure(value).replace(",", "")) == pytest.approx(value, rel=0.00051)


@given(st.floats(0, 1))
def test_a_share_has_four_digits_and_is_never_rounded_away(share):
    shown = percent(share).removesuffix(" %")
    assert len(shown) <= 9
    assert re.fullmatch(POWER_OF_TEN, shown) or digits(shown) <= 4
    assert (float(shown) == 0) == (share == 0)
    assert (float(shown) == 100) == (share == 1)
    assert float(shown) == pytest.approx(100 * share, rel=0.051)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5.139, "5.14"),
        (77.66, "77.66"),
        (394.87, "394.9"),
        (418, "418"),
        (9998.123, "9,998"),
        (21_559.4, "21,560"),
        (1.4e207, "1.4e+207"),
    ],
)
def test_a_perplexity_is_shown_in_a_few_digits_however_large_it_is(value, shown):
    assert in_figures(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(394.87, "394.87"), (9998.123, "9998.12"), (4.2868e60, "4.3e+60")])
def test_the_command_line_prints_as_the_book_does(value, shown):
    assert as_printed(value) == shown


def test_values_that_are_not_numbers_are_shown_in_words():
    for format in (figure, in_figures, as_printed):
        assert (format(math.inf), format(math.nan)) == ("infinite", "not a number")


@given(st.text())
def test_no_terminal_finds_a_command_in_what_is_shown(text):
    shown = visible(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    assert visible("a\x1b[2Jb\u202ec\nd") == r"a\x1b[2Jb\u202ec" + "\nd"
