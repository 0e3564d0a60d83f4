"""The contenders of the benchmark: one training step, written in several ways.

Each function takes a workload and a number of threads, and returns the step as a function without arguments.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from rnnlm.data.batches import bptt_window
from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import PTB_WORDS, Experiment
from rnnlm.nn.kernels.threads import allow_helper
from rnnlm.nn.model import SimpleRnnlm
from rnnlm.nn.optimizer import SGD
from rnnlm.nn.params import initial_params
from rnnlm.nn.plain import PlainRnnlm
from rnnlm.training.trainer import Trainer

LR = 0.1
CUT = "ours on a cut vocabulary"


@dataclass(frozen=True)
class Workload:
    """The sizes of a training step."""

    words: int
    V: int
    D: int
    H: int
    N: int
    T: int


WORKLOADS = {
    "book": Workload(1000, 418, 100, 100, 10, 5),
    "ptb": Workload(PTB_WORDS, 10_000, 100, 100, 20, 35),
}


def windows(w: Workload) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    """A function that returns the next window at each call: xs and ts, both (N, T)."""
    ids = load_ptb(words=w.words).ids % w.V
    updates = iter(range(10**9))
    return lambda: bptt_window(ids, w.N, w.T, next(updates))


def ours(w: Workload, threads: int) -> Callable[[], None]:
    """The step of this package: forward, backward, SGD."""
    allow_helper(threads > 1)
    experiment = Experiment(words=w.words, batch_size=w.N, time_size=w.T, wordvec_size=w.D, hidden_size=w.H, lr=LR)
    trainer = Trainer(experiment, load_ptb(words=w.words))
    return trainer.run_update


def floor(w: Workload, threads: int) -> Callable[[], None]:
    """Only the matrix products of a step: x Wx, h Wh word by word, h W, and their counterparts in the backward pass."""
    threadpool_limits(threads, user_api="blas")
    M, rng = w.N * w.T, np.random.default_rng(0)

    def filled(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape, np.float32)

    x, Wx, Wh, W, s = filled(M, w.D), filled(w.D, w.H), filled(w.H, w.H), filled(w.H, w.V), filled(M, w.V)
    hs, h = filled(M, w.H), filled(w.N, w.H)
    WhT, a, u, dW, dWx, dWh, dx = (np.empty_like(array) for array in (Wh, hs, h, W, Wx, Wh, x))
    scores = np.empty_like(s)

    def step() -> None:
        np.dot(x, Wx, out=a)
        for _ in range(w.T):
            np.dot(h, Wh, out=u)
        np.dot(hs, W, out=scores)
        np.dot(hs.T, s, out=dW)
        np.dot(s, W.T, out=a)
        for _ in range(w.T):
            np.dot(h, WhT, out=u)
        np.dot(x.T, hs, out=dWx)
        np.dot(hs.T, hs, out=dWh)
        np.dot(hs, Wx.T, out=dx)

    WhT[:] = Wh.T
    return step


def reference(w: Workload, threads: int) -> Callable[[], None]:
    """The slow and obvious step of the tests, which reads one word at a time."""
    threadpool_limits(threads, user_api="blas")
    model = PlainRnnlm(initial_params(w.V, w.D, w.H, np.random.default_rng(0)), np.float32)
    window = windows(w)

    def step() -> None:
        model.forward(*window())
        for param, grad in zip(model.params, model.backward(), strict=True):
            param -= LR * grad

    return step


def in_torch(w: Workload, threads: int, sparse: bool = False) -> Callable[[], None]:
    """The same step in PyTorch."""
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    embedding, rnn = nn.Embedding(w.V, w.D, sparse=sparse), nn.RNN(w.D, w.H, batch_first=True)
    affine = nn.Linear(w.H, w.V)
    params = [param for layer in (embedding, rnn, affine) for param in layer.parameters()]
    optimizer, window = torch.optim.SGD(params, lr=LR), windows(w)
    state = torch.zeros(1, w.N, w.H)

    def step() -> None:
        nonlocal state
        xs, ts = (torch.from_numpy(ids.astype(np.int64)) for ids in window())
        hs, h = rnn(embedding(xs), state)
        state = h.detach()
        loss = nn.functional.cross_entropy(affine(hs).reshape(-1, w.V), ts.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()

    return step


def in_torch_sparse(w: Workload, threads: int) -> Callable[[], None]:
    """The same step in PyTorch with a sparse embedding gradient."""
    return in_torch(w, threads, sparse=True)


def in_jax(w: Workload, threads: int) -> Callable[[], None]:
    """The same step in JAX, compiled with jit, with donated parameters."""
    import jax
    import jax.numpy as jnp

    params = [jnp.asarray(param) for param in initial_params(w.V, w.D, w.H, np.random.default_rng(0))]
    h, window = jnp.zeros((w.N, w.H)), windows(w)

    def loss_of(params, h, xs, ts):
        embed_W, Wx, Wh, b, W, c = params
        above = jnp.swapaxes(embed_W[xs] @ Wx + b, 0, 1)

        def one(h, a):
            h = jnp.tanh(a + h @ Wh)
            return h, h

        h, hs = jax.lax.scan(one, h, above, unroll=w.T)
        scores = hs.reshape(-1, w.H) @ W + c
        wanted = jnp.take_along_axis(scores, ts.T.reshape(-1, 1), axis=1)[:, 0]
        return jnp.mean(jax.nn.logsumexp(scores, axis=1) - wanted), h

    def update(params, h, xs, ts):
        (loss, h), grads = jax.value_and_grad(loss_of, has_aux=True)(params, h, xs, ts)
        return [param - LR * grad for param, grad in zip(params, grads, strict=True)], h, loss

    compiled = jax.jit(update, donate_argnums=(0, 1))

    def step() -> None:
        nonlocal params, h
        params, h, loss = compiled(params, h, *window())
        float(loss)

    return step


def cut(w: Workload, threads: int) -> Callable[[], None]:
    """The step of this package without a Trainer, on PTB with its ids modulo V, for the scaling table."""
    allow_helper(threads > 1)
    model, optimizer, window = SimpleRnnlm(w.V, w.D, w.H), SGD(LR), windows(w)

    def step() -> None:
        model.forward(*window())
        model.backward()
        optimizer.update(model.params, model.grads, rows=model.rows)

    return step


CONTENDERS = {
    "floor": floor,
    "ours": ours,
    "per-step reference": reference,
    "PyTorch": in_torch,
    "PyTorch, sparse": in_torch_sparse,
    "JAX": in_jax,
    CUT: cut,
}
NEEDS = {"per-step reference": "tests", "PyTorch": "torch", "PyTorch, sparse": "torch", "JAX": "jax"}  # a package
