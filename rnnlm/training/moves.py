"""Compute the next update of a run, without changing the run.

The update has six steps, called moves: read, carry, score, compare, go back, move.
"""

import copy
import math
from dataclasses import dataclass

import numpy as np

from rnnlm.inference.scoring import perplexity, surprisal, surprisals
from rnnlm.nn.cell import step
from rnnlm.nn.layers import TimeAffine
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.optimizer import SGD, Adam, clip_grads
from rnnlm.training.build import initial_model
from rnnlm.training.divergence import guarded
from rnnlm.training.run import Run


@dataclass(frozen=True)
class Part:
    """One parameter array in an update.

    gradient: the norm of the array's gradient before clipping. step: the norm of the array's change. size: the norm of
    the array before the update.
    """

    name: str
    shape: tuple[int, ...]
    gradient: float
    step: float
    size: float

    @property
    def moved(self) -> float:
        return self.step / self.size if self.size else math.nan


@dataclass(frozen=True)
class Moves:
    """The numbers of one update, in the order of its six moves. N streams, T steps, V scored words.

    read: xs (N, T) are the words read, and ts (N, T) are the next words, both after noising.
    carry: h (N, H) is the state before the window, and hs (N, T, H) are the states after each word. The next window
    starts from the last state.
    score: `scored` is the shape (N, T, V) of the scores.
    compare: p (N, T) is the probability of each word of ts; loss is the mean of -ln p, in nats.
    go back: flow is (T,), and flow[k] is the norm of d loss / d h over all streams, k steps before the window's end.
    `cut` is the same norm at the carried h, where the gradient stops.
    move: norm is the joint norm of all gradients. factor is the clipping factor (1 means no clipping). lr is the
    learning rate. parts contains one `Part` for each parameter array. params are the parameters after the update.
    """

    update: int
    xs: np.ndarray
    ts: np.ndarray
    h: np.ndarray
    hs: np.ndarray
    scored: tuple[int, int, int]
    p: np.ndarray
    loss: float
    flow: np.ndarray
    cut: float
    norm: float
    factor: float
    lr: float
    parts: list[Part]
    params: list[np.ndarray]

    @property
    def bits(self) -> np.ndarray:
        return surprisal(self.p)

    @property
    def perplexity(self) -> float:
        return perplexity(self.loss)


def next_moves(run: Run) -> Moves:
    """Compute the next update of a run (`Trainer.run_update`), with all intermediate results. The run does not change.

    Noising, dropout and sampled softmax draw the same random numbers as in training, so the results are the same as in
    training. If the run would diverge in this update, the loss is inf or nan.
    """
    experiment, update = run.experiment, run.position.update
    N, T = experiment.batch_size, experiment.time_size
    xs, ts = run.next_window()
    model, optimizer = _copied(run)
    h = np.zeros((N, experiment.hidden_size), np.float32) if model.rnn.h is None else model.rnn.h
    if model.drops:
        model.rng = np.random.default_rng((experiment.seed, update))
    with guarded():
        loss = model.forward(xs, ts)
        p = _right(model, ts)
        *flow, cut = gradient_flow(model).tolist()
        model.backward()
        gradients = _norms(model.grads)
        norm = clip_grads(model.grads, experiment.max_grad or math.inf)
        parts = _moved(model, optimizer, gradients)
    factor = min(1.0, (experiment.max_grad or math.inf) / norm) if norm else 1.0
    hs, scored = model.rnn.hs[1:].transpose(1, 0, 2), (N, T, len(_scoring(model).params[1]))
    return Moves(
        update, xs, ts, h, hs, scored, p, loss, np.array(flow), cut, norm, factor, optimizer.lr, parts, model.params
    )


def gradient_flow(model: SimpleRnnlm) -> np.ndarray:
    """Return an array (T + 1,): entry k is the norm of d loss / d h over all streams, k steps before the window's end.

    The window is the one that the last `forward` read. d loss / d h_t is the sum of two gradients: one from the scores
    of step t, and one from step t + 1. The last entry is the norm at the carried state. Training does not use it.
    """
    dhs = (model.sampled or model.affine).backward(model.loss_layer.backward())
    if model.dropout_out:
        dhs = model.dropout_out.backward(dhs)
    rnn, (Wx, Wh, b) = model.rnn, model.rnn.params
    a, mask = (rnn.x @ Wx + b).reshape(len(rnn.hs) - 1, len(rnn.h), -1), 1 if rnn.mask is None else rnn.mask
    dh, flow = np.zeros_like(rnn.h), []
    for t in reversed(range(len(a))):
        dh = dh + dhs[:, t]
        flow.append(np.linalg.norm(dh))
        _, back = step(a[t], rnn.hs[t] * mask, Wh)
        dh = back(dh)[1] * mask
    return np.array([*flow, np.linalg.norm(dh)], np.float64)


def _copied(run: Run) -> tuple[SimpleRnnlm, SGD | Adam]:
    model, optimizer = initial_model(run.experiment, run.corpus), copy.deepcopy(run.optimizer)
    for param, trained in zip(model.params, run.model.params, strict=True):
        param[...] = trained
    model.rnn.h = run.model.rnn.h  # not a copy, because forward makes a new array
    optimizer.lr = run.lr
    return model, optimizer


def _moved(model: SimpleRnnlm, optimizer: SGD | Adam, gradients: list[float]) -> list[Part]:
    before = [param.copy() for param in model.params]
    optimizer.update(model.params, model.grads, rows=model.rows)
    steps = _norms([param - old for param, old in zip(model.params, before, strict=True)])
    shapes = [param.shape for param in before]
    return [Part(*part) for part in zip(model.params.names, shapes, gradients, steps, _norms(before), strict=True)]


def _scoring(model: SimpleRnnlm) -> TimeAffine:
    return model.sampled.part if model.sampled else model.affine


def _right(model: SimpleRnnlm, ts: np.ndarray) -> np.ndarray:
    """Return p (N, T), the probability of each word of ts. The last `forward` computed p too, but did not keep it."""
    layer, places = _scoring(model), model.sampled.places[ts] if model.sampled else ts
    W, b = layer.params
    bits = surprisals(layer.hs1[:, :-1] @ W + b, places.T.ravel())  # (T * N,)
    return np.exp2(-bits, dtype=np.float64).reshape(ts.T.shape).T


def _norms(arrays: list[np.ndarray]) -> list[float]:
    return [float(np.linalg.norm(array)) for array in arrays]
