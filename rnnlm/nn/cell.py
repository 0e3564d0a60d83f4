"""One step of the recurrence, forward and backward. `TimeRNN` in layers.py is the fast version for a whole window."""

from collections.abc import Callable

import numpy as np

FORMULA = "h = tanh(h Wh + x Wx + b)"  # as the page shows it
Back = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def step(a: np.ndarray, before: np.ndarray, Wh: np.ndarray) -> tuple[np.ndarray, Back]:
    """Compute the next hidden state: h = tanh(before @ Wh + a), where a = x @ Wx + b is computed from the word.

    a and the previous state `before` are (N, H) or (H,), and Wh is (H, H). Returns h and a function back(dh) for the
    backward step. From dh = d loss / d h, `back` computes (da, d loss / d before). The other gradients follow from da:
    dWx = x' da, dWh = before' da, db = the sum of da over its rows, dx = da Wx'.   (book 5.3.1)
    """
    h = np.tanh(before @ Wh + a)

    def back(dh: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        da = dh * (1 - h * h)  # the slope of tanh
        return da, da @ Wh.T

    return h, back
