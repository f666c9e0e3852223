"""The logarithm of softmax."""

import numpy as np

from grader.exercises.ch02_activations.softmax import _huge
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import axis_of, floats, odd, one_of, shape
from nnlib import activations
from nnlib.activations import softmax


def _allowed(rng):
    x = floats(rng, shape(rng), (1.0, 10.0, 1e4, 1e-3))
    far = 1000 * rng.integers(-2, 3, size=(*x.shape[:-1], 1)) * one_of(rng, 0, 1)
    return call(x + far, **axis_of(rng, x))


# of one, two and three axes, counted from the front and the back, also those of length 1
ODD_SHAPES = ((3,), (1,), (2, 3), (1, 3), (3, 1), (2, 3, 2), (1, 3, 2), (2, 1, 3), (2, 3, 1))
AXES = [{"axis": a} for a in (0, -1, -1, 0, 1, 0, -3, 1, 2)]


LOG_SOFTMAX = Exercise(
    function="log_softmax",
    topics=("C02-46",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=activations.log_softmax,
    allowed=_allowed,
    torch="torch.nn.functional.log_softmax",
    forbid=("torch.log_softmax", "scipy.special.log_softmax"),
    cases=(
        Case("three logits", lambda rng: call(rng.uniform(-2, 3, size=3)), example=call([1, 2, 3])),
        Case("rows of logits", lambda rng: call(rng.normal(size=(4, 10))), weight=2),
        Case("huge logits stay finite", _huge, weight=4, example=call([[1e4, 0, -1e4]])),
        Case(
            "rows far apart",
            lambda rng: call(rng.normal(size=(2, 3)) + np.array([[rng.uniform(800, 2000)], [0]])),
            weight=4,
            example=call([[1000, 1001, 1002], [0, 1, 2]]),
        ),
        Case("along another axis", lambda rng: call(rng.normal(size=(2, 3, 4)), axis=1)),
        Case("down the columns, axis 0", lambda rng: call(rng.normal(size=(3, 4)), axis=0), weight=2),
        Case("three axes, the last by default", lambda rng: call(rng.normal(size=(2, 3, 4)))),
        in_turn(
            "odd shapes along every axis",
            *odd(shapes=ODD_SHAPES, scales=[(10.0,), (30.0,), (150.0,)], options=AXES),
        ),
    ),
    hints=(
        "log(a/b) = log a − log b: what is the logarithm of exp(x_i) / Σ exp(x_j)?",
        "x_i − log Σ exp(x_j), and log Σ exp(x_j) = m + log Σ exp(x_j − m) for any m.",
        "z = x - x.max(axis=axis, keepdims=True); then z minus the logarithm of the sum of exp(z).",
    ),
)


@LOG_SOFTMAX.wrong(case="huge logits stay finite")
def log_softmax_log_of_softmax(x, *, axis=-1):
    """softmax rounds tiny probabilities to 0, and log 0 is −inf.

    Never form the probabilities; subtract log Σ exp."""
    return np.log(softmax(x, axis=axis))


@LOG_SOFTMAX.wrong(case="huge logits stay finite")
def log_softmax_no_shift(x, *, axis=-1):
    """exp overflows inside log Σ exp, and what comes out is not finite.

    Take the maximum out first."""
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))


@LOG_SOFTMAX.wrong
def log_softmax_shift_not_undone(x, *, axis=-1):
    """You take the maximum out of the sum but not out of x, so every result is off by it.

    Both must be shifted."""
    m = x.max(axis=axis, keepdims=True)
    return x - np.log(np.exp(x - m).sum(axis=axis, keepdims=True))


@LOG_SOFTMAX.wrong
def log_softmax_sign(x, *, axis=-1):
    """Your sign is reversed: a log-probability is never positive."""
    m = x.max(axis=axis, keepdims=True)
    return np.log(np.exp(x - m).sum(axis=axis, keepdims=True)) + m - x


@LOG_SOFTMAX.wrong(case="along another axis")
def log_softmax_last_axis(x, *, axis=-1):
    """You ignore `axis` and always use the last one."""
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


@LOG_SOFTMAX.wrong(case="along another axis")
def log_softmax_sum_of_last_axis(x, *, axis=-1):
    """You sum along the last axis, whatever `axis` says."""
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


@LOG_SOFTMAX.wrong(case="rows of logits")
def log_softmax_sum_of_all(x, *, axis=-1):
    """You sum over the whole array; each row has its own sum, along `axis`."""
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum())


@LOG_SOFTMAX.wrong
def log_softmax_second_axis(x, *, axis=-1):
    """You wrote axis=1 into the code; the caller chooses the axis, and a single row has no axis 1.

    Use `axis`, which may be any axis, and −1 for a single row."""
    z = x - x.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@LOG_SOFTMAX.wrong(case="huge logits stay finite")
def log_softmax_epsilon(x, *, axis=-1):
    """Adding 1e-12 hides the −inf but caps every result at −27.6.

    Subtract log Σ exp instead."""
    return np.log(softmax(x, axis=axis) + 1e-12)


@LOG_SOFTMAX.wrong
def log_softmax_mean_for_sum(x, *, axis=-1):
    """You take the logarithm of the mean of the exponentials; it is their sum."""
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).mean(axis=axis, keepdims=True))


@LOG_SOFTMAX.wrong
def log_softmax_log_missing(x, *, axis=-1):
    """You subtract the sum of the exponentials itself; the logarithm is missing.

    Subtract log Σ exp."""
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.exp(z).sum(axis=axis, keepdims=True)


@LOG_SOFTMAX.wrong(case="rows far apart")
def log_softmax_global_shift(x, *, axis=-1):
    """You subtract the maximum of the whole batch; a row far below it gets log 0.

    Each row has its own maximum, along `axis`."""
    z = x - x.max()
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


@LOG_SOFTMAX.right
def log_softmax_by_logaddexp(x, *, axis=-1):
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)


@LOG_SOFTMAX.right
def log_softmax_by_differences(x, *, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    differences = rows[..., None, :] - rows[..., :, None]  # x_j - x_i: no shift is needed below its maximum
    largest = differences.max(axis=-1)
    y = -largest - np.log(np.exp(differences - largest[..., None]).sum(axis=-1))
    return np.moveaxis(y, -1, axis)


@LOG_SOFTMAX.right
def log_softmax_move_the_axis(x, *, axis=-1):
    x = np.asarray(x, dtype=float)
    moved = np.moveaxis(x, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    out = np.empty(rows.shape)
    for i in range(rows.shape[0]):
        shifted = rows[i] - max(rows[i])
        total = 0.0
        for v in shifted:
            total += np.exp(v)
        out[i] = shifted - np.log(total)
    return np.moveaxis(out.reshape(moved.shape), -1, axis)


@LOG_SOFTMAX.right
def log_softmax_swapaxes_and_a(x, *, axis=-1):
    moved = np.swapaxes(x, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    done = []
    for r in rows:
        top = max(r)
        total = 0.0
        for v in r:
            total += np.exp(v - top)
        done.append([(v - top) - np.log(total) for v in r])
    return np.swapaxes(np.array(done).reshape(moved.shape), axis, -1)


@LOG_SOFTMAX.right
def log_softmax_logaddexp_reduce(x, *, axis=-1):
    x = np.asarray(x, dtype=float)
    m = np.max(x, axis=axis, keepdims=True)
    z = x - m
    return z - np.logaddexp.reduce(z, axis=axis, keepdims=True)
