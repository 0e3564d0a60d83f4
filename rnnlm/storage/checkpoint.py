"""Save runs to files and load them: parameters, vocabulary, position, and the state of optimizer and validation."""

import copy
import dataclasses
import io
import os
from typing import Any, BinaryIO

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.data.encoding import whole
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.nn.optimizer import Adam
from rnnlm.nn.params import Params, named, shapes_of
from rnnlm.storage.checks import check_numbers, check_position, experiment_of
from rnnlm.storage.npz import Arrays, SavedRunError, read_archive, write_archive, write_whole
from rnnlm.training.build import load_corpus
from rnnlm.training.state import Best, LossSum, Position, Progress
from rnnlm.training.trainer import Trainer

FORMAT = "rnnlm run 1"
SAVED_AS = {"since_epoch": "epoch", "since_point": "gap"}  # fields of a Position with other names in a file


@dataclasses.dataclass(frozen=True)
class SavedRun:
    """The content of a run's file: a network with its vocabulary, and the run that trained it.

    reader: the network to use. If the run measured its validation perplexity, this is its best network. Otherwise,
    `reader` is the last network.
    corpus: the user's own text. None for PTB and the grammar, whose texts are not stored in the file.
    checksum: the checksum of the text that the run was trained on.
    """

    experiment: Experiment
    reader: Reader
    vocabulary: Vocabulary
    position: Position
    corpus: Corpus | None
    checksum: str
    best: Best | None
    _params: list[np.ndarray]
    _h: np.ndarray | None
    _adam: tuple[list[np.ndarray], list[np.ndarray]] | None
    _mean: list[np.ndarray]

    def resume(self, corpus: Corpus | None = None) -> Trainer:
        """Return a Trainer that continues exactly where the saved run stopped.

        By default, the Trainer uses the text in the file. If the file has no text, it uses the text that the experiment
        names. Raises SavedRunError if the text is not the one that the run was trained on, or if the run has more
        updates than its text and its epochs allow.
        """
        corpus = corpus or self.corpus or load_corpus(self.experiment)
        if corpus.checksum != self.checksum:
            raise SavedRunError("this is not the text that the run was trained on, so the run cannot continue")
        trainer = Trainer(self.experiment, corpus)
        if self.position.update > self.experiment.epochs * trainer.updates_per_epoch:
            raise SavedRunError("the run has more updates than its text and its epochs allow")
        h = None if self._h is None else self._h.copy()
        trainer.restore(self._params, h, copy.deepcopy(self.position))
        trainer.best = self.best
        trainer.average = [param.copy() for param in self._mean]
        if self._adam is not None:
            moments = ([moment.copy() for moment in moments] for moments in self._adam)
            trainer.optimizer.restore(*moments, steps=self.position.update)
        return trainer


def save_run(trainer: Trainer, path: str | os.PathLike) -> None:
    """Write a paused run to a file, completely or not at all. Raises SavedRunError if the file cannot be written."""
    write_whole(path, lambda file: write_run(trainer, file))


def run_bytes(trainer: Trainer) -> bytes:
    """Return a run as bytes for a download: the content of the file that `save_run` would write."""
    file = io.BytesIO()
    write_run(trainer, file)
    return file.getvalue()


def write_run(trainer: Trainer, file: BinaryIO) -> None:
    """Write a paused run to an open file."""
    about, arrays = run_parts(trainer)
    about["position"] = position_parts(trainer.position)
    write_archive(file, about, trainer.vocabulary, arrays)


def position_parts(position: Position) -> dict[str, Any]:
    """Return the position of a run as a dict. The keys are the names used in files."""
    return _renamed(dataclasses.asdict(position), SAVED_AS)


