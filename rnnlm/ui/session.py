"""What one visitor has: the run on screen, the one before it, and a text."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from rnnlm.data.corpus import Corpus, first_words
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.data.writing import typed
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.serving.engine import Engine, TrainingFailedError
from rnnlm.serving.job import Job
from rnnlm.serving.protocol import View, view_of
from rnnlm.serving.store import Visitor
from rnnlm.training.build import load_corpus
from rnnlm.ui import shared
from rnnlm.ui.choices import Sampling, Screen, hold, read
from rnnlm.ui.language import in_a_row, say, say_error
from rnnlm.ui.look import ASSETS
from rnnlm.ui.tab import OwnText, visitor


@dataclass(eq=False)
class Run:
    """A run on the page: one in the hands of the engine, or a recorded one, made beforehand, without a job.

    text is the visitor's whole text, for a run that reads the beginning of it.
    """

    corpus: Corpus
    latest: View
    job: Job | None = None
    text: OwnText | None = None

    @property
    def recorded(self) -> bool:
        """Whether it was made beforehand and is only shown."""
        return self.job is None

    @property
    def experiment(self) -> Experiment:
        """The choices the run was started with."""
        return self.latest.experiment

    @property
    def nbytes(self) -> int:
        """About how many bytes are kept for it."""
        return self.job.bytes if self.job else 0

    def look(self) -> View:
        """Its latest view; a run that failed stands still, and the page says why."""
        if self.job is not None:
            try:
                self.latest = shared.engine().look(self.job, network=read(Screen).network == "run")
            except TrainingFailedError as error:
                st.session_state.problem = in_a_row([say_error(error), say("Reset starts over.")])
                self.latest = replace(self.latest, running=False)
        return self.latest

    def close(self) -> None:
        """Let go of it."""
        if self.job is not None:
            shared.engine().close(self.job)


def corpus_for(experiment: Experiment) -> Corpus:
    """The corpus of an experiment; ValueError if it cannot be had."""
    if experiment.corpus == "text":
        return load_corpus(experiment, visitor().text and visitor().text.corpus)
    return shared.corpus(experiment.corpus, experiment.words)


def saved(engine: Engine, run: Run) -> bytes:
    """The run as the content of an .npz file."""
    return engine.save(run.job) if run.job else (ASSETS / "book_run.npz").read_bytes()


def current() -> Run:
    """The run on screen; before any click a recorded one, or without PTB an untrained one."""
    if visitor().run is None:
        try:
            trainer = shared.recorded_run()
            visitor().run = Run(trainer.corpus, view_of(trainer))
        except ValueError as error:
            told = [say_error(error), say("Until then the page reads its built-in grammar.")]
            hold(corpus="grammar", lr=0.5)
            try:
                show(fresh(read(Experiment)))
            except ValueError as problem:  # the link asks for what cannot be
                told += [say("The link's settings do not work."), say_error(problem)]
                hold(**vars(Experiment(corpus="grammar", lr=0.5)))
                show(fresh(read(Experiment)))
            st.session_state.problem = in_a_row(told)
    return visitor().run


def view() -> View:
    """The run as the page shows it now: one view for all panels, until the page looks again."""
    if "view" not in st.session_state:
        look()
    return st.session_state.view


def look() -> View:
    """Look at the run on screen anew."""
    st.session_state.view = current().look()
    return st.session_state.view


def fresh(experiment: Experiment) -> Run:
    """An untrained run; ValueError if the experiment's text is missing or too short."""
    corpus = corpus_for(experiment)
    job = shared.opened(experiment, corpus, visitor().token)
    return Run(corpus, job.view, job, text=visitor().text)


def show(run: Run) -> None:
    """Put a run on the screen; the one that was there is paused and kept as the one before."""
    mine = visitor()
    before, mine.run = mine.run, run
    if before is not None and before is not run and not before.recorded:
        shared.engine().pause(before.job)
        _keep_or_close(mine, before)
    look()
    know_start()


def _keep_or_close(mine: Visitor, before: Run) -> None:
    """Keep a run that leaves the screen, but for one of less than an epoch where a longer one is kept already."""
    epoch = before.look().epoch
    if epoch == 0 or (epoch < 1 and mine.last_run is not None and mine.last_run.latest.epoch >= 1):
        before.close()
        return
    if mine.last_run is not None:
        mine.last_run.close()
    mine.last_run = before


@dataclass(frozen=True)
class Asked:
    """A network that is asked for the next word, its words, and the ids of what it reads ahead of a context."""

    reader: Reader
    vocabulary: Vocabulary
    opening: np.ndarray


def asked() -> Asked:
    """The run's network as it is now, or the one of all of PTB."""
    if read(Screen).network == "ptb":
        return Asked(shared.ptb_network().reader, shared.ptb_network().vocabulary, shared.ptb_network().opening)
    corpus = current().corpus
    return Asked(view().reader, corpus.vocabulary, corpus.opening)


def context(asked: Asked, sampling: Sampling) -> list[int]:
    """The ids of the words to go on from, read as a new sentence after the opening.

    Raises ValueError for words the network does not know, or none.
    """
    if not sampling.start:
        raise ValueError(say("Type or pick a word to go on from."))
    return [*asked.opening, *asked.vocabulary.ids(typed(sampling.start, asked.vocabulary))]


def know_start() -> None:
    """Go on from a word the network that is asked knows, where it does not know the present one."""
    sampling = read(Sampling)
    known = sampling.with_known_start(asked().vocabulary)
    if known != sampling:
        hold(start=known.start)


def is_changed(experiment: Experiment) -> bool:
    """Whether the settings are no longer those of the run on screen."""
    run = current()
    if run.experiment != experiment:
        return True
    if experiment.corpus != "text" or visitor().text is run.text:
        return False  # every look at a run in training asks this, so a text is not hashed again for it
    return first_words(visitor().text.corpus, experiment.words).checksum != run.corpus.checksum


def is_longer(experiment: Experiment) -> bool:
    """Whether the settings are those of the run on screen, but for more epochs than it has run, and it can go on."""
    run = current()
    if run.recorded or run.latest.divergence or not run.latest.extensible:
        return False
    return not is_changed(replace(experiment, epochs=run.experiment.epochs)) and experiment.epochs > run.latest.epoch
