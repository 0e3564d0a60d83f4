"""How far back a gradient reaches, and what truncation throws away of it."""

from dataclasses import dataclass

import numpy as np

from rnnlm.inference.reader import HasParams, Reader, reader_of


@dataclass(frozen=True)
class Reach:
    """The size of the gradient of one word's loss with respect to the states before it, in nats per unit of state.

    whole (K + 1,): |d loss / d h| for the state 0, 1 ... K words back, nothing cut; 0 is the state the word is scored
    from. window (T,): the same as training has it, 0 to T - 1 words back, from the state that it carries. What is
    further back than the window training takes for 0: that is the cut.
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
    """How far back the gradient of the loss of the last of these words reaches.

    ids (words + 1,): a stream from its state h (H,) on, None being blank; the last word is the one to be scored, the T
    before it are the window. carried (H,) is the state that training carries into the window, made with the weights
    of earlier updates; None is the one that this network carries there itself, and then window and whole agree.
    With a_t = h_(t-1) @ Wh + x_t @ Wx + b:  d loss / d h_(t-1) = (d loss / d h_t * (1 - h_t^2)) @ Wh'.   (book 5.2.3)
    The network is whole: nothing is left out by dropout. ValueError where the words do not fill a window.
    """
    reader, T = reader_of(network), time_size
    read, right = np.asarray(ids)[:-1], int(ids[-1])
    if not 1 <= T <= len(read):
        raise ValueError(f"time_size must be between 1 and the {len(read)} words that are read, got {T}")
    hs, _ = reader.read(read, h)
    states = np.vstack([np.zeros_like(hs[:1]) if h is None else h[None], hs])  # (words + 1, H), from h on
    whole = gradients_back(reader, states[-1 - max(back, T) :], right)
    if carried is not None:
        window, _ = reader.read(read[-T:], carried)
        within = gradients_back(reader, window, right)
    else:
        within = whole[:T]
    return Reach(np.linalg.norm(whole, axis=1), np.linalg.norm(within, axis=1))


def gradients_back(reader: Reader, hs: np.ndarray, right: int) -> np.ndarray:
    """d loss / d h of each of these states, the last first: hs (K, H) -> (K, H) float64.

    loss = -ln softmax(scores of the last state)[right], in nats. All but the last state matter by way of the next.
    """
    embed_W, _, Wh, _, *affine_W, _ = reader.params
    scores = reader.scores(hs[-1]).astype(np.float64)
    dscores = np.exp(scores - scores.max())
    dscores /= dscores.sum()
    dscores[right] -= 1  # softmax - one_hot
    dhs = np.empty(hs.shape)
    dhs[0] = (affine_W[0] if affine_W else embed_W.T) @ dscores.astype(embed_W.dtype)  # no large W in float64
    slopes, WhT = 1 - np.square(hs[::-1], dtype=np.float64), Wh.T.astype(np.float64)
    for k in range(1, len(hs)):
        dhs[k] = (dhs[k - 1] * slopes[k - 1]) @ WhT
    return dhs


def stream_words(
    ids: np.ndarray, batch_size: int, time_size: int, update: int, stream: int, back: int = 40
) -> np.ndarray:
    """What one stream has read when an update's window ends, and the word after: ids (words + 1,), for `reach`.

    They are the words of `bptt_window` and those before them, `back` words in all (T where that is more), or the
    (update + 1) * T that the run has read where they are fewer.
    """
    words = len(ids)
    start, end = stream * ((words - 1) // batch_size), (update + 1) * time_size
    length = min(max(back, time_size), end)
    places = (start + np.arange(end - length, end)) % (words - 1)
    return np.append(ids.take(places), ids[places[-1] + 1])
