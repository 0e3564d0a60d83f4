"""Messages between the page's process and a worker: plain data in frames, never pickle.

A frame consists of the length of its head (4 bytes), the head as JSON, and the bytes of the arrays that the head lists.
Orders go to a worker, and reports come back. Every order and every report consists of a message (a JSON object) and
arrays.
"""

import dataclasses
import json
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.errors import UserError
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.training.curve import Curve
from rnnlm.training.snapshots import snapshot_of
from rnnlm.training.trainer import Trainer

Message = dict[str, Any]
Arrays = dict[str, np.ndarray]
LENGTH = struct.Struct(">I")


def write_frame(file: BinaryIO, message: Message, arrays: Arrays) -> None:
    """Write one frame and flush it."""
    kinds = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    head = json.dumps(message | {"arrays": kinds}).encode()
    file.write(LENGTH.pack(len(head)) + head)
    for array in arrays.values():
        file.write(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
    file.flush()


def read_frame(file: BinaryIO) -> tuple[Message, Arrays]:
    """Read one frame. Raises EOFError at the end of the file, or if the frame is incomplete."""
    message = json.loads(_read(file, LENGTH.unpack(_read(file, LENGTH.size))[0]))
    arrays = {}
    for name, kind, shape in message.pop("arrays"):
        array = np.empty(shape, np.dtype(kind))
        array.reshape(-1).view(np.uint8)[:] = np.frombuffer(_read(file, array.nbytes), np.uint8)
        arrays[name] = array
    return message, arrays


def _read(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise EOFError
    return content


def corpus_parts(corpus: Corpus) -> tuple[Message, Arrays]:
    """Split a corpus into a message and arrays."""
    message = {"title": corpus.title, "remark": corpus.remark, "true_perplexity": corpus.true_perplexity}
    message |= {"vocabulary": corpus.vocabulary.words, "checksum": corpus.checksum}
    return message, {"ids": corpus.ids, "word_counts": corpus.vocabulary.counts}


def corpus_from(message: Message, arrays: Arrays) -> Corpus:
    """Rebuild a corpus from a message and arrays."""
    vocabulary = Vocabulary(message["vocabulary"], arrays["word_counts"])
    return Corpus(arrays["ids"], vocabulary, message["title"], message["remark"], message["true_perplexity"])


@dataclass(frozen=True)
class View:
    """Everything that the page knows about a run, at a pause between two slices of training. A View is immutable.

    reader: a copy of the network after update `read_at`. Later views share this object until there is a newer copy.
    h (N, H): the hidden state carried over after that update; None before the first update.
    seconds_left: how long the rest of the run takes at its present speed; None if unknown.
    diverged: the epoch in which the run diverged; None if it did not.
    divergence: the message about the divergence; empty if the run did not diverge.
    is_long: whether the curve has more than one point per epoch.
    extensible: whether the run may continue beyond the planned number of epochs.
    trained: the seconds of training that count towards the time limit.
    ahead: the run's position in the queue, counted from 1; 0 if the run is not queued.
    repeated_from: the epoch from which the run is repeated because its worker died; None if it is not repeated.
    failure: the reason why the run stopped early; None if it did not.
    """

    experiment: Experiment
    reader: Reader
    read_at: int
    curve: Curve
    epoch: float
    update: int
    words_per_second: float
    seconds_left: float | None
    running: bool
    finished: bool
    divergence: str
    diverged: float | None
    updates_per_epoch: int
    is_long: bool
    extensible: bool
    h: np.ndarray | None = None
    trained: float = 0.0
    ahead: int = 0
    repeated_from: float | None = None
    failure: UserError | None = None


def figures_of(trainer: Trainer, running: bool, seconds_per_epoch: float | None) -> Message:
    """Return a message with the figures of a view. The network and the curve are sent separately."""
    position = trainer.position
    left = None
    if position.update:
        pace = max(position.seconds / trainer.epoch, seconds_per_epoch or 0)
        left = (trainer.experiment.epochs - trainer.epoch) * pace
    return {
        "experiment": dataclasses.asdict(trainer.experiment),
        "epoch": trainer.epoch,
        "update": position.update,
        "words_per_second": trainer.words_per_second,
        "seconds_left": left,
        "running": running,
        "finished": trainer.finished,
        "divergence": trainer.divergence,
        "diverged": position.diverged,
        "updates_per_epoch": trainer.updates_per_epoch,
        "is_long": trainer.updates_per_point < trainer.updates_per_epoch,
        "extensible": trainer.extensible,
    }


def state_arrays(params: list[np.ndarray], h: np.ndarray | None) -> Arrays:
    """Pack the parameters of a network and the carried state into arrays to send."""
    return {f"param_{i}": param for i, param in enumerate(params)} | ({} if h is None else {"h": h})


def state_from(arrays: Arrays) -> tuple[list[np.ndarray], np.ndarray | None]:
    """Unpack (params, h) from received arrays. The arrays become read-only."""
    for array in arrays.values():
        array.flags.writeable = False
    return [array for name, array in arrays.items() if name != "h"], arrays.get("h")


def view_from(figures: Message, reader: Reader, h: np.ndarray | None, read_at: int, curve: Curve) -> View:
    """Make a view from the received figures and the given network, state and curve."""
    experiment = Experiment(**figures["experiment"])
    return View(**(figures | {"experiment": experiment}), reader=reader, h=h, read_at=read_at, curve=curve)


def view_of(trainer: Trainer) -> View:
    """Make a view of a run that is not in a worker."""
    now = snapshot_of(trainer)
    return view_from(figures_of(trainer, False, None), Reader(now.params), now.h, now.update, Curve(trainer.curve))
