"""Save trained networks to files and load them: weights as float16, vocabulary, and the measured perplexity."""

import dataclasses
import hashlib
import json
import math
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rnnlm.data.vocabulary import EOS, Vocabulary
from rnnlm.errors import UserError
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.nn.params import named
from rnnlm.storage.checkpoint import FORMAT as RUN_FORMAT
from rnnlm.storage.checkpoint import SavedRun, params_of, read_run
from rnnlm.storage.checks import check_claims, experiment_of
from rnnlm.storage.npz import MOST, Arrays, read_archive, write_archive, write_whole

FORMAT = "rnnlm network 1"


@dataclass(frozen=True)
class Network:
    """A network with its words: enough to predict and to write text, but not to continue the training.

    epochs, minutes: how long the network was trained.
    valid: the network's perplexity on PTB's validation split; None if that was not measured.
    """

    reader: Reader
    vocabulary: Vocabulary
    experiment: Experiment
    epochs: float
    minutes: float
    valid: float | None

    def shortened(self) -> "Network":
        """Return this network with its weights rounded to float16. Raises ValueError if a weight is too large."""
        params = [param.astype(np.float16).astype(np.float32) for param in self.reader.params]
        if not all(np.isfinite(param).all() for param in params):
            raise UserError(
                "the network has weights beyond 65,504, which a network file cannot hold: train it with a smaller lr"
            )
        return dataclasses.replace(self, reader=Reader(params))

    @cached_property
    def name(self) -> str:
        """A hash of the network's whole content. Equal networks have equal names."""
        claims = [self.epochs, self.minutes, self.valid, dataclasses.asdict(self.experiment), self.vocabulary.words]
        hashed = hashlib.sha256(json.dumps(claims).encode())
        for array in (*self.reader.params, self.vocabulary.counts):
            hashed.update(repr(array.shape).encode() + np.ascontiguousarray(array).data)
        return hashed.hexdigest()

    @cached_property
    def opening(self) -> np.ndarray:
        """The ids to read before a text: the id of `<eos>`, or no id if the vocabulary has no `<eos>`."""
        return np.array([self.vocabulary.id(EOS)] if EOS in self.vocabulary else [], np.int32)


def network_of(run: SavedRun) -> Network:
    """Return the network of a saved run.

    The result is the best network if the run measured its validation perplexity, and otherwise the last network.
    """
    history, valid = run.position.history, None
    last = history[-1] if history else None
    if run.best:
        last, valid = history[int(run.best.epoch) - 1], run.best.valid
    epochs, seconds = (last.epoch, last.seconds) if last else (0, 0.0)
    return Network(run.reader, run.vocabulary, run.experiment, epochs, seconds / 60, valid)


def save_network(network: Network, path: str | os.PathLike) -> None:
    """Write a network to a file, with weights as float16. Raises SavedRunError if the file cannot be written."""
    about = {name: getattr(network, name) for name in ("epochs", "minutes", "valid")}
    about |= {"format": FORMAT, "experiment": dataclasses.asdict(network.experiment)}
    arrays = {name: param.astype(np.float16) for name, param in named(network.reader.params).items()}
    write_whole(path, lambda file: write_archive(file, about, network.vocabulary, arrays, compressed=True))


def load_network(path: str | os.PathLike) -> Network:
    """Read the network from a file that `save_network` or `save_run` wrote.

    Raises SavedRunError if the file is missing or truncated, or if neither of these functions wrote it.
    """
    return read_archive(path, {FORMAT: _read, RUN_FORMAT: lambda *parts: network_of(read_run(*parts))})


def opened(content: bytes, title: str, most: int = MOST) -> SavedRun | Network:
    """Read a run or a network from the content of a file. `title` is the name of the file in messages.

    Raises SavedRunError if the content is truncated, is neither a run nor a network, or would take more than `most`
    bytes when unpacked.
    """
    return read_archive(title, {RUN_FORMAT: read_run, FORMAT: _read}, content, (most, math.inf))


def network_parts(network: Network) -> tuple[dict[str, Any], Arrays]:
    """Return a network as a message and arrays, to send to another process."""
    about = {name: getattr(network, name) for name in ("epochs", "minutes", "valid")}
    about |= {"experiment": dataclasses.asdict(network.experiment), "words": network.vocabulary.words}
    about["name"] = network.name
    params = {f"param_{i}": param for i, param in enumerate(network.reader.params)}
    return about, params | {"counts": network.vocabulary.counts}


def network_from(about: dict[str, Any], arrays: Arrays) -> Network:
    """Rebuild a network from the message and arrays that `network_parts` returned."""
    experiment = Experiment(**about["experiment"])
    vocabulary = Vocabulary(about["words"], arrays["counts"], full_stop=experiment.corpus != "text")
    reader = Reader([array for name, array in arrays.items() if name != "counts"])
    return Network(reader, vocabulary, experiment, about["epochs"], about["minutes"], about["valid"])


def _read(about: dict[str, Any], vocabulary: Vocabulary, arrays: Arrays) -> Network:
    experiment = experiment_of(about["experiment"])
    params = [param.astype(np.float32) for param in params_of(arrays, experiment, vocabulary.size)]
    claims = {name: about[name] for name in ("epochs", "minutes", "valid")}
    check_claims(claims)
    return Network(Reader(params), vocabulary, experiment, **claims)
