"""Train many runs with different options, each to its end. The runs can be distributed over processes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from rnnlm.data.corpus import Corpus
from rnnlm.data.own_text import load_text
from rnnlm.experiment import Experiment
from rnnlm.training.build import check_run, load_corpus
from rnnlm.training.curve import Curve
from rnnlm.training.trainer import DivergedError, Trainer

MOST_POINTS = 100  # of the curve in an `Outcome`
GoesOn = Callable[[float], bool]
Text = Path | bytes | None  # the path or the content of a file, for runs that read the user's own text


@dataclass(frozen=True)
class Outcome:
    """The result of one run.

    perplexity: the perplexity of the run's last epoch; None if the run diverged in the first epoch.
    valid: the lowest perplexity on the validation split; None if it was not measured.
    epochs: the number of epochs run; for a diverged run, the number of epochs with a finite loss.
    seconds: the training time.
    diverged: the epoch (with a fraction) in which the loss stopped being finite; None if it stayed finite.
    curve: (epoch, perplexity) of at most 100 points, including the last.
    text: the checksum of the user's own text, or an empty string.
    """

    experiment: Experiment
    perplexity: float | None
    valid: float | None
    epochs: float
    seconds: float
    diverged: float | None
    curve: tuple[tuple[float, float], ...]
    text: str = ""


def run_all(experiments: Sequence[Experiment], text: Text = None, map: Callable = map) -> Iterator[Outcome]:
    """Train every experiment and yield the outcomes, in the order in which `map` returns them.

    The result of a run does not depend on the other runs.
    text: the path of the user's own text, or its content if other processes cannot read the file.
    map: Python's `map`, or a similar function that makes the calls in other processes. All arguments and results can be
    pickled. Such a function may stop a run through the argument `goes_on` of `outcome_of`. A stopped run has no
    outcome.
    """
    return (outcome for outcome in map(partial(outcome_of, text=text), experiments) if outcome is not None)


def outcome_of(experiment: Experiment, text: Text = None, goes_on: GoesOn = lambda epoch: True) -> Outcome | None:
    """Train one run to its end and return its outcome. Returns None if the run is stopped.

    A few times a second, this function calls goes_on(number of epochs run so far). If the answer is False, the run
    stops.
    """
    corpus = corpus_of_run(experiment, text)
    trainer = Trainer(experiment, corpus)
    try:
        while not trainer.finished:
            trainer.run(for_seconds=0.2)
            if not goes_on(trainer.epoch) and not trainer.finished:
                return None
    except DivergedError:
        goes_on(experiment.epochs)  # reports the run as complete, because no more epochs follow; the outcome says why
    return Outcome(
        experiment,
        trainer.history[-1].perplexity if trainer.history else None,
        trainer.best.valid if trainer.best else None,
        trainer.epoch,
        trainer.position.seconds,
        trainer.position.diverged,
        tuple(Curve(trainer.curve).thinned(MOST_POINTS).by_epoch.items()),
        text_of(experiment, corpus),
    )


def check_runs(experiments: Iterable[Experiment], text: Text = None) -> None:
    """Raise ValueError if one of these runs cannot start. Call this function before the first run starts."""
    for experiment in experiments:
        check_run(experiment, corpus_of_run(experiment, text))


def corpus_of_run(experiment: Experiment, text: Text = None) -> Corpus:
    """Load the corpus of a run. The corpus is cached for other runs that use it too."""
    return _corpus(experiment.corpus, experiment.words, experiment.first_word, text)


def text_of(experiment: Experiment, corpus: Corpus) -> str:
    """Return the checksum that identifies the user's own text. For any other corpus, return an empty string."""
    return corpus.checksum if experiment.corpus == "text" else ""


@lru_cache(maxsize=4)
def _corpus(name: str, words: int, first_word: int, text: Text) -> Corpus:
    return load_corpus(Experiment(corpus=name, words=words, first_word=first_word), load_text(text) if text else None)
