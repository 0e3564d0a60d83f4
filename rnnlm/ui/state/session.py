"""One visitor's data: the run on screen, the previous run, and the visitor's text."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from rnnlm.data.batches import just_read
from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.data.writing import typed
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.screen import Screen
from rnnlm.serving.engine.linked_moments import Arrived
from rnnlm.serving.visitors.store import Visitor
from rnnlm.serving.worker.protocol import View
from rnnlm.storage.pretrained import Network
from rnnlm.ui.language import in_a_row, say, say_error
from rnnlm.ui.state import shared
from rnnlm.ui.state.choices import Sampling, choose, hold, read
from rnnlm.ui.state.run import Instant, Run, instant_of
from rnnlm.ui.state.shelf import Shelf, kept_of
from rnnlm.ui.state.tab import visitor

TAPE_WORDS = 8  # words shown of those just read in training


def corpus_for(experiment: Experiment) -> Corpus:
    """The corpus that an experiment reads. Raises ValueError if the corpus is not available."""
    return shared.corpus_for(experiment, visitor().text and visitor().text.corpus)


def current() -> Run:
    """The run on screen. Before the first click, this is the recorded run or, without PTB, an untrained run."""
    if visitor().run is None:
        try:
            visitor().run = st.session_state.recorded = _recorded()
        except ValueError as error:
            told = [say_error(error), say("Until then the page uses its built-in grammar.")]
            hold(corpus="grammar", lr=0.5)
            try:
                show(fresh(read(Experiment)))
            except ValueError as problem:  # the link asks for an impossible run
                told += [say("The link's settings do not work."), say_error(problem)]
                hold(**vars(Experiment(corpus="grammar", lr=0.5)))
                show(fresh(read(Experiment)))
            st.session_state.problem = in_a_row(told)
        else:
            know_start_of_link()
    return visitor().run


def recorded() -> Run | None:
    if "recorded" not in st.session_state:
        try:
            st.session_state.recorded = _recorded()
        except ValueError:
            st.session_state.recorded = None
    return st.session_state.recorded


def _recorded() -> Run:
    return Run(shared.recorded_run().corpus, shared.recorded_view(), moments=shared.recorded_moments())


def view() -> View:
    # all panels share one view until the next poll
    if "view" not in st.session_state:
        look()
    return st.session_state.view


def look() -> View:
    st.session_state.view = current().look()
    return st.session_state.view


def fresh(experiment: Experiment, arrived: Arrived | None = None) -> Run:
    """Create an untrained run, or a run that starts from a link's snapshot.

    Raises ValueError if the run's text is missing or too short. Any error raised by `shared.opened` is passed on.
    """
    corpus = corpus_for(experiment)
    job = shared.opened(experiment, corpus, visitor().token, arrived)
    return Run(corpus, job.view, job, text=visitor().text)


def show(run: Run) -> None:
    """Put a run on the screen. The run that was on the screen is paused and becomes the previous run."""
    mine = visitor()
    before, mine.run = mine.run, run
    choose(at=None)
    if before is not None and before is not run and not before.recorded:
        shared.engine().pause(before.job)
        _keep_or_close(mine, before)
    look()
    know_start()


def _keep_or_close(mine: Visitor, before: Run) -> None:
    """Keep a run that leaves the screen, or close the run if it is not worth keeping.

    An untrained run is closed. A run of less than one epoch is closed too, if the previous run has at least one epoch.
    """
    epoch = before.look().epoch
    if epoch == 0 or (epoch < 1 and mine.last_run is not None and mine.last_run.latest.epoch >= 1):
        before.close()
        return
    shelf().put(kept_of(before))
    if mine.last_run is not None:
        mine.last_run.close()
    mine.last_run = before


def shelf() -> Shelf:
    mine = visitor()
    if mine.kept is None:
        mine.kept = Shelf(shared.engine().limits.snapshots / 2)
    return mine.kept


def instant() -> Instant:
    return instant_of(current(), view(), read(Screen).at)


@dataclass(frozen=True)
class Asked:
    """A network in use, its vocabulary, and the words that the network reads before the text begins.

    `opening`: the ids that it reads before the start words; empty if the text starts from a blank state.
    `tape`: the ids that it has just read in training, and its state h (H,) after them; None if the text does not
    continue from that state.
    """

    reader: Reader
    vocabulary: Vocabulary
    opening: np.ndarray
    tape: tuple[np.ndarray, np.ndarray] | None = None


def other_network() -> Network:
    """The network that the page offers in addition to the run's network.

    This is the network that the visitor has opened from a file or, by default, the one trained on all of PTB.
    """
    return visitor().network or shared.ptb_network()


def asked() -> Asked:
    """The network that the visitor has chosen: the run's network on screen, or `other_network`."""
    screen = read(Screen)
    if screen.network == "ptb":
        network = other_network()
        return Asked(network.reader, network.vocabulary, opening_of(network))
    corpus, here = current().corpus, instant()
    tape = tape_at(here, screen.stream) if screen.state == "tape" else None
    return Asked(here.reader, corpus.vocabulary, opening_of(corpus), tape)


