"""The written text as it is now, and the step of it that is looked at: bars, text and strip speak of the same moment.

A text is its context, its luck (the seed of the numbers u) and its length. It is written anew
whenever the network or the temperature moves: the luck stays, so what changes is what moved.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnlm.data.writing import typed
from rnnlm.inference.sampling import Draw, Sampler
from rnnlm.ui import session
from rnnlm.ui.language import say
from rnnlm.ui.link import Sampling, read

MOST_WORDS = 200


@dataclass(frozen=True)
class Moment:
    """A text and its draws. given: how many words it was started from; chosen: the step looked at, -1 for none."""

    asked: session.Asked
    sampling: Sampling
    sampler: Sampler
    draws: list[Draw]
    given: int
    chosen: int

    @property
    def words(self) -> list[str]:
        """The words of the text."""
        return [self.asked.vocabulary.word(i) for i in self.sampler.ids[-self.given - len(self.draws) :]]

    @property
    def context(self) -> list[int]:
        """The ids read before the step looked at, the opening first."""
        return self.sampler.ids[: len(self.sampler.start_ids) + max(0, self.chosen)]

    @property
    def scores(self) -> np.ndarray:
        """The scores (V,) of what comes after these."""
        return self.asked.reader.after(self.context)


def moment() -> Moment:
    """The text as the network writes it now; ValueError for words it does not know."""
    for name, start in (("length", 9), ("luck", 0), ("step", 0)):
        st.session_state.setdefault(name, start)
    sampling, asked = read(Sampling), session.asked()
    made_of = sampling, id(asked.reader), st.session_state.length, st.session_state.luck
    kept = st.session_state.get("moment")
    if kept is None or kept[0] != made_of:
        kept = made_of, *_written(asked, sampling)
        st.session_state.moment = kept
    sampler, draws = kept[1:]
    given = len(typed(sampling.start, asked.vocabulary))
    chosen = min(st.session_state.step, len(draws) - 1)
    return Moment(asked, sampling, sampler, draws, given, chosen)


def _written(asked: session.Asked, sampling: Sampling) -> tuple[Sampler, list[Draw]]:
    sampler = Sampler(
        asked.reader,
        session.context(asked, sampling),
        np.random.default_rng(st.session_state.luck),
        sampling.temperature,
        sampling.top_k,
        sampling.skip_ids(asked.vocabulary),
    )
    return sampler, [sampler.step() for _ in range(st.session_state.length)]


def version() -> Hashable:
    """What bars, text and strip depend on."""
    return id(session.asked().reader), *(st.session_state.get(name) for name in ("length", "luck", "step"))


def write(words: int) -> None:
    """Make the text so many words longer (or shorter), and look at its last step."""
    st.session_state.pop("problem", None)
    if words > 0 and st.session_state.length >= MOST_WORDS:
        st.session_state.problem = say(
            "A text here has at most {words} drawn words: Clear begins a new one.", words=MOST_WORDS
        )
    st.session_state.length = int(np.clip(st.session_state.length + words, 0, MOST_WORDS))
    look_at(st.session_state.length - 1)


def clear() -> None:
    """An empty text, and other luck for the next one."""
    st.session_state.update(length=0, luck=st.session_state.luck + 1)
    look_at(0)


def look_at(step: int) -> None:
    """Look at the step that made a word; everything that speaks of it is drawn anew."""
    st.session_state.step = max(0, step)
    st.rerun(["progress", "bars_head", "bars_panel", "writing_panel"])
