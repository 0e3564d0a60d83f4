"""The weights of a network: their names, shapes and order, here and nowhere else."""

from collections.abc import Iterable

import numpy as np

from rnnlm.experiment import Experiment
from rnnlm.nn.kernels.memory import Beside


def shapes(V: int, D: int, H: int, tied: bool = False) -> dict[str, tuple[int, ...]]:
    """The shape of every array of a network by its name, in order.

    A tied network has no affine_W: it scores words with embed_W transposed (weight tying, Press and Wolf 2017).
    """
    scoring = {} if tied else {"affine_W": (H, V)}
    return {"embed_W": (V, D), "rnn_Wx": (D, H), "rnn_Wh": (H, H), "rnn_b": (H,), **scoring, "affine_b": (V,)}


def shapes_of(experiment: Experiment, V: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the network of a run on a vocabulary of V words."""
    return shapes(V, experiment.wordvec_size, experiment.hidden_size, experiment.tied)


NAMES = tuple(shapes(1, 1, 1))
TIED_NAMES = tuple(shapes(1, 1, 1, tied=True))


class Params(Beside):
    """The arrays of a network (or its gradients, or anything in their shapes) in order, and by name.

    params[2] and params.rnn_Wh are the same array. It is filled in place and never replaced.
    """

    def __init__(self, arrays: Iterable[np.ndarray], flat: np.ndarray | None = None):
        super().__init__(arrays, flat)
        self.tied = len(self) == len(TIED_NAMES)
        self.embed_W, self.rnn_Wx, self.rnn_Wh, self.rnn_b, *affine_W, self.affine_b = self
        self.affine_W = self.embed_W.T if self.tied else affine_W[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each array."""
        return TIED_NAMES if self.tied else NAMES

    @property
    def sizes(self) -> tuple[int, int, int]:
        """(V, D, H)."""
        return *self.embed_W.shape, len(self.rnn_Wh)


def named(arrays: Iterable[np.ndarray], prefix: str = "") -> dict[str, np.ndarray]:
    """Arrays in the shapes of a network's weights, by prefix and name: how files hold them."""
    params = Params(arrays)
    return {prefix + name: array for name, array in zip(params.names, params, strict=True)}
