"""How fast a training step is: ours, its floor, and the same step written elsewhere.

Every contender runs in a process of its own and waits there for its turn: a round gives each a turn,
so that a machine whose speed drifts drifts for all. The floor is only the matrix products a step
cannot avoid. PyTorch and JAX take part if they are installed, the per-step reference of the tests if
the tests are there.
"""

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from rnnlm.batches import bptt_window
from rnnlm.corpus import load_ptb
from rnnlm.experiment import PTB_WORDS, Experiment
from rnnlm.threads import allow_helper
from rnnlm.trainer import Trainer

TURN = 0.25  # seconds a contender has in each round
LR = 0.1


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
    """A function that gives one window (xs, ts), both (N, T), after the other."""
    ids = np.random.default_rng(0).integers(w.V, size=w.words) if w.V > 10_000 else load_ptb(words=w.words).ids % w.V
    updates = iter(range(10**9))
    return lambda: bptt_window(ids, w.N, w.T, next(updates))


def ours(w: Workload, threads: int) -> Callable[[], None]:
    """Our step: forward, backward, SGD."""
    allow_helper(threads > 1)
    experiment = Experiment(words=w.words, batch_size=w.N, time_size=w.T, wordvec_size=w.D, hidden_size=w.H, lr=LR)
    trainer = Trainer(experiment, load_ptb(words=w.words))
    return trainer.run_update


def floor(w: Workload, threads: int) -> Callable[[], None]:
    """Only the products: x Wx, h Wh step by step, h W, and their counterparts on the way back."""
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
    """The slow, obvious step of the tests: one word at a time."""
    from rnnlm.model import initial_params
    from tests.reference import ReferenceRnnlm

    threadpool_limits(threads, user_api="blas")
    model = ReferenceRnnlm(initial_params(w.V, w.D, w.H, np.random.default_rng(0)), np.float32)
    window = windows(w)

    def step() -> None:
        model.forward(*window())
        for param, grad in zip(model.params, model.backward(), strict=True):
            param -= LR * grad

    return step


def torch(w: Workload, threads: int, sparse: bool = False) -> Callable[[], None]:
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


def torch_sparse(w: Workload, threads: int) -> Callable[[], None]:
    """The same step in PyTorch with a sparse embedding gradient."""
    return torch(w, threads, sparse=True)


def jax(w: Workload, threads: int) -> Callable[[], None]:
    """The same step in JAX: jit-compiled, the parameters donated."""
    import jax
    import jax.numpy as jnp

    from rnnlm.model import initial_params

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


CONTENDERS = {
    "floor": floor,
    "ours": ours,
    "per-step reference": reference,
    "PyTorch": torch,
    "PyTorch, sparse": torch_sparse,
    "JAX": jax,
}
NEEDS = {"per-step reference": "tests", "PyTorch": "torch", "PyTorch, sparse": "torch", "JAX": "jax"}


def take_turns(name: str, workload: Workload, threads: int) -> None:
    """The contender's side: at each line that comes in, time steps for a turn and print their median."""
    if threads == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    step = CONTENDERS[name](workload, threads)
    for _ in range(3):
        step()
    print("ready", flush=True)
    for _ in sys.stdin:
        seconds, end = [], time.perf_counter() + TURN
        while time.perf_counter() < end or len(seconds) < 3:
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        print(statistics.median(seconds), flush=True)


