"""The guessing game of ten words: its text, its players and the guesses so far."""

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
    """A game: ten places in a text, and the results so far of the two players, the visitor and the network.

    `opening` holds the ids that the network reads before the words shown at a place.
    `new` says whether the text is new to the network. `number` is 1 in the visitor's first game, 2 in the second, and
    so on.
    `yours` and `theirs` hold the probability that the player gave to the right word in each finished round: `yours` for
    the visitor, `theirs` for the network.
    `network` is the network's distribution (V,) in the last finished round. It is None before the first round ends.
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
        """Number of finished rounds, which is also the index of the current round."""
        return len(self.yours)

    @property
    def is_over(self) -> bool:
        return self.round == len(self.places)

    def words(self, ids: np.ndarray) -> list[str]:
        return [self.model.vocabulary.word(i) for i in ids]

    def answer(self, guess: int | None, sure: float) -> None:
        """Play one round.

        `guess` is the id of the word that the visitor guesses, or None if the visitor makes no guess. `sure` (0 to 1)
        is the probability that the visitor gives to this word.
        """
        place = self.places[self.round]
        self.network = self.model.after((*self.opening, *place.context.tolist()))
        self.theirs.append(float(self.network[place.word_id]))
        self.yours.append(float(guess_distribution(self.model.vocabulary.counts, guess, sure)[place.word_id]))


@st.cache_resource(show_spinner=False)
def never_read() -> Corpus:
    """PTB's validation split, encoded with the vocabulary of the network trained on all of PTB.

    Raises ValueError if PTB is not installed.
    """
    return shared.whole("ptb-valid").read_with(shared.ptb_network().vocabulary)[0]


def begin(rng: np.random.Generator, number: int) -> Game:
    """Start a game. If possible, its text is one that the network has never read.

    Raises ValueError if the text has too few sentences.
    """
    try:
        asked, corpus, new = all_of_ptb(), never_read(), True
        model, opening = asked.model, asked.before
    except ValueError:
        corpus, new = session.current().corpus, False
        model, opening = NetworkModel(session.instant().reader, corpus.vocabulary), tuple(corpus.opening)
    shortest = 8 if new else 3
    return Game(model, opening, pick_places(corpus, rng, ROUNDS, shortest), new, number)
