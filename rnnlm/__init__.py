"""A simple RNN language model in NumPy, following chapter 5 of *Deep Learning from Scratch 2*.

In every shape:

- N is the number of streams read side by side (batch_size),
- T is the number of steps that gradients go back through (time_size),
- D is the length of a word vector (wordvec_size),
- H is the length of the hidden state (hidden_size),
- V is the number of words in the vocabulary.

Reading order: read the modules at the root first. Every folder may import them. `options` and `experiment` describe a
run, `screen` describes what the page shows, `formats` writes numbers as text, `errors` reports mistakes, and
`catalogues` translates.
Then read the folders in this order: `data`, `nn`, `inference`, `training`, `storage`, `serving`, `lessons`, `cli`,
`ui`. A folder imports only from folders earlier in this list. For chapter 5 of the book, read `data`, `nn`, `inference`
and `training`.
"""

from rnnlm.data.corpus import Corpus
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.own_text import load_text
from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.inference.baselines import baselines
from rnnlm.inference.sampling import Draw, Sampler, Sampling, distribution
from rnnlm.inference.scoring import evaluate, perplexity, word_surprisals
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.optimizer import SGD, Adam
from rnnlm.storage.checkpoint import SavedRun, load_run, save_run
from rnnlm.storage.npz import SavedRunError
from rnnlm.storage.pretrained import Network, load_network, network_of, save_network
from rnnlm.training.build import load_corpus
from rnnlm.training.state import Progress
from rnnlm.training.trainer import DivergedError, Trainer

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
