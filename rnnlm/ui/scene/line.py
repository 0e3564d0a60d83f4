"""The line of text in the opening scene.

Each snapshot of the recorded run writes its own line. All snapshots use the same random numbers.

The text starts with the words START. From these words, the trained network recites its training text. After other
words, such as "the company said it will", the network does not recite its training text.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import Sampler
from rnnlm.screen import Screen
from rnnlm.ui.state import shared
from rnnlm.ui.state.choices import Sampling

START = ("the", "finding", "probably", "will", "support", "those", "who", "argue")
SAMPLING = Sampling(temperature=0.5, start=START)
SCREEN = Screen(luck=45)  # the first of the 12 seeds below 1,000 for which the last epoch recites its training text
TOP = 5  # most probable words of a stop


@dataclass(frozen=True)
class Stop:
    """One position of the scene's slider: an epoch, the ids of the written words, and whether each word is copied.

    `p` (V,) is the distribution of the first written word. `top` holds the ids of the most probable first words.
    `x` (D,) is the vector of the last word of START. `previous` and `h` (H,) are the states before and after this word.
    """

    epoch: float
    ids: list[int]
    copied: list[bool]
    p: np.ndarray
    top: list[int]
    x: np.ndarray
    previous: np.ndarray
    h: np.ndarray


@st.cache_resource(show_spinner=False)
def stops() -> list[Stop]:
    """The positions of the slider: one for each snapshot up to the end of the recorded run.

    Raises ValueError if the run's text is not available.
    """
    view = shared.recorded_view()
    return [_stop(kept.epoch, kept.reader) for kept in shared.recorded_moments().snapshots if kept.epoch <= view.epoch]


def _stop(epoch: float, reader: Reader) -> Stop:
    corpus = shared.recorded_run().corpus
    vocabulary = corpus.vocabulary
    start, rng = vocabulary.ids(START), np.random.default_rng(SCREEN.luck)
    skip = SAMPLING.skip_ids(vocabulary)
    sampler = Sampler(reader, [*corpus.opening, *start], rng, SAMPLING.temperature, SAMPLING.top_k, skip)
    p = sampler.next_distribution
    ids = [sampler.step().word_id for _ in range(SCREEN.length)]
    copied = [False] * len(ids)
    for copy in shared.copy_index(corpus.checksum, corpus).copies([*start, *ids]):
        for place in range(max(copy.start, len(start)), copy.end):
            copied[place - len(start)] = True
    hs, h = reader.read(np.array([*corpus.opening, *start]))
    top = np.argsort(-p, kind="stable")[:TOP].tolist()
    return Stop(epoch, ids, copied, p, top, reader.params.embed_W[start[-1]], hs[-2], h)
