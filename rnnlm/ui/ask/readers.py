"""Readers, the models that score a sentence: counting models, the run's network, and the network trained on PTB."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnlm.data.batches import just_read
from rnnlm.data.corpus import Corpus
from rnnlm.inference.sentence import NetworkModel, WordModel, counting_models
from rnnlm.screen import Screen
from rnnlm.serving.worker.protocol import corpus_parts
from rnnlm.serving.worker.questions import levels_from
from rnnlm.ui.language import say
from rnnlm.ui.state import session, shared
from rnnlm.ui.state.choices import read

KEPT = 16  # readers' results cached per visitor


@dataclass(frozen=True)
class Asked:
    """A reader, that is, a model that scores a sentence. `name` is the reader's name on the page.

    `before` holds the ids that the model reads before a sentence.
    If the model no longer changes, its results can be cached, and `made_of` identifies its training text. For a run's
    network, `made_of` is None.
    """

    kind: str
    name: str
    model: WordModel
    before: tuple[int, ...]
    made_of: str | None = None


@st.cache_resource(show_spinner=False, max_entries=8)
def counting(checksum: str, _corpus: Corpus) -> dict[str, WordModel]:
    if len(_corpus) <= shared.SMALL:
        return counting_models(_corpus)
    return counting_models(_corpus, levels_from(*shared.engine().ask("count n-grams", *corpus_parts(_corpus))))


def counters(before: tuple[int, ...]) -> list[Asked]:
    corpus = session.current().corpus
    names = {"uniform": say("Uniform"), "words": say("Word counts"), "pairs": say("Pair counts")}
    names |= {"kneser-ney": say("Kneser-Ney")}
    models = counting(corpus.checksum, corpus).values()
    return [Asked(*name, model, before, corpus.checksum) for name, model in zip(names.items(), models, strict=True)]


def this_run() -> list[Asked]:
    """The network on screen as two or three readers, which start a sentence from different hidden states.

    The first reader starts after the opening of the run's text, and the second starts from a blank state. If the
    visitor has chosen to continue the training text (the tape), a third reader starts from the state that training has
    reached in the chosen stream.
    """
    here, corpus, screen = session.instant(), session.current().corpus, read(Screen)
    model = NetworkModel(here.reader, corpus.vocabulary)
    found = [
        Asked("new", say("This run, new sentence"), model, tuple(corpus.opening)),
        Asked("blank", say("This run, blank"), model, ()),
    ]
    tape = session.tape_at(here, screen.stream) if screen.state == "tape" else None
    if tape is not None:
        name = say("This run, stream {n}", n=min(screen.stream, len(here.h) - 1) + 1)
        found.append(Asked("tape", name, NetworkModel(here.reader, corpus.vocabulary, tape[1]), ()))
    return found


def all_of_ptb(before: tuple[int, ...] | None = None) -> Asked:
    network = shared.ptb_network()
    model = NetworkModel(network.reader, network.vocabulary)
    return Asked("ptb", say("All of PTB"), model, tuple(network.opening) if before is None else before, "ptb")


def on_the_tape(words: int = 9) -> tuple[str, ...]:
    """The words that training will read next in the chosen stream. Empty before the first update."""
    run, here = session.current(), session.instant()
    if here.h is None:
        return ()
    N, T = run.experiment.batch_size, run.experiment.time_size
    stream, ahead = min(read(Screen).stream, len(here.h) - 1), -(-words // T)  # windows that have enough words
    ids = just_read(run.corpus.ids, N, T, here.update + ahead, stream, ahead * T)[0]
    return tuple(run.corpus.vocabulary.word(i) for i in ids[:words])


def own_sentence(corpus: Corpus) -> tuple[str, ...]:
    """The first sentence of 4 to 14 words after the opening of the run's text.

    If the first 2,000 words contain no such sentence, the result is the first words after the opening.
    """
    words = [corpus.vocabulary.word(i) for i in corpus.ids[:2_000]]
    ends = np.flatnonzero([word == "<eos>" for word in words])
    for start, end in zip(ends + 1, ends[1:], strict=False):
        if start >= len(corpus.opening) and 4 <= end - start <= 14:
            return tuple(words[start:end])
    return tuple(words[len(corpus.opening) :][:10] or words)