def opening_of(text: Corpus | Network) -> np.ndarray:
    return text.opening[: 0 if read(Screen).state == "blank" else None]


def tape_at(here: Instant, stream: int) -> tuple[np.ndarray, np.ndarray] | None:
    """The words that training has just read in a stream, as ids, and the stream's state h (H,) after them.

    Returns None before the first update.
    """
    if here.h is None:
        return None
    experiment, stream = current().experiment, min(stream, len(here.h) - 1)
    N, T = experiment.batch_size, experiment.time_size
    return just_read(current().corpus.ids, N, T, here.update, stream, TAPE_WORDS)[0], here.h[stream]


def context(asked: Asked, sampling: Sampling) -> list[int]:
    """The ids of the words that come before the written text.

    These are the opening and the start words. If the text continues from the state of training, they are the words that
    training has just read.
    Raises ValueError if start words are needed and there are none, or if the network does not know one of them.
    """
    if asked.tape is not None:
        return asked.tape[0].tolist()
    if not sampling.start:
        raise ValueError(say("Type or pick a word to continue from."))
    return [*asked.opening, *asked.vocabulary.ids(typed(sampling.start, asked.vocabulary))]


def skip_ids(asked: Asked, sampling: Sampling) -> list[int]:
    # the memorised text contains skipped words, too
    return [] if asked.tape is not None else sampling.skip_ids(asked.vocabulary)


def know_start() -> None:
    """Replace start words that the network in use does not know.

    The visitor's own start words come back once the network in use knows them.
    """
    sampling = read(Sampling)
    wanted, instead = st.session_state.get("replaced_start", (None, None))
    if sampling.start != instead:  # the visitor has chosen other words since
        wanted = sampling.start
    known = replace(sampling, start=wanted).with_known_start(asked().vocabulary)
    st.session_state.replaced_start = wanted, known.start
    if known != sampling:
        hold(start=known.start)


def know_start_of_link() -> None:
    """Call `know_start` if the text of the link's run is not the text of the run on screen.

    The link's start words may be unknown to the run on screen. The run that the Train button starts will know them.
    """
    if read(Experiment).corpus != current().experiment.corpus:
        know_start()


def is_changed(experiment: Experiment) -> bool:
    """Whether the settings or the text differ from those of the run on screen."""
    run = current()
    if run.experiment != experiment:
        return True
    if experiment.corpus != "text" or visitor().text is run.text:
        return False  # every poll calls this, so avoid hashing the text again
    return corpus_for(experiment).checksum != run.corpus.checksum


def is_longer(experiment: Experiment) -> bool:
    """Whether the run on screen can continue to the last epoch of `experiment`.

    The experiment must have the same text and settings as the run, except for its number of epochs. This number must be
    above the run's present epoch.
    """
    run = current()
    if run.recorded or run.latest.divergence or not run.latest.extensible:
        return False
    return not is_changed(replace(experiment, epochs=run.experiment.epochs)) and experiment.epochs > run.latest.epoch
