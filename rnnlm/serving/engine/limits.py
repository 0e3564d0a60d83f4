"""Limits for the visitors of a server: generous on a private computer, strict on a public server."""

import math
from dataclasses import dataclass

from rnnlm.data.corpus import Corpus
from rnnlm.data.own_text import MAX_BYTES
from rnnlm.errors import marked
from rnnlm.experiment import PTB_WORDS, Experiment
from rnnlm.nn.params import shapes_of
from rnnlm.options import OptionError
from rnnlm.serving.settings import settings_here
from rnnlm.storage.npz import MOST


class LimitError(OptionError):
    """A run, text or file is too large for this server. The message names the limit and says what to do."""


OVER = marked(
    "This run has reached the limit of {minutes:,g} minutes of training. Download the run and "
    "continue it on the command line."
)
TOO_LARGE = {
    "parameters": marked(
        "This run has {size:,} parameters, but the limit here is {most:,}: "
        "choose a smaller hidden_size or wordvec_size, or fewer words."
    ),
    "kept": marked(
        "This run stores {size:,} numbers: its parameters, and copies of them for Adam, the best "
        "network and the average. The limit here is {most:,}: choose smaller sizes or the optimizer "
        "sgd."
    ),
    "scores": marked(
        "This run computes {size:,} scores in a window, but the limit here is {most:,}: "
        "choose a smaller batch_size or time_size."
    ),
    "states": marked(
        "This run has {size:,} numbers in the hidden states of a window, but the limit here is {most:,}: "
        "choose a smaller batch_size, time_size or hidden_size."
    ),
    "vectors": marked(
        "This run has {size:,} numbers in the word vectors of a window, but the limit here is {most:,}: "
        "choose a smaller batch_size, time_size or wordvec_size."
    ),
    "words": marked("This run has {size:,} words, but the limit here is {most:,}: choose fewer words."),
}
TOO_LONG = marked("{title} has {size:,} bytes, but the limit here is {most:,}: use a part of the text.")


@dataclass(frozen=True)
class Limits:
    """The limits of one server. Each field is a maximum.

    runs_at_once: runs that train at the same time; further runs are queued.
    parameters: numbers in the weights of a run.
    kept: numbers in the weights and in all arrays of the same size (Adam's two means, best network, average).
    scores, states, vectors: numbers in one array of shape (N, T, V), (N, T, H) or (N, T, D), respectively.
    words: words that a run trains on. minutes: the total training time of a run.
    text: bytes of a visitor's own text. unpacked: bytes of all arrays in a file.
    snapshots: bytes of one visitor's snapshots. snapshots_in_all: bytes of all visitors' snapshots together.
    networks: bytes of all networks opened from files; equal networks count once.
    """

    runs_at_once: int = 256
    parameters: int = 40_000_000
    kept: int = 200_000_000
    scores: int = 50_000_000
    states: int = 20_000_000
    vectors: int = 20_000_000
    words: int = PTB_WORDS
    text: int = MAX_BYTES
    unpacked: int = MOST
    minutes: float = 24 * 60
    snapshots: float = 16_000_000
    snapshots_in_all: float = 120_000_000
    networks: float = 1_000_000_000

    def check(self, experiment: Experiment, corpus: Corpus) -> None:
        """Raise LimitError if a run is too large for this server."""
        V, D, H = corpus.vocabulary.size, experiment.wordvec_size, experiment.hidden_size
        parameters = sum(map(math.prod, shapes_of(experiment, V).values()))
        self._hold("parameters", parameters)
        copies = 1 + 2 * (experiment.optimizer == "adam") + experiment.validate + (experiment.average_from is not None)
        self._hold("kept", parameters * copies)
        window = experiment.batch_size * experiment.time_size
        for name, size in (("scores", V), ("states", H), ("vectors", D)):
            self._hold(name, window * size)
        self.check_words(len(corpus))

    def check_words(self, words: int) -> None:
        self._hold("words", words)

    def check_text(self, size: int, title: str) -> None:
        if size > self.text:
            raise LimitError("text", TOO_LONG, {"title": title, "size": size, "most": self.text})

    def is_over(self, seconds: float) -> bool:
        """Return whether a run has used up its time after `seconds` seconds of training."""
        return seconds > 60 * self.minutes

    @property
    def over(self) -> LimitError:
        return LimitError("minutes", OVER, {"minutes": self.minutes})

    def _hold(self, name: str, size: int) -> None:
        most = getattr(self, name)
        if size > most:
            raise LimitError(name, TOO_LARGE[name], {"size": size, "most": most})


HOSTED = Limits(
    runs_at_once=32,
    parameters=2_100_000,
    kept=5_000_000,
    scores=2_500_000,
    states=1_000_000,
    vectors=1_000_000,
    words=100_000,
    text=8_000_000,
    unpacked=64_000_000,
    minutes=30,
    snapshots=4_000_000,
    snapshots_in_all=80_000_000,
    networks=90_000_000,
)


def limits_here() -> Limits:
    """Return the limits of this server. They are strict if the environment variable RNNLM_HOSTED is on."""
    return HOSTED if is_hosted() else Limits()


def is_hosted() -> bool:
    """Return whether this is a public server, that is, whether the environment variable RNNLM_HOSTED is on."""
    return settings_here().hosted
