"""Gradient norm by lag: how far back a gradient reaches, and the part that truncation drops."""

from dataclasses import dataclass

import numpy as np

from rnnlm.data.batches import stream_places
from rnnlm.errors import UserError
from rnnlm.inference.reader import HasParams, Reader, reader_of
from rnnlm.inference.scoring import softmax


@dataclass(frozen=True)
class Reach:
    """The size of the gradient of one word's loss with respect to the states before it, in nats per unit of state.

    whole (K + 1,): |d loss / d h| for the state 0, 1 ... K words back, nothing cut; 0 is the state the word is scored
    from. window (T,): the same as in training, 0 to T - 1 words back, from the state that it carries. Training takes
    everything before the window as 0: that is the cut.
    """

    whole: np.ndarray
    window: np.ndarray

    @property
    def thrown_away(self) -> np.ndarray:
        """The sizes from T words back on (K + 1 - T,): first that of the carried state, at which the cut is."""
        return self.whole[len(self.window) :]


def reach(
    network: HasParams,
    ids: np.ndarray,
    time_size: int,
    back: int = 40,
    h: np.ndarray | None = None,
    carried: np.ndarray | None = None,
) -> Reach:
    """The gradient of the loss of the last of these words, by distance.

    ids (words + 1,): a stream from its state h (H,) on, None being blank; the last word is the one to be scored, the T
    before it are the window. carried (H,) is the state that training carries into the window, made with the weights of
    earlier updates; None is the one that this network carries there itself, and then window and whole agree. d loss / d
    h_(t-1) = (d loss / d h_t * (1 - h_t^2)) @ Wh', the step back of `cell`.   (book 5.2.3)

    The network is whole: dropout leaves nothing out. ValueError if the words do not fill a window.
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
    """d loss / d h of each state from h (H,) on, the last first: ids (words,) -> (words + 1, H) float64.

    loss = -ln softmax(scores of the last state)[right], in nats. Earlier states matter only through the next one.
    """
    states, backs = zip(*reader.steps(ids, h), strict=True)
    W, dscores = reader.params.affine_W, softmax(reader.scores(states[-1]))
    dscores[right] -= 1  # softmax - one_hot
    dhs = [(W @ dscores.astype(W.dtype)).astype(np.float64)]  # no large W in float64
    for back in reversed(backs):
        dhs.append(back(dhs[-1])[1])
    return np.array(dhs)


def stream_words(
    ids: np.ndarray, batch_size: int, time_size: int, update: int, stream: int, back: int = 40
) -> np.ndarray:
    """The words one stream has read when an update's window ends, and the word after: ids (words + 1,), for `reach`.

    They are the words of `bptt_window` and those before them: `back` words in all (T if that is more), or the (update +
    1) * T that the run has read if those are fewer.
    """
    end = (update + 1) * time_size
    places = stream_places(len(ids), batch_size, stream, max(0, end - max(back, time_size)), end)
    return np.append(ids.take(places), ids[places[-1] + 1])
