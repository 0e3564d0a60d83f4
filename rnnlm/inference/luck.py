"""Compare texts that several networks drew with the same random numbers."""

from collections.abc import Sequence


def same_beside(texts: Sequence[Sequence[str]]) -> list[list[bool]]:
    """Return, for each word of each text, whether a neighbouring text has the same word at the same position.

    The texts were drawn with the same random numbers u. The neighbours of a text are the texts before and after it in
    the list. A neighbour that is too short to have a word at this position does not count.
    """
    return [
        [any(_is_at(texts, beside, i, word) for beside in (n - 1, n + 1)) for i, word in enumerate(text)]
        for n, text in enumerate(texts)
    ]


def _is_at(texts: Sequence[Sequence[str]], n: int, i: int, word: str) -> bool:
    return 0 <= n < len(texts) and i < len(texts[n]) and texts[n][i] == word
