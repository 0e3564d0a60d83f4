"""Corpus: a text as word ids with its vocabulary."""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from rnnlm.data.stages import Stages
from rnnlm.data.vocabulary import EOS, UNK, Vocabulary
from rnnlm.errors import UserError, marked
from rnnlm.options import OptionError


@dataclass(frozen=True)
class Corpus:
    """A text as word ids.

    ids: int32 (words,).
    title: the name of the text in messages.
    remark: a note on how the text was read.
    true_perplexity: the perplexity of the source that generated the text; None if it is unknown.
    checksum: a hash of the ids and of the vocabulary's words.
    """

    ids: np.ndarray
    vocabulary: Vocabulary
    title: str
    remark: str = ""
    true_perplexity: float | None = None
    checksum: str = field(init=False)

    def __post_init__(self):
        self.ids.flags.writeable = False
        words = "\n".join(self.vocabulary.words).encode()
        object.__setattr__(self, "checksum", hashlib.sha256(words + self.ids.tobytes()).hexdigest()[:16])

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def nbytes(self) -> int:
        """The approximate size in bytes of ids, word counts and words, including Python's overhead for each word."""
        return self.ids.nbytes + self.vocabulary.counts.nbytes + sum(map(sys.getsizeof, self.vocabulary.words))

    @cached_property
    def opening(self) -> np.ndarray:
        """The ids (int32) of the first sentences: the words up to the last `<eos>` among the first 60 words.

        The array is empty if none of the first 60 words is `<eos>`. A network reads these words before it writes or
        scores a text, because it was trained from a blank state only in the first window.
        """
        if EOS not in self.vocabulary:
            return self.ids[:0]
        ends = np.flatnonzero(self.ids[:60] == self.vocabulary.id(EOS))
        return self.ids[: ends[-1] + 1] if len(ends) else self.ids[:0]

    def read_with(self, vocabulary: Vocabulary) -> tuple["Corpus", float]:
        """Encode the text with another vocabulary. Returns the new corpus, and the share (0 to 1) of known words.

        A word that is not in the other vocabulary is unknown and becomes `<unk>`. If that vocabulary has no `<eos>`,
        every `<eos>` of the text is left out. Raises ValueError if there are unknown words and that vocabulary has no
        `<unk>`.
        """
        if EOS in self.vocabulary and EOS not in vocabulary:
            return self._without_ends().read_with(vocabulary)
        known = np.array([word in vocabulary for word in self.vocabulary.words])
        if not known.all() and UNK not in vocabulary:
            raise UserError(
                "{title} has words that the network does not know, and the network has no {UNK} to read "
                "instead: choose another text",
                title=self.title,
                UNK=UNK,
            )
        table = np.array([vocabulary.id(w if w in vocabulary else UNK) for w in self.vocabulary.words], np.int32)
        return Corpus(table[self.ids], vocabulary, self.title), float(known[self.ids].mean())

    def _without_ends(self) -> "Corpus":
        words = [self.vocabulary.word(i) for i in self.ids]
        return corpus_of([word for word in words if word != EOS], None, self.title)


def piece(corpus: Corpus, words: int, first: int = 0) -> Corpus:
    """Cut a part out of a corpus: `words` words from position `first` on, with a vocabulary of only these words.

    If the corpus has fewer than `words` words, its length is used instead of `words`. Raises OptionError if the part
    would reach beyond the end of the corpus.
    """
    words = min(words, len(corpus))
    if first + words > len(corpus):
        rule = marked("{option} {first:,} + words {words:,} must be at most {most:,}, the length of {title}")
        values = {"first": first, "words": words, "most": len(corpus), "title": corpus.title}
        raise OptionError("first_word", rule, values)
    if words == len(corpus):
        return corpus
    # Words get ids in order of first appearance.
    there, appears, ids = np.unique(corpus.ids[first : first + words], return_index=True, return_inverse=True)
    order = np.argsort(appears)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    names, counts = [corpus.vocabulary.word(i) for i in there[order]], np.bincount(ids)[order]
    vocabulary = Vocabulary(names, counts, full_stop=corpus.vocabulary.full_stop)
    return Corpus(rank[ids], vocabulary, corpus.title, corpus.remark, corpus.true_perplexity)


def corpus_of(
    tokens: Sequence[str],
    words: int | None,
    title: str,
    remark: str = "",
    true_perplexity: float | None = None,
    full_stop: bool = False,
    stages: Stages | None = None,
) -> Corpus:
    """Make a corpus of the first `words` tokens, or of all tokens if `words` is None.

    full_stop: whether `<eos>` is written as a full stop. This is True for a text without full stops.
    stages: the `Stages` object to report progress to. Making the corpus is the last stage.
    Raises ValueError if there are fewer than `words` tokens.
    """
    if words is not None and not 1 <= words <= len(tokens):
        raise UserError(
            "words must be between 1 and {count:,}, the length of {title}, got {words:,}",
            count=len(tokens),
            title=title,
            words=words,
        )
    tokens = tokens[:words]
    id_of = {word: i for i, word in enumerate(dict.fromkeys(tokens))}
    pieces = (Stages() if stages is None else stages).over(tokens, 1.0)
    ids = np.fromiter((id_of[token] for piece in pieces for token in piece), np.int32)
    return Corpus(ids, Vocabulary(id_of, np.bincount(ids), full_stop), title, remark, true_perplexity)
