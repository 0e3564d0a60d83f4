"""The network a run starts from."""

import numpy as np

from rnnlm.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.model import Rng, SimpleRnnlm


def initial_model(experiment: Experiment, corpus: Corpus) -> SimpleRnnlm:
    """The network a run starts from."""
    # The book's stream of random numbers, but no global one: after np.random.seed(seed) its code
    # starts from the same weights, so the two curves can be laid over each other.
    rng = np.random.RandomState(experiment.seed)
    model = SimpleRnnlm(
        corpus.vocabulary.size,
        experiment.wordvec_size,
        experiment.hidden_size,
        rng,
        tied=experiment.tied,
        dropout=(experiment.dropout_in, experiment.dropout_state, experiment.dropout_out),
        batchwise=experiment.batchwise,
        scored_words=experiment.scored_words,
        common=np.argsort(-corpus.counts, kind="stable"),
    )
    if experiment.init != "xavier":
        start_otherwise(model.params, experiment.init, rng)
    if experiment.unigram_bias:
        affine_b = model.params[-1]
        affine_b[...] = np.log((corpus.counts + 0.5) / (corpus.counts + 0.5).sum())
    return model


def start_otherwise(params: list[np.ndarray], init: str, rng: Rng) -> None:
    """Start word vectors and rnn_Wh (in place) in another way than the book does.

    Word vectors are uniform in +-0.1. init "orthogonal" makes rnn_Wh a random rotation that shortens
    by 5 %, so that a state fades slowly (Le et al. 2015); "small" a tenth of what it was, so that the
    network starts with little but the last words in mind.
    """
    embed_W, _, Wh = params[:3]
    embed_W[...] = rng.uniform(-0.1, 0.1, embed_W.shape)
    if init == "orthogonal":
        rotation, triangle = np.linalg.qr(rng.standard_normal(Wh.shape))
        Wh[...] = 0.95 * rotation * np.sign(np.diag(triangle))  # every rotation as likely as any other
    else:
        Wh *= 0.1
