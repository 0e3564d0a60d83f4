"""A text of the reader's own as a corpus: decoded, cut into words, rare words read as <unk>."""

import os
import re
from collections import Counter
from pathlib import Path

from rnnlm.data.corpus import Corpus, corpus_of
from rnnlm.data.vocabulary import EOS, UNK

MAX_VOCABULARY = 10_000
MARKS = ".,;:!?"


def load_text(source: str | bytes | os.PathLike, words: int | None = None, title: str = "your text") -> Corpus:
    """A text of the user's: a str is the text, bytes are a file's content, a Path names a file.

    Words are cut at white space, and the marks . , ; : ! ? that end a word become words of their
    own; every line that is not blank ends in `<eos>`. Beyond the 9,999 most frequent words the
    rest is read as `<unk>`, as in PTB.
    Raises ValueError for a text that is empty, binary or not UTF-8, or a file that cannot be read.
    """
    if isinstance(source, os.PathLike):
        title = Path(source).name
        try:
            source = Path(source).read_bytes()
        except OSError as error:
            raise ValueError(f"cannot read {title}: {error.strerror}") from error
    if isinstance(source, bytes):
        source = _decode(source, title)
    tokens = []
    for line in re.split(r"\r\n|\r|\n", source):
        line_tokens = [token for chunk in line.split() for token in _split_marks(chunk)]
        tokens += [*line_tokens, EOS] if line_tokens else []
    if not tokens:
        raise ValueError(f"{title} has no words in it")
    tokens, remark = _keep_frequent(tokens)
    return corpus_of(tokens, words, title, remark)


def _decode(content: bytes, title: str) -> str:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(f"{title} is a binary file; a plain text file in UTF-8 is needed")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{title} is not text in UTF-8; save it as UTF-8 and try again") from None


def _split_marks(chunk: str) -> list[str]:
    word = chunk.rstrip(MARKS)
    return [part for part in (word, chunk[len(word) :]) if part]


def _keep_frequent(tokens: list[str]) -> tuple[list[str], str]:
    counts = Counter(tokens)
    if len(counts) <= MAX_VOCABULARY:
        return tokens, ""
    del counts[EOS]
    kept = {EOS, *(word for word, _ in counts.most_common(MAX_VOCABULARY - 2))}
    tokens = [token if token in kept else UNK for token in tokens]
    return tokens, f"{len(counts) + 1 - len(kept):,} rare words are read as {UNK}."
