"""Names of runs, made from the options in which they differ."""

from collections.abc import Sequence

from rnnlm.experiment import Experiment
from rnnlm.options import changed_options, table, write
from rnnlm.ui.language import say

SYMBOLS = {"hidden_size": "H", "wordvec_size": "D", "batch_size": "N", "time_size": "T"}


def symbol(name: str) -> str:
    return SYMBOLS.get(name, name)


def called(experiment: Experiment, first: Experiment) -> str:
    """A name that states how a run differs from the first run, for example H 100 → 20."""
    differ = [name for name in table(Experiment) if getattr(experiment, name) != getattr(first, name)]
    steps = [f"{symbol(name)} {write(getattr(first, name))} → {write(getattr(experiment, name))}" for name in differ]
    return ", ".join(steps) or say("the same settings")


def called_alone(experiment: Experiment) -> str:
    """A name that lists the options in which a run differs from the book's run, for example H 20."""
    changed = changed_options(experiment)
    if not changed:
        return say("the book’s settings")
    return ", ".join(f"{symbol(name)} {write(value)}" for name, value in changed.items())


def names_of(experiments: Sequence[Experiment]) -> list[str]:
    names = [called(one, experiments[0]) if i else called_alone(one) for i, one in enumerate(experiments)]
    return [f"{name} ({names[:i].count(name) + 1})" if name in names[:i] else name for i, name in enumerate(names)]
