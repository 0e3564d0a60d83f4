"""Which words mattered: the change in the surprisal of one word if an earlier word is replaced."""

from dataclasses import dataclass

import numpy as np

from rnnlm.data.vocabulary import UNK, Vocabulary
from rnnlm.errors import UserError
from rnnlm.inference.reader import HasParams, Reader, reader_of
from rnnlm.inference.scoring import surprisals
from rnnlm.nn.cell import step


@dataclass(frozen=True)
class Influence:
    """The influence of each earlier word on the surprisal of one word.

    bits is the word's surprisal after the text as it is; changes (words,), in bits, is the increase if that earlier
    word is replaced: above 0 the word helped to expect it, below 0 it misled. The first entry belongs to the word
    furthest back, at position `start` of the text, the last to the word just before.
    """

    start: int
    bits: float
    changes: np.ndarray


def stand_in(vocabulary: Vocabulary) -> int:
    """The id of the replacement for a word: `<unk>`, or the most frequent word if there is no `<unk>`."""
    return vocabulary.id(UNK) if UNK in vocabulary else int(vocabulary.ids_by_count[0])


def influence(
    network: HasParams,
    ids: np.ndarray,
    position: int,
    replacement: int,
    back: int = 40,
    h: np.ndarray | None = None,
) -> Influence:
    """Replace each of the words before ids[position], one at a time, and measure the change in its surprisal.

    ids (words,) is the text, h (H,) the state it is read from, None being blank; replacement is the id put in a word's
    place, and `back` the number of words to try. change = log2 p(word | the text) - log2 p(word | the text with that
    word replaced). All texts are read side by side, a row of one matrix each. ValueError for a position with no word
    before it.
    """
    reader, ids = reader_of(network), np.asarray(ids)
    if not 1 <= position < len(ids):
        raise UserError(
            "position must be between 1 and {value}, a word with one before it, got {position}",
            value=len(ids) - 1,
            position=position,
        )
    start = max(0, position - back)
    if start:
        _, h = reader.read(ids[:start], h)
    hs = _read_replaced(reader, ids[start:position], replacement, h)  # (words + 1, H)
    bits = surprisals(reader.scores(hs).astype(np.float64), int(ids[position]))
    return Influence(start, float(bits[-1]), bits[:-1] - bits[-1])


def _read_replaced(reader: Reader, ids: np.ndarray, replacement: int, h: np.ndarray | None) -> np.ndarray:
    """The states after a text with its first, second ... word replaced, and last after the text itself: (T + 1, H)."""
    others, other = reader.inputs(ids), reader.inputs(np.asarray(replacement))
    hs = (reader.blank if h is None else h)[None]
    for t, a in enumerate(
        others
    ):  # up to here texts differ only if a word was replaced: t + 1 rows, one more each word
        a = np.tile(a, (t + 2, 1))
        a[t] = other
        hs, _ = step(a, np.vstack([hs, hs[-1:]]), reader.params.rnn_Wh)
    return hs
