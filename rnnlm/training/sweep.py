"""Many runs that differ in their options: each trained to its end, wherever a `map` lets them run."""

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
Text = Path | bytes | None  # a file, or its content, for runs that read a text of one's own


@dataclass(frozen=True)
class Outcome:
    """What became of one run.

    perplexity is that of its last epoch, None of a run that diverged in its first; valid the best on the valid split,
    where that was read; epochs how many were run, those after which a diverged run was still sound; seconds are of
    training; diverged is the epoch (with a fraction) in which the loss stopped being a number. curve holds (epoch,
    perplexity) of at most 100 points, the last among them. text is the checksum of a text of one's own.
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
    """The outcome of each experiment, in the order in which `map` gives them: each is what that run alone comes to.

    map(function, experiments) is Python's own, or one that calls the function elsewhere: both of its arguments, and
    what it gives back, can be sent to another process. It may tell the function when to stop, by a second argument
    goes_on; a run that was stopped has no outcome. Elsewhere there may be no such file: let text be its content there.
    """
    return (outcome for outcome in map(partial(outcome_of, text=text), experiments) if outcome is not None)


def outcome_of(experiment: Experiment, text: Text = None, goes_on: GoesOn = lambda epoch: True) -> Outcome | None:
    """Train one run to its end.

    A few times a second goes_on(epochs run so far) says whether to go on; None if it said no.
    """
    corpus = corpus_of_run(experiment, text)
    trainer = Trainer(experiment, corpus)
    try:
        while not trainer.finished:
            trainer.run(for_seconds=0.2)
            if not goes_on(trainer.epoch) and not trainer.finished:
                return None
    except DivergedError:
        goes_on(experiment.epochs)  # there is no more to come; why is told in the outcome
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
    """Raise a ValueError, one sentence, if one of these runs could not start, before any has."""
    for experiment in experiments:
        check_run(experiment, corpus_of_run(experiment, text))


def corpus_of_run(experiment: Experiment, text: Text = None) -> Corpus:
    """The corpus of a run, read once for all that read the same."""
    return _corpus(experiment.corpus, experiment.words, text)


def text_of(experiment: Experiment, corpus: Corpus) -> str:
    """What tells a text of one's own from others: its checksum; nothing for a text that everybody has."""
    return corpus.checksum if experiment.corpus == "text" else ""


@lru_cache(maxsize=4)
def _corpus(name: str, words: int, text: Text) -> Corpus:
    return load_corpus(Experiment(corpus=name, words=words), load_text(text) if text else None)
