"""What a lesson may speak of: settings by their names in the link, facts about the page, and what can be ringed.

None of these names is a label: a lesson holds in whatever language the page is shown.
"""

from dataclasses import dataclass
from typing import Any

from rnnlm.experiment import Experiment
from rnnlm.inference.sampling import Sampling
from rnnlm.options import Option, option, parse, table
from rnnlm.screen import CONTROLS, PAGES, Screen

NAMES = tuple(dict.fromkeys((*PAGES, *CONTROLS, *table(Experiment))))  # may be ringed or pressed; `train` is the button


@dataclass(frozen=True)
class Facts:
    """What is true of the page at a moment, beside its settings."""

    page: str = option("train", str, "the page that is open", choices=PAGES)
    epoch: float = option(0.0, float, "how far the run has come", low=0, high=10_000)
    update: int = option(0, int, "updates the run has made", low=0, high=10**9)
    moment: float = option(0.0, float, "the epoch that is on screen: the place on the timeline", low=0, high=10_000)
    perplexity: float = option(1.0, float, "the last point of the curve up to that epoch", low=1, high=1e9)
    finished: bool = option(False, bool, "all epochs of the run are done")
    running: bool = option(False, bool, "the run is in training")
    diverged: bool = option(False, bool, "the run has blown up")
    drawn: int = option(0, int, "words drawn in the text on screen; those it starts from do not count", low=0, high=200)
    answered: bool = option(False, bool, "the question of this step is answered rightly")


SETTINGS = (Experiment, Sampling, Screen)
GROUPS = (*SETTINGS, Facts)
NOT_ON_THE_PAGE = ("validate", "average_from")  # what only the command line measures


def group_of(name: str, groups: tuple[type, ...] = GROUPS) -> type | None:
    """The class that declares an option or a fact; None for a name that is neither."""
    return next((group for group in groups if name in table(group)), None)


def rule_of(name: str) -> Option:
    """What may be said for a setting or a fact."""
    return table(group_of(name))[name]


def value_of(name: str, text: str) -> Any:
    """A value written as in the link; OptionError where the option's own rule is against it."""
    return parse(group_of(name), name, text)
