"""A run's snapshots and its curve in one file, to be questioned on the page: weights as float16."""

import dataclasses
import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.nn.model import PARAM_NAMES, TIED_PARAM_NAMES
from rnnlm.storage.checkpoint import check_state, params_of
from rnnlm.storage.checks import check_numbers, check_points, check_update, experiment_of
from rnnlm.storage.handover import points_from, points_table
from rnnlm.storage.npz import Arrays, read_archive, write_archive, write_whole
from rnnlm.training.snapshots import Snapshot
from rnnlm.training.state import Progress
from rnnlm.training.trainer import Trainer

FORMAT = "rnnlm moments 1"


@dataclass(frozen=True)
class Moments:
    """What such a file holds: a run's choices, its snapshots in order, and its curve."""

    experiment: Experiment
    snapshots: tuple[Snapshot, ...]
    curve: tuple[Progress, ...]


def save_moments(trainer: Trainer, snapshots: list[Snapshot], path: str | os.PathLike) -> None:
    """Write a run's snapshots and curve to a file; SavedRunError if it cannot be written."""
    at = [(snapshot.update, snapshot.epoch) for snapshot in snapshots]
    about = {"format": FORMAT, "experiment": dataclasses.asdict(trainer.experiment), "at": at}
    arrays = {"curve": points_table(trainer.curve)}
    for i, snapshot in enumerate(snapshots):
        kept = dict(zip(trainer.model.names, snapshot.params, strict=True))
        kept |= {} if snapshot.h is None else {"h": snapshot.h}
        arrays |= {f"{i}_{name}": array.astype(np.float16) for name, array in kept.items()}
    write_whole(path, lambda file: write_archive(file, about, trainer.vocabulary, arrays, compressed=True))


def load_moments(path: str | os.PathLike) -> Moments:
    """Read a file that `save_moments` wrote; SavedRunError with one sentence for one that is none."""
    return read_archive(path, {FORMAT: _read})


def _read(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> Moments:
    experiment = experiment_of(about["experiment"])
    names = TIED_PARAM_NAMES if experiment.tied else PARAM_NAMES
    snapshots = []
    for i, (update, epoch) in enumerate(about["at"]):
        mine = {name: arrays[f"{i}_{name}"].astype(np.float32) for name in names}
        check_update(update, experiment)
        check_numbers({"epoch": epoch})
        h = arrays[f"{i}_h"].astype(np.float32) if update else None
        check_state(h, experiment, update)
        snapshots.append(Snapshot(update, epoch, params_of(mine, experiment, vocabulary.size), h))
    updates, curve = [snapshot.update for snapshot in snapshots], points_from(arrays["curve"])
    if updates != sorted(set(updates)):
        raise ValueError("the snapshots are in no order")
    check_points(curve, experiment)
    return Moments(experiment, tuple(snapshots), tuple(curve))
