"""Snapshots: the network at any point of a run equals that of a run stopped there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlm.data.batches import bptt_window, just_read
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.training.snapshots import Snapshot, Snapshots, nearest, next_moment, snapshot_of, thinned
from rnnlm.training.trainer import Trainer

SMALL = Experiment(words=300, wordvec_size=8, hidden_size=8, batch_size=4, time_size=5, epochs=12)


def moments(updates_per_epoch, last):
    found, update = [], 0
    while update < last:
        update = next_moment(update, updates_per_epoch)
        found.append(update)
    return found


def test_a_run_of_short_epochs_is_kept_at_whole_ones_ever_further_apart():
    epochs = [update / 19 for update in moments(19, 400 * 19)]
    assert epochs == [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400]


def test_a_long_epoch_has_moments_inside():
    first = [update / 18_591 for update in moments(18_591, 18_591)]
    assert first[-1] == 1
    assert len(first) > 20
    assert moments(18_591, 100)[0] >= 20


@given(st.integers(1, 30_000), st.integers(0, 10**8))
def test_there_is_always_a_next_moment_and_it_is_not_far(updates_per_epoch, update):
    at = next_moment(update, updates_per_epoch)
    assert update < at <= max(2 * update + 1, updates_per_epoch)


def test_a_snapshot_is_the_network_of_a_trainer_that_stopped_there(ptb):
    trainer = Trainer(SMALL, ptb)
    trainer.snapshots = Snapshots(trainer)
    trainer.run()
    for snapshot in trainer.snapshots.fetch():
        stopped = Trainer(SMALL, ptb)
        while stopped.position.update < snapshot.update:
            stopped.run_update()
        same = snapshot_of(stopped)
        assert snapshot.epoch == stopped.epoch
        assert all(np.array_equal(a, b) for a, b in zip(snapshot.params, same.params, strict=True))
        assert np.array_equal(snapshot.h, same.h) if snapshot.update else snapshot.h is None
    assert trainer.snapshots.fetch() == []


def test_taking_snapshots_changes_nothing_of_the_run(ptb):
    kept, bare = Trainer(SMALL, ptb), Trainer(SMALL, ptb)
    kept.snapshots = Snapshots(kept)
    kept.run()
    bare.run()
    assert [point.loss for point in kept.curve] == [point.loss for point in bare.curve]


def some(updates):
    return [Snapshot(update, update / 10, [np.zeros(100, np.float32)], None) for update in updates]


def test_what_is_too_much_is_thinned_evenly_and_the_ends_stay():
    kept = [snapshot.update for snapshot in thinned(some(range(0, 1000, 10)), 4000)]
    assert len(kept) == 10
    assert (kept[0], kept[-1]) == (0, 990)
    gaps = np.diff(np.log1p(kept[1:]))
    assert gaps.max() < 3 * gaps.min()
    assert thinned(some([1, 2]), 400)[0].update == 2
    assert thinned(some([1, 2]), 100) == []


def test_the_nearest_snapshot_is_found():
    assert nearest(some([0, 10, 50]), 2.4).update == 10
    assert nearest([], 1) is None


@pytest.mark.parametrize("stream", [0, 3])
@pytest.mark.parametrize("update", [1, 7, 30])
def test_the_words_just_read_are_those_of_the_windows_before_the_next_one(ptb, stream, update):
    N, T = 4, 5
    read = np.concatenate([bptt_window(ptb.ids, N, T, before)[0][stream] for before in range(update)])
    words, following = just_read(ptb.ids, N, T, update, stream, 8)
    assert words.tolist() == read[-8:].tolist()
    assert following == bptt_window(ptb.ids, N, T, update)[0][stream][0]
    assert following == bptt_window(ptb.ids, N, T, update - 1)[1][stream][-1]


def test_the_state_on_the_tape_is_the_one_that_training_carries_to_the_words_just_read(ptb):
    """With constant weights, reading the words again gives the carried state."""
    still = Trainer(SMALL, ptb)
    still.optimizer.update = lambda *_, **__: None
    for _ in range(9):
        still.run_update()
    now = snapshot_of(still)
    for stream in range(SMALL.batch_size):
        words, _ = just_read(ptb.ids, SMALL.batch_size, SMALL.time_size, now.update, stream, 1000)
        assert len(words) == 9 * SMALL.time_size
        assert np.allclose(Reader(now.params).read(words)[1], now.h[stream], atol=1e-6)
