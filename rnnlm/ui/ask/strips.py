"""The readers' strips for the next word. A strip divides the range 0 to 1 among words, so a number u picks a word."""

from dataclasses import dataclass

import numpy as np

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.formats import cut_short
from rnnlm.inference.sampling import draw
from rnnlm.inference.sentence import NetworkModel, encode
from rnnlm.inference.strip import Piece, drawn_from, pieces
from rnnlm.screen import Screen
from rnnlm.ui.ask import readers
from rnnlm.ui.ask.readers import Asked
from rnnlm.ui.language import percent, say, say_error
from rnnlm.ui.state import session, text
from rnnlm.ui.state.choices import read
from rnnlm.ui.state.memo import memo
from rnnlm.ui.train import writing

NARROWEST = 0.004  # smallest share of a strip with its own label: about two and a half pixels
FARTHEST = 60  # words of the text that readers other than its writer read


@dataclass(frozen=True)
class Lane:
    """The strip of one reader (one model on the page). `writes` says whether this reader writes the text.

    `p` (V,) has the reader's probabilities for the next word. If the reader has no probabilities, `p` is None, and
    `why` gives the reason.
    """

    asked: Asked
    writes: bool
    p: np.ndarray | None
    why: str = ""

    @property
    def vocabulary(self) -> Vocabulary:
        return self.asked.model.vocabulary


def lanes() -> list[Lane]:
    """All strips, in this order: the counting models, the run, and the network trained on all of PTB.

    Raises ValueError if there is no text.
    """
    now, screen = text.moment(), read(Screen)
    corpus, here = session.current().corpus, session.instant()
    run = Asked("run", say("This run"), NetworkModel(here.reader, corpus.vocabulary), tuple(corpus.opening))
    others = [*readers.counters(tuple(corpus.opening)), run, readers.all_of_ptb()]
    return [
        Lane(asked, True, now.sampler.distribution_from(now.scores))
        if asked.kind == screen.network
        else _of(asked, now)
        for asked in others
    ]


def _of(asked: Asked, now: text.Moment) -> Lane:
    """The strip of a reader that does not write the text.

    The reader reads the last words of the text and uses the same sampling options as the network that writes.
    """
    vocabulary, sampling = asked.model.vocabulary, now.sampling
    skip_ids = [] if now.asked.tape is not None else sampling.skip_ids(vocabulary)
    try:
        before = (*asked.before, *encode(now.before[-FARTHEST:], vocabulary)[0].tolist())
        if asked.kind == "ptb":
            p = memo("answers", ("after", before), lambda: asked.model.after(before), readers.KEPT)
        else:
            p = asked.model.after(before)
        if not np.delete(p, skip_ids).any():
            return Lane(
                asked,
                False,
                None,
                say("All words that this reader has seen after the last word of the text are on the skip list."),
            )
        return Lane(asked, False, drawn_from(p, sampling.temperature, sampling.top_k, skip_ids))
    except ValueError as error:
        return Lane(asked, False, None, say_error(error))


def needle() -> float:
    """The number u that the visitor has set. By default, it is the u of the draw on screen, or 0.5 if there is none."""
    u, now = read(Screen).u, text.moment()
    if u is None:
        u = now.draws[now.step].u if now.chosen >= 0 else 0.5
    return min(u, text.LARGEST)


def picture(lane: Lane, u: float) -> dict:
    data = {"who": lane.asked.name, "mine": lane.writes, "why": lane.why, "pieces": [], "pick": None, "alike": 0}
    if lane.p is None:
        return data
    picked = draw(lane.p, u)
    data["pick"] = {"name": cut_short(lane.vocabulary.word(picked.word_id)), "p": percent(picked.probability)}
    if lane.asked.kind == "uniform":
        data["alike"] = int(np.count_nonzero(lane.p))
        data["many"] = say("1 of {words:,} words", words=data["alike"])
    else:
        data["pieces"] = [_piece(piece, lane, picked.word_id) for piece in pieces(lane.p, picked.word_id, NARROWEST)]
    return data


def _piece(piece: Piece, lane: Lane, picked: int) -> dict:
    row = writing.named(piece, picked, lane.vocabulary)
    return {"lo": round(piece.lo, 6), "p": percent(piece.hi - piece.lo), **row}


def so_far() -> dict[str, str]:
    now = text.moment()
    words = [cut_short(word) for word in now.before]
    return {"given": " ".join(words[: now.given]), "drawn": " ".join(words[now.given :])}
