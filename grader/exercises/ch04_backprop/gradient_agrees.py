"""The check that judges a gradient by central differences, and is itself judged by right and wrong ones."""

from functools import partial

import numpy as np

from grader.calls.fixtures import GRADIENTS
from grader.record.exercise import (
    Case,
    Exercise,
    Fixture,
    call,
    in_turn,
    keeps_arguments,
    keeps_float32,
)
from grader.record.inputs import one_of, options, shape
from nnlib import gradcheck
from nnlib.gradcheck import numerical_gradient

# Near this point the gradient of mean_square has entries of both signs, none near 0.
ANCHOR = np.array([[0.5, -1.0, 0.8], [1.2, 0.3, -0.6], [-0.4, 0.9, 1.1]])


def weights(rng):
    return ANCHOR + rng.uniform(-0.1, 0.1, size=(3, 3))


def judging(title, suite):
    """A case that asks, through the script `verdicts`, about each gradient of a suite."""
    return Case(title, lambda rng: call(Fixture(suite), weights(rng)), script="verdicts")


def of_shape(size, rng):
    return call(
        Fixture("of any shape"),
        rng.uniform(1.05, 1.2, size) * (-1) ** (1 + np.arange(np.prod(size)).reshape(size)),
    )


def one_gradient(rng):
    return call(Fixture("mean_square"), Fixture("mean_square_gradient"), weights(rng))


def _allowed(rng):
    x = rng.uniform(0.8, 1.2, (size := shape(rng))) * rng.choice([-1, 1], size)
    gradient = Fixture(f"gradient of cubes, {one_of(rng, *GRADIENTS)}")
    return call(Fixture("cubes"), gradient, x, **options(rng, eps=(1e-5, 1e-3), tol=(1e-6, 0.7)))


GRADIENT_AGREES = Exercise(
    function="gradient_agrees",
    topics=("C04-18",),
    points=3,
    difficulty=4,
    minutes=30,
    reference=gradcheck.gradient_agrees,
    allowed=_allowed,
    forbid=("nnlib.gradcheck.check_gradient", "nnlib.gradcheck.numerical_vjp"),
    uses=("numerical_gradient",),
    cases=(
        judging("yes to a right one, no to wrong sign, no 1/N, transposed, times 1.001", "right and wrong"),
        judging("no to a single wrong entry, a nan, another shape", "wrong in places"),
        judging("large and small entries, also beside each other, zeros", "large and zero"),
        in_turn(
            "tol and eps are used, x of any shape",
            lambda rng: call(Fixture("with options"), weights(rng)),
            *(partial(of_shape, size) for size in ((1,), (3,), (1, 3), (3, 1), (2, 1, 3), (1, 3, 1))),
            script="verdicts",
        ),
        keeps_arguments(one_gradient, weight=1),
        keeps_float32(one_gradient),
    ),
    hints=(
        "u = grad(x) and v = numerical_gradient(f, x, eps=eps). When do they agree?",
        "Another shape: False at once, before NumPy broadcasts it.",
        "Entry by entry |u − v| / max(1, |u|, |v|): all of these are at most tol, and a nan is not.",
        "np.all(error <= tol). np.maximum takes two arrays, not three: np.maximum(1, np.maximum(..., ...)).",
    ),
    spared={
        "abs(x": "beside a right gradient of about the size of x few draws can tell the two",
        "abs(base)": "the same",
    },
)


