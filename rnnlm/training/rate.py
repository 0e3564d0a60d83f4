"""The learning rate in the course of a run (learning-rate schedule)."""

from rnnlm.experiment import Experiment


def rate_at(experiment: Experiment, epoch: float) -> float:
    """The learning rate after so many epochs.

    lr, or with final_lr: a straight line from lr to final_lr within falling_epochs, or all epochs, and final_lr
    from there.
    """
    start, end = experiment.lr, experiment.final_lr
    falling = experiment.falling_epochs or experiment.epochs
    return start if end is None else start + (end - start) * min(1.0, epoch / falling)


def falls_to_the_end(experiment: Experiment) -> bool:
    """Whether the rate at every update depends on how many epochs are planned."""
    return experiment.final_lr is not None and experiment.falling_epochs is None
