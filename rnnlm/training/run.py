"""A run between two updates: its parts, its progress, and the settings that may still change."""

import math
from dataclasses import replace

import numpy as np

from rnnlm.data.batches import bptt_window, updates_per_epoch
from rnnlm.data.corpus import Corpus
from rnnlm.data.noising import Noising
from rnnlm.data.ptb import load_ptb
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.errors import UserError
from rnnlm.experiment import Experiment
from rnnlm.nn.optimizer import SGD, Adam
from rnnlm.training.build import check_run, check_together, initial_model
from rnnlm.training.divergence import DIVERGED, Sound, divergence_values
from rnnlm.training.rate import falls_to_the_end, rate_at
from rnnlm.training.state import Best, Position, Progress

NOISE = 1  # makes the random numbers of noising differ from those of dropout
LONG_EPOCH = 200  # updates; a longer epoch has points inside it, every 1 % of its updates, but at least 20 apart


class Run:
    """The model, optimizer and position of a network that is trained on a corpus with the options of an experiment.

    The subclass `Trainer` adds the training. Raises ValueError if options of the experiment contradict each other or do
    not fit the corpus.
    """

    def __init__(self, experiment: Experiment, corpus: Corpus):
        check_run(experiment, corpus)
        self.experiment = experiment
        self.corpus = corpus
        N, T = experiment.batch_size, experiment.time_size
        self.updates_per_epoch = updates_per_epoch(len(corpus), N, T)
        self.words_per_update = N * T
        per_epoch = self.updates_per_epoch
        self.updates_per_point = per_epoch if per_epoch <= LONG_EPOCH else max(20, per_epoch // 100)
        self.model = initial_model(experiment, corpus)
        self.noising = Noising(corpus, experiment.noising) if experiment.noising else None
        self.optimizer = {"sgd": SGD, "adam": Adam}[experiment.optimizer](experiment.lr, experiment.weight_decay)
        self.position = Position()
        self.best: Best | None = None
        self.average: list[np.ndarray] = []  # the mean of the parameters at the curve's points after average_from
        self._valid = load_ptb("valid").read_with(corpus.vocabulary)[0] if experiment.validate else None
        self._keep_sound(None)

    @property
    def history(self) -> list[Progress]:
        return self.position.history

    @property
    def curve(self) -> list[Progress]:
        return self.position.curve

    @property
    def vocabulary(self) -> Vocabulary:
        return self.corpus.vocabulary

    @property
    def epoch(self) -> float:
        return self.position.update / self.updates_per_epoch

    @property
    def updates_to_epoch_end(self) -> int:
        """The number of updates left in the current epoch. Between two epochs, the whole next epoch is left."""
        return self.updates_per_epoch - self.position.update % self.updates_per_epoch

    @property
    def words_per_second(self) -> float:
        """The training speed over the whole run, including the time spent on the validation split.

        At the start it is 0.
        """
        position = self.position
        return position.update * self.words_per_update / position.seconds if position.seconds else 0.0

    @property
    def lr(self) -> float:
        return rate_at(self.experiment, self.epoch)

    @property
    def finished(self) -> bool:
        return self.epoch >= self.experiment.epochs or self.position.diverged is not None

    @property
    def extensible(self) -> bool:
        return not falls_to_the_end(self.experiment) or not self.position.update

    @property
    def divergence(self) -> str:
        diverged = self.position.diverged
        return "" if diverged is None else DIVERGED.format(**divergence_values(self.experiment, diverged, self.epoch))

    def next_window(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the words that the next update trains on, xs (N, T) and ts (N, T), after any noising."""
        experiment, update = self.experiment, self.position.update
        xs, ts = bptt_window(self.corpus.ids, experiment.batch_size, experiment.time_size, update)
        if self.noising is None:
            return xs, ts
        # the random numbers depend only on seed and update, so a resumed run draws the same ones
        return self.noising.noised(xs, ts, np.random.default_rng((experiment.seed, update, NOISE)))

    def extend(self, epochs: int) -> None:
        """Change the total number of epochs to `epochs`.

        Raises ValueError if the run has already trained for more epochs, or if it has started with a learning rate that
        decays until the last epoch. Such a schedule depends on the number of epochs.
        """
        if epochs != self.experiment.epochs and not self.extensible:
            raise UserError(
                "epochs must stay {now}, because the learning rate falls until the last epoch, got {epochs}",
                now=self.experiment.epochs,
                epochs=epochs,
            )
        if epochs < self.epoch:
            raise UserError(
                "epochs must be at least {value}, the epochs already run, got {epochs}",
                value=math.ceil(self.epoch),
                epochs=epochs,
            )
        self.experiment = replace(self.experiment, epochs=epochs)

    def change_rate(self, lr: float) -> None:
        """Use the learning rate lr from now on.

        Before the first update, the new rate replaces the run's option lr. Later, it is added to the run's `rates` at
        the current epoch, rounded up to a thousandth. The new rate replaces all rates planned for later epochs. Raises
        ValueError if the change contradicts other options.
        """
        at = math.ceil(1000 * self.epoch) / 1000
        kept = [written for written in self.experiment.rates if float(written.split(":")[0]) < at]
        changed = replace(self.experiment, rates=(*kept, f"{at:.3f}".rstrip("0").rstrip(".") + f":{lr:g}"))
        if not self.position.update:
            changed = replace(self.experiment, lr=lr)
        check_together(changed)
        self.experiment = changed

    def average_since(self, epoch: int | None) -> None:
        """Average the weights from the end of this epoch on. If `epoch` is None, averaging is off.

        Averaging does not change the training.

        Raises ValueError if averaging has already begun, if this epoch is over, or if the run does not measure the
        validation perplexity.
        """
        if self.average:
            raise UserError(
                "average_from must stay {average_from}, got {epoch}: averaging has begun",
                average_from=self.experiment.average_from,
                epoch=epoch,
            )
        if epoch is not None and epoch < self.epoch:
            raise UserError(
                "average_from must be at least {value}, the epochs already run, got {epoch}",
                value=math.ceil(self.epoch),
                epoch=epoch,
            )
        experiment = replace(self.experiment, average_from=epoch)
        check_together(experiment)
        self.experiment = experiment

    def restore(self, params: list[np.ndarray], h: np.ndarray | None, position: Position) -> None:
        """Set the run's parameters, carried state and position. The parameters are copied into the run's own arrays.

        The caller sets `best`, `average` and the moments of Adam.
        """
        for param, saved in zip(self.model.params, params, strict=True):
            param[...] = saved
        self.model.rnn.h = h
        self.position = position
        self._keep_sound(h)

    def _keep_sound(self, h: np.ndarray | None) -> None:
        self.sound = Sound.copied(self.model, h, self.position.update)
