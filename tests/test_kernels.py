"""Every kernel computes the same as the plain NumPy of that name in kernels/simple.py."""

import ast
import importlib
from pathlib import Path

import numpy as np
import pytest

from rnnlm.nn.kernels import simple
from rnnlm.nn.kernels.threads import LARGE
from rnnlm.nn.optimizer import Adam

FOLDER = Path(simple.__file__).parent
MODULES = {
    file.stem: importlib.import_module(f"rnnlm.nn.kernels.{file.stem}")
    for file in FOLDER.glob("*.py")
    if file.stem not in ("__init__", "simple")
}
NOT_A_FORMULA = {
    "one_blas_thread",
    "cores",
    "allow_helper",
    "Scaled",
    "Beside",
}  # settings, and two ways to have arrays


def defined(name):
    """The public functions and classes of a module, and aliases of them."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)}
    return {name for name in names if not name.startswith("_") and not name.isupper()}


FAST = {name: getattr(module, name) for stem, module in MODULES.items() for name in defined(stem)}
SIMPLE = {name: getattr(simple, name) for name in defined("simple")}


def floats(*shape):
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def ints(high, size):
    return np.random.default_rng(size).integers(high, size=size)


def filled(kernel, shape, *args):
    """The array that a kernel fills."""
    out = np.full(shape, np.nan)
    kernel(*args, out=out)
    return out


def rows_done(kernel, rows, columns):
    """How often each row was processed."""
    done = np.zeros(rows)

    def work(i, j):
        done[i:j] += 1

    kernel(work, rows, columns)
    return done


def both_done(kernel, size):
    done = []
    kernel(lambda: done.append(1), lambda: done.append(2), size)
    return sorted(done)


def affine(kernel, W, b, M, side_by_side=True):
    """Scores and gradients; W and b in one piece of memory, or W the transpose of an array."""
    H, V = W.shape
    flat = np.concatenate([W.ravel(), b])
    if side_by_side:
        W, b = flat[: H * V].reshape(H, V), flat[H * V :]
    else:
        W = W.T.copy().T
    dW, db = FAST["zeros_beside"]([W, b])
    layer, x1 = kernel(W, b, dW, db), SIMPLE["with_ones"](floats(M, H), np.empty((M, H + 1)))
    ds = FAST["Scaled"](floats(M, V), floats(M, 1), 1)
    scores = layer.scores(x1, out=np.full((M, V), np.nan))
    return [scores, layer.backward(x1, ds, out=np.full((M, H), np.nan)), dW, db]


def summed(kernel, V, count):
    """An array with the sums in the rows of their words."""
    ids, sums = kernel(ints(V, count), floats(count, 3))
    dW = np.zeros((V, 3))
    dW[ids] = sums
    return dW


def softmax_of(kernel, y):
    """Softmax after a kernel has changed the scores, which must not change it."""
    kernel(y)
    y = np.exp(y)
    return y / y.sum(axis=1, keepdims=True)


def adam(kernel, sizes):
    """Three steps of a formula that changes several arrays."""

    def step(W, dW, m, decay):
        m *= Adam.BETA1
        m += dW + decay * W
        W -= m / (np.sqrt(m * m) + 1)

    lists = [[floats(size) + i for size in sizes] for i in range(3)]
    for _ in range(3):
        kernel(step, *lists, [0.1, *([0] * (len(sizes) - 1))])
    return [array for arrays in lists for array in arrays]


def rest(kernel, first):
    """The numbers of all arrays except the first ones, which are adjacent in memory in one list or in both."""
    beside = FAST["zeros_beside"]([floats(3, 2), floats(4)])
    beside.whole[0][:] = floats(10)
    found = [*kernel(beside, beside, first), *kernel(beside, list(beside), first)]
    return [np.concatenate([part.ravel() for part in arrays]) for arrays in found]


def joined(kernel):
    """W and b are adjacent in memory, as in `Affine`."""
    flat = floats(20)
    return kernel(flat[:16].reshape(4, 4), flat[16:])


CASES = {
    "time_major": [lambda kernel: kernel(floats(3, 4, 5))],
    "batch_major": [lambda kernel: kernel(floats(12, 5), 3, 4)],
    "Workspace": [lambda kernel: [kernel(np.float32)("a", shape).shape for shape in ((2, 3), (2, 3), (4,))]],
    "zeros_beside": [lambda kernel: kernel([floats(3, 4), floats(5), floats(4, 3).T])],
    "below_each_other": [joined],
    "halves": [lambda kernel, rows=rows: rows_done(kernel, rows, 1000) for rows in (5, LARGE // 500)],
    "pieces": [lambda kernel, rows=rows: rows_done(kernel, rows, 1000) for rows in (5, LARGE // 300)],
    "together": [lambda kernel, size=size: both_done(kernel, size) for size in (1, LARGE + 1)],
    "matmul": [
        lambda kernel: filled(kernel, (30, 7), floats(30, 5), floats(5, 7)),
        lambda kernel: filled(kernel, (700, 500), floats(700, 5), floats(500, 5).T),
    ],
    "repeated": [
        lambda kernel, W=W, rows=rows: kernel(W, rows)(floats(rows, len(W)), np.full((rows, W.shape[1]), np.nan))
        for W, rows in ((floats(6, 6), 3), (floats(400, 400), 10), (floats(400, 400).T, 10), (floats(521, 521), 6))
    ],
    "with_ones": [lambda kernel: filled(kernel, (4, 4), floats(4, 3))],
    "joined": [lambda kernel, first=first: rest(kernel, first) for first in (False, True)],
    "Affine": [
        lambda kernel, V=V, M=M, side=side: affine(kernel, floats(6, V), floats(V), M, side)
        for V, M in ((7, 12), (418, 50), (3000, 200))
        for side in (True, False)
    ],
    "sum_by_word": [lambda kernel: summed(kernel, 9, 40), lambda kernel: summed(kernel, 60, 700)],
    "lowered": [lambda kernel, size=size: softmax_of(kernel, size * floats(5, 9)) for size in (1, 1000)],
    "gather": [
        lambda kernel, W=W: filled(kernel, (3, 4), W, np.array([0, 2, 5]), np.array([8, 1, 2, 7]))
        for W in (floats(6, 9), floats(9, 6).T)
    ],
    "scatter": [
        lambda kernel: filled(kernel, (6, 9), floats(3, 4), np.array([0, 2, 5]), np.array([8, 1, 2, 7])),
        lambda kernel: filled(kernel, (400, 1500), floats(300, 1200), np.arange(50, 350), np.arange(1200)[::-1] + 9),
    ],
    "in_blocks": [lambda kernel: adam(kernel, (5, 17)), lambda kernel: adam(kernel, (2 * LARGE + 7, 30, LARGE))],
}


def test_every_kernel_has_its_plain_form_and_is_held_against_it():
    assert set(SIMPLE) == set(FAST) - NOT_A_FORMULA == set(CASES)


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases])
def test_a_kernel_computes_what_its_plain_form_does(name, case):
    fast, plain = case(FAST[name]), case(SIMPLE[name])
    if not isinstance(fast, list):
        fast, plain = [fast], [plain]
    for one, other in zip(fast, plain, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


def test_numbers_are_scaled_without_being_multiplied():
    array = floats(2, 3, 4)
    rows, factors = (SIMPLE["time_major"](part) for part in (array, floats(2, 3, 1)))
    scaled = FAST["Scaled"](rows, factors, 2)
    np.testing.assert_array_equal(scaled.whole(), array * floats(2, 3, 1))
    np.testing.assert_array_equal(FAST["Scaled"].of(array).whole(), array)
    assert FAST["Scaled"].of(scaled) is scaled
