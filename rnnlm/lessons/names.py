"""The names that a lesson may use: settings (named as in the page's links), facts about the page, and controls.

Lessons use these names instead of the labels on the page, so a lesson works in every language of the page.
"""

from dataclasses import dataclass
from typing import Any

from rnnlm.experiment import Experiment
from rnnlm.inference.sampling import Sampling
from rnnlm.options import Option, option, parse, table
from rnnlm.screen import CONTROLS, PAGES, Screen

NAMES = tuple(dict.fromkeys((*PAGES, *CONTROLS, *table(Experiment))))  # to ring or press; `train` is the button


@dataclass(frozen=True)
class Facts:
    """Facts about the page, apart from its settings, that a condition can test."""

    page: str = option("train", str, "the page that is open", choices=PAGES)
    epoch: float = option(0.0, float, "epochs the run has trained", low=0, high=10_000)
    update: int = option(0, int, "updates the run has made", low=0, high=10**9)
    moment: float = option(0.0, float, "the epoch that is shown, chosen on the timeline", low=0, high=10_000)
    perplexity: float = option(
        1.0, float, "perplexity at the last point of the curve, up to the epoch shown", low=1, high=1e9
    )
    finished: bool = option(False, bool, "all epochs of the run are done")
    running: bool = option(False, bool, "the run is training")
    diverged: bool = option(False, bool, "the run has diverged")
    drawn: int = option(
        0, int, "number of words drawn in the text on screen, without the words it starts from", low=0, high=200
    )
    predicted: bool = option(False, bool, "an expected learning curve has been drawn on the chart")
    fan_done: bool = option(False, bool, "the fan on Compare has trained all its runs")
    answered: bool = option(False, bool, "the question of this step has been answered correctly")


SETTINGS = (Experiment, Sampling, Screen)
GROUPS = (*SETTINGS, Facts)
NOT_ON_THE_PAGE = ("validate", "average_from")  # only the command line has these


def group_of(name: str, groups: tuple[type, ...] = GROUPS) -> type | None:
    """Return the class that declares this option or fact. Returns None if no class declares it."""
    return next((group for group in groups if name in table(group)), None)


def rule_of(name: str) -> Option:
    """Return the rule for a setting or a fact."""
    return table(group_of(name))[name]


def value_of(name: str, text: str) -> Any:
    """Read the value of a setting or a fact from text, as in a link. Raises OptionError if it is not valid."""
    return parse(group_of(name), name, text)
