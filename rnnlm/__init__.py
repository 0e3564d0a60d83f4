"""A simple RNN language model in NumPy, after chapter 5 of *Deep Learning from Scratch 2*.

In every shape N is the number of streams read side by side (batch_size), T the steps a gradient
reaches back (time_size), D the numbers in a word vector (wordvec_size), H the numbers in the
hidden state (hidden_size) and V the words of the vocabulary.

Reading order: corpus, grammar, batches, layers, model, optimizer, perplexity, options, experiment,
trainer, sampling, checkpoint, charts, engine, ui; threads, bench and contenders are about speed.
"""

from rnnlm.checkpoint import SavedRun, SavedRunError, load_run, save_run
from rnnlm.corpus import Corpus, Vocabulary, load_corpus, load_ptb, load_text, toy_corpus
from rnnlm.experiment import Experiment
from rnnlm.model import SimpleRnnlm
from rnnlm.optimizer import SGD
from rnnlm.perplexity import baselines, evaluate, perplexity, word_surprisals
from rnnlm.sampling import Draw, Sampler, Sampling, distribution
from rnnlm.trainer import DivergedError, Progress, Trainer

__all__ = [
    "SGD",
    "Corpus",
    "DivergedError",
    "Draw",
    "Experiment",
    "Progress",
    "Sampler",
    "Sampling",
    "SavedRun",
    "SavedRunError",
    "SimpleRnnlm",
    "Trainer",
    "Vocabulary",
    "baselines",
    "distribution",
    "evaluate",
    "load_corpus",
    "load_ptb",
    "load_run",
    "load_text",
    "perplexity",
    "save_run",
    "toy_corpus",
    "word_surprisals",
]
