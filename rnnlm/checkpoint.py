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
from rnnlm.model import PARAM_NAMES, SimpleRnnlm
from rnnlm.trainer import Mean, Position, Progress, Trainer

FORMAT = "rnnlm run 1"


class SavedRunError(ValueError):
    """A file that is not a saved run, or not a whole one."""


@dataclasses.dataclass(frozen=True)
class SavedRun:
    """What a file holds: a network with its words, and the run that trained it.

    counts (V,) says how often each word occurs in the training text. corpus is the text itself
    where only the file has it (the user's own), else None; checksum tells whether a text is it.
    """

    experiment: Experiment
    model: SimpleRnnlm
    vocabulary: Vocabulary
    counts: np.ndarray
    position: Position
    corpus: Corpus | None
    checksum: str

    def resume(self, corpus: Corpus | None = None) -> Trainer:
        """A Trainer that goes on exactly where the saved one stopped.

        corpus None loads the text the experiment names; SavedRunError if it is another text.
        """
        corpus = corpus or self.corpus or load_corpus(self.experiment)
        if corpus.checksum != self.checksum:
            raise SavedRunError("the text is not the one this run was trained on, so it cannot go on")
        trainer = Trainer(self.experiment, corpus)
        h = self.model.rnn.h
        trainer.restore(self.model.params, None if h is None else h.copy(), copy.deepcopy(self.position))
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
    arrays = dict(zip(PARAM_NAMES, trainer.model.params, strict=True))
    if h is not None:
        arrays["h"] = h
    if trainer.experiment.corpus == "text":
        arrays["corpus_ids"] = corpus.ids
    np.savez_compressed(
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


def _read(arrays: dict[str, np.ndarray], about: dict[str, Any]) -> SavedRun:
    experiment = Experiment(**about["experiment"])
    model = SimpleRnnlm.from_params([arrays[name] for name in PARAM_NAMES])
    model.rnn.h = arrays.get("h")
    vocabulary = Vocabulary(_as_text(arrays["vocabulary"]).split("\n"))
    V, D, H = vocabulary.size, experiment.wordvec_size, experiment.hidden_size
    shapes = [(V, D), (D, H), (H, H), (H,), (H, V), (V,)]
    position, h = _position(about["position"]), model.rnn.h
    h_fits = h.shape == (experiment.batch_size, H) if position.update else h is None
    if [param.shape for param in model.params] != shapes or arrays["counts"].shape != (V,) or not h_fits:
        raise ValueError("the arrays do not fit each other")
    saved = about["corpus"]
    corpus = None
    if experiment.corpus == "text":
        corpus = Corpus(arrays["corpus_ids"], vocabulary, saved["title"], saved["remark"])
    return SavedRun(experiment, model, vocabulary, arrays["counts"], position, corpus, saved["checksum"])


def _position(saved: dict[str, Any]) -> Position:
    points = {name: [Progress(**point) for point in saved[name]] for name in ("history", "curve")}
    means = {name: Mean(**saved[name]) for name in ("epoch", "gap")}
    return Position(**(saved | points | means))


def _as_bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


def _as_text(array: np.ndarray) -> str:
    return array.tobytes().decode()
