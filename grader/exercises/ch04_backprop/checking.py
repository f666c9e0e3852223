"""The check that judges a gradient by central differences, and is itself judged by right and wrong ones."""

import numpy as np

from grader.record.exercise import (
    Case,
    Exercise,
    Fixture,
    Misconception,
    call,
    keeps_arguments,
    keeps_float32,
)
from nnlib import gradcheck
from nnlib.gradcheck import numerical_gradient

# ── gradient_agrees ──────────────────────────────────────────────────────────────────────────────────────


def gradient_agrees_always(f, grad, x, *, eps=1e-5, tol=1e-6):
    return True


def gradient_agrees_never(f, grad, x, *, eps=1e-5, tol=1e-6):
    return False


def gradient_agrees_absolute(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    return a.shape == n.shape and bool(np.all(np.abs(a - n) <= tol))


def gradient_agrees_relative(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(np.abs(a), np.abs(n))
    return bool(np.all(error <= tol))


def gradient_agrees_mean(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.mean(error) <= tol)


def gradient_agrees_somewhere(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.any(error <= tol))


def gradient_agrees_nan_passes(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return not bool(np.any(error > tol))


def gradient_agrees_any_shape(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


def gradient_agrees_norms(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    a, n = np.linalg.norm(a), np.linalg.norm(n)
    return bool(abs(a - n) / max(1, a, n) <= tol)


def gradient_agrees_no_abs(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = (a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


def gradient_agrees_own_tol(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= 1e-6))


def gradient_agrees_own_eps(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


def gradient_agrees_flattened(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    a, n = a.ravel(), n.ravel()
    if len(a) != len(n):
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(np.all(error <= tol))


def gradient_agrees_cosine(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    return bool(1 - np.sum(a * n) / np.linalg.norm(a) / np.linalg.norm(n) <= tol)


def gradient_agrees_one_scale(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    scale = max(1, np.abs(a).max(), np.abs(n).max())
    return bool(np.all(np.abs(a - n) / scale <= tol))


def gradient_agrees_own_rtol(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    return a.shape == n.shape and bool(np.allclose(a, n, atol=tol))


def gradient_agrees_first_entry(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if a.shape != n.shape:
        return False
    error = np.abs(a - n) / np.maximum(1, np.maximum(np.abs(a), np.abs(n)))
    return bool(error.flat[0] <= tol)


def gradient_agrees_allclose(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    return a.shape == n.shape and bool(np.allclose(a, n))


def gradient_agrees_by_loop(f, grad, x, *, eps=1e-5, tol=1e-6):
    a, n = grad(x), numerical_gradient(f, x, eps=eps)
    if np.shape(a) != np.shape(n):
        return False
    right = [abs(a[i] - n[i]) <= tol * max(1, abs(a[i]), abs(n[i])) for i in np.ndindex(x.shape)]
    return all(right)


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


# Near this point the gradient of mean_square has entries of both signs, none near 0.
ANCHOR = np.array([[0.5, -1.0, 0.8], [1.2, 0.3, -0.6], [-0.4, 0.9, 1.1]])


def weights(rng):
    return ANCHOR + rng.uniform(-0.1, 0.1, size=(3, 3))


def judging(title, suite):
    """A case that asks, through the script `verdicts`, about each gradient of a suite."""
    return Case(title, lambda rng: call(Fixture(suite), weights(rng)), script="verdicts")


def one_gradient(rng):
    return call(Fixture("mean_square"), Fixture("mean_square_gradient"), weights(rng))


GRADIENT_AGREES = Exercise(
    function="gradient_agrees",
    topics=("C04-18",),
    points=3,
    difficulty=4,
    minutes=20,
    reference=gradcheck.gradient_agrees,
    forbid=("nnlib.gradcheck.check_gradient", "nnlib.gradcheck.numerical_vjp"),
    uses=("numerical_gradient",),
    cases=(
        judging("yes to a right one, no to wrong sign, no 1/N, transposed, times 1.001", "right and wrong"),
        judging("no to a single wrong entry, a nan, another shape", "wrong in places"),
        judging("large gradients, small entries beside large ones, zeros", "large and zero"),
        judging("tol and eps are used", "with options"),
        keeps_arguments(one_gradient, weight=1),
        keeps_float32(one_gradient),
    ),
    misconceptions=(
        Misconception(
            "always-yes",
            gradient_agrees_always,
            "You say yes to everything: compare the two gradients.",
            case="yes to a right one, no to wrong sign, no 1/N, transposed, times 1.001",
        ),
        Misconception(
            "always-no",
            gradient_agrees_never,
            "You say no to everything, also to the right gradient: a few roundings apart must count as equal.",
            case="yes to a right one, no to wrong sign, no 1/N, transposed, times 1.001",
        ),
        Misconception(
            "absolute",
            gradient_agrees_absolute,
            "You compare absolute differences; where the gradient is large, so is its rounding: divide by "
            "max(1, |u|, |v|).",
            case="large gradients, small entries beside large ones, zeros",
        ),
        Misconception(
            "relative",
            gradient_agrees_relative,
            "You divide by the gradient even where it is 0: divide by max(1, |u|, |v|).",
            case="large gradients, small entries beside large ones, zeros",
        ),
        Misconception(
            "mean",
            gradient_agrees_mean,
            "You average the errors, so one wrong entry hides among right ones: every entry must agree.",
            case="no to a single wrong entry, a nan, another shape",
        ),
        Misconception(
            "somewhere",
            gradient_agrees_somewhere,
            "You are content if one entry agrees (np.any); all of them must: np.all.",
            case="no to a single wrong entry, a nan, another shape",
        ),
        Misconception(
            "nan-passes",
            gradient_agrees_nan_passes,
            "nan > tol is False, so a nan slips through: ask whether all errors are <= tol.",
            case="no to a single wrong entry, a nan, another shape",
        ),
        Misconception(
            "any-shape",
            gradient_agrees_any_shape,
            "NumPy broadcasts a gradient of another shape; compare the shapes first.",
            case="no to a single wrong entry, a nan, another shape",
        ),
        Misconception(
            "norms",
            gradient_agrees_norms,
            "You compare the lengths of the two gradients; a wrong sign or order has the same length.",
            case="yes to a right one, no to wrong sign, no 1/N, transposed, times 1.001",
        ),
        Misconception(
            "no-abs",
            gradient_agrees_no_abs,
            "Without np.abs an entry that is too small has a negative error and passes.",
            case="no to a single wrong entry, a nan, another shape",
        ),
        Misconception(
            "own-tol",
            gradient_agrees_own_tol,
            "You use a tolerance of your own; `tol` says how far apart the two may be.",
            case="tol and eps are used",
        ),
        Misconception(
            "own-eps",
            gradient_agrees_own_eps,
            "You do not hand `eps` on: numerical_gradient(f, x, eps=eps).",
            case="tol and eps are used",
        ),
        Misconception(
            "flattened",
            gradient_agrees_flattened,
            "You flatten both before you compare the shapes, so another shape with as many entries passes.",
            case="no to a single wrong entry, a nan, another shape",
        ),
        Misconception(
            "cosine",
            gradient_agrees_cosine,
            "You compare directions only; a gradient of the wrong length, such as one without 1/N, has the same.",
            case="yes to a right one, no to wrong sign, no 1/N, transposed, times 1.001",
        ),
        Misconception(
            "one-scale",
            gradient_agrees_one_scale,
            "One scale for the whole array lets a small entry beside a large one be anything: give each its own.",
            case="large gradients, small entries beside large ones, zeros",
        ),
        Misconception(
            "own-rtol",
            gradient_agrees_own_rtol,
            "np.allclose has an rtol of its own, 1e-5, beside your atol: write the bound out, or give it both.",
            case="large gradients, small entries beside large ones, zeros",
        ),
        Misconception(
            "first-entry",
            gradient_agrees_first_entry,
            "You look at the first entry only; `return` inside of a loop ends it, so say True behind the loop.",
            case="no to a single wrong entry, a nan, another shape",
        ),
        Misconception(
            "allclose",
            gradient_agrees_allclose,
            "np.allclose has tolerances of its own, 1e-5 and 1e-8; `tol` says how far apart the two may be.",
            case="tol and eps are used",
        ),
    ),
    alternatives=(gradient_agrees_by_loop, gradient_agrees_by_the_worst),
    hints=(
        "u = grad(x) and v = numerical_gradient(f, x, eps=eps). When do they agree?",
        "Another shape: False at once, before NumPy broadcasts it.",
        "Then np.all(error <= tol) with error = |u − v| / max(1, |u|, |v|), entry by entry.",
        "np.maximum takes two arrays, not three: np.maximum(1, np.maximum(..., ...)).",
    ),
)
