"""The same luck for several networks: the words that stay the same."""

from collections.abc import Sequence


def same_beside(texts: Sequence[Sequence[str]]) -> list[list[bool]]:
    """For each word of each text, whether a neighbouring text has the same word at the same position.

    The texts are side by side, drawn with the same numbers u; a word beyond the end of its neighbour has none beside
    it.
    """
    return [
        [any(_is_at(texts, beside, i, word) for beside in (n - 1, n + 1)) for i, word in enumerate(text)]
        for n, text in enumerate(texts)
    ]


def _is_at(texts: Sequence[Sequence[str]], n: int, i: int, word: str) -> bool:
    return 0 <= n < len(texts) and i < len(texts[n]) and texts[n][i] == word
