"""Experiment: a frozen record of all options that determine a run. Equal experiments give equal curves."""

from dataclasses import dataclass, replace

from rnnlm.options import check, option

PTB_WORDS = 929_589
CORPORA = ("ptb-train", "ptb-valid", "ptb-test", "grammar", "text")


@dataclass(frozen=True)
class Experiment:
    """All options that determine a run. The defaults are those of the book's run (5.5.3).

    The options after `seed` are not in the book. With their defaults, they do not change the book's run. Raises
    ValueError if a value is outside its limits. The message names the option, its rule and the value.
    """

    corpus: str = option("ptb-train", str, "the text to train on", choices=CORPORA)
    words: int = option(1000, int, "how many words of the text to train on", low=200, high=PTB_WORDS)
    wordvec_size: int = option(100, int, "D, the length of each word vector", low=1, high=512)
    hidden_size: int = option(100, int, "H, the length of the hidden state", low=1, high=512)
    batch_size: int = option(10, int, "N, the number of streams read side by side", low=1, high=200)
    time_size: int = option(5, int, "T, the number of words that a gradient goes back through", low=1, high=100)
    lr: float = option(0.1, float, "learning rate", low=0.00001, high=100.0)
    epochs: int = option(100, int, "how many times training reads all the words", low=1, high=10_000)
    seed: int = option(0, int, "seed of the random numbers", low=0, high=2**32 - 1)
    first_word: int = option(0, int, "position in the text of the first word to train on", low=0, high=PTB_WORDS - 1)
    rates: tuple[str, ...] = option((), tuple, "learning rates for later epochs: 20:0.05 means 0.05 from epoch 20 on")
    max_grad: float | None = option(
        None,
        float,
        "gradient clipping: if the norm of all gradients together is larger than this, they are scaled down to it",
        low=0.01,
        high=100.0,
        optional=True,
    )
    optimizer: str = option("sgd", str, "how weights are updated", choices=("sgd", "adam"))
    final_lr: float | None = option(
        None,
        float,
        "learning rate at the end: the rate falls from lr to this value in a straight line",
        low=0.0,
        high=100.0,
        optional=True,
    )
    falling_epochs: int | None = option(
        None,
        int,
        "number of epochs until lr has fallen to final_lr and stays there; none means all epochs",
        low=1,
        high=10_000,
        optional=True,
    )
    tied: bool = option(False, bool, "use the word vectors as output weights too (needs D = H)")
    noising: float = option(
        0.0,
        float,
        "Kneser-Ney noising: share of rare words that are replaced by random words, together with "
        "the next word; frequent words are replaced less often",
        low=0.0,
        high=1.0,
    )
    dropout_words: float = option(
        0.0,
        float,
        "dropout: share of words that get a vector of zeros in the whole window",
        low=0.0,
        high=0.9,
    )
    dropout_in: float = option(0.0, float, "dropout: share of a word vector's numbers set to zero", low=0.0, high=0.9)
    dropout_state: float = option(
        0.0, float, "dropout: share of the carried hidden state set to zero", low=0.0, high=0.9
    )
    dropout_out: float = option(
        0.0, float, "dropout: share of the hidden state set to zero before the scores are computed", low=0.0, high=0.9
    )
    batchwise: bool = option(
        False, bool, "dropout_out drops the same units for all words of a window, which trains faster"
    )
    scored_words: int | None = option(
        None,
        int,
        "sampled softmax: how many words to score in a window (its own words, the most frequent "
        "words and random words)",
        low=10,
        high=100_000,
        optional=True,
    )
    weight_decay: float = option(0.0, float, "how strongly every weight is pulled to zero", low=0.0, high=1.0)
    init: str = option("xavier", str, "how the initial weights are drawn", choices=("xavier", "orthogonal", "small"))
    unigram_bias: bool = option(False, bool, "set each word's first score to the logarithm of the word's frequency")
    average_from: int | None = option(
        None,
        int,
        "average the weights from this epoch on, and measure and keep the average",
        low=0,
        high=9_999,
        optional=True,
    )
    validate: bool = option(
        False, bool, "measure perplexity on PTB's valid split after each epoch, and keep the best weights"
    )

    def __post_init__(self):
        if isinstance(self.rates, list):  # JSON has no tuples
            object.__setattr__(self, "rates", tuple(self.rates))
        check(self)


FULL = Experiment(  # trains on all of PTB; takes half an hour on two cores
    words=PTB_WORDS,
    wordvec_size=400,
    hidden_size=400,
    batch_size=20,
    time_size=35,
    lr=0.0015,
    epochs=28,
    max_grad=0.5,
    optimizer="adam",
    final_lr=0.0002,
    tied=True,
    dropout_in=0.5,
    dropout_out=0.5,
    batchwise=True,
    scored_words=2500,
    weight_decay=0.000012,
    init="small",
    unigram_bias=True,
    average_from=24,
    validate=True,
)
BEST = replace(  # a larger network with slightly less dropout and weight decay, trained for longer
    FULL,
    wordvec_size=512,
    hidden_size=512,
    lr=0.0012,
    epochs=102,
    final_lr=0.0001,
    falling_epochs=100,
    average_from=94,
    dropout_in=0.45,
    weight_decay=0.00001,
)
PRESETS = {"book": Experiment(), "full": FULL, "best": BEST}
