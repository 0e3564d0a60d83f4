"""How weights start."""

import numpy as np

from rnnlm.nn.kernels.memory import zeros_beside
from rnnlm.nn.params import Params, shapes

Rng = np.random.Generator | np.random.RandomState


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
