"""Runs as .npz files: six parameters, the vocabulary, the position; no pickle, written atomically."""

import contextlib
import copy
import dataclasses
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rnnlm.corpus import Corpus, Vocabulary, load_corpus
from rnnlm.experiment import Experiment
from rnnlm.model import PARAM_NAMES, TIED_PARAM_NAMES, SimpleRnnlm
from rnnlm.optimizer import Adam
from rnnlm.trainer import Best, Mean, Position, Progress, Trainer

FORMAT = "rnnlm run 1"


class SavedRunError(ValueError):
    """A file that is not a saved run, or not a whole one."""


@dataclasses.dataclass(frozen=True)
class SavedRun:
    """What a file holds: a network with its words, and the run that trained it.

    model is the network to use: the best on the valid split where the run measured that, else the
    last. counts (V,) says how often each word occurs in the training text. corpus is the text itself
    where only the file has it (the user's own), else None; checksum tells whether a text is it.
    """

    experiment: Experiment
    model: SimpleRnnlm
    vocabulary: Vocabulary
    counts: np.ndarray
    position: Position
    corpus: Corpus | None
    checksum: str
    best: Best | None
    _params: list[np.ndarray]
    _h: np.ndarray | None
    _adam: tuple[list[np.ndarray], list[np.ndarray]] | None

    def resume(self, corpus: Corpus | None = None) -> Trainer:
        """A Trainer that goes on exactly where the saved one stopped.

        corpus None loads the text the experiment names; SavedRunError if it is another text.
        """
        corpus = corpus or self.corpus or load_corpus(self.experiment)
        if corpus.checksum != self.checksum:
            raise SavedRunError("the text is not the one this run was trained on, so it cannot go on")
        trainer = Trainer(self.experiment, corpus)
        h = None if self._h is None else self._h.copy()
        trainer.restore(self._params, h, copy.deepcopy(self.position))
        trainer.best = self.best
        if self._adam is not None:
            moments = ([moment.copy() for moment in moments] for moments in self._adam)
            trainer.optimizer.restore(*moments, steps=self.position.update)
        return trainer


def save_run(trainer: Trainer, path: str | os.PathLike) -> None:
    """Write a paused run to a file, which is there whole or not at all.

    Raises SavedRunError if it cannot be written.
    """
    path, temporary = Path(path), None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            write_run(trainer, file)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError):
            raise SavedRunError(f"cannot write {path}: {error.strerror or error}") from error
        raise


def run_bytes(trainer: Trainer) -> bytes:
    """The content of the file `save_run` writes, for a download."""
    file = io.BytesIO()
    write_run(trainer, file)
    return file.getvalue()


def write_run(trainer: Trainer, file: BinaryIO) -> None:
    """Write a paused run to an open file."""
    corpus, h = trainer.corpus, trainer.model.rnn.h
    about = {
        "format": FORMAT,
        "experiment": dataclasses.asdict(trainer.experiment),
        "position": dataclasses.asdict(trainer.position),
        "corpus": {"title": corpus.title, "remark": corpus.remark, "checksum": corpus.checksum},
    }
    names, optimizer, best = trainer.model.names, trainer.optimizer, trainer.best
    arrays = dict(zip(names, trainer.model.params, strict=True))
    if h is not None:
        arrays["h"] = h
    if isinstance(optimizer, Adam) and optimizer.steps:
        arrays |= _named("adam_m_", names, optimizer.m) | _named("adam_v_", names, optimizer.v)
    if best is not None:
        about["best"] = {"epoch": best.epoch, "valid": best.valid}
        arrays |= _named("best_", names, best.params)
    if trainer.experiment.corpus == "text":
        arrays["corpus_ids"] = corpus.ids
    np.savez(
        file,
        about=_as_bytes(json.dumps(about)),
        vocabulary=_as_bytes("\n".join(corpus.vocabulary.words)),
        counts=corpus.counts,
        **arrays,
    )


def load_run(path: str | os.PathLike) -> SavedRun:
    """Read a file that `save_run` wrote.

    Raises SavedRunError with one sentence for a file that is missing, truncated or foreign.
    """
    name = Path(path).name
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        about = json.loads(_as_text(arrays["about"]))
        if about["format"] != FORMAT:
            raise SavedRunError(f"{name} is a saved run of another version ({about['format']})")
        return _read(arrays, about)
    except SavedRunError:
        raise
    except OSError as error:
        reason = error.strerror or "it is not a saved run"
        raise SavedRunError(f"cannot read {name}: {reason}") from error
    except Exception as error:  # a damaged archive can fail in any of its layers, and in any way
        raise SavedRunError(f"{name} is not a saved run, or not a whole one") from error


def _named(prefix: str, names: tuple[str, ...], arrays: list[np.ndarray]) -> dict[str, np.ndarray]:
    return {prefix + name: array for name, array in zip(names, arrays, strict=True)}


def _read(arrays: dict[str, np.ndarray], about: dict[str, Any]) -> SavedRun:
    experiment, position = Experiment(**about["experiment"]), _position(about["position"])
    vocabulary, h = Vocabulary(_as_text(arrays["vocabulary"]).split("\n")), arrays.get("h")
    V, D, H = vocabulary.size, experiment.wordvec_size, experiment.hidden_size
    shapes = dict(zip(PARAM_NAMES, [(V, D), (D, H), (H, H), (H,), (H, V), (V,)], strict=True))
    names = TIED_PARAM_NAMES if experiment.tied else PARAM_NAMES

    def params(prefix: str) -> list[np.ndarray]:
        found = [arrays[prefix + name] for name in names]
        if [param.shape for param in found] != [shapes[name] for name in names]:
            raise ValueError("the arrays do not fit each other")
        return found

    h_fits = h.shape == (experiment.batch_size, H) if position.update else h is None
    if arrays["counts"].shape != (V,) or not h_fits:
        raise ValueError("the arrays do not fit each other")
    last = params("")
    best = Best(**about["best"], params=params("best_")) if "best" in about else None
    model = SimpleRnnlm.from_params(best.params if best else last)
    adam = (params("adam_m_"), params("adam_v_")) if experiment.optimizer == "adam" and position.update else None
    saved, corpus = about["corpus"], None
    if experiment.corpus == "text":
        corpus = Corpus(arrays["corpus_ids"], vocabulary, saved["title"], saved["remark"])
    return SavedRun(
        experiment, model, vocabulary, arrays["counts"], position, corpus, saved["checksum"], best, last, h, adam
    )


def _position(saved: dict[str, Any]) -> Position:
    points = {name: [Progress(**point) for point in saved[name]] for name in ("history", "curve")}
    means = {name: Mean(**saved[name]) for name in ("epoch", "gap")}
    return Position(**(saved | points | means))


def _as_bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


def _as_text(array: np.ndarray) -> str:
    return array.tobytes().decode()
