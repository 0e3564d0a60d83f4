"""SimpleRnnlm: four Time layers stacked into a language model (book 5.5.1)."""

import numpy as np

from rnnlm.nn.dropout import Dropout, TimeDropout, TimeWordDropout, dropout_mask
from rnnlm.nn.layers import TimeAffine, TimeEmbedding, TimeRNN, TimeSoftmaxWithLoss
from rnnlm.nn.params import Params, Rng, initial_params, zeroed
from rnnlm.nn.sampled_softmax import TimeSampledAffine
from rnnlm.options import OptionError


class SimpleRnnlm:
    """A language model of four layers: TimeEmbedding -> TimeRNN -> TimeAffine -> TimeSoftmaxWithLoss.

    `params` and `grads` are `Params`, filled in place. The initial weights are drawn from `rng`, or from a generator
    with seed 0 if `rng` is None. Use the dtype float64 only to check gradients.

    Options that the book's network does not have:
    tied: use the transposed word vectors as the weights that compute the scores (affine_W).
    dropout: the dropout ratios. The masks are drawn with the generator in the attribute `rng`.
    batchwise: the dropout before the scores leaves out the same units for all words of a window.
    scored_words: in each window, `forward` scores at most this many of the V words. The loss is then an estimate.
    common: all word ids, the most frequent first. None means that the ids 0, 1, 2 ... are already in this order.

    Raises OptionError in the same cases as `check_network`.
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
        dropout = dropout or Dropout()
        check_network(wordvec_size, hidden_size, tied, dropout, batchwise)
        rng = np.random.default_rng(0) if rng is None else rng
        self.params = initial_params(vocab_size, wordvec_size, hidden_size, rng, dtype, tied)
        self.rng = np.random.default_rng(0)
        self._stack()
        self.dropout_state = dropout.state
        self.dropout_words = TimeWordDropout(dropout.words, vocab_size) if dropout.words else None
        self.dropout_in = TimeDropout(dropout.inputs) if dropout.inputs else None
        self.dropout_out = TimeDropout(dropout.outputs) if dropout.outputs and not batchwise else None
        self.sampled: TimeSampledAffine | None = None
        scored_words = min(scored_words or vocab_size, vocab_size)
        if batchwise or scored_words < vocab_size:
            common = np.arange(vocab_size) if common is None else common
            self.sampled = TimeSampledAffine(self.affine, batchwise * dropout.outputs, scored_words, common)

    def _stack(self) -> None:
        W, self.grads = self.params, zeroed(self.params)
        dW = self.grads
        self.embedding = TimeEmbedding(W.embed_W, dW.embed_W, shares=W.tied)
        self.rnn = TimeRNN(W.rnn_Wx, W.rnn_Wh, W.rnn_b, [dW.rnn_Wx, dW.rnn_Wh, dW.rnn_b])
        self.affine = TimeAffine(W.affine_W, W.affine_b, [dW.affine_W, dW.affine_b])
        self.loss_layer = TimeSoftmaxWithLoss()

    @property
    def drops(self) -> bool:
        """Whether `forward` draws random numbers."""
        return bool(self.dropout_words or self.dropout_in or self.dropout_state or self.dropout_out or self.sampled)

    @property
    def rows(self) -> np.ndarray | None:
        """The indices, with repeats, of the non-zero rows in the first gradient (the gradient of the word vectors).

        The value is None for a tied network, because there any row may be non-zero.
        """
        return None if self.params.tied else self.embedding.word_ids

    def forward(self, xs: np.ndarray, ts: np.ndarray) -> float:
        """Return the mean loss in nats of a window. xs (N, T) are the words read, and ts (N, T) are the next words."""
        vectors = self.embedding.forward(xs)
        if self.dropout_words:
            vectors = self.dropout_words.forward(vectors, xs, self.rng)
        if self.dropout_in:
            vectors = self.dropout_in.forward(vectors, self.rng)
        mask = None
        if self.dropout_state:
            mask = dropout_mask((len(xs), self.params.sizes[2]), self.dropout_state, self.rng, vectors.dtype)
        hs = self.rnn.forward(vectors, mask)
        if self.dropout_out:
            hs = self.dropout_out.forward(hs, self.rng)
        if self.sampled:
            return self.loss_layer.forward(*self.sampled.forward(hs, ts, self.rng))
        return self.loss_layer.forward(self.affine.forward(hs), ts)

    def backward(self) -> None:
        """Fill grads with the gradients of the loss that the last `forward` returned."""
        dhs = (self.sampled or self.affine).backward(self.loss_layer.backward())
        if self.dropout_out:
            dhs = self.dropout_out.backward(dhs)
        dvectors = self.rnn.backward(dhs)
        if self.dropout_in:
            dvectors = self.dropout_in.backward(dvectors)
        if self.dropout_words:
            dvectors = self.dropout_words.backward(dvectors)
        self.embedding.backward(dvectors)


def check_network(D: int, H: int, tied: bool, dropout: Dropout, batchwise: bool) -> None:
    """Raise OptionError if a tied network has D != H, or if `batchwise` is set without dropout before the scores."""
    if tied and D != H:
        raise OptionError("tied", "{option} needs wordvec_size to equal hidden_size, got {D} and {H}", {"D": D, "H": H})
    if batchwise and not dropout.outputs:
        raise OptionError("batchwise", "{option} needs dropout_out to be above 0", {})


def layer_shapes(params: Params, N: int, T: int) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Return the name, input shape and output shape of each Time layer for a window of N streams and T steps."""
    V, D, H = params.sizes
    return [
        ("TimeEmbedding", (N, T), (N, T, D)),
        ("TimeRNN", (N, T, D), (N, T, H)),
        ("TimeAffine", (N, T, H), (N, T, V)),
        ("TimeSoftmaxWithLoss", (N, T, V), ()),
    ]
