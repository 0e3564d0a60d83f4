"""Gradient norm by lag: how far back the gradient of one loss reaches, and how much of it truncation drops."""

from dataclasses import dataclass

import numpy as np

from rnnlm.data.batches import stream_places
from rnnlm.errors import UserError
from rnnlm.inference.reader import HasParams, Reader, reader_of
from rnnlm.inference.scoring import softmax


@dataclass(frozen=True)
class Reach:
    """Gradient norms of one word's loss with respect to the states before that word, in nats per unit of state.

    whole (K + 1,): |d loss / d h| for the states 0, 1 ... K words back, without truncation. The word is scored from
    state 0.
    window (T,): the norms for the states 0 to T - 1 words back, computed as in training. The window starts from the
    state that training carries into it. Because of truncation, training treats all gradients further back as 0.
    """

    whole: np.ndarray
    window: np.ndarray

    @property
    def thrown_away(self) -> np.ndarray:
        """The norms that training drops, one for each state from T to K words back: an array (K + 1 - T,).

        The first norm belongs to the carried state.
        """
        return self.whole[len(self.window) :]


def reach(
    network: HasParams,
    ids: np.ndarray,
    time_size: int,
    back: int = 40,
    h: np.ndarray | None = None,
    carried: np.ndarray | None = None,
) -> Reach:
    """Compute the norm of the gradient of the last word's loss, by lag.

    ids (words + 1,): consecutive words. The last word is scored, and the T words before it are the window.
    h (H,): the state before the first word; None means a blank state.
    carried (H,): the state that training carries into the window, computed with the weights of earlier updates. If
    `carried` is None, this network's own state before the window is used, and `window` agrees with `whole`.

    d loss / d h_(t-1) = (d loss / d h_t * (1 - h_t^2)) @ Wh', the backward step of `cell`.   (book 5.2.3)
    Dropout is off. Raises ValueError if there are too few words for a window.
    """
    reader, T = reader_of(network), time_size
    read, right = np.asarray(ids)[:-1], int(ids[-1])
    if not 1 <= T <= len(read):
        raise UserError(
            "time_size must be between 1 and {count}, the number of words read, got {T}", count=len(read), T=T
        )
    words = min(max(back, T), len(read))
    _, before = reader.read(read[:-words], h)
    whole = gradients_back(reader, read[-words:], right, before)
    within = whole if carried is None else gradients_back(reader, read[-T:], right, carried)
    return Reach(np.linalg.norm(whole, axis=1), np.linalg.norm(within[:T], axis=1))


def gradients_back(reader: Reader, ids: np.ndarray, right: int, h: np.ndarray) -> np.ndarray:
    """Return d loss / d h for h (H,) and for the state after each word: ids (words,) -> (words + 1, H) float64.

    The gradients are in reverse order: index 0 belongs to the last state. A state affects the loss only through the
    next state. loss = -ln softmax(scores of the last state)[right], in nats.
    """
    states, backs = zip(*reader.steps(ids, h), strict=True)
    W, dscores = reader.params.affine_W, softmax(reader.scores(states[-1]))
    dscores[right] -= 1  # softmax - one_hot
    dhs = [(W @ dscores.astype(W.dtype)).astype(np.float64)]  # does not convert the large W to float64
    for back in reversed(backs):
        dhs.append(back(dhs[-1])[1])
    return np.array(dhs)


def stream_words(
    ids: np.ndarray, batch_size: int, time_size: int, update: int, stream: int, back: int = 40
) -> np.ndarray:
    """Return the last words that a stream has read by the end of an update's window, and then the next word.

    The result is ids (words + 1,), as `reach` needs them. The last id is the next word, and the T ids before it are the
    window (see `bptt_window`). `words` is max(back, T), but at most (update + 1) * T, because the stream has
    read no more.
    """
    end = (update + 1) * time_size
    places = stream_places(len(ids), batch_size, stream, max(0, end - max(back, time_size)), end)
    return np.append(ids.take(places), ids[places[-1] + 1])
