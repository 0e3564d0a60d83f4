"""The text that the network writes, and the step on screen. The bars, the text and the strip all show this step.

A text is determined by its context, its luck (the seed of the numbers u), the numbers u that the visitor set by hand,
and its length. The text is rewritten whenever the network or the temperature changes. The luck stays the same, so all
differences come from that change.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from rnnlm.inference.sampling import Draw, Sampler, times_drawn
from rnnlm.options import table
from rnnlm.ui.language import say
from rnnlm.ui.state import clock, session
from rnnlm.ui.state.choices import Sampling, Screen, choose, read
from rnnlm.ui.state.memo import memo

LARGEST = 0.999999  # largest number u that can be set by hand
DRAWS = 1_000  # words drawn by one click
MOST_WORDS = table(Screen)["length"].high


@dataclass(frozen=True)
class Moment:
    """A written text and its draws.

    `given` is the number of start words. `step` is the index of the drawn word on screen, counted from 0. If `step`
    equals the number of draws, the next word, which is not drawn yet, is on screen.
    """

    asked: session.Asked
    sampling: Sampling
    sampler: Sampler
    draws: list[Draw]
    given: int
    step: int

    @property
    def chosen(self) -> int:
        """The same as `step`, or -1 if the word of this step is not drawn yet."""
        return self.step if self.step < len(self.draws) else -1

    @property
    def ids(self) -> list[int]:
        """Ids of the text: the start words, then the drawn words."""
        return self.sampler.ids[-self.given - len(self.draws) :]

    @property
    def words(self) -> list[str]:
        return [self.asked.vocabulary.word(i) for i in self.ids]

    @property
    def before(self) -> list[str]:
        return self.words[: self.given + self.step]

    @property
    def scores(self) -> np.ndarray:
        """The scores (V,) of all words at the step on screen."""
        return self.sampler.scores_before(self.step)


def moment() -> Moment:
    """The text as the network writes it now. Raises ValueError as described in `session.context`."""
    sampling, screen, asked = read(Sampling), read(Screen), session.asked()
    made_of = sampling, asked.reader, screen.length, screen.luck, screen.dice, screen.state, screen.stream
    sampler, draws = memo("moment", made_of, lambda: _written(asked, sampling, screen))
    given = len(sampler.start_ids) - (len(asked.opening) if asked.tape is None else 0)
    return Moment(asked, sampling, sampler, draws, given, min(screen.word, len(draws)))


def drawn_moment() -> Moment:
    """Like `moment`, but at the last drawn word if the word of the step on screen is not drawn yet."""
    now = moment()
    return replace(now, step=min(now.step, max(0, len(now.draws) - 1)))


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
    by_hand = hand_given(screen.dice)
    return sampler, [sampler.step(by_hand.get(step)) for step in range(screen.length)]


def hand_given(dice: tuple[str, ...]) -> dict[int, float]:
    """Numbers u that were set by hand, keyed by step. Each word of `dice` has the form step:u."""
    return {int(step): float(u) for step, _, u in (word.partition(":") for word in dice)}


def write_by_hand(u: float) -> None:
    """Write the word that u picks at the step on screen. This word replaces the words drawn at that step and later."""
    step = moment().step
    if step >= MOST_WORDS:
        st.session_state.problem = too_long()
        st.rerun()
    dice = [word for word in read(Screen).dice if int(word.partition(":")[0]) < step]
    choose(length=step + 1, dice=(*dice, f"{step}:{min(u, LARGEST):.6f}".rstrip("0")))
    look_at(min(step + 1, table(Screen)["word"].high))


def draw_often() -> None:
    """Draw a thousand words from the distribution of the step on screen. Each call uses new random numbers."""
    now, often = moment(), st.session_state.get("often")
    p = now.sampler.distribution_from(now.scores)
    rng = np.random.default_rng([read(Screen).luck, now.step, 1 + (often[1] if often else 0)])
    st.session_state.often = (_made_of_draws(), 1 + (often[1] if often else 0), times_drawn(p, DRAWS, rng))
    clock.redraw("bars_head", "bars_panel", "strips")


def often() -> np.ndarray | None:
    """Counts (V,) of the words drawn by `draw_often`.

    Returns None if `draw_often` was not called for the step on screen.
    """
    kept = st.session_state.get("often")
    return kept[2] if kept is not None and kept[0] == _made_of_draws() else None


def _made_of_draws() -> Hashable:
    return version(), read(Sampling)


def too_long() -> str:
    return say("A text can have up to {words} drawn words. Press Clear to start a new text.", words=MOST_WORDS)


def version() -> Hashable:
    screen = read(Screen)
    return id(session.asked().reader), screen.length, screen.luck, screen.dice, screen.word, screen.state, screen.stream


def write(words: int) -> None:
    """Add this many words to the text, or remove words if the number is negative, and show the last step."""
    st.session_state.pop("problem", None)
    length = read(Screen).length
    if words > 0 and length >= MOST_WORDS:
        st.session_state.problem = too_long()
    length = int(np.clip(length + words, 0, MOST_WORDS))
    choose(length=length, dice=tuple(word for word in read(Screen).dice if int(word.partition(":")[0]) < length))
    look_at(length - 1)


def clear() -> None:
    choose(length=0, luck=(read(Screen).luck + 1) % 2**32, dice=())
    look_at(0)


def look_at(step: int) -> None:
    choose(word=max(0, step), u=None)
    clock.redraw()
