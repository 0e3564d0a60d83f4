"""Save the snapshots and the curve of a run to a file, and load them. Weights are stored as float16."""

import dataclasses
import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.nn.params import named
from rnnlm.storage.checkpoint import check_state, params_of
from rnnlm.storage.checks import check_numbers, check_points, check_update, experiment_of
from rnnlm.storage.npz import Arrays, read_archive, write_archive, write_whole
from rnnlm.training.curve import Curve
from rnnlm.training.snapshots import Snapshot
from rnnlm.training.trainer import Trainer

FORMAT = "rnnlm moments 1"


@dataclass(frozen=True)
class Moments:
    """The content of a file of snapshots: the experiment of a run, its snapshots in order, and its curve."""

    experiment: Experiment
    snapshots: tuple[Snapshot, ...]
    curve: Curve


def save_moments(trainer: Trainer, snapshots: list[Snapshot], path: str | os.PathLike) -> None:
    """Write a run's snapshots and curve to a file. Raises SavedRunError if the file cannot be written."""
    at = [(snapshot.update, snapshot.epoch) for snapshot in snapshots]
    about = {"format": FORMAT, "experiment": dataclasses.asdict(trainer.experiment), "at": at}
    arrays = {"curve": Curve(trainer.curve).table()}
    for i, snapshot in enumerate(snapshots):
        kept = named(snapshot.params, f"{i}_") | ({} if snapshot.h is None else {f"{i}_h": snapshot.h})
        arrays |= {name: array.astype(np.float16) for name, array in kept.items()}
    write_whole(path, lambda file: write_archive(file, about, trainer.vocabulary, arrays, compressed=True))


def load_moments(path: str | os.PathLike) -> Moments:
    """Read a file that `save_moments` wrote. Raises SavedRunError if the file cannot be read or is of another kind."""
    return read_archive(path, {FORMAT: _read})


def _read(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> Moments:
    experiment, curve = experiment_of(about["experiment"]), Curve.from_table(arrays["curve"])
    arrays = {name: array if name == "curve" else array.astype(np.float32) for name, array in arrays.items()}
    snapshots = []
    for i, (update, epoch) in enumerate(about["at"]):
        check_update(update, experiment)
        check_numbers({"epoch": epoch})
        h = arrays[f"{i}_h"] if update else None
        check_state(h, experiment, update)
        snapshots.append(Snapshot(update, epoch, params_of(arrays, experiment, vocabulary.size, f"{i}_"), h))
    updates = [snapshot.update for snapshot in snapshots]
    if updates != sorted(set(updates)):
        raise ValueError("the snapshots are out of order")
    check_points(curve, experiment)
    return Moments(experiment, tuple(snapshots), curve)
