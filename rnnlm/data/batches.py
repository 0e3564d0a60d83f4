"""Truncated-BPTT windows: the corpus as N parallel streams, read T words at a time."""

from functools import lru_cache

import numpy as np

from rnnlm.errors import marked
from rnnlm.options import OptionError


def updates_per_epoch(words: int, batch_size: int, time_size: int) -> int:
    """The number of windows in an epoch: (words - 1) // (N * T).

    The last word is only ever a target, hence words - 1. Raise OptionError, which says how many words are needed, if
    not even one window fits.
    """
    updates = (words - 1) // (batch_size * time_size)
    if updates == 0:
        rule = marked("{option} {N} x time_size {T} needs at least {least:,} words, got {words:,}")
        least = batch_size * time_size + 1
        raise OptionError("batch_size", rule, {"N": batch_size, "T": time_size, "least": least, "words": words})
    return updates


def bptt_window(ids: np.ndarray, batch_size: int, time_size: int, update: int) -> tuple[np.ndarray, np.ndarray]:
    """The window (xs, ts) of one update, both (N, T) of word ids: ts is xs one word later.

    words a..y, N=4, T=2:    ab | cd | ef    stream n continues after its last word,
                             gh | ij | kl    so the hidden state can be carried
                             mn | op | qr    from one window to the next.
                             st | uv | wx

    Stream n starts at n * ((words - 1) // N). update counts from 0 over the whole run: an epoch does not start over but
    continues, and wraps around modulo words - 1.   (book 5.5.3)
    """
    words = len(ids)
    places = (_first_window(words, batch_size, time_size) + update * time_size) % (words - 1)
    return ids.take(places), ids.take(places + 1)


def just_read(
    ids: np.ndarray, batch_size: int, time_size: int, update: int, stream: int, most: int
) -> tuple[np.ndarray, int]:
    """Up to `most` words that stream n read just before this update, and the word that comes next.

    The state h that training carries in this stream has read exactly up to there.
    """
    places = stream_places(len(ids), batch_size, stream, max(0, update * time_size - most), update * time_size + 1)
    return ids.take(places[:-1]), int(ids[places[-1]])


def stream_start(words: int, batch_size: int, stream: int) -> int:
    """The position at which stream n begins in a text of this many words."""
    return stream * ((words - 1) // batch_size)


def stream_places(words: int, batch_size: int, stream: int, first: int, end: int) -> np.ndarray:
    """The positions in the text of the words first to end (excluded) of stream n."""
    return (stream_start(words, batch_size, stream) + np.arange(first, end)) % (words - 1)


@lru_cache(maxsize=64)
def _first_window(words: int, batch_size: int, time_size: int) -> np.ndarray:
    return stream_start(words, batch_size, np.arange(batch_size)[:, None]) + np.arange(time_size)
