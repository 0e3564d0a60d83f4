"""SimpleRnnlm: four Time layers stacked into a language model (book 5.5.1)."""

from collections.abc import Sequence

import numpy as np

from rnnlm.layers import TimeAffine, TimeEmbedding, TimeRNN, TimeSoftmaxWithLoss

PARAM_NAMES = ("embed_W", "rnn_Wx", "rnn_Wh", "rnn_b", "affine_W", "affine_b")


Rng = np.random.Generator | np.random.RandomState


def initial_params(V: int, D: int, H: int, rng: Rng, dtype=np.float32) -> list[np.ndarray]:
    """Fresh parameters in the order of PARAM_NAMES.

    Word vectors are randn / 100; matrices are Xavier's, randn / sqrt(numbers coming in), so that
    what goes out is about as large as what came in; biases are 0.
    """

    def randn(rows: int, columns: int, scale: float) -> np.ndarray:
        return (rng.standard_normal((rows, columns)) * scale).astype(dtype)

    return [
        randn(V, D, 0.01),
        randn(D, H, D**-0.5),
        randn(H, H, H**-0.5),
        np.zeros(H, dtype),
        randn(H, V, H**-0.5),
        np.zeros(V, dtype),
    ]


class SimpleRnnlm:
    """TimeEmbedding -> TimeRNN -> TimeAffine -> TimeSoftmaxWithLoss.

    params and grads are lists of six arrays, filled in place, in the order embed_W (V, D),
    rnn_Wx (D, H), rnn_Wh (H, H), rnn_b (H,), affine_W (H, V), affine_b (V,). rng None starts from
    seed 0; dtype float64 is for checking gradients.
    """

    def __init__(self, vocab_size: int, wordvec_size: int, hidden_size: int, rng: Rng | None = None, dtype=np.float32):
        rng = np.random.default_rng(0) if rng is None else rng
        self._stack(initial_params(vocab_size, wordvec_size, hidden_size, rng, dtype))

    @classmethod
    def from_params(cls, params: list[np.ndarray]) -> "SimpleRnnlm":
        """A network around these six arrays themselves, not copies of them."""
        model = cls.__new__(cls)
        model._stack(params)
        return model

    def _stack(self, params: list[np.ndarray]) -> None:
        embed_W, rnn_Wx, rnn_Wh, rnn_b, affine_W, affine_b = params
        self.embedding = TimeEmbedding(embed_W)
        self.rnn = TimeRNN(rnn_Wx, rnn_Wh, rnn_b)
        self.affine = TimeAffine(affine_W, affine_b)
        self.loss_layer = TimeSoftmaxWithLoss()
        layers = (self.embedding, self.rnn, self.affine, self.loss_layer)
        self.params = [param for layer in layers for param in layer.params]
        self.grads = [grad for layer in layers for grad in layer.grads]

    @property
    def sizes(self) -> tuple[int, int, int]:
        """(V, D, H)."""
        embed_W, rnn_Wx = self.params[:2]
        return embed_W.shape[0], *rnn_Wx.shape

    def forward(self, xs: np.ndarray, ts: np.ndarray) -> float:
        """xs, ts (N, T) word ids, the words and the words after them -> mean loss in nats."""
        vectors = self.embedding.forward(xs)
        hs = self.rnn.forward(vectors)
        scores = self.affine.forward(hs)
        return self.loss_layer.forward(scores, ts)

    def backward(self) -> None:
        """Fill grads with the gradients of the last forward's loss."""
        dscores = self.loss_layer.backward()
        dhs = self.affine.backward(dscores)
        dvectors = self.rnn.backward(dhs)
        self.embedding.backward(dvectors)

    def reset_state(self) -> None:
        """Forget the carried hidden state: the next forward starts from zeros."""
        self.rnn.h = None

    def read(self, ids: np.ndarray, h: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read one stream of words: ids (T,) -> hidden states (T, H) and the last of them (H,).

        Pure: the state carried by training is neither used nor changed.
        """
        embed_W, Wx, Wh, b = self.params[:4]
        hs = embed_W[ids] @ Wx + b
        h = np.zeros_like(b) if h is None else h
        for t in range(len(hs)):
            h = np.tanh(hs[t] + h @ Wh)
            hs[t] = h
        return hs, h

    def scores(self, hs: np.ndarray) -> np.ndarray:
        """Hidden states (..., H) -> the scores of every word after each, (..., V). Pure."""
        W, b = self.params[4:]
        return hs @ W + b

    def after(self, ids: Sequence[int]) -> np.ndarray:
        """The scores (V,) of what comes after these words, read from a blank state. Pure."""
        return self.scores(self.read(np.asarray(ids))[1])

    def step(self, word_id: int, h: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read one word: (word_id, h (H,)) -> (scores (V,), h (H,)); h None is all zeros. Pure."""
        _, h = self.read(np.array([word_id]), h)
        return self.scores(h), h

    def shapes(self, N: int, T: int) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
        """What each Time layer takes and gives for a window of N streams and T steps."""
        V, D, H = self.sizes
        return [
            ("TimeEmbedding", (N, T), (N, T, D)),
            ("TimeRNN", (N, T, D), (N, T, H)),
            ("TimeAffine", (N, T, H), (N, T, V)),
            ("TimeSoftmaxWithLoss", (N, T, V), ()),
        ]
