"""Questions that a worker answers between slices of training, because the page cannot answer them fast enough.

A question is a function that takes a JSON message and arrays, and returns another message and arrays. If the
function raises ValueError, the error is sent as the answer, and its message is for the visitor. A slow question may
also receive a function that reports its progress.
"""

import dataclasses
import time
from collections.abc import Callable

import numpy as np

from rnnlm.data.own_text import load_text
from rnnlm.data.stages import Tell
from rnnlm.experiment import Experiment
from rnnlm.inference.baselines import baselines
from rnnlm.inference.kneser_ney import KneserNey, Level
from rnnlm.inference.nearest import States
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import perplexity_of, word_surprisals
from rnnlm.serving.worker.protocol import Arrays, Message, corpus_from, corpus_parts, state_from
from rnnlm.storage.handover import hand_over
from rnnlm.storage.pretrained import Network, network_parts, opened
from rnnlm.training.moves import next_moves
from rnnlm.training.run import Run
from rnnlm.training.state import Position

Question = Callable[[Message, Arrays], tuple[Message, Arrays]]
TOLD = 0.1  # seconds between two reports of an answer's progress


def count_words(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """Compute the perplexities of the counting models on a corpus."""
    return dataclasses.asdict(baselines(corpus_from(about, arrays))), {}


def count_ngrams(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """Count the n-grams of a corpus for a Kneser-Ney model with contexts of up to four words."""
    corpus = corpus_from(about, arrays)
    levels = KneserNey(corpus, min(5, len(corpus))).levels
    return {"levels": len(levels)}, {
        f"{name}{n}": array for n, level in enumerate(levels) for name, array in vars(level).items()
    }


def levels_from(about: Message, arrays: Arrays) -> list[Level]:
    """Rebuild the levels from an answer of `count_ngrams`."""
    return [Level(*(arrays[f"{field.name}{n}"] for field in dataclasses.fields(Level))) for n in range(about["levels"])]


def read_text(about: Message, arrays: Arrays, tell: Tell | None = None) -> tuple[Message, Arrays]:
    """Make a corpus from a visitor's text: the bytes of a file, or of a pasted text."""
    content = arrays["content"].tobytes()
    source = content.decode("utf-8", "surrogatepass") if about["pasted"] else content
    return corpus_parts(load_text(source, title=about["title"], tell=tell))


def measure(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """Measure a network's perplexity on those words of a text that the network knows.

    The message has `before`, the id of a word to read before the text, or None. The array `ids` (words,) is the text,
    and `known` (words,) is True for the words that count. The other arrays are the parameters. The answer has the
    perplexity, and the number of seconds that the measurement took.
    """
    start = time.monotonic()
    ids, known = arrays.pop("ids"), arrays.pop("known")
    bits = word_surprisals(Reader(state_from(arrays)[0]), ids, about["before"])
    perplexity = perplexity_of(bits[known[-len(bits) :]])
    return {"perplexity": perplexity, "seconds": time.monotonic() - start}, {}


def six_moves(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """Compute the update that follows a snapshot, as the six moves of `training.moves`.

    The message has the experiment, the update and the corpus. The arrays are those of the corpus, the parameters
    param_0 ..., and h if the snapshot has a carried state. The answer is `Moves` without the updated parameters. A
    snapshot does not have Adam's running means, so the step of an Adam run is computed like Adam's first step.
    """
    run = Run(Experiment(**about["experiment"]), corpus_from(about, arrays))
    params, h = state_from({name: array for name, array in arrays.items() if name == "h" or name.startswith("param_")})
    run.restore(params, h, Position(update=about["update"]))
    found = {name: value for name, value in vars(next_moves(run)).items() if name != "params"}
    given = {name: value for name, value in found.items() if isinstance(value, np.ndarray)}
    told = {name: value for name, value in found.items() if name not in given}
    return told | {"parts": [dataclasses.asdict(part) for part in found["parts"]]}, given


def nearest_states(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """Find the `count` positions in a text at which a network's hidden state is most similar to a given state.

    `count` is in the message. The arrays are the text `ids` (words,), the given `state` (H,), and the network's
    parameters param_0 ...
    """
    network = Reader([array for name, array in arrays.items() if name.startswith("param_")])
    places = States(network, arrays["ids"]).nearest(arrays["state"], about["count"])
    return {"places": [dataclasses.asdict(place) for place in places]}, {}


def open_file(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """Read a file that contains a run or a network.

    The message has `most`, the maximum size of the unpacked file in bytes. The answer contains the network, or a run
    that can be continued, with its corpus.
    """
    it = opened(arrays["content"].tobytes(), about["title"], about["most"])
    if isinstance(it, Network):
        told, parts = network_parts(it)
        return {"kind": "network", **told}, parts
    trainer = it.resume()
    state, parts = hand_over(trainer)
    corpus, text = corpus_parts(trainer.corpus)
    told = {"kind": "run", "state": state, "corpus": corpus, "experiment": dataclasses.asdict(trainer.experiment)}
    return {**told, "trained": trainer.position.seconds}, parts | text


QUESTIONS: dict[str, Question] = {
    "count words": count_words,
    "count n-grams": count_ngrams,
    "read text": read_text,
    "open file": open_file,
    "measure": measure,
    "six moves": six_moves,
    "nearest states": nearest_states,
}
TELLING = {"read text"}  # questions that take a third argument, a function to report progress
LARGE = {"read text", "open file"}  # questions that use a lot of memory, which is free afterwards


def answered(message: Message, arrays: Arrays, send: Callable[[Message, Arrays], None]) -> tuple[Message, Arrays]:
    """Answer a question. If the question can report its progress, the reports are sent with `send`."""
    question = QUESTIONS[message["name"]]
    if message["name"] not in TELLING:
        return question(message["about"], arrays)
    due = 0.0

    def tell(done: float) -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + TOLD
            send({"kind": "part", "question": message["question"], "done": done}, {})

    tell(0.0)
    return question(message["about"], arrays, tell)
