"""A text as word ids."""

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

    ids int32 (words,); title names it in a sentence; remark is a note on how it was read; true_perplexity is that of
    the source itself, if it is known.
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
        """The approximate number of bytes: its ids, and its words with Python's overhead for each."""
        return self.ids.nbytes + self.vocabulary.counts.nbytes + sum(map(sys.getsizeof, self.vocabulary.words))

    @cached_property
    def opening(self) -> np.ndarray:
        """The first sentences, int32: up to the last `<eos>` among the first 60 words; empty if there is none.

        Training never meets a blank state, so a network reads these words before it is asked anything.
        """
        if EOS not in self.vocabulary:
            return self.ids[:0]
        ends = np.flatnonzero(self.ids[:60] == self.vocabulary.id(EOS))
        return self.ids[: ends[-1] + 1] if len(ends) else self.ids[:0]

    def read_with(self, vocabulary: Vocabulary) -> tuple["Corpus", float]:
        """The same text in another vocabulary, and the share (0 to 1) of its words known there.

        Unknown words become `<unk>`; ValueError if they are needed and there is no such word. A vocabulary without
        `<eos>` belongs to one endless sentence, so the text is read as one, too.
        """
        if EOS in self.vocabulary and EOS not in vocabulary:
            return self._without_ends().read_with(vocabulary)
        known = np.array([word in vocabulary for word in self.vocabulary.words])
        if not known.all() and UNK not in vocabulary:
            raise UserError(
                "{title} has words the network does not know, and the network has no {UNK} to read them as",
                title=self.title,
                UNK=UNK,
            )
        table = np.array([vocabulary.id(w if w in vocabulary else UNK) for w in self.vocabulary.words], np.int32)
        return Corpus(table[self.ids], vocabulary, self.title), float(known[self.ids].mean())

    def _without_ends(self) -> "Corpus":
        words = [self.vocabulary.word(i) for i in self.ids]
        return corpus_of([word for word in words if word != EOS], None, self.title)


def piece(corpus: Corpus, words: int, first: int = 0) -> Corpus:
    """`words` words of a corpus from `first` on, or all it has, with the vocabulary of just these.

    Raise OptionError if they would reach beyond its end.
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
    """The first `words` of these tokens as a corpus, all of them if None; ValueError if there are too few.

    full_stop is whether the text has no full stops of its own; this is the last of the stages.
    """
    if words is not None and not 1 <= words <= len(tokens):
        raise UserError(
            "words must be between 1 and {count:,}, all of {title}, got {words:,}",
            count=len(tokens),
            title=title,
            words=words,
        )
    tokens = tokens[:words]
    id_of = {word: i for i, word in enumerate(dict.fromkeys(tokens))}
    pieces = (Stages() if stages is None else stages).over(tokens, 1.0)
    ids = np.fromiter((id_of[token] for piece in pieces for token in piece), np.int32)
    return Corpus(ids, Vocabulary(id_of, np.bincount(ids), full_stop), title, remark, true_perplexity)
