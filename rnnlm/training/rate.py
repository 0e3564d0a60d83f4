"""The learning rate over the course of a run (learning-rate schedule)."""

from functools import lru_cache

from rnnlm.errors import marked
from rnnlm.experiment import Experiment
from rnnlm.options import OptionError, table


def rate_at(experiment: Experiment, epoch: float) -> float:
    """Return the learning rate at an epoch, which need not be a whole number.

    If the experiment has `rates`, each rate applies from its epoch on, and lr applies before the first of these epochs.
    If the experiment has final_lr, the rate decays linearly from lr to final_lr and then stays there. The decay takes
    falling_epochs epochs, or all epochs if falling_epochs is None. With neither option, the rate is always lr.
    """
    start, end = experiment.lr, experiment.final_lr
    if experiment.rates:
        return next((rate for at, rate in reversed(changes(experiment)) if epoch >= at), start)
    falling = experiment.falling_epochs or experiment.epochs
    return start if end is None else start + (end - start) * min(1.0, epoch / falling)


def falls_to_the_end(experiment: Experiment) -> bool:
    """Return whether the learning rate decays until the last epoch.

    Such a schedule depends on the planned number of epochs.
    """
    return experiment.final_lr is not None and experiment.falling_epochs is None


@lru_cache(maxsize=256)
def changes(experiment: Experiment) -> tuple[tuple[float, float], ...]:
    """Return (epoch, rate) for each of an experiment's `rates`.

    Raises OptionError if an epoch or a rate is not valid, if the epochs are not in order, or if final_lr is set too.
    """
    rule, found = table(Experiment)["lr"], []
    for written in experiment.rates:
        try:
            at, rate = map(float, written.split(":"))
            if not (0 < at < float("inf") and rule.low <= rate <= rule.high and (not found or at > found[-1][0])):
                raise ValueError
        except ValueError:
            told = marked(
                "{option} must be epochs in order, each with its learning rate, like 20:0.05 50:0.01, got {value}"
            )
            raise OptionError("rates", told, {"value": " ".join(experiment.rates)[:60]}) from None
        found.append((at, rate))
    if found and experiment.final_lr is not None:
        raise OptionError("rates", "{option} and final_lr both change the learning rate: leave one out", {})
    return tuple(found)
