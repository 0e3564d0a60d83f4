"""The weights of a network: their names, shapes, order and initial values."""

from collections.abc import Iterable

import numpy as np

from rnnlm.experiment import Experiment
from rnnlm.nn.kernels.memory import Beside, zeros_beside

Rng = np.random.Generator | np.random.RandomState


def shapes(V: int, D: int, H: int, tied: bool = False) -> dict[str, tuple[int, ...]]:
    """Return the name and shape of every array of a network, in order.

    A tied network has no affine_W: it scores words with the transpose of embed_W (weight tying, Press and Wolf 2017).
    """
    scoring = {} if tied else {"affine_W": (H, V)}
    return {"embed_W": (V, D), "rnn_Wx": (D, H), "rnn_Wh": (H, H), "rnn_b": (H,), **scoring, "affine_b": (V,)}


def shapes_of(experiment: Experiment, V: int) -> dict[str, tuple[int, ...]]:
    """Return the `shapes` of the network that this experiment trains on a vocabulary of V words."""
    return shapes(V, experiment.wordvec_size, experiment.hidden_size, experiment.tied)


NAMES = tuple(shapes(1, 1, 1))
TIED_NAMES = tuple(shapes(1, 1, 1, tied=True))


class Params(Beside):
    """The weights of a network, or other arrays of the same shapes (gradients), accessible by position and by name.

    params[2] and params.rnn_Wh are the same array. Arrays are filled in place and never replaced.
    """

    def __init__(self, arrays: Iterable[np.ndarray], flat: np.ndarray | None = None):
        super().__init__(arrays, flat)
        self.tied = len(self) == len(TIED_NAMES)
        self.embed_W, self.rnn_Wx, self.rnn_Wh, self.rnn_b, *affine_W, self.affine_b = self
        self.affine_W = self.embed_W.T if self.tied else affine_W[0]

    @property
    def names(self) -> tuple[str, ...]:
        return TIED_NAMES if self.tied else NAMES

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The sizes (V, D, H)."""
        return *self.embed_W.shape, len(self.rnn_Wh)


def named(arrays: Iterable[np.ndarray], prefix: str = "") -> dict[str, np.ndarray]:
    """Return the arrays of a network as a dict. The keys are prefix + name, as in saved files."""
    params = Params(arrays)
    return {prefix + name: array for name, array in zip(params.names, params, strict=True)}


def initial_params(V: int, D: int, H: int, rng: Rng, dtype=np.float32, tied: bool = False) -> Params:
    """Draw the initial parameters of a network. The arrays are adjacent in memory.

    Word vectors are randn / 100. Matrices are randn / sqrt(number of inputs) (Xavier), so that outputs are about as
    large as inputs. Biases are 0. affine_W is drawn even for a tied network, which does not use it.
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
    """Make arrays of zeros for the gradients of these weights. The arrays are adjacent in memory."""
    zeros = zeros_beside(arrays)
    return Params(zeros, *zeros.whole)


def start_otherwise(params: Params, init: str, rng: Rng) -> None:
    """Replace the initial word vectors and change rnn_Wh, both in place. The book does neither.

    Word vectors are drawn uniformly from -0.1 to 0.1. init "orthogonal" makes rnn_Wh a random rotation times
    0.95, so that the hidden state fades slowly (Le et al. 2015). init "small" multiplies rnn_Wh by 0.1, so that at
    first the hidden state depends mainly on the last words.
    """
    embed_W, Wh = params.embed_W, params.rnn_Wh
    embed_W[...] = rng.uniform(-0.1, 0.1, embed_W.shape)
    if init == "orthogonal":
        rotation, triangle = np.linalg.qr(rng.standard_normal(Wh.shape))
        Wh[...] = 0.95 * rotation * np.sign(np.diag(triangle))  # the signs make every rotation equally likely
    else:
        Wh *= 0.1
