"""Windows for truncated BPTT: divide a text into N parallel streams, and read T words of each stream at a time."""

from functools import lru_cache

import numpy as np

from rnnlm.errors import marked
from rnnlm.options import OptionError


def updates_per_epoch(words: int, batch_size: int, time_size: int) -> int:
    """Return the number of windows in an epoch: (words - 1) // (N * T).

    The last word of the text is not counted, because it is only a target, never an input. Raises OptionError if the
    text is too short for one window. The message says how many words are needed.
    """
    updates = (words - 1) // (batch_size * time_size)
    if updates == 0:
        rule = marked(
            "{option} {N} x time_size {T} needs at least {least:,} words, got {words:,}: use more words, "
            "or smaller values"
        )
        least = batch_size * time_size + 1
        raise OptionError("batch_size", rule, {"N": batch_size, "T": time_size, "least": least, "words": words})
    return updates


def bptt_window(ids: np.ndarray, batch_size: int, time_size: int, update: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the window that one update reads: xs and ts, both word ids (N, T). ts[n, t] is the word after xs[n, t].

    words a..y, N=4, T=2:    ab | cd | ef    In the next window, each stream (row)
                             gh | ij | kl    continues after its last word, so
                             mn | op | qr    its hidden state can be carried
                             st | uv | wx    from window to window.

    Stream n starts at n * ((words - 1) // N). `update` is the number of the update, counted from 0 over the whole run.
    A new epoch does not restart the streams: each stream continues, with positions modulo words - 1.   (book 5.5.3)
    """
    places = window_places(len(ids), batch_size, time_size, update)
    return ids.take(places), ids.take(places + 1)


def window_places(words: int, batch_size: int, time_size: int, update: int) -> np.ndarray:
    """Return the positions (N, T) of the words that one update reads, in a text of `words` words."""
    return (_first_window(words, batch_size, time_size) + update * time_size) % (words - 1)


def just_read(
    ids: np.ndarray, batch_size: int, time_size: int, update: int, stream: int, most: int
) -> tuple[np.ndarray, int]:
    """Return the ids of the last words (up to `most`) that a stream reads before an update, and the next word's id.

    The state that training carries into the update is the hidden state after these last words.
    """
    places = stream_places(len(ids), batch_size, stream, max(0, update * time_size - most), update * time_size + 1)
    return ids.take(places[:-1]), int(ids[places[-1]])


def stream_start(words: int, batch_size: int, stream: int) -> int:
    """Return the position of a stream's first word in a text of `words` words."""
    return stream * ((words - 1) // batch_size)


def stream_places(words: int, batch_size: int, stream: int, first: int, end: int) -> np.ndarray:
    """Return the positions of a stream's words `first` to `end` - 1 in a text of `words` words.

    The words of a stream are counted from 0.
    """
    return (stream_start(words, batch_size, stream) + np.arange(first, end)) % (words - 1)


@lru_cache(maxsize=64)
def _first_window(words: int, batch_size: int, time_size: int) -> np.ndarray:
    return stream_start(words, batch_size, np.arange(batch_size)[:, None]) + np.arange(time_size)
