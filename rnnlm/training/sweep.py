"""Many runs that differ in their options: each trained to its end, on any executor with a `map`."""

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

MOST_POINTS = 100  # of a curve that is kept
GoesOn = Callable[[float], bool]
Text = Path | bytes | None  # a file, or its content, for runs that read the user's own text


@dataclass(frozen=True)
class Outcome:
    """The result of one run.

    perplexity is that of its last epoch, None for a run that diverged in its first; valid the best on the valid split,
    if that was read; epochs is the number of epochs run, for a diverged run those with a finite loss; seconds are of
    training; diverged is the epoch (with a fraction) in which the loss stopped being finite. curve holds (epoch,
    perplexity) of at most 100 points, including the last. text is the checksum of the user's own text.
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
    """The outcome of each experiment, in the order in which `map` returns them: each is the same as if it ran alone.

    map(function, experiments) is Python's own, or one that calls the function elsewhere: both of its arguments and its
    results can be sent to another process. It may pass a second argument goes_on, which stops the function; a stopped
    run has no outcome. If the file does not exist there, let text be its content.
    """
    return (outcome for outcome in map(partial(outcome_of, text=text), experiments) if outcome is not None)


def outcome_of(experiment: Experiment, text: Text = None, goes_on: GoesOn = lambda epoch: True) -> Outcome | None:
    """Train one run to its end.

    A few times a second goes_on(epochs run so far) decides whether to continue; None if it said no.
    """
    corpus = corpus_of_run(experiment, text)
    trainer = Trainer(experiment, corpus)
    try:
        while not trainer.finished:
            trainer.run(for_seconds=0.2)
            if not goes_on(trainer.epoch) and not trainer.finished:
                return None
    except DivergedError:
        goes_on(experiment.epochs)  # no more epochs will follow; the outcome gives the reason
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
    """Raise a ValueError, one sentence, if one of these runs could not start, before any is started."""
    for experiment in experiments:
        check_run(experiment, corpus_of_run(experiment, text))


def corpus_of_run(experiment: Experiment, text: Text = None) -> Corpus:
    """The corpus of a run, read once for all runs that read the same."""
    return _corpus(experiment.corpus, experiment.words, text)


def text_of(experiment: Experiment, corpus: Corpus) -> str:
    """The checksum that identifies the user's own text; empty for a text that everybody has."""
    return corpus.checksum if experiment.corpus == "text" else ""


@lru_cache(maxsize=4)
def _corpus(name: str, words: int, text: Text) -> Corpus:
    return load_corpus(Experiment(corpus=name, words=words), load_text(text) if text else None)
