"""Windows of truncated BPTT: streams continue where they stopped, wrap around and never leave the text."""

import string

import numpy as np
import pytest

from rnnlm.data.batches import bptt_window, updates_per_epoch

A_TO_Y = string.ascii_lowercase[:25]


def letters(ids):
    return ["".join(A_TO_Y[i] for i in row) for row in ids]


def test_the_windows_are_those_of_the_picture():
    windows = [bptt_window(np.arange(25), 4, 2, update) for update in range(updates_per_epoch(25, 4, 2))]
    assert [letters(xs) for xs, _ in windows] == [
        ["ab", "gh", "mn", "st"],
        ["cd", "ij", "op", "uv"],
        ["ef", "kl", "qr", "wx"],
    ]
    assert [letters(ts) for _, ts in windows] == [
        ["bc", "hi", "no", "tu"],
        ["de", "jk", "pq", "vw"],
        ["fg", "lm", "rs", "xy"],
    ]


def test_a_stream_goes_on_past_its_epoch_and_wraps_before_the_last_word():
    xs, ts = bptt_window(np.arange(25), 4, 2, 3)
    assert letters(xs) == ["gh", "mn", "st", "ab"]  # y is only ever a target
    assert letters(ts) == ["hi", "no", "tu", "bc"]


def test_a_window_may_wrap_in_its_middle():
    xs, ts = bptt_window(np.arange(8), 2, 3, 1)  # starts 0 and 3, wraps modulo 7
    assert xs.tolist() == [[3, 4, 5], [6, 0, 1]]
    assert ts.tolist() == [[4, 5, 6], [7, 1, 2]]


@pytest.mark.parametrize(("words", "N", "T"), [(1000, 10, 5), (27, 4, 2), (101, 7, 3), (11, 1, 10), (11, 10, 1)])
def test_every_stream_reads_the_text_in_order_from_its_own_start(words, N, T):
    ids = np.random.default_rng(0).integers(0, 9, words)
    windows = [bptt_window(ids, N, T, update) for update in range(2 * updates_per_epoch(words, N, T) + 3)]
    xs, ts = (np.concatenate(part, axis=1) for part in zip(*windows, strict=True))
    for n in range(N):
        for step in range(xs.shape[1]):
            place = (n * ((words - 1) // N) + step) % (words - 1)
            assert (xs[n, step], ts[n, step]) == (ids[place], ids[place + 1])


def test_an_epoch_has_as_many_updates_as_windows_fit():
    assert updates_per_epoch(1000, 10, 5) == 19  # the run of the book
    assert updates_per_epoch(51, 10, 5) == 1
    assert updates_per_epoch(101, 10, 5) == 2
    assert updates_per_epoch(100, 10, 5) == 1
    assert updates_per_epoch(929_589, 20, 35) == 1327


@pytest.mark.parametrize("words", [50, 2, 1])
def test_a_text_too_short_for_one_window_is_refused_with_the_number_of_words_it_takes(words):
    with pytest.raises(
        ValueError, match=rf"batch_size 10 x time_size 5 needs at least 51 words, got {words}: use more words"
    ):
        updates_per_epoch(words, 10, 5)
