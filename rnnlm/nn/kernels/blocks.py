"""Apply a formula to large arrays one block at a time, so that the numbers of a block stay in a core's cache."""

from collections.abc import Callable

import numpy as np

from rnnlm.nn.kernels.threads import LARGE, together

BLOCK = 131_072  # numbers; a few float32 arrays of this size stay in a core's cache


def in_blocks(formula: Callable[..., None], *lists: list) -> None:
    """Call formula(A, B, ...) with the first item of every list, then with the second items, and so on.

    The formula changes its arrays in place, each number independently of the others. Large arrays are flattened, and
    the formula gets one block at a time. An item that is not an array is passed with every block. A second thread
    processes half of the blocks. Without this kernel, a step with the preset `full` takes 54 % longer.
    """
    size = sum([array.size for array in lists[0]])
    if size <= LARGE and len(lists[0]) == 1:  # skips the loop below, which takes 1 % of a step at the book's sizes
        formula(*[arrays[0] for arrays in lists])
        return
    if size <= LARGE:
        for arrays in zip(*lists, strict=True):
            formula(*arrays)
        return
    blocks = [
        [part.reshape(-1)[i : i + BLOCK] if isinstance(part, np.ndarray) else part for part in arrays]
        for arrays in zip(*lists, strict=True)
        for i in range(0, arrays[0].size, BLOCK)
    ]
    half = len(blocks) // 2

    def apply(part: list[list]) -> None:
        for arrays in part:
            formula(*arrays)

    together(lambda: apply(blocks[:half]), lambda: apply(blocks[half:]), size)
