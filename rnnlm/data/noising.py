"""Data noising: replace random words of a training window.

This regularises a network, as smoothing regularises an n-gram model.
"""

import numpy as np

from rnnlm.data.corpus import Corpus


class Noising:
    """Bigram Kneser-Ney noising: with probability p(x), replace a word x and also the word to predict after x.

    p(x) = gamma * N1+(x, .) / c(x). Here c(x) is the number of times that a word follows x, and N1+(x, .) is the number
    of different words that follow x. If a different word follows x each time, p(x) has its largest value, gamma.
    0 <= gamma <= 1.

    Both replacements are drawn independently from q(w). q(w) is proportional to N1+(., w), the number of different
    words that come before w.   (Xie et al. 2017)
    """

    def __init__(self, corpus: Corpus, gamma: float):
        V, ids = corpus.vocabulary.size, corpus.ids.astype(np.int64)
        first, second = np.divmod(np.unique(ids[:-1] * V + ids[1:]), V)  # all different pairs of neighbours
        self.p = gamma * np.bincount(first, minlength=V) / np.maximum(np.bincount(ids[:-1], minlength=V), 1)  # (V,)
        self.second = second.astype(corpus.ids.dtype)  # contains w N1+(., w) times

    def noised(self, xs: np.ndarray, ts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return copies of a window of word ids, xs (N, T) and ts (N, T), with some of the words replaced."""
        replaced = rng.random(xs.shape) < self.p[xs]
        drawn_xs, drawn_ts = self.second[rng.integers(len(self.second), size=(2, *xs.shape))]  # from q
        return np.where(replaced, drawn_xs, xs), np.where(replaced, drawn_ts, ts)