def run_parts(trainer: Trainer) -> tuple[dict[str, Any], Arrays]:
    """Return a description of a run, without its position and vocabulary, and its arrays. The arrays are not copied."""
    corpus, h = trainer.corpus, trainer.model.rnn.h
    about = {
        "format": FORMAT,
        "experiment": dataclasses.asdict(trainer.experiment),
        "corpus": {"title": corpus.title, "remark": corpus.remark, "checksum": corpus.checksum},
    }
    optimizer, best = trainer.optimizer, trainer.best
    arrays = named(trainer.model.params)
    if h is not None:
        arrays["h"] = h
    if isinstance(optimizer, Adam) and optimizer.steps:
        arrays |= named(optimizer.m, "adam_m_") | named(optimizer.v, "adam_v_")
    if trainer.average:
        arrays |= named(trainer.average, "mean_")
    if best is not None:
        about["best"] = {"epoch": best.epoch, "valid": best.valid}
        arrays |= named(best.params, "best_")
    if trainer.experiment.corpus == "text":
        arrays["corpus_ids"] = corpus.ids
    return about, arrays


def load_run(path: str | os.PathLike) -> SavedRun:
    """Read a file that `save_run` wrote. Raises SavedRunError if the file is missing, truncated, or of another kind."""
    return read_archive(path, {FORMAT: read_run})


def params_of(arrays: Arrays, experiment: Experiment, V: int, prefix: str = "") -> Params:
    """Return the parameters that are stored under the names prefix + name, in the order of `shapes`.

    Raises ValueError if an array has the wrong shape, is not floating-point, or is not finite. Adam's running means
    need not be finite.
    """
    wanted = shapes_of(experiment, V)
    params = Params(arrays[prefix + name] for name in wanted)
    if [param.shape for param in params] != list(wanted.values()):
        raise ValueError("the arrays do not fit each other")
    if not all(param.dtype.kind == "f" for param in params):
        raise ValueError("the parameters are not floating-point numbers")
    if not prefix.startswith("adam_") and not all(np.isfinite(param).all() for param in params):
        raise ValueError("a parameter is not a number")
    return params


def check_state(h: np.ndarray | None, experiment: Experiment, update: int) -> None:
    """Raise ValueError unless h is a valid state after this update: a finite array (N, H), or None at update 0."""
    if update == 0 and h is None:
        return
    if h is None or h.shape != (experiment.batch_size, experiment.hidden_size) or update == 0:
        raise ValueError("the carried state does not fit")
    if h.dtype.kind != "f" or not np.isfinite(h).all():
        raise ValueError("the carried state is not a number")


def read_run(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> SavedRun:
    """Make a `SavedRun` from the parts of an archive. Any error may be raised if the archive is damaged."""
    experiment, position = experiment_of(about["experiment"]), _position(about["position"])
    check_position(position, experiment)
    V, h, saved = vocabulary.size, arrays.get("h"), about["corpus"]
    check_state(h, experiment, position.update)
    last, best, adam, corpus = params_of(arrays, experiment, V), None, None, None
    mean = params_of(arrays, experiment, V, "mean_") if "mean_embed_W" in arrays else []
    if "best" in about:
        best = Best(**about["best"], params=params_of(arrays, experiment, V, "best_"))
        check_numbers(about["best"])
        if best.epoch not in range(1, len(position.history) + 1):
            raise ValueError("the best epoch does not belong to the run")
    if experiment.optimizer == "adam" and position.update:
        adam = tuple(params_of(arrays, experiment, V, f"adam_{moment}_") for moment in "mv")
    if experiment.corpus == "text":
        corpus = own_corpus(arrays["corpus_ids"], vocabulary, saved["title"], saved["remark"])
    reader = Reader(best.params if best else last)
    return SavedRun(experiment, reader, vocabulary, position, corpus, saved["checksum"], best, last, h, adam, mean)


def _renamed(fields: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in fields.items()}


def _position(saved: dict[str, Any]) -> Position:
    fields = _renamed(saved, {name: field for field, name in SAVED_AS.items()})
    points = {name: [Progress(**point) for point in fields[name]] for name in ("history", "curve")}
    sums = {name: LossSum(**fields[name]) for name in SAVED_AS}
    return Position(**(fields | points | sums))


def own_corpus(ids: np.ndarray, vocabulary: Vocabulary, title: str, remark: str) -> Corpus:
    """Rebuild the user's own text from the parts of a file. Raises ValueError if an id is not in the vocabulary."""
    if ids.dtype != np.int32 or ids.ndim != 1 or not (ids.min() >= 0 and ids.max() < vocabulary.size):
        raise ValueError("the text does not fit the words")
    return Corpus(ids, vocabulary, whole(str(title), "title"), whole(str(remark), "remark"))
