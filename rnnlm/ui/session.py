"""What one visitor's session holds: the run on screen, the one before it, and the visitor's text."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from rnnlm.data.corpus import Corpus, first_words
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.data.writing import typed
from rnnlm.experiment import Experiment
from rnnlm.inference.baselines import Baselines, baselines
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import Sampling
from rnnlm.nn.kernels.threads import one_blas_thread
from rnnlm.serving.engine import Engine, Job, TrainingFailedError, View
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.pretrained import Network, load_network
from rnnlm.training.build import load_corpus
from rnnlm.training.trainer import Trainer
from rnnlm.ui.link import Screen, hold, read
from rnnlm.ui.look import ASSETS


@dataclass(eq=False)
class Run:
    """A run on the page. recorded: it was made beforehand and is only shown.

    text is the visitor's whole text, for a run that reads the beginning of it.
    """

    job: Job
    recorded: bool = False
    text: Corpus | None = None

    @property
    def experiment(self) -> Experiment:
        """The choices the run was started with."""
        return self.job.view.experiment

    @property
    def corpus(self) -> Corpus:
        """The words it reads."""
        return self.job.corpus

    def look(self) -> View:
        """Its latest view; a run that failed stands still, and the page says why."""
        if self.recorded:
            return self.job.view
        try:
            return engine().look(self.job)
        except TrainingFailedError as error:
            st.session_state.problem = f"{error}. Reset starts over."
            return replace(self.job.view, running=False)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The one engine of this server; this process computes with one thread."""
    one_blas_thread()
    return Engine()


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared_corpus(name: str, words: int) -> Corpus:
    return load_corpus(Experiment(corpus=name, words=words))


def corpus_for(experiment: Experiment) -> Corpus:
    """The corpus of an experiment; ValueError if it cannot be had."""
    if experiment.corpus == "text":
        return load_corpus(experiment, st.session_state.get("text"))
    return _shared_corpus(experiment.corpus, experiment.words)


@st.cache_resource(show_spinner=False, max_entries=64)
def baselines_of(checksum: str, _corpus: Corpus) -> Baselines:
    """The counting models' perplexities, once for each text."""
    return baselines(_corpus)


@st.cache_resource(show_spinner=False)
def published_curve() -> pd.DataFrame:
    """The curve printed in the notes: epoch, perplexity."""
    return pd.read_csv(ASSETS / "notes_perplexity.csv")


@st.cache_resource(show_spinner=False)
def _recorded_run() -> Run:
    return Run(Job(load_run(ASSETS / "book_run.npz").resume()), recorded=True)


def current() -> Run:
    """The run on screen; before any click a recorded one, or without PTB an untrained one."""
    if "run" not in st.session_state:
        try:
            st.session_state.run = _recorded_run()
        except ValueError as error:
            told = str(error).removesuffix(".")
            st.session_state.problem = f"{told}. Until then the page reads its built-in grammar."
            hold(corpus="grammar", lr=0.5)
            try:
                show(fresh(read(Experiment)))
            except ValueError as problem:  # the link asks for what cannot be
                st.session_state.problem += f" The link's settings do not work: {problem}."
                hold(**vars(Experiment(corpus="grammar", lr=0.5)))
                show(fresh(read(Experiment)))
    return st.session_state.run


def fresh(experiment: Experiment) -> Run:
    """An untrained run; ValueError if the experiment's text is missing or too short."""
    return Run(Job(Trainer(experiment, corpus_for(experiment))), text=st.session_state.get("text"))


def show(run: Run) -> None:
    """Put a run on the screen; the one that was there is paused and kept as the one before."""
    before = st.session_state.get("run")
    if before is not None and not before.recorded:
        engine().pause(before.job)
        if before.job.view.update:
            st.session_state.last_run = before
    st.session_state.run = run
    know_start()


@st.cache_resource(show_spinner=False)
def ptb_network() -> Network:
    """The network that was trained on all of PTB."""
    return load_network(ASSETS / "ptb_network.npz")


@dataclass(frozen=True)
class Asked:
    """A network that is asked for the next word, its words, and the ids of what it reads ahead of a context."""

    reader: Reader
    vocabulary: Vocabulary
    opening: np.ndarray


def asked() -> Asked:
    """The run's network as it is now, or the one of all of PTB."""
    if read(Screen).network == "ptb":
        return Asked(ptb_network().reader, ptb_network().vocabulary, ptb_network().opening)
    run = current()
    return Asked(run.look().reader, run.corpus.vocabulary, run.corpus.opening)


def context(asked: Asked, sampling: Sampling) -> list[int]:
    """The ids of the words to go on from, read as a new sentence after the words' opening.

    Raises ValueError for words the network does not know, or none.
    """
    if not sampling.start:
        raise ValueError("Type or pick a word to go on from.")
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
    if experiment.corpus != "text" or st.session_state.get("text") is run.text:
        return False  # every look at a run in training asks this, so a text is not hashed again for it
    return first_words(st.session_state.text, experiment.words).checksum != run.corpus.checksum


def is_longer(experiment: Experiment) -> bool:
    """Whether the settings are those of the run on screen, but for more epochs than it has run, and it can go on."""
    run = current()
    if run.recorded or run.job.view.divergence or not run.job.view.extensible:
        return False
    return not is_changed(replace(experiment, epochs=run.experiment.epochs)) and experiment.epochs > run.job.view.epoch
