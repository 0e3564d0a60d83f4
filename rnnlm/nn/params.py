"""The weights of a network: their names, shapes and order, and how they start."""

from collections.abc import Iterable

import numpy as np

from rnnlm.experiment import Experiment
from rnnlm.nn.kernels.memory import Beside, zeros_beside

Rng = np.random.Generator | np.random.RandomState


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


def initial_params(V: int, D: int, H: int, rng: Rng, dtype=np.float32, tied: bool = False) -> Params:
    """Fresh parameters, one behind the other in memory.

    Word vectors are randn / 100; matrices are Xavier's, randn / sqrt(numbers coming in), so that
    what goes out is about as large as what came in; biases are 0. All arrays are drawn, also the one
    that a tied network leaves out.
    """

    def start(name: str, shape: tuple[int, ...]) -> np.ndarray:
        if len(shape) == 1:
            return np.zeros(shape, dtype)
        scale = 0.01 if name == "embed_W" else shape[0] ** -0.5
        return (rng.standard_normal(shape) * scale).astype(dtype)

    fresh = {name: start(name, shape) for name, shape in shapes(V, D, H).items()}
    params = zeroed([fresh[name] for name in shapes(V, D, H, tied)])
    for name, param in zip(params.names, params, strict=True):
        param[...] = fresh[name]
    return params


def zeroed(arrays: list[np.ndarray]) -> Params:
    """Zeros in the shapes of a network's weights, one behind the other in memory: for its gradients."""
    zeros = zeros_beside(arrays)
    return Params(zeros, *zeros.whole)


def start_otherwise(params: Params, init: str, rng: Rng) -> None:
    """Start word vectors and rnn_Wh (in place) in another way than the book does.

    Word vectors are uniform in +-0.1. init "orthogonal" makes rnn_Wh a random rotation that shortens
    by 5 %, so that a state fades slowly (Le et al. 2015); "small" a tenth of what it was, so that the
    network starts with little but the last words in mind.
    """
    embed_W, Wh = params.embed_W, params.rnn_Wh
    embed_W[...] = rng.uniform(-0.1, 0.1, embed_W.shape)
    if init == "orthogonal":
        rotation, triangle = np.linalg.qr(rng.standard_normal(Wh.shape))
        Wh[...] = 0.95 * rotation * np.sign(np.diag(triangle))  # every rotation as likely as any other
    else:
        Wh *= 0.1
