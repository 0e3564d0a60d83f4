"""Properties of bad input: it is read, or refused in one sentence. One function for each kind of input."""

import argparse
import contextlib
import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from rnnlm.cli.evaluate import evaluate_text
from rnnlm.cli.flags import given
from rnnlm.cli.generate import generate
from rnnlm.cli.parser import build_parser
from rnnlm.cli.sweep import planned, sweep
from rnnlm.cli.train import train
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.own_text import MAX_VOCABULARY, load_text
from rnnlm.experiment import Experiment
from rnnlm.inference.neural_cache import Caching
from rnnlm.inference.sampling import Sampling
from rnnlm.inference.scoring import evaluate
from rnnlm.storage.checkpoint import load_run, run_bytes
from rnnlm.storage.npz import SavedRunError
from rnnlm.storage.pretrained import load_network
from rnnlm.training.trainer import Trainer

SMALL = Experiment(
    corpus="grammar", words=200, wordvec_size=2, hidden_size=2, batch_size=2, time_size=5, optimizer="adam", epochs=3
)
PARSERS = next(action.choices for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
COMMANDS = sorted(PARSERS)
FLAGS = ["--wat", *sorted({flag for parser in PARSERS.values() for flag in parser._option_string_actions})]
READ = {train: Experiment, evaluate_text: Caching, generate: Sampling}  # the options of the commands
FOLDER = tempfile.TemporaryDirectory(prefix="rnnlm-fuzzing-")  # deleted when the program ends


def a_sentence(error: Exception, kind: type[Exception] = ValueError) -> None:
    """Check that an error is one of ours and has one line."""
    assert isinstance(error, kind)
    assert not isinstance(error, UnicodeError), "Python's own words"
    told = str(error)
    assert told.strip()
    assert "\n" not in told
    assert len(told) < 2000


def a_text(given: str | bytes) -> None:
    """Check that a text gives a corpus with valid ids, or is refused."""
    try:
        corpus = load_text(given, title="mine.txt")
    except ValueError as error:
        a_sentence(error)
        return
    V = corpus.vocabulary.size
    assert 1 <= V <= MAX_VOCABULARY
    assert corpus.ids.min() == 0
    assert corpus.ids.max() == V - 1
    assert corpus.vocabulary.counts.sum() == len(corpus)
    assert not any(part.isspace() for word in corpus.vocabulary.words for part in word)


def a_command_line(arguments: list[str]) -> None:
    """Check that a command line is understood, or refused with status 2 and one line; --help is not a mistake.

    The options of an understood one are within limits, or refused in a sentence.
    """
    told, shown, options = io.StringIO(), io.StringIO(), None
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(shown):
        try:
            options = build_parser().parse_args(arguments)
            status = 0 if callable(options.command) else 1
        except SystemExit as end:
            status = end.code
    assert (status, told.getvalue().count("\n")) in ((0, 0), (2, 1))
    if options is not None:
        try:
            if options.command is sweep:
                planned(options)
            elif group := READ.get(options.command):
                group(**given(options, group))
        except ValueError as error:
            a_sentence(error)


def a_file(content: bytes) -> None:
    """Check that a file is a run that continues and reads, or a network that reads, or is refused in a sentence."""
    path = Path(FOLDER.name) / "run.npz"
    path.write_bytes(content)
    for load in (load_run, load_network):
        try:
            found = load(path)
        except SavedRunError as error:
            a_sentence(error)
            continue
        assert found.vocabulary.size == len(set(found.vocabulary.words))
        if found.vocabulary.size == TOY.vocabulary.size:
            evaluate(found.reader, TOY)
    try:
        trainer = load_run(path).resume(TOY)
        if not trainer.finished:
            trainer.run_update()
    except ValueError as error:
        a_sentence(error)


TOY = toy_corpus(SMALL.words)


def a_run(experiment: Experiment = SMALL) -> bytes:
    """The file of a small run after one epoch, to be damaged."""
    trainer = Trainer(experiment, TOY)
    trainer.run_epoch()
    return run_bytes(trainer)


def parts_of(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of a file."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


def packed(arrays: dict[str, np.ndarray], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A file of these arrays; arrays of objects are pickled, as NumPy does."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as file:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=array.dtype.hasobject)
            file.writestr(f"{name}.npy", member.getvalue())
    return content.getvalue()


def described(arrays: dict[str, np.ndarray], path: tuple, value: object) -> dict[str, np.ndarray]:
    """The arrays with one value of the description changed."""
    about = changed(json.loads(arrays["about"].tobytes()), path, value)
    return arrays | {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}


def changed(whole: dict, path: tuple, value: object) -> object:
    """A JSON value with the value at the path replaced; without a path, all of it."""
    if not path:
        return value
    at = whole
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return whole


def places_of(value: object, path: tuple = ()) -> list[tuple]:
    """The paths of all values in a description."""
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        return [path]
    return [place for name, part in inner for place in places_of(part, (*path, name))] + ([path] if path else [])