@GRADIENT_AGREES.wrong
def gradient_agrees_always_yes(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You say yes to everything, also to a wrong gradient.

    Compare the two gradients."""
    return True


@GRADIENT_AGREES.wrong
def gradient_agrees_always_no(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You say no to everything, also to the right gradient: a few roundings apart must count as equal."""
    return False


@GRADIENT_AGREES.wrong(case="large and small entries, also beside each other, zeros")
def gradient_agrees_absolute(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You compare absolute differences; where the gradient is large, so is its rounding.

    Divide by max(1, |u|, |v|)."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    return a.shape == n.shape and bool(np.all(np.abs(a - n) <= tol))


@GRADIENT_AGREES.wrong(case="large and small entries, also beside each other, zeros")
def gradient_agrees_relative(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You divide by the gradient even where it is 0.

    Divide by max(1, |u|, |v|)."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(np.abs(a), np.abs(n))
    return bool(np.all(error <= tol))


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_mean(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You average the errors, so one wrong entry hides among right ones: every entry must agree."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.mean(error) <= tol)


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_somewhere(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You are content if one entry agrees (np.any); all of them must.

    Use np.all."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.any(error <= tol))


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_nan_passes(f, grad, x, *, eps=1e-5, tol=1e-6):
    """nan > tol is False, so a nan slips through.

    Ask whether all errors are <= tol."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return not bool(np.any(error > tol))


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_any_shape(f, grad, x, *, eps=1e-5, tol=1e-6):
    """NumPy broadcasts a gradient of another shape, so that it may pass.

    Compare the shapes first."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


@GRADIENT_AGREES.wrong
def gradient_agrees_norms(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You compare the lengths of the two gradients; a wrong sign or order has the same length."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    a, n = np.linalg.norm(a), np.linalg.norm(n)
    return bool(abs(a - n) / max(1, a, n) <= tol)


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_no_abs(f, grad, x, *, eps=1e-5, tol=1e-6):
    """Without np.abs an entry that is too small has a negative error and passes."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = (a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


@GRADIENT_AGREES.wrong(case="tol and eps are used, x of any shape")
def gradient_agrees_own_tol(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You use a tolerance of your own; `tol` says how far apart the two may be."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= 1e-6))


@GRADIENT_AGREES.wrong(case="tol and eps are used, x of any shape")
def gradient_agrees_own_eps(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You do not hand `eps` on, so the steps have the default length whatever it says.

    Write numerical_gradient(f, x, eps=eps)."""
    a, n = grad(x), numerical_gradient(f, x)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_flattened(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You flatten both before you compare the shapes, so another shape with as many entries passes."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    a, n = a.ravel(), n.ravel()
    if len(a) != len(n):
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


@GRADIENT_AGREES.wrong
def gradient_agrees_cosine(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You compare directions only; a gradient of the wrong length, such as one without 1/N, has the same."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    return bool(1 - np.sum(a * n) / np.linalg.norm(a) / np.linalg.norm(n) <= tol)


@GRADIENT_AGREES.wrong(case="large and small entries, also beside each other, zeros")
def gradient_agrees_one_scale(f, grad, x, *, eps=1e-5, tol=1e-6):
    """One scale for the whole array lets a small entry beside a large one be anything.

    Give each its own."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    scale = max(1, np.abs(a).max(), np.abs(n).max())
    return bool(np.all(np.abs(a - n) / scale <= tol))


@GRADIENT_AGREES.wrong(case="large and small entries, also beside each other, zeros")
def gradient_agrees_own_rtol(f, grad, x, *, eps=1e-5, tol=1e-6):
    """np.allclose has an rtol of its own, 1e-5, beside your atol.

    Write the bound out, or give it both."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    return a.shape == n.shape and bool(np.allclose(a, n, atol=tol))


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_first_entry(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You look at the first entry only; `return` inside of a loop ends it.

    Say True behind the loop."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(error.flat[0] <= tol)


@GRADIENT_AGREES.wrong(case="tol and eps are used, x of any shape")
def gradient_agrees_allclose(f, grad, x, *, eps=1e-5, tol=1e-6):
    """np.allclose has tolerances of its own, 1e-5 and 1e-8; `tol` says how far apart the two may be."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    return a.shape == n.shape and bool(np.allclose(a, n))


@GRADIENT_AGREES.wrong(case="large and small entries, also beside each other, zeros")
def gradient_agrees_sum_of_both(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You divide by |u| + |v| even where both are tiny, and rounding alone is too much.

    Divide by max(1, |u|, |v|)."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1e-8, np.abs(a) + np.abs(n))
    return bool(np.all(error <= tol))


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_sum_of_errors(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You add the errors up; the bound holds for every entry on its own.

    Use np.all."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.sum(error) <= tol)


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_root_mean_square(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You take the root of the mean square, in which one wrong entry hides: every entry must agree."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.sqrt(np.mean(error**2)) <= tol)


@GRADIENT_AGREES.wrong(case="no to a single wrong entry, a nan, another shape")
def gradient_agrees_last_entry(f, grad, x, *, eps=1e-5, tol=1e-6):
    """You look at the last entry alone; every entry must agree.

    Use np.all."""
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(error.ravel()[-1] <= tol)


@GRADIENT_AGREES.right
def gradient_agrees_by_loop(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if np.shape(a) != np.shape(n):
        return False
    right = [abs(a[i] - n[i]) <= tol * max(1, abs(a[i]), abs(n[i])) for i in np.ndindex(x.shape)]
    return all(right)


@GRADIENT_AGREES.right
def gradient_agrees_by_the_worst(f, grad, x, *, eps=1e-5, tol=1e-6):
    a = grad(x)
    if a.shape != x.shape or not np.isfinite(a).all():
        return False
    n = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = eps
        n[i] = (f(x + step) - f(x - step)) / (2 * eps)
    scale = np.max([np.ones(x.shape), np.abs(a), np.abs(n)], axis=0)
    return (np.abs(a - n) / scale).max() <= tol


@GRADIENT_AGREES.right
def gradient_agrees_own_central_differences(f, grad, x, *, eps=1e-5, tol=1e-6):
    u = np.array(grad(x), dtype=float)
    if u.shape != np.shape(x):
        return False
    base = x.astype(float)
    v = np.empty(base.shape)
    for i in np.ndindex(base.shape):
        e = np.zeros(base.shape)
        e[i] = eps
        v[i] = (f(base + e) - f(base - e)) / (2 * eps)
    scale = np.stack([np.ones(u.shape), np.abs(u), np.abs(v)]).max(axis=0)
    return bool(np.all(np.abs(u - v) / scale <= tol))


@GRADIENT_AGREES.right
def gradient_agrees_entry_by_entry(f, grad, x, *, eps=1e-5, tol=1e-6):
    claimed = np.asarray(grad(x))
    if claimed.shape != np.shape(x):
        return False
    measured = numerical_gradient(f, x, eps=eps)
    for index in np.ndindex(measured.shape):
        u, v = float(claimed[index]), float(measured[index])
        if u != u or v != v:
            return False
        if not abs(u - v) / max(1.0, abs(u), abs(v)) <= tol:
            return False
    return True


@GRADIENT_AGREES.right
def gradient_agrees_finite_first_then(f, grad, x, *, eps=1e-5, tol=1e-6):
    g = np.array(grad(x), dtype=float)
    if g.shape != x.shape or not np.all(np.isfinite(g)):
        return False
    reference = numerical_gradient(f, x, eps=eps)
    bound = tol * np.max([np.ones(g.shape), np.abs(g), np.abs(reference)], axis=0)
    good = np.count_nonzero(np.abs(g - reference) <= bound)
    return bool(good == g.size)
