"""What one visitor has: the run on screen, the one before it, and a text; found again by the token of the tab."""

import secrets
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnlm.data.corpus import Corpus, first_words
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.inference.baselines import Baselines, baselines
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import Sampling
from rnnlm.nn.kernels.threads import one_blas_thread
from rnnlm.serving.engine import Engine, Job, TrainingFailedError
from rnnlm.serving.protocol import View, corpus_from, corpus_parts, view_of
from rnnlm.serving.store import Store, Visitor
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.pretrained import Network, load_network
from rnnlm.training.build import load_corpus
from rnnlm.ui.link import GROUPS, Screen, hold, read
from rnnlm.ui.look import ASSETS

PLACE = ("length", "luck", "step", "speed", "axis", "p_right")
SMALL_TEXT = 200_000  # characters of an own text that the tab keeps too
SMALL = 50_000  # words whose pairs this process counts itself; more are a worker's


@dataclass(frozen=True)
class OwnText:
    """A text of the visitor's: the corpus it makes, and the text itself where the tab can keep it too."""

    corpus: Corpus
    small: dict | None


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
                self.latest = engine().look(self.job, network=read(Screen).network == "run")
            except TrainingFailedError as error:
                st.session_state.problem = f"{error}. Reset starts over."
                self.latest = replace(self.latest, running=False)
        return self.latest

    def close(self) -> None:
        """Let go of it."""
        if self.job is not None:
            engine().close(self.job)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The one engine of this server; this process computes with one thread."""
    one_blas_thread()
    return Engine()


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """All visitors of this server."""
    return Store(engine(), get_instance().is_active_session)


def session_id() -> str:
    """The id of this session, one connection of a tab."""
    return get_script_run_ctx().session_id


def visitor() -> Visitor:
    """Whose page this is."""
    if "token" not in st.session_state:
        st.session_state.token = secrets.token_urlsafe(16)
    return store().visitor(st.session_state.token, session_id())


def remember() -> None:
    """Keep where the visitor is, for a session of this tab that comes after this one."""
    place = {name: st.session_state[name] for name in PLACE if name in st.session_state}
    visitor().place = place | {"link": {name: value for group in GROUPS for name, value in vars(read(group)).items()}}


def recognise(tab: dict) -> None:
    """A tab tells who it is: give back what it had, or say why that is not here."""
    if tab.get("storage") is False:
        st.session_state.problem = "This browser keeps nothing for the page: a reload would lose the run."
        return
    found = store().claim(str(tab.get("token")), session_id())
    if found is not None:
        offered = store().visitor(st.session_state.token, session_id())
        if offered is not found:
            store().forget(offered)
        st.session_state.token = found.token
        st.session_state.update({name: value for name, value in found.place.items() if name != "link"})
        if "link" in found.place:
            hold(**found.place["link"])
        look()
    elif tab.get("had") and not store().has(str(tab.get("token"))):
        st.session_state.problem = (
            "The server was started anew, or this page was away for too long: its run is no longer there. "
            "Train begins it again, with the settings of the link."
        )
        if tab.get("text"):
            visitor().text = own_text(tab["text"]["content"], tab["text"]["title"])


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared_corpus(name: str, words: int) -> Corpus:
    return load_corpus(Experiment(corpus=name, words=words))


def corpus_for(experiment: Experiment) -> Corpus:
    """The corpus of an experiment; ValueError if it cannot be had."""
    if experiment.corpus == "text":
        return load_corpus(experiment, visitor().text and visitor().text.corpus)
    return _shared_corpus(experiment.corpus, experiment.words)


@st.cache_resource(show_spinner=False, max_entries=64)
def baselines_of(checksum: str, _corpus: Corpus) -> Baselines:
    """The counting models' perplexities, once for each text."""
    if len(_corpus) <= SMALL:
        return baselines(_corpus)
    return Baselines(**engine().ask("count words", *corpus_parts(_corpus))[0])


@st.cache_resource(show_spinner=False)
def published_curve() -> pd.DataFrame:
    """The curve printed in the notes: epoch, perplexity."""
    return pd.read_csv(ASSETS / "notes_perplexity.csv")


@st.cache_resource(show_spinner=False)
def _recorded_run() -> Run:
    trainer = load_run(ASSETS / "book_run.npz").resume()
    return Run(trainer.corpus, view_of(trainer))


def own_text(given: str | bytes, title: str) -> OwnText:
    """Let a worker read a text; ValueError with a sentence for one that is none."""
    pasted = isinstance(given, str)
    content = np.frombuffer(given.encode("utf-8", "surrogatepass") if pasted else given, np.uint8)
    about, arrays = engine().ask("read text", {"pasted": pasted, "title": title}, {"content": content}, visitor().token)
    small = {"content": given, "title": title} if pasted and len(given) <= SMALL_TEXT else None
    return OwnText(corpus_from(about, arrays), small)


def saved(engine: Engine, run: Run) -> bytes:
    """The run as the content of an .npz file."""
    return engine.save(run.job) if run.job else (ASSETS / "book_run.npz").read_bytes()


def current() -> Run:
    """The run on screen; before any click a recorded one, or without PTB an untrained one."""
    if visitor().run is None:
        try:
            visitor().run = _recorded_run()
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
    job = engine().open(experiment, corpus, visitor().token)
    return Run(corpus, job.view, job, text=visitor().text)


def show(run: Run) -> None:
    """Put a run on the screen; the one that was there is paused and kept as the one before."""
    mine = visitor()
    before, mine.run = mine.run, run
    if before is not None and before is not run and not before.recorded:
        engine().pause(before.job)
        if before.look().update:
            if mine.last_run is not None:
                mine.last_run.close()
            mine.last_run = before
        else:
            before.close()
    look()
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
    corpus = current().corpus
    return Asked(view().reader, corpus.vocabulary, corpus.opening)


def context(asked: Asked, sampling: Sampling) -> list[int]:
    """The ids of the words to go on from, read as a new sentence after the opening.

    Raises ValueError for words the network does not know, or none.
    """
    if not sampling.start:
        raise ValueError("Type or pick a word to go on from.")
    return [*asked.opening, *asked.vocabulary.ids(sampling.start)]


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
