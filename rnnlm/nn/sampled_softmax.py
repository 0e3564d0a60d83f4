"""Sampled softmax: score a window with only some of the hidden units and some of the words."""

import math

import numpy as np

from rnnlm.errors import UserError
from rnnlm.nn.kernels.memory import batch_major, time_major, zeros_beside
from rnnlm.nn.kernels.products import Scaled
from rnnlm.nn.kernels.rows import gather, scatter
from rnnlm.nn.layers import TimeAffine


class TimeSampledAffine:
    """A TimeAffine with only K of the H units and S of the V words. New units and words are chosen for each window.

    hs (N, T, H), ts (N, T) the right next words -> scores (N, T, S), and the positions (N, T) of ts among the S words.
    The matrix products shrink by the factors K / H and S / V. `params` and `grads` belong to the whole layer. The
    gradients of the parts that were not chosen are 0.

    Units: K = H * (1 - ratio) of them are kept, and their values are multiplied by 1 / (1 - ratio). This is dropout of
    the states with one mask for all words of a window.   (batchwise dropout, Graham et al. 2015)

    Words: the words in ts and the first S / 2 of `common` (all word ids, the most frequent first) are always scored.
    The rest of the S words are drawn uniformly from the other words. A drawn word also represents words that were not
    drawn. The ln of the number of words it represents is added to its score. So, on average, the sum of exp(scores)
    equals the sum over all V words.   (Jean et al. 2015)
    """

    def __init__(self, whole: TimeAffine, ratio: float, S: int, common: np.ndarray):
        W, b = whole.params
        H, V = W.shape
        K = max(1, round(H * (1 - ratio)))
        self.params, self.grads = whole.params, whole.grads
        self.common, self.scale = common, b.dtype.type(H / K)
        self.units, self.word_ids = np.arange(K), np.arange(S)
        self.places, self.added = np.arange(V), np.zeros(S, b.dtype)
        self.part = TimeAffine(*zeros_beside([np.empty((K, S), b.dtype), np.empty(S, b.dtype)]))

    def forward(self, hs: np.ndarray, ts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Choose S words and score them: hs (N, T, H), ts (N, T) -> scores (N, T, S), positions (N, T).

        The positions tell where the words of ts are among the S chosen words.
        `rng` draws the units and the words. The words in ts and the most frequent words are always scored.
        Raises ValueError if there are more than S of these words.
        """
        W, b = self.params
        (N, T, H), (part_W, part_b) = hs.shape, self.part.params
        V, (K, S) = len(b), part_W.shape
        self.units = np.sort(rng.permutation(H)[:K])
        if S < V:
            self._draw(ts, rng)
        gather(W, self.units, self.word_ids, out=part_W)  # W[units][:, word_ids], (K, S)
        part_b[:] = b[self.word_ids] + self.added
        kept = time_major(hs).take(self.units, axis=1) * self.scale  # (T * N, K)
        return self.part.forward(batch_major(kept, N, T)), self.places[ts]

    def backward(self, dscores: np.ndarray | Scaled) -> np.ndarray:
        (dW, db), (part_dW, part_db) = self.grads, self.part.grads
        dkept = self.part.backward(dscores)  # (N, T, K)
        (N, T, _), H = dkept.shape, len(dW)
        scatter(part_dW, self.units, self.word_ids, out=dW)  # dW[units][:, word_ids] = part_dW, the rest 0
        db[:] = 0
        db[self.word_ids] = part_db
        dhs = np.zeros((T * N, H), db.dtype)
        dhs[:, self.units] = time_major(dkept) * self.scale
        return batch_major(dhs, N, T)

    def _draw(self, ts: np.ndarray, rng: np.random.Generator) -> None:
        """Choose the words to score. Sets their ids, their positions, and the number added to each score."""
        V, S = len(self.places), len(self.word_ids)
        sure = np.zeros(V, bool)
        sure[self.common[: S // 2]] = sure[ts] = True
        sure_ids, others = np.flatnonzero(sure), np.flatnonzero(~sure)
        if len(sure_ids) > S:
            raise UserError(
                "scored_words must be at least {count:,}, the number of words that must be scored in this window, "
                "got {S:,}",
                count=len(sure_ids),
                S=S,
            )
        drawn = rng.choice(others, S - len(sure_ids), replace=False)
        self.word_ids = np.concatenate([sure_ids, np.sort(drawn)])
        self.places[self.word_ids] = np.arange(S)
        self.added[:] = 0
        self.added[len(sure_ids) :] = math.log(len(others) / max(1, len(drawn)))
