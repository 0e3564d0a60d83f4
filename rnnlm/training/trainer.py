"""Trainer: train one run, update by update. The run can be paused and resumed between any two updates."""

import math
import time
from dataclasses import replace

import numpy as np

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import evaluate, perplexity
from rnnlm.nn.kernels.threads import one_blas_thread
from rnnlm.nn.optimizer import clip_grads
from rnnlm.training.averaging import averaged, better
from rnnlm.training.divergence import DivergedError, guarded
from rnnlm.training.run import Run
from rnnlm.training.snapshots import Snapshots
from rnnlm.training.state import LossSum, Position, Progress


class Trainer(Run):
    """The book's train_custom_loop (5.5.3), split into the methods `run_update`, `run_epoch` and `run`.

    The result of a run depends only on its experiment and corpus, and not on which of these methods is called, or how
    often.
    """

    def __init__(self, experiment: Experiment, corpus: Corpus):
        one_blas_thread()
        super().__init__(experiment, corpus)
        self.snapshots: Snapshots | None = None  # set by code that wants snapshots

    def run_update(self) -> None:
        """Train on one window: forward, backward, clip, update.

        Raises DivergedError if the loss is not finite. After the run's last update, the loss of the next window is
        checked too. A diverged run cannot continue. Its network is restored to the end of the last epoch with a finite
        loss. If the run was resumed after the end of that epoch, its network is restored to the update at which it was
        resumed.
        """
        start = time.perf_counter()
        experiment, model = self.experiment, self.model
        h = model.rnn.h
        with guarded():
            loss = self._forward()
            if self.position.update % self.updates_per_epoch == 0:
                self._keep_sound(h)  # the network after the epoch's last update has a finite loss
            model.backward()
            if experiment.max_grad is not None:
                clip_grads(model.grads, experiment.max_grad)
            self.optimizer.lr = self.lr
            self.optimizer.update(model.params, model.grads, rows=model.rows)
        self._record(loss, time.perf_counter() - start)
        if self.epoch == experiment.epochs:
            self._check_last_update()

    def run_epoch(self) -> Progress:
        """Train to the end of the current epoch and return its `Progress`."""
        epochs = len(self.history)
        while len(self.history) == epochs:
            self.run_update()
        return self.history[-1]

    def run(self, for_seconds: float | None = None) -> None:
        """Train to the end of the experiment, or for about `for_seconds` seconds.

        Unless the run is already finished, at least one update is done.
        """
        until = None if for_seconds is None else time.perf_counter() + for_seconds
        while not self.finished:
            self.run_update()
            if until is not None and time.perf_counter() >= until:
                return

    def _forward(self) -> float:
        model = self.model
        if model.drops:  # the random numbers depend only on seed and update, so a resumed run draws the same ones
            model.rng = np.random.default_rng((self.experiment.seed, self.position.update))
        loss = model.forward(*self.next_window())
        if not math.isfinite(perplexity(loss)):
            self._diverge()
        return loss

    def _check_last_update(self) -> None:
        # the loss of one more window shows whether the run's last update made it diverge
        h = self.model.rnn.h
        with guarded():
            self._forward()
        self.model.rnn.h = h

    def _record(self, loss: float, seconds: float) -> None:
        position = self.position
        position.update += 1
        position.seconds += seconds
        position.since_epoch.add(loss, seconds)
        position.since_point.add(loss, seconds)
        epoch, in_epoch = divmod(position.update, self.updates_per_epoch)
        if in_epoch % self.updates_per_point == 0:
            self.curve.append(self._progress(position.since_point, self.epoch))
            position.since_point = LossSum()
            self._take_average()
        if in_epoch == 0:
            self.history.append(self._validated(self._progress(position.since_epoch, epoch)))
            position.since_epoch = LossSum()
        if self.snapshots is not None and position.update >= self.snapshots.due:
            self.snapshots.take(self)

    def _progress(self, losses: LossSum, epoch: float) -> Progress:
        speed = losses.count * self.words_per_update / losses.seconds
        return Progress(epoch, perplexity(losses.mean), losses.mean, speed, self.position.seconds)

    def _take_average(self) -> None:
        first = self.experiment.average_from
        if first is not None and self.epoch > first:
            points = sum(point.epoch > first for point in self.curve)
            self.average = averaged(self.average, self.model.params, points)

    def _validated(self, progress: Progress) -> Progress:
        """Measure the validation perplexity after an epoch, add it to `progress`, and keep the best weights so far.

        Once averaging has begun, the averaged weights are measured and kept.
        """
        if self._valid is None:
            return progress
        start = time.perf_counter()
        params = self.average or self.model.params
        valid = evaluate(Reader(params), self._valid)
        self.best = better(self.best, progress.epoch, valid, params)
        self.position.seconds += time.perf_counter() - start
        return replace(progress, seconds=self.position.seconds, valid=valid)

    def _diverge(self) -> None:
        sound = self.sound
        history = self.history[: sound.update // self.updates_per_epoch]  # the curve keeps the points measured since
        if self.best is not None and self.best.epoch > len(history):
            self.best = None
        where = Position(sound.update, self.position.seconds, history, self.curve, diverged=self.epoch)
        self.restore(sound.params, sound.h, where)
        raise DivergedError(self.divergence)
