"""The held-out curve: the perplexity of a run's networks on words that these networks have never read.

The held-out words are the first words of PTB's validation split.
"""

import time
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np
import streamlit as st

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import first_word
from rnnlm.screen import Screen
from rnnlm.serving.worker.protocol import state_arrays
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import clock, session, shared, tab
from rnnlm.ui.state.choices import key, preset, read
from rnnlm.ui.state.shelf import Kept, kept_of

WORDS = 2000  # words of the validation split
ROOM = 12  # measurements of one visitor that may wait while the visitor's run does not train
REST = 20.0  # pause between two measurements, in durations of one; training loses at most a twentieth


@dataclass(frozen=True)
class Text:
    """The held-out words as one run reads them.

    ids (words,): the ids of the words. Unknown words have the id of <unk>.
    known (words,): for each word, whether it is in the run's vocabulary.
    share: the share of known words, 0 to 1.
    before: the id that a network reads before the held-out words, or None if it reads nothing before them.
    """

    ids: np.ndarray
    known: np.ndarray
    before: int | None
    share: float


@st.cache_resource(show_spinner=False, max_entries=64)
def text_for(checksum: str, _corpus: Corpus) -> Text | str:
    """The held-out words, encoded with a corpus's vocabulary, or a sentence that says why this is impossible."""
    try:
        valid = shared.corpus_for(Experiment(corpus="ptb-valid", words=WORDS), None)
        text, share = valid.read_with(_corpus.vocabulary)
    except ValueError as error:
        return say_error(error)
    is_known = np.array([word in _corpus.vocabulary for word in valid.vocabulary.words])
    return Text(text.ids, is_known[valid.ids], first_word(text), share)


def rests(experiment: Experiment, corpus: Corpus) -> str:
    """A sentence that says why a run has no held-out curve. Empty if the run has a held-out curve."""
    if experiment.corpus == "ptb-valid":
        return say("This run trains on the valid split, so no held-out words are left.")
    text = text_for(corpus.checksum, corpus)
    return text if isinstance(text, str) else ""


def is_on() -> bool:
    return read(Screen).held_out


def switch() -> None:
    about = say("The first {words:,} words of PTB’s valid split, which the networks have not read", words=WORDS)
    with st.container(key="held_out", width="content"):
        st.toggle(say("Held-out curve"), preset("held_out"), key=key("held_out"), help=about)


def found(id: int, update: int) -> float | None:
    """The held-out perplexity of a run after this update. Returns None if it has not been measured."""
    result = shared.later().get(("measure", id, update))
    return result[0] if isinstance(result, tuple) else None


def curve_of(run: Kept) -> list[tuple[float, float]]:
    """The points (epoch, held-out perplexity) of a run's measured networks, in order of epoch."""
    measured = {epoch: found(run.id, update) for update, epoch in (*run.moments, run.at)}
    return sorted((epoch, value) for epoch, value in measured.items() if value is not None)


def here() -> list[tuple[float, float]]:
    return curve_of(kept_of(session.current())) if is_on() else []


def version(runs: Sequence[Kept]) -> Hashable:
    return tuple(len(curve_of(run)) for run in runs)


@clock.awaits
def measure() -> bool:
    """Ask workers to measure networks that have no held-out perplexity yet. Return whether such networks exist.

    While the visitor's run trains, networks are measured one at a time, with long pauses, so that training stays fast.
    """
    later, whose = shared.later(), tab.visitor().token
    if not is_on() or session.view().running:
        later.forget(whose)
    if not is_on():
        return False
    wanted = list(islice(_wanted(), ROOM))
    for id, update, reader, corpus in wanted[: _room(later.waiting(whose))]:
        text = text_for(corpus.checksum, corpus)
        later.ask(("measure", id, update), partial(_measured, reader, text, whose), whose)
        st.session_state.asked_last = time.monotonic(), ("measure", id, update)
    return bool(wanted)


def _room(waiting: int) -> int:
    if not session.view().running:
        return ROOM - waiting
    at, key = st.session_state.get("asked_last", (0.0, None))
    last = shared.later().get(key)
    took = last[1] if isinstance(last, tuple) else 0.1
    return int(not waiting and time.monotonic() - at > REST * took)


def _wanted() -> Iterator[tuple[int, int, Reader, Corpus]]:
    """The networks still to be measured, each with the id of its run, its update, and the corpus of its run.

    For the run on screen and the recorded run, these networks are the snapshots and, unless the run is training, the
    last network. For every other visible run, only the last network is measured.
    """
    shelf, here = session.shelf(), session.current()
    recorded = None if shelf.without_recorded else session.recorded()
    for run in dict.fromkeys(filter(None, (here, recorded))):
        mine = kept_of(run)
        last = [] if run.latest.running else [(mine.at[0], run.latest.reader)]
        for update, reader in [*((kept.update, kept.reader) for kept in run.snapshots), *last]:
            yield from _unless_found(mine, update, reader)
    for kept in shelf.runs:
        if kept.reader is not None and not shelf.of(kept.id).hidden:
            yield from _unless_found(kept, kept.at[0], kept.reader)


def _unless_found(run: Kept, update: int, reader: Reader) -> Iterator[tuple[int, int, Reader, Corpus]]:
    if shared.later().get(("measure", run.id, update)) is None and not rests(run.experiment, run.corpus):
        yield run.id, update, reader, run.corpus


def _measured(reader: Reader, text: Text, whose: str) -> tuple[float, float]:
    arrays = state_arrays(reader.params, None) | {"ids": text.ids, "known": text.known}
    answer, _ = shared.engine().ask("measure", {"before": text.before}, arrays, whose)
    return answer["perplexity"], answer["seconds"]
