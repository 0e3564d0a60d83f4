"""Objects that all visitors of this server share: engine, store, texts and networks."""

from dataclasses import replace

import pandas as pd
import streamlit as st
from streamlit.runtime import get_instance

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.baselines import Baselines, baselines
from rnnlm.inference.copies import CopyIndex
from rnnlm.nn.kernels.threads import one_blas_thread
from rnnlm.serving.engine.engine import Engine, Job, TrainingFailedError
from rnnlm.serving.engine.linked_moments import Arrivals, Arrived
from rnnlm.serving.visitors.background import Later
from rnnlm.serving.visitors.folder import Folder, folder_here
from rnnlm.serving.visitors.networks import Networks
from rnnlm.serving.visitors.polling import Pace
from rnnlm.serving.visitors.status import status_here
from rnnlm.serving.visitors.store import Store
from rnnlm.serving.worker.protocol import View, corpus_parts, view_of
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.moments import Moments, load_moments
from rnnlm.storage.pretrained import Network, load_network
from rnnlm.training.build import check_run, load_corpus, whole_text
from rnnlm.training.curve import Curve
from rnnlm.training.snapshots import snapshot_of
from rnnlm.training.trainer import Trainer
from rnnlm.ui.style import ASSETS

MOST_RESULTS = 20_000  # results that are kept for all pages
SMALL = 50_000  # words; a worker, not this process, counts the word pairs of longer texts


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    one_blas_thread()
    return Engine()


def opened(experiment: Experiment, corpus: Corpus, visitor: str, arrived: Arrived | None = None) -> Job:
    """Open a run at its beginning, or at a link's snapshot.

    Raises OptionError if the options contradict each other or exceed a limit of the server. Raises BusyError or
    TrainingFailedError if no worker could open the run.
    """
    try:
        return engine().open(experiment, corpus, visitor, arrived)
    except TrainingFailedError:  # the worker's message is English; check_run raises one that can be translated
        check_run(experiment, corpus)
        raise


@st.cache_resource(show_spinner=False)
def arrivals() -> Arrivals:
    return Arrivals()


@st.cache_resource(show_spinner=False)
def store() -> Store:
    page, waits = get_instance(), 0.75 * st.get_option("server.disconnectedSessionTTL")
    everybody = Store(engine(), page.is_active_session, end=page.close_session, waits=waits)
    status_here(engine(), everybody, pace())
    return everybody


@st.cache_resource(show_spinner=False)
def folder() -> Folder | None:
    return folder_here(engine(), store())


def begin() -> None:
    store()
    folder()


def end() -> None:
    if kept := folder():
        kept.end()
    engine().stop()


@st.cache_resource(show_spinner=False)
def pace() -> Pace:
    return Pace()


@st.cache_resource(show_spinner=False)
def later() -> Later:
    return Later(MOST_RESULTS)


@st.cache_resource(show_spinner=False, max_entries=8)
def copy_index(checksum: str, _corpus: Corpus) -> CopyIndex:
    """An index of all sequences of three words in a text.

    Building the index for all of PTB takes 0.1 s and 22 MB.
    """
    return CopyIndex(_corpus.ids)


def corpus_for(experiment: Experiment, text: Corpus | None) -> Corpus:
    """The corpus of an experiment; `text` is the visitor's own text. Raises ValueError if there is no such corpus."""
    if experiment.corpus == "text":
        return load_corpus(experiment, text)
    if experiment.corpus in ("ptb-train", "grammar"):  # the other texts are short
        engine().limits.check_words(experiment.words)
    return _corpus(experiment.corpus, experiment.words, experiment.first_word)


@st.cache_resource(show_spinner=False, max_entries=32)
def _corpus(name: str, words: int, first: int) -> Corpus:
    return load_corpus(Experiment(corpus=name, words=words, first_word=first))


@st.cache_resource(show_spinner=False)
def whole(name: str) -> Corpus:
    """A whole split of PTB. Raises ValueError if the split is not available."""
    return whole_text(Experiment(corpus=name))


@st.cache_resource(show_spinner=False, max_entries=64)
def baselines_of(checksum: str, _corpus: Corpus) -> Baselines:
    if len(_corpus) <= SMALL:
        return baselines(_corpus)
    return Baselines(**engine().ask("count words", *corpus_parts(_corpus))[0])


@st.cache_resource(show_spinner=False)
def published_curve() -> pd.DataFrame:
    """The learning curve in a student's notes on the book, with the columns epoch and perplexity."""
    return pd.read_csv(ASSETS / "notes_perplexity.csv")


@st.cache_resource(show_spinner=False)
def ptb_network() -> Network:
    return load_network(ASSETS / "ptb_network.npz")


@st.cache_resource(show_spinner=False)
def networks() -> Networks:
    return Networks(engine().limits.networks, ptb_network())


@st.cache_resource(show_spinner=False)
def recorded_run() -> Trainer:
    return load_run(ASSETS / "book_run.npz").resume()


@st.cache_resource(show_spinner=False)
def recorded_view() -> View:
    return view_of(recorded_run())


@st.cache_resource(show_spinner=False)
def recorded_moments() -> Moments:
    """Snapshots and curve of the recorded run and of its continuation to epoch 400."""
    run, moments = recorded_run(), load_moments(ASSETS / "book_moments.npz")
    now = snapshot_of(run)
    snapshots = [now if snapshot.update == now.update else snapshot for snapshot in moments.snapshots]
    return replace(moments, snapshots=tuple(snapshots), curve=Curve((*run.curve, *moments.curve[len(run.curve) :])))
