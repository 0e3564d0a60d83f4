"""How weights start."""

import numpy as np

from rnnlm.nn.kernels.memory import zeros_beside

Rng = np.random.Generator | np.random.RandomState


def initial_params(V: int, D: int, H: int, rng: Rng, dtype=np.float32) -> list[np.ndarray]:
    """Fresh parameters in the order of PARAM_NAMES.

    Word vectors are randn / 100; matrices are Xavier's, randn / sqrt(numbers coming in), so that
    what goes out is about as large as what came in; biases are 0.
    """

    def randn(rows: int, columns: int, scale: float) -> np.ndarray:
        return (rng.standard_normal((rows, columns)) * scale).astype(dtype)

    fresh = [
        randn(V, D, 0.01),
        randn(D, H, D**-0.5),
        randn(H, H, H**-0.5),
        np.zeros(H, dtype),
        randn(H, V, H**-0.5),
        np.zeros(V, dtype),
    ]
    params = zeros_beside(fresh)
    for param, start in zip(params, fresh, strict=True):
        param[...] = start
    return params


def start_otherwise(params: list[np.ndarray], init: str, rng: Rng) -> None:
    """Start word vectors and rnn_Wh (in place) in another way than the book does.

    Word vectors are uniform in +-0.1. init "orthogonal" makes rnn_Wh a random rotation that shortens
    by 5 %, so that a state fades slowly (Le et al. 2015); "small" a tenth of what it was, so that the
    network starts with little but the last words in mind.
    """
    embed_W, _, Wh = params[:3]
    embed_W[...] = rng.uniform(-0.1, 0.1, embed_W.shape)
    if init == "orthogonal":
        rotation, triangle = np.linalg.qr(rng.standard_normal(Wh.shape))
        Wh[...] = 0.95 * rotation * np.sign(np.diag(triangle))  # every rotation as likely as any other
    else:
        Wh *= 0.1
