"""Read the user's own text as a corpus: decode it, cut it into words, and replace rare words by <unk>."""

import errno
import os
from collections import Counter
from pathlib import Path

from rnnlm.data.corpus import Corpus, corpus_of
from rnnlm.data.encoding import decoded, whole
from rnnlm.data.files import content_of
from rnnlm.data.stages import Stages, Tell
from rnnlm.data.vocabulary import EOS, UNK, Vocabulary
from rnnlm.data.writing import words_in
from rnnlm.errors import UserError, marked

MAX_VOCABULARY = 10_000
MAX_BYTES = 32_000_000  # a text takes up to 29 times its size while it is cut into words
TOO_LONG = marked("{title} is too long: the limit is {most:,} bytes, so use a part of the text")


def load_text(
    source: str | bytes | os.PathLike,
    words: int | None = None,
    title: str = "your text",
    like: Vocabulary | None = None,
    tell: Tell | None = None,
) -> Corpus:
    """Make a corpus from a text (str), from the content of a file (bytes) or from the file at a path (Path).

    `words_in` cuts the text into words. If there are more than 10,000 different words, all except the 9,999 most
    frequent become `<unk>`, as in PTB.

    words: the number of words to keep, from the start of the text; None keeps all words.
    title: the name of the text in messages. For a path, the name of the file is used instead.
    like: the vocabulary of a network that will read the text (see `words_in`).
    tell: a function that is called with the share of the work that is done (above 0, up to 1).
    Raises ValueError if the text is empty, too long, binary or not UTF-8, if it has fewer than `words` words, or if the
    file cannot be read.
    """
    if isinstance(source, os.PathLike):
        title = Path(source).name
        try:
            source = content_of(source, MAX_BYTES)
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise UserError(TOO_LONG, title=title, most=MAX_BYTES) from error
            raise UserError("cannot read {title}: {reason}", title=title, reason=error.strerror) from error
    if len(source) > MAX_BYTES:
        raise UserError(TOO_LONG, title=title, most=MAX_BYTES)
    text, stages = decoded(source, title) if isinstance(source, bytes) else whole(source, title), Stages(tell)
    tokens = words_in(text, like, stages)
    if not tokens:
        raise UserError("{title} has no words in it", title=title)
    tokens, remark = _keep_frequent(tokens, stages)
    return corpus_of(tokens, words, title, remark, stages=stages)


def _keep_frequent(tokens: list[str], stages: Stages) -> tuple[list[str], str]:
    counts = Counter()
    for piece in stages.over(tokens, 0.4):
        counts.update(piece)
    if len(counts) <= MAX_VOCABULARY:
        return tokens, ""
    del counts[EOS]
    kept = {EOS, *(word for word, _ in counts.most_common(MAX_VOCABULARY - 2))}
    tokens = [token if token in kept else UNK for piece in stages.over(tokens, 0.4) for token in piece]
    return tokens, f"{len(counts) + 1 - len(kept):,} rare words are read as {UNK}."
