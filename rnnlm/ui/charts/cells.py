"""A vector as a square of coloured cells, one for each number."""

import base64

import numpy as np

CELLS = 100  # most numbers of a vector that are shown


def cells(values: np.ndarray, largest: float | None = None) -> dict:
    """The first CELLS numbers of a vector as bytes from -127 to 127.

    The byte 127 means `largest`. By default, this is the largest absolute value among these numbers.
    """
    drawn = np.nan_to_num(values[:CELLS])
    largest = largest or float(abs(drawn).max()) or 1.0
    found = np.round(np.clip(drawn / largest, -1, 1) * 127).astype(np.int8)
    return {"bytes": base64.b64encode(found.tobytes()).decode(), "largest": largest}
