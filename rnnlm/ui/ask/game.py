"""A game of ten words: its text, its players and the guesses so far."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from rnnlm.data.corpus import Corpus
from rnnlm.inference.guessing import ROUNDS, Place, guess_distribution, pick_places
from rnnlm.inference.sentence import NetworkModel
from rnnlm.ui.ask.readers import all_of_ptb
from rnnlm.ui.state import session, shared


@dataclass
class Game:
    """Ten positions in a text, and the probability p that you and the network gave to each word of a finished round.

    `new` is whether the network has never read this text; `opening` are the ids it reads ahead of a context. `network`
    keeps its distribution (V,) of the last finished round, because the page names words that it expected.
    """

    model: NetworkModel
    opening: tuple[int, ...]
    places: list[Place]
    new: bool
    number: int
    yours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    network: np.ndarray | None = None
    told: str = ""

    @property
    def round(self) -> int:
        """The number of finished rounds."""
        return len(self.yours)

    @property
    def is_over(self) -> bool:
        return self.round == len(self.places)

    def words(self, ids: np.ndarray) -> list[str]:
        return [self.model.vocabulary.word(i) for i in ids]

    def answer(self, guess: int | None, sure: float) -> None:
        """Play one round: the named word, if any, and how sure the player is of it."""
        place = self.places[self.round]
        self.network = self.model.after((*self.opening, *place.context.tolist()))
        self.theirs.append(float(self.network[place.word_id]))
        self.yours.append(float(guess_distribution(self.model.vocabulary.counts, guess, sure)[place.word_id]))


@st.cache_resource(show_spinner=False)
def never_read() -> Corpus:
    """The valid split of PTB in the vocabulary of the network of all of PTB; ValueError if PTB is missing."""
    return shared.whole("ptb-valid").read_with(shared.ptb_network().vocabulary)[0]


def begin(rng: np.random.Generator, number: int) -> Game:
    """Start a game, if possible on text new to the network; ValueError for a text with too few sentences."""
    try:
        asked, corpus, new = all_of_ptb(), never_read(), True
        model, opening = asked.model, asked.before
    except ValueError:
        corpus, new = session.current().corpus, False
        model, opening = NetworkModel(session.instant().reader, corpus.vocabulary), tuple(corpus.opening)
    shortest = 8 if new else 3
    return Game(model, opening, pick_places(corpus, rng, ROUNDS, shortest), new, number)
