"""One frozen record of every choice that decides a run: equal experiments give equal curves."""

from dataclasses import dataclass

from rnnlm.options import check, option

PTB_WORDS = 929_589
CORPORA = ("ptb-train", "ptb-valid", "ptb-test", "grammar", "text")


@dataclass(frozen=True)
class Experiment:
    """Every choice that decides a run. The defaults are the run of the book (5.5.3).

    Raises ValueError naming the option, the rule and the value when one is out of its limits.
    """

    corpus: str = option("ptb-train", str, "what to read", choices=CORPORA)
    words: int = option(1000, int, "train on the first so many words", low=200, high=PTB_WORDS)
    wordvec_size: int = option(100, int, "D, numbers in a word vector", low=1, high=512)
    hidden_size: int = option(100, int, "H, numbers in the hidden state", low=1, high=512)
    batch_size: int = option(10, int, "N, streams read side by side", low=1, high=200)
    time_size: int = option(5, int, "T, words a gradient reaches back", low=1, high=100)
    lr: float = option(0.1, float, "learning rate", low=0.0001, high=100.0)
    epochs: int = option(100, int, "times through the words", low=1, high=10_000)
    max_grad: float | None = option(
        None, float, "largest norm of all gradients together", low=0.01, high=100.0, optional=True
    )
    seed: int = option(0, int, "where the random numbers start", low=0, high=2**32 - 1)

    def __post_init__(self):
        check(self)
