"""The written text as it is now, and the step of it that is looked at: bars, text and strip speak of the same moment.

A text is its context, its luck (the seed of the numbers u) and its length. It is written anew
whenever the network or the temperature moves: the luck stays, so what changes is what moved.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnlm.inference.sampling import Draw, Sampler
from rnnlm.options import table
from rnnlm.ui import session
from rnnlm.ui.choices import Sampling, Screen, choose, read
from rnnlm.ui.language import say

MOST_WORDS = table(Screen)["length"].high


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
    def before(self) -> list[str]:
        """The words before the step looked at."""
        return self.words[: self.given + max(0, self.chosen)]

    @property
    def scores(self) -> np.ndarray:
        """The scores (V,) of what comes after these."""
        return self.sampler.scores_before(max(0, self.chosen))


def moment() -> Moment:
    """The text as the network writes it now; ValueError for words it does not know."""
    sampling, screen, asked = read(Sampling), read(Screen), session.asked()
    made_of = sampling, id(asked.reader), screen.length, screen.luck, screen.state, screen.stream
    kept = st.session_state.get("moment")
    if kept is None or kept[0] != made_of:
        kept = made_of, *_written(asked, sampling, screen)
        st.session_state.moment = kept
    sampler, draws = kept[1:]
    given = len(sampler.start_ids) - (len(asked.opening) if asked.tape is None else 0)
    chosen = min(screen.word, len(draws) - 1)
    return Moment(asked, sampling, sampler, draws, given, chosen)


def _written(asked: session.Asked, sampling: Sampling, screen: Screen) -> tuple[Sampler, list[Draw]]:
    sampler = Sampler(
        asked.reader,
        session.context(asked, sampling),
        np.random.default_rng(screen.luck),
        sampling.temperature,
        sampling.top_k,
        session.skip_ids(asked, sampling),
        h=None if asked.tape is None else asked.tape[1],
    )
    return sampler, [sampler.step() for _ in range(screen.length)]


def version() -> Hashable:
    """What bars, text and strip depend on."""
    screen = read(Screen)
    return id(session.asked().reader), screen.length, screen.luck, screen.word, screen.state, screen.stream


def write(words: int) -> None:
    """Make the text so many words longer (or shorter), and look at its last step."""
    st.session_state.pop("problem", None)
    length = read(Screen).length
    if words > 0 and length >= MOST_WORDS:
        st.session_state.problem = say(
            "A text here has at most {words} drawn words: Clear begins a new one.", words=MOST_WORDS
        )
    length = int(np.clip(length + words, 0, MOST_WORDS))
    choose(length=length)
    look_at(length - 1)


def clear() -> None:
    """An empty text, and other luck for the next one."""
    choose(length=0, luck=(read(Screen).luck + 1) % 2**32)
    look_at(0)


def look_at(step: int) -> None:
    """Look at the step that made a word; everything that speaks of it is drawn anew."""
    choose(word=max(0, step))
    st.rerun(["progress", "bars_head", "bars_panel", "writing_panel", "clock"])
