"""The start of a run: its text, its initial network, and a check that its options do not contradict each other."""

from functools import lru_cache

import numpy as np

from rnnlm.data.batches import updates_per_epoch
from rnnlm.data.corpus import Corpus, piece
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.ptb import load_ptb
from rnnlm.errors import UserError, marked
from rnnlm.experiment import Experiment
from rnnlm.nn.dropout import Dropout
from rnnlm.nn.model import SimpleRnnlm, check_network
from rnnlm.nn.params import start_otherwise
from rnnlm.options import OptionError
from rnnlm.training.rate import changes

MOST_SCORES = 50_000_000  # numbers in one array (N, T, V): 200 MB


def load_corpus(experiment: Experiment, text: Corpus | None = None) -> Corpus:
    """Load the text that an experiment trains on: `words` words from position `first_word` on, cut out by `piece`.

    text: the user's own text. Raises ValueError if the experiment has the corpus "text" but no text is given.
    """
    if experiment.corpus == "text" and text is None:
        raise UserError("This run reads your own text. Give the text first, in Settings or with --text.")
    whole = text if experiment.corpus == "text" else whole_text(experiment)
    return piece(whole, experiment.words, experiment.first_word)


def whole_text(experiment: Experiment) -> Corpus:
    """Load the text that contains an experiment's words: a split of PTB, or a long enough text from the grammar."""
    if experiment.corpus == "grammar":
        return grammar(1 << (experiment.first_word + experiment.words - 1).bit_length())
    return split(experiment.corpus.removeprefix("ptb-"))


@lru_cache(maxsize=3)
def grammar(words: int) -> Corpus:
    """Make the first `words` words of the grammar's text. The result is cached: a million words take a second."""
    return toy_corpus(words)


@lru_cache(maxsize=3)
def split(name: str) -> Corpus:
    """Load a whole split of PTB. The result is cached."""
    return load_ptb(name)


def initial_model(experiment: Experiment, corpus: Corpus) -> SimpleRnnlm:
    """Make the network with which a run starts."""
    # The book's random numbers, but not from the global generator: after np.random.seed(seed), the book's code starts
    # from the same weights, so the two learning curves can be compared.
    rng = np.random.RandomState(experiment.seed)
    model = SimpleRnnlm(
        corpus.vocabulary.size,
        experiment.wordvec_size,
        experiment.hidden_size,
        rng,
        tied=experiment.tied,
        dropout=dropout_of(experiment),
        batchwise=experiment.batchwise,
        scored_words=experiment.scored_words,
        common=corpus.vocabulary.ids_by_count,
    )
    if experiment.init != "xavier":
        start_otherwise(model.params, experiment.init, rng)
    if experiment.unigram_bias:
        counts = corpus.vocabulary.counts + 0.5
        model.params.affine_b[...] = np.log(counts / counts.sum())
    return model


def check_run(experiment: Experiment, corpus: Corpus) -> None:
    """Raise OptionError if a run of this experiment on this corpus cannot start."""
    N, T, V = experiment.batch_size, experiment.time_size, corpus.vocabulary.size
    updates_per_epoch(len(corpus), N, T)
    if N * T * V > MOST_SCORES:
        rule = marked(
            "{option} {N} x time_size {T} x {words:,} words is more than {most:,} scores: "
            "use a smaller batch_size or time_size"
        )
        raise OptionError("batch_size", rule, {"N": N, "T": T, "words": V, "most": MOST_SCORES})
    check_together(experiment)


def dropout_of(experiment: Experiment) -> Dropout:
    """Return the dropout ratios of a run's network."""
    return Dropout(experiment.dropout_in, experiment.dropout_state, experiment.dropout_out, experiment.dropout_words)


def check_together(experiment: Experiment) -> None:
    """Raise OptionError if options contradict each other, even though each is valid by itself.

    Code that starts a run calls this function. The constructor of `Experiment` does not, because a page changes one
    option at a time.
    """
    D, H, dropout = experiment.wordvec_size, experiment.hidden_size, dropout_of(experiment)
    check_network(D, H, experiment.tied, dropout, experiment.batchwise)
    if experiment.final_lr is not None and experiment.final_lr > experiment.lr:
        rates = {"lr": experiment.lr, "value": experiment.final_lr}
        raise OptionError("final_lr", "{option} must be at most lr, {lr:g}, got {value:g}", rates)
    if experiment.falling_epochs is not None and experiment.final_lr is None:
        raise OptionError("falling_epochs", "{option} needs final_lr, the learning rate at the end", {})
    changes(experiment)
    if experiment.validate and experiment.corpus != "ptb-train":
        raise OptionError(
            "validate", "{option} needs corpus to be ptb-train, got {corpus}", {"corpus": experiment.corpus}
        )
    least = 2 * experiment.batch_size * experiment.time_size
    if experiment.scored_words is not None and experiment.scored_words < least:
        rule = marked("{option} must be at least 2 x batch_size x time_size = {least:,}, got {value}")
        raise OptionError("scored_words", rule, {"least": least, "value": experiment.scored_words})
    if experiment.average_from is not None and not experiment.validate:
        rule = marked("{option} needs validate: averaged weights are only measured on the valid split")
        raise OptionError("average_from", rule, {})
