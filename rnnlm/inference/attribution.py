"""The influence of earlier words: how much the surprisal of one word changes if an earlier word is replaced."""

from dataclasses import dataclass

import numpy as np

from rnnlm.data.vocabulary import UNK, Vocabulary
from rnnlm.errors import UserError
from rnnlm.inference.reader import HasParams, Reader, reader_of
from rnnlm.inference.scoring import surprisals
from rnnlm.nn.cell import step


@dataclass(frozen=True)
class Influence:
    """The influence of each earlier word on the surprisal of one word, the target.

    start: the position of the first of these earlier words in the text.
    bits: the surprisal of the target after the unchanged text.
    changes (words,): for each earlier word, by how many bits the target's surprisal rises if only that word is
    replaced. The entries are in the order of the text, and the last one belongs to the word just before the target. A
    change above 0 means that the earlier word helped to predict the target. A change below 0 means that it misled the
    network.
    """

    start: int
    bits: float
    changes: np.ndarray


def stand_in(vocabulary: Vocabulary) -> int:
    """Return the id of the word that replaces other words.

    This word is `<unk>`, or the most frequent word if the vocabulary has no `<unk>`.
    """
    return vocabulary.id(UNK) if UNK in vocabulary else int(vocabulary.ids_by_count[0])


def influence(
    network: HasParams,
    ids: np.ndarray,
    position: int,
    replacement: int,
    back: int = 40,
    h: np.ndarray | None = None,
) -> Influence:
    """Measure how the surprisal of ids[position] changes if one of the `back` words before it is replaced.

    ids (words,): the text. h (H,): the state before the text; None means a blank state.
    replacement: the id that replaces each of the earlier words in turn.

    change = log2 p(word | the text) - log2 p(word | the text with the earlier word replaced). All changed texts are
    read at once, each as a row of one matrix. Raises ValueError if there is no word before the position.
    """
    reader, ids = reader_of(network), np.asarray(ids)
    if not 1 <= position < len(ids):
        raise UserError(
            "position must be between 1 and {value}, so that a word comes before it, got {position}",
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
    """Return the states (T + 1, H) after T + 1 versions of a text of T words.

    In version t, the word at position t is replaced. The last version is the unchanged text.
    """
    others, other = reader.inputs(ids), reader.inputs(np.asarray(replacement))
    hs = (reader.blank if h is None else h)[None]
    # Before step t there are t + 1 different texts: the unchanged one, and one for each of the t replaced words.
    for t, a in enumerate(others):
        a = np.tile(a, (t + 2, 1))
        a[t] = other
        hs, _ = step(a, np.vstack([hs, hs[-1:]]), reader.params.rnn_Wh)
    return hs
