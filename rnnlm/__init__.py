"""A simple RNN language model in NumPy, after chapter 5 of *Deep Learning from Scratch 2*.

In every shape N is the number of streams read side by side (batch_size), T the steps a gradient
reaches back (time_size), D the numbers in a word vector (wordvec_size), H the numbers in the
hidden state (hidden_size) and V the words of the vocabulary.

Reading order: corpus, grammar, batches, layers, dropout, sampled, model, optimizer, perplexity,
options, experiment, start, progress, trainer, sampling, archive, checkpoint, network, charts, engine,
ui; flags and loop serve the command line; memory, threads, bench and contenders are about speed.
"""

from rnnlm.archive import SavedRunError
from rnnlm.checkpoint import SavedRun, load_run, save_run
from rnnlm.corpus import Corpus, Vocabulary, load_corpus, load_ptb, load_text, toy_corpus
from rnnlm.experiment import Experiment
from rnnlm.model import SimpleRnnlm
from rnnlm.network import Network, load_network, network_of, save_network
from rnnlm.optimizer import SGD, Adam
from rnnlm.perplexity import baselines, evaluate, perplexity, word_surprisals
from rnnlm.progress import Progress
from rnnlm.sampling import Draw, Sampler, Sampling, distribution
from rnnlm.trainer import DivergedError, Trainer

__all__ = [
    "SGD",
    "Adam",
    "Corpus",
    "DivergedError",
    "Draw",
    "Experiment",
    "Network",
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
    "load_network",
    "load_ptb",
    "load_run",
    "load_text",
    "network_of",
    "perplexity",
    "save_network",
    "save_run",
    "toy_corpus",
    "word_surprisals",
]
