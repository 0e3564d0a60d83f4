"""Trainer: one run of an experiment, an update at a time, resumable between any two."""

import math
import time
from dataclasses import replace

import numpy as np

from rnnlm.data.batches import bptt_window, updates_per_epoch
from rnnlm.data.corpus import Corpus
from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import evaluate, perplexity
from rnnlm.nn.kernels.threads import one_blas_thread
from rnnlm.nn.optimizer import SGD, Adam, clip_grads
from rnnlm.training.build import check_together, initial_model
from rnnlm.training.state import Best, Mean, Position, Progress

LONG_EPOCH = 200  # updates; a longer epoch has points inside it, one for every 1 % but not under 20 updates
MOST_SCORES = 50_000_000  # numbers in one (N, T, V) array, 200 MB


class DivergedError(ValueError):
    """The loss became inf or nan; the network has been put back to the last epoch it was sound."""


class Trainer:
    """train_custom_loop of the book (5.5.3) as an object: `run_update`, `run_epoch`, `run`.

    A run depends on its experiment and corpus alone, never on how it is sliced.
    """

    def __init__(self, experiment: Experiment, corpus: Corpus):
        one_blas_thread()
        self.experiment = experiment
        self.corpus = corpus
        N, T = experiment.batch_size, experiment.time_size
        self.updates_per_epoch = updates_per_epoch(len(corpus), N, T)
        self.words_per_update = N * T
        if N * T * corpus.vocabulary.size > MOST_SCORES:
            raise ValueError(
                f"batch_size {N} x time_size {T} x {corpus.vocabulary.size:,} words make more than "
                f"{MOST_SCORES:,} scores: use a smaller batch_size or time_size"
            )
        check_together(experiment)
        per_epoch = self.updates_per_epoch
        self.updates_per_point = per_epoch if per_epoch <= LONG_EPOCH else max(20, per_epoch // 100)
        self.model = initial_model(experiment, corpus)
        self.optimizer = {"sgd": SGD, "adam": Adam}[experiment.optimizer](experiment.lr, experiment.weight_decay)
        self.position = Position()
        self.best: Best | None = None
        self.mean: list[np.ndarray] = []  # of the parameters at the points of the curve since average_from
        self._valid = load_ptb("valid").read_with(corpus.vocabulary)[0] if experiment.validate else None
        self._keep_sound(None)

    @property
    def history(self) -> list[Progress]:
        """One Progress per finished epoch."""
        return self.position.history

    @property
    def curve(self) -> list[Progress]:
        """The points to plot: the history, and of long epochs points in between."""
        return self.position.curve

    @property
    def vocabulary(self) -> Vocabulary:
        """The words the network knows."""
        return self.corpus.vocabulary

    @property
    def epoch(self) -> float:
        """How many epochs have been run, with a fraction for the one under way."""
        return self.position.update / self.updates_per_epoch

    @property
    def updates_to_epoch_end(self) -> int:
        """How many updates the epoch under way still needs; a whole epoch's between two epochs."""
        return self.updates_per_epoch - self.position.update % self.updates_per_epoch

    @property
    def words_per_second(self) -> float:
        """Words trained on per second, over the whole run, reading the valid split included; 0 before it starts."""
        position = self.position
        return position.update * self.words_per_update / position.seconds if position.seconds else 0.0

    @property
    def lr(self) -> float:
        """The learning rate of the next update."""
        return self._lr_at(self.epoch)

    def _lr_at(self, epoch: float) -> float:
        start, end = self.experiment.lr, self.experiment.final_lr
        falling = self.experiment.falling_epochs or self.experiment.epochs
        return start if end is None else start + (end - start) * min(1.0, epoch / falling)

    @property
    def finished(self) -> bool:
        """Whether every epoch of the experiment has been run, or the run has diverged."""
        return self.epoch >= self.experiment.epochs or self.position.diverged is not None

    @property
    def extensible(self) -> bool:
        """Whether the run may go on to more epochs than were planned."""
        falls_to_the_end = self.experiment.final_lr is not None and self.experiment.falling_epochs is None
        return not falls_to_the_end or not self.position.update

    def extend(self, epochs: int) -> None:
        """Let the run go on to so many epochs in all; ValueError if it cannot.

        A run whose learning rate falls to its end cannot: how fast it falls depends on the number of epochs.
        """
        if epochs != self.experiment.epochs and not self.extensible:
            raise ValueError(
                f"epochs must stay {self.experiment.epochs}, got {epochs}: the learning rate falls to its last update"
            )
        if epochs < self.epoch:
            raise ValueError(f"epochs must be at least {math.ceil(self.epoch)}, which have been run, got {epochs}")
        self.experiment = replace(self.experiment, epochs=epochs)

    def average_since(self, epoch: int | None) -> None:
        """Let the mean of the weights begin after this epoch, or never; ValueError if it has begun, or that is over.

        When the mean begins changes no step of the training.
        """
        if self.mean:
            raise ValueError(f"average_from must stay {self.experiment.average_from}, got {epoch}: the mean has begun")
        if epoch is not None and epoch < self.epoch:
            raise ValueError(
                f"average_from must be at least {math.ceil(self.epoch)}, epochs have been run, got {epoch}"
            )
        experiment = replace(self.experiment, average_from=epoch)
        check_together(experiment)
        self.experiment = experiment

    def restore(self, params: list[np.ndarray], h: np.ndarray | None, position: Position) -> None:
        """Put the run where another one was: its parameters, carried state and position.

        `best`, `mean` and the means of Adam are the caller's to set.
        """
        for param, saved in zip(self.model.params, params, strict=True):
            param[...] = saved
        self.model.rnn.h = h
        self.position = position
        self._keep_sound(h)

    def run_update(self) -> None:
        """One window: forward, backward, clip, update.

        Raises DivergedError if the loss is no longer a number (after a run's last update: the loss of the
        window that would be next). The network is then put back to the end of the last epoch after which
        it still was one, or to where the run was resumed if that is later, and the run is over.
        """
        start = time.perf_counter()
        experiment, model = self.experiment, self.model
        h = model.rnn.h
        with np.errstate(over="ignore", invalid="ignore"):  # a run that overflows is told as diverged
            loss = self._forward()
            if self.position.update % self.updates_per_epoch == 0:
                self._keep_sound(h)  # what the epoch's last update made has a loss
            model.backward()
            if experiment.max_grad is not None:
                clip_grads(model.grads, experiment.max_grad)
            self.optimizer.lr = self.lr
            self.optimizer.update(model.params, model.grads, rows=model.rows)
        self._record(loss, time.perf_counter() - start)
        if self.epoch == experiment.epochs:  # whether the last update blew up shows in the window after it
            h = model.rnn.h
            with np.errstate(over="ignore", invalid="ignore"):
                self._forward()
            model.rnn.h = h

    def run_epoch(self) -> Progress:
        """Run to the end of the present epoch and return its Progress."""
        epochs = len(self.history)
        while len(self.history) == epochs:
            self.run_update()
        return self.history[-1]

    def run(self, for_seconds: float | None = None) -> None:
        """Run to the end of the experiment, or for about so many seconds, at least one update."""
        until = None if for_seconds is None else time.perf_counter() + for_seconds
        while not self.finished:
            self.run_update()
            if until is not None and time.perf_counter() >= until:
                return

    def _forward(self) -> float:
        """The loss of the next window; DivergedError if it is no number."""
        experiment, model, update = self.experiment, self.model, self.position.update
        xs, ts = bptt_window(self.corpus.ids, experiment.batch_size, experiment.time_size, update)
        if model.drops:  # masks that depend on the update alone: a resumed run draws the same ones
            model.rng = np.random.default_rng((experiment.seed, update))
        loss = model.forward(xs, ts)
        if not math.isfinite(perplexity(loss)):
            self._diverge()
        return loss

    def _record(self, loss: float, seconds: float) -> None:
        position = self.position
        position.update += 1
        position.seconds += seconds
        position.epoch.add(loss, seconds)
        position.gap.add(loss, seconds)
        epoch, in_epoch = divmod(position.update, self.updates_per_epoch)
        if in_epoch % self.updates_per_point == 0:
            self.curve.append(self._progress(position.gap, self.epoch))
            position.gap = Mean()
            self._take_mean()
        if in_epoch == 0:
            self.history.append(self._validated(self._progress(position.epoch, epoch)))
            position.epoch = Mean()

    def _take_mean(self) -> None:
        """Let the parameters as they are now into their mean, if there is to be one (Polyak and Juditsky 1992)."""
        first = self.experiment.average_from
        if first is None or self.epoch <= first:
            return
        points = sum(point.epoch > first for point in self.curve)
        self.mean = self.mean or [param.copy() for param in self.model.params]
        for mean, param in zip(self.mean, self.model.params, strict=True):
            mean += (param - mean) / points

    def _validated(self, progress: Progress) -> Progress:
        """An epoch's progress with the network's perplexity on the valid split; the best weights are kept.

        The network is the one with the mean of the weights, once there is a mean.
        """
        if self._valid is None:
            return progress
        start = time.perf_counter()
        params = self.mean or self.model.params
        valid = evaluate(Reader(params), self._valid)
        if math.isfinite(valid) and (self.best is None or valid < self.best.valid):
            self.best = Best(progress.epoch, valid, [param.copy() for param in params])
        self.position.seconds += time.perf_counter() - start
        return replace(progress, seconds=self.position.seconds, valid=valid)

    def _keep_sound(self, h: np.ndarray | None) -> None:
        """Remember the network as it is now and the state h it carries, for the case that the run blows up."""
        params = [param.copy() for param in self.model.params]
        self._sound = params, None if h is None else h.copy(), self.position.update

    def _diverge(self) -> None:
        """Put the network back to where it was last sound, note where this happened, and raise."""
        params, h, update = self._sound
        history = self.history[: update // self.updates_per_epoch]  # the curve keeps what was measured since
        if self.best is not None and self.best.epoch > len(history):
            self.best = None
        where = replace(self.position, diverged=self.epoch, update=update, history=history, epoch=Mean(), gap=Mean())
        self.restore(params, h, where)
        raise DivergedError(self.divergence)

    @property
    def divergence(self) -> str:
        """What happened to a diverged run, in words, or nothing."""
        if self.position.diverged is None:
            return ""
        return (
            f"The loss stopped being a number in epoch {int(self.position.diverged) + 1}, at learning rate "
            f"{self._lr_at(self.position.diverged):g}; the network is back at epoch {self.epoch:g}. "
            "Lower the learning rate, or clip the gradients."
        )

    def _progress(self, mean: Mean, epoch: float) -> Progress:
        loss = mean.sum / mean.count
        speed = mean.count * self.words_per_update / mean.seconds
        return Progress(epoch, perplexity(loss), loss, speed, self.position.seconds)
