"""A text of the reader's own as a corpus: decoded, cut into words, rare words read as <unk>."""

import os
from collections import Counter
from pathlib import Path

from rnnlm.data.corpus import Corpus, corpus_of
from rnnlm.data.encoding import decoded
from rnnlm.data.vocabulary import EOS, UNK, Vocabulary
from rnnlm.data.writing import words_in

MAX_VOCABULARY = 10_000


def load_text(
    source: str | bytes | os.PathLike,
    words: int | None = None,
    title: str = "your text",
    like: Vocabulary | None = None,
) -> Corpus:
    """A text of the user's: a str is the text, bytes are a file's content, a Path names a file.

    It is cut into words by `words_in`, which like is for. Beyond the 9,999 most frequent words the
    rest is read as `<unk>`, as in PTB.
    Raises ValueError for a text that is empty, binary or not UTF-8, or a file that cannot be read.
    """
    if isinstance(source, os.PathLike):
        title = Path(source).name
        try:
            source = Path(source).read_bytes()
        except OSError as error:
            raise ValueError(f"cannot read {title}: {error.strerror}") from error
    tokens = words_in(decoded(source, title) if isinstance(source, bytes) else source, like)
    if not tokens:
        raise ValueError(f"{title} has no words in it")
    tokens, remark = _keep_frequent(tokens)
    return corpus_of(tokens, words, title, remark)


def _keep_frequent(tokens: list[str]) -> tuple[list[str], str]:
    counts = Counter(tokens)
    if len(counts) <= MAX_VOCABULARY:
        return tokens, ""
    del counts[EOS]
    kept = {EOS, *(word for word, _ in counts.most_common(MAX_VOCABULARY - 2))}
    tokens = [token if token in kept else UNK for token in tokens]
    return tokens, f"{len(counts) + 1 - len(kept):,} rare words are read as {UNK}."
