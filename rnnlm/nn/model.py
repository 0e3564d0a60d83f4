"""SimpleRnnlm: four Time layers stacked into a language model (book 5.5.1)."""

import numpy as np

from rnnlm.nn.dropout import Dropout, TimeDropout, dropout_mask
from rnnlm.nn.init import Rng, initial_params
from rnnlm.nn.layers import TimeAffine, TimeEmbedding, TimeRNN, TimeSoftmaxWithLoss
from rnnlm.nn.sampled_softmax import TimeSampledAffine

PARAM_NAMES = ("embed_W", "rnn_Wx", "rnn_Wh", "rnn_b", "affine_W", "affine_b")
TIED_PARAM_NAMES = ("embed_W", "rnn_Wx", "rnn_Wh", "rnn_b", "affine_b")


class SimpleRnnlm:
    """TimeEmbedding -> TimeRNN -> TimeAffine -> TimeSoftmaxWithLoss.

    params and grads are lists of six arrays, filled in place, in the order embed_W (V, D),
    rnn_Wx (D, H), rnn_Wh (H, H), rnn_b (H,), affine_W (H, V), affine_b (V,). rng None starts from
    seed 0; dtype float64 is for checking gradients.

    Beyond the book's: five arrays, without affine_W, make a tied network, whose affine_W is embed_W
    transposed (weight tying, Press and Wolf 2017). What dropout leaves out is drawn from `rng`.
    batchwise leaves the same units out before the scores for all words of a window. With scored_words
    `forward` scores no more than so many of the V words in a window: its loss is an estimate then.
    common is a list of all words that begins with the most frequent; None is the order of their ids.
    ValueError for a tied network whose wordvec_size is not its hidden_size, and for batchwise
    without a dropout of the states.
    """

    def __init__(
        self,
        vocab_size: int,
        wordvec_size: int,
        hidden_size: int,
        rng: Rng | None = None,
        dtype=np.float32,
        tied: bool = False,
        dropout: Dropout | None = None,
        batchwise: bool = False,
        scored_words: int | None = None,
        common: np.ndarray | None = None,
    ):
        if tied and wordvec_size != hidden_size:
            raise ValueError(f"tied needs wordvec_size to be hidden_size, got {wordvec_size} and {hidden_size}")
        dropout = dropout or Dropout()
        if batchwise and not dropout.outputs:
            raise ValueError("batchwise needs dropout_out, the part of the states to leave out")
        rng = np.random.default_rng(0) if rng is None else rng
        self.params = initial_params(vocab_size, wordvec_size, hidden_size, rng, dtype)
        self.tied = tied
        if tied:
            del self.params[PARAM_NAMES.index("affine_W")]
        self.rng = np.random.default_rng(0)
        self._stack()
        self.dropout_state = dropout.state
        self.dropout_in = TimeDropout(dropout.inputs) if dropout.inputs else None
        self.dropout_out = TimeDropout(dropout.outputs) if dropout.outputs and not batchwise else None
        self.sampled: TimeSampledAffine | None = None
        scored_words = min(scored_words or vocab_size, vocab_size)
        if batchwise or scored_words < vocab_size:
            common = np.arange(vocab_size) if common is None else common
            self.sampled = TimeSampledAffine(self.affine, batchwise * dropout.outputs, scored_words, common)

    def _stack(self) -> None:
        embed_W, rnn_Wx, rnn_Wh, rnn_b, *affine_W, affine_b = self.params
        self.affine = TimeAffine(embed_W.T if self.tied else affine_W[0], affine_b)
        affine_dW, affine_db = self.affine.grads
        self.embedding = TimeEmbedding(embed_W, shared=affine_dW.T if self.tied else None)
        self.rnn = TimeRNN(rnn_Wx, rnn_Wh, rnn_b)
        self.loss_layer = TimeSoftmaxWithLoss()
        self.grads = [*self.embedding.grads, *self.rnn.grads, *([] if self.tied else [affine_dW]), affine_db]

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each of params."""
        return TIED_PARAM_NAMES if self.tied else PARAM_NAMES

    @property
    def sizes(self) -> tuple[int, int, int]:
        """(V, D, H)."""
        embed_W, rnn_Wx = self.params[:2]
        return embed_W.shape[0], *rnn_Wx.shape

    @property
    def drops(self) -> bool:
        """Whether `forward` draws random numbers."""
        return bool(self.dropout_in or self.dropout_state or self.dropout_out or self.sampled)

    @property
    def rows(self) -> np.ndarray | None:
        """The rows of the first gradient that are not zero, perhaps repeated; None where all may be."""
        return None if self.tied else self.embedding.word_ids

    def forward(self, xs: np.ndarray, ts: np.ndarray) -> float:
        """xs, ts (N, T) word ids, the words and the words after them -> mean loss in nats."""
        vectors = self.embedding.forward(xs)
        if self.dropout_in:
            vectors = self.dropout_in.forward(vectors, self.rng)
        mask = None
        if self.dropout_state:
            mask = dropout_mask((len(xs), self.sizes[2]), self.dropout_state, self.rng, vectors.dtype)
        hs = self.rnn.forward(vectors, mask)
        if self.dropout_out:
            hs = self.dropout_out.forward(hs, self.rng)
        if self.sampled:
            return self.loss_layer.forward(*self.sampled.forward(hs, ts, self.rng))
        return self.loss_layer.forward(self.affine.forward(hs), ts)

    def backward(self) -> None:
        """Fill grads with the gradients of the last forward's loss."""
        dhs = (self.sampled or self.affine).backward(self.loss_layer.backward())
        if self.dropout_out:
            dhs = self.dropout_out.backward(dhs)
        dvectors = self.rnn.backward(dhs)
        if self.dropout_in:
            dvectors = self.dropout_in.backward(dvectors)
        self.embedding.backward(dvectors)

    def reset_state(self) -> None:
        """Forget the carried hidden state: the next forward starts from zeros."""
        self.rnn.h = None


def layer_shapes(sizes: tuple[int, int, int], N: int, T: int) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """What each Time layer of a network of sizes (V, D, H) takes and gives for a window of N streams and T steps."""
    V, D, H = sizes
    return [
        ("TimeEmbedding", (N, T), (N, T, D)),
        ("TimeRNN", (N, T, D), (N, T, H)),
        ("TimeAffine", (N, T, H), (N, T, V)),
        ("TimeSoftmaxWithLoss", (N, T, V), ()),
    ]