class Contender:
    """A process that waits for its turns."""

    def __init__(self, name: str, workload: Workload, threads: int):
        self.name, self.threads, self.seconds = name, threads, []
        code = f"from rnnlm.bench import *; take_turns({name!r}, {workload!r}, {threads})"
        count = str(threads)
        env = os.environ | {"OPENBLAS_NUM_THREADS": count, "OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True, env=env)
        self._answer()

    def _answer(self) -> str:
        answer = self.process.stdout.readline()
        if not answer:
            raise ValueError(f"the contender {self.name!r} stopped; what it said stands above")
        return answer

    def take_turn(self) -> None:
        """Time one turn."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self.seconds.append(float(self._answer()))

    def stop(self) -> None:
        """Let the process end."""
        self.process.stdin.close()
        self.process.wait()


def measure(names: list[str], workload: Workload, threads: tuple[int, ...], rounds: int) -> dict[str, dict[int, float]]:
    """Median seconds a step of each contender, by its number of threads."""
    contenders = [Contender(name, workload, count) for name in names for count in threads]
    for _ in range(rounds):
        for contender in contenders:
            contender.take_turn()
    result: dict[str, dict[int, float]] = {}
    for contender in contenders:
        contender.stop()
        result.setdefault(contender.name, {})[contender.threads] = statistics.median(contender.seconds)
    return result


def available() -> list[str]:
    """The contenders that can run here."""
    return [name for name in CONTENDERS if name not in NEEDS or importlib.util.find_spec(NEEDS[name])]


def compare(rounds: int) -> dict:
    """Measure both workloads and print a table of each."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    figures = {}
    for title, workload in WORKLOADS.items():
        measured = measure(available(), workload, (1, 2), rounds)
        best = {name: min(seconds.values()) for name, seconds in measured.items()}
        print(f"\n{title}: V={workload.V:,} D={workload.D} H={workload.H} N={workload.N} T={workload.T}")
        print(f"{'':20}{'1 thread':>12}{'2 threads':>12}{'words/s':>12}{'to ours':>10}")
        for name, seconds in measured.items():
            times = "".join(f"{1000 * seconds[count]:9.3f} ms" for count in (1, 2))
            words = workload.N * workload.T / best[name]
            print(f"{name:20}{times}{words:12,.0f}{best[name] / best['ours']:10.2f}")
        print(f"ours / floor: {best['ours'] / best['floor']:.2f} (the best number of threads each)")
        figures[title] = {"seconds": measured, "best": best}
    return figures


def scaling(rounds: int) -> dict:
    """Print how the cost of an update grows with the vocabulary and the time size, and of an epoch with the words."""
    base = WORKLOADS["ptb"]
    cases = [("V", Workload(PTB_WORDS, V, 100, 100, 20, 35)) for V in (1_250, 2_500, 5_000, 10_000)]
    cases += [("T", Workload(PTB_WORDS, base.V, 100, 100, 20, T)) for T in (9, 18, 35, 70)]
    print("\nour step as sizes grow (linear: the last column stays as it is, or falls)")
    figures = {}
    for name, workload in cases:
        size = getattr(workload, name)
        seconds = measure(["ours on a cut vocabulary"], workload, (1,), rounds)["ours on a cut vocabulary"][1]
        print(f"{name} = {size:7,}{1000 * seconds:10.2f} ms{1e6 * seconds / size:10.2f} us for each of {name}")
        figures[f"{name}={size}"] = seconds
    return figures


def cut(w: Workload, threads: int) -> Callable[[], None]:
    """Our step on PTB with a vocabulary cut to V words, for the scaling table."""
    from rnnlm.model import SimpleRnnlm
    from rnnlm.optimizer import SGD

    allow_helper(threads > 1)
    model, optimizer, window = SimpleRnnlm(w.V, w.D, w.H), SGD(LR), windows(w)

    def step() -> None:
        model.forward(*window())
        model.backward()
        optimizer.update(model.params, model.grads, model.embedding.words)

    return step


CONTENDERS["ours on a cut vocabulary"] = cut
NEEDS["ours on a cut vocabulary"] = "nothing: it takes part in the scaling table alone"


def one_epoch() -> dict:
    """Train one epoch of all of PTB at the ptb sizes and print how long it took."""
    w = WORKLOADS["ptb"]
    experiment = Experiment(words=w.words, batch_size=w.N, time_size=w.T, lr=1.0, max_grad=0.25, epochs=1)
    progress = Trainer(experiment, load_ptb()).run_epoch()
    minutes = progress.seconds / 60
    print(f"\none epoch of PTB: {minutes:.2f} minutes, {progress.words_per_second:,.0f} words/s, lr 1, clip 0.25, "
          f"perplexity {progress.perplexity:.1f}")  # fmt: skip
    return {"minutes": minutes, "words_per_second": progress.words_per_second}


def run(options: argparse.Namespace) -> int:
    """The command `bench`."""
    figures = {"steps": compare(options.rounds)}
    if options.scaling:
        figures["scaling"] = scaling(options.rounds)
    if options.epoch:
        figures["epoch"] = one_epoch()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0
