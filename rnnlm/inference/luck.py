"""Compare texts that several networks drew with the same random numbers."""

from collections.abc import Sequence


def same_beside(texts: Sequence[Sequence[str]]) -> list[list[bool]]:
    """For each word of each text, return whether the text before or after has the same word at this position.

    The texts were drawn with the same random numbers u, and are in the order of the list. A neighbour that is too
    short does not count.
    """
    return [
        [any(_is_at(texts, beside, i, word) for beside in (n - 1, n + 1)) for i, word in enumerate(text)]
        for n, text in enumerate(texts)
    ]


def _is_at(texts: Sequence[Sequence[str]], n: int, i: int, word: str) -> bool:
    return 0 <= n < len(texts) and i < len(texts[n]) and texts[n][i] == word
