"""Make, read and check hand-ins: small files with a learner's settings, text, epoch and perplexities."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rnnlm.data.encoding import decoded, whole
from rnnlm.errors import UserError
from rnnlm.lessons.names import value_of
from rnnlm.lessons.reading import SETTABLE

MOST_BYTES, MOST_FIGURES = 20_000, 100
EXACT_UNTIL, EXACT = 50, 0.01  # up to this epoch, figures agree on all machines to this precision
ROUNDED = 6.2 / 4.8  # later, rounding alone can make this ratio of perplexities, as at the end of the book's run
KEYS = ("settings", "moment", "figures")
MOST_TITLE = 300  # characters of a title


@dataclass(frozen=True)
class Text:
    """The text of a run, identified by its title and by the checksum of its corpus."""

    checksum: str
    title: str


@dataclass(frozen=True)
class HandIn:
    """The result that a learner hands in.

    `settings` are link parameters, `moment` is the epoch on screen, and `figures` are perplexities by epoch. `text`
    identifies the run's training text. `text` is None in files of earlier versions, which did not name the text.
    """

    settings: Mapping[str, str]
    moment: float
    figures: Mapping[float, float]
    text: Text | None = None


@dataclass(frozen=True)
class Checked:
    """The check of one perplexity in a hand-in.

    `told` is the perplexity that the hand-in claims for the epoch. `measured` is the perplexity of the run on the page
    at that epoch, or None if the run has no point there.
    """

    epoch: float
    told: float
    measured: float | None

    @property
    def agrees(self) -> bool:
        """Whether both perplexities can come from the same experiment.

        Up to epoch 50 they may differ by up to 0.01. Later, the larger one may be up to ROUNDED times the smaller one.
        """
        if self.measured is None:
            return False
        if self.epoch <= EXACT_UNTIL:
            return abs(self.told - self.measured) <= EXACT + 1e-9
        return max(self.told, self.measured) <= ROUNDED * min(self.told, self.measured)


def hand_in(
    settings: Mapping[str, str], moment: float, curve: Mapping[float, float], text: Text | None = None
) -> HandIn:
    """Make a hand-in for the epoch `moment` of a run.

    `curve` has the run's perplexities by epoch. The hand-in contains those at epoch 1, at epoch 50 and at `moment`,
    except for epochs after `moment`.
    """
    epochs = [epoch for epoch in sorted({1, EXACT_UNTIL, moment}) if epoch <= moment and _is_number(curve.get(epoch))]
    return HandIn(dict(settings), moment, {epoch: float(f"{curve[epoch]:.6g}") for epoch in epochs}, text)


def write_hand_in(it: HandIn) -> str:
    """Write a hand-in as JSON for `read_hand_in`. Each figure is written as a pair of epoch and perplexity."""
    content = {"settings": dict(it.settings), "moment": it.moment, "figures": list(map(list, it.figures.items()))}
    if it.text is not None:
        content["text"] = {"checksum": it.text.checksum, "title": it.text.title[:MOST_TITLE]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_hand_in(content: bytes, title: str = "hand-in.json") -> HandIn:
    """Read the content of a hand-in file.

    Raises ValueError with a message if the content is not a hand-in, or if a setting in it breaks its rule.
    """
    if len(content) > MOST_BYTES:
        raise UserError(
            "{title} has more than {MOST_BYTES:,} bytes, too many for a hand-in", title=title, MOST_BYTES=MOST_BYTES
        )
    text = decoded(content, title)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or set(told) - {"text"} != set(KEYS):
        raise UserError("{title} is not a hand-in: a hand-in is JSON with {value}", title=title, value=", ".join(KEYS))
    settings, moment = _settings(told["settings"], title), _moment(told["moment"], title)
    return HandIn(settings, moment, _figures(told["figures"], title), _text(told.get("text"), title))


def _settings(told: Any, title: str) -> dict[str, str]:
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise UserError("{title}: settings must be link parameters, each a name and a text", title=title)
    for name, value in told.items():
        if name not in SETTABLE:
            raise UserError("{title}: {name!r} is not a setting of the page", title=title, name=name[:60])
        value_of(name, value)
    return told


def _moment(told: Any, title: str) -> float:
    if not _is_number(told):
        raise UserError("{title}: moment must be a number", title=title)
    value_of("moment", repr(told))
    return told


def _figures(told: Any, title: str) -> dict[float, float]:
    pairs = told if isinstance(told, list) and len(told) <= MOST_FIGURES else [None]
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_number, pair)) for pair in pairs):
        raise UserError(
            "{title}: figures must be at most {MOST_FIGURES} pairs of epoch and perplexity",
            title=title,
            MOST_FIGURES=MOST_FIGURES,
        )
    if any(epoch < 0 or perplexity < 1 for epoch, perplexity in pairs):
        raise UserError("{title}: an epoch must be at least 0 and a perplexity at least 1", title=title)
    return dict(map(tuple, pairs))


def _text(told: Any, title: str) -> Text | None:
    if told is None:
        return None
    if not isinstance(told, dict) or set(told) != {"checksum", "title"}:
        raise UserError("{title}: text must have a checksum and a title", title=title)
    if not all(isinstance(value, str) and len(value) <= MOST_TITLE for value in told.values()):
        raise UserError(
            "{title}: checksum and title of text must be strings of at most {MOST_TITLE} characters",
            title=title,
            MOST_TITLE=MOST_TITLE,
        )
    return Text(**{name: whole(value, title) for name, value in told.items()})


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) < 1e300 and math.isfinite(value)
