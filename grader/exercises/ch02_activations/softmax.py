"""softmax and its logarithm."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import activations
from nnlib.activations import softmax

# ── softmax ──────────────────────────────────────────────────────────────────────────────────────────────


def softmax_no_shift(x, *, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def softmax_global_shift(x, *, axis=-1):
    e = np.exp(x - x.max())
    return e / e.sum(axis=axis, keepdims=True)


def softmax_first_axis(x, *, axis=-1):
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def softmax_last_axis(x, *, axis=-1):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_no_keepdims(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis)


def softmax_of_all(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum()


def softmax_no_axis(x, *, axis=-1):
    return np.exp(x) / np.sum(np.exp(x))


def softmax_exp_missing(x, *, axis=-1):
    return x / x.sum(axis=axis, keepdims=True)


def softmax_max_no_keepdims(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_not_normalised(x, *, axis=-1):
    return np.exp(x - x.max(axis=axis, keepdims=True))


def softmax_in_place(x, *, axis=-1):
    x -= x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def softmax_by_logaddexp(x, *, axis=-1):
    return np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))


def softmax_by_loop(x, *, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    y = np.empty_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        e = np.exp(rows[index] - max(rows[index]))
        y[index] = e / sum(e)
    return np.moveaxis(y, -1, axis)


def _rows(rng):
    return call(rng.normal(size=(4, 10)))


def _huge(rng):
    return call(rng.uniform(2e3, 2e4) * np.array([[1, 0, -1]]))


SOFTMAX = Exercise(
    function="softmax",
    topics=("C02-40", "C02-41", "C02-42"),
    points=3,
    difficulty=2,
    minutes=15,
    reference=activations.softmax,
    torch="torch.nn.functional.softmax",
    forbid=("torch.softmax", "scipy.special.softmax", "sklearn.utils.extmath.softmax"),
    cases=(
        Case("three logits", lambda rng: call(rng.uniform(-2, 3, size=3)), example=call([1, 2, 3])),
        Case("rows of logits", _rows),
        Case("a square batch", lambda rng: call(rng.normal(size=(3, 3)))),
        Case("huge logits stay finite", _huge, weight=5, example=call([[1e4, 0, -1e4]])),
        Case(
            "rows far apart",
            lambda rng: call(rng.normal(size=(2, 3)) + np.array([[rng.uniform(800, 2000)], [0]])),
            weight=5,
            example=call([[1000, 1001, 1002], [0, 1, 2]]),
        ),
        Case("along another axis", lambda rng: call(rng.normal(size=(2, 3, 4)), axis=1), weight=2),
        Case("down the columns, axis 0", lambda rng: call(rng.normal(size=(3, 4)), axis=0), weight=3),
        Case("three axes, the last by default", lambda rng: call(rng.normal(size=(2, 3, 4)))),
    ),
    misconceptions=(
        Misconception(
            "no-shift",
            softmax_no_shift,
            "exp overflows to inf, and inf/inf is nan: subtract the maximum of each row first.",
            case="huge logits stay finite",
        ),
        Misconception(
            "global-shift",
            softmax_global_shift,
            "You subtract the maximum of the whole array; a row far below it becomes 0/0. Take it per row.",
            case="rows far apart",
        ),
        Misconception(
            "first-axis",
            softmax_first_axis,
            "Your columns sum to 1; by default each row does: sum over `axis`, which is −1.",
            case="rows of logits",
        ),
        Misconception(
            "last-axis",
            softmax_last_axis,
            "You ignore `axis` and always use the last one.",
            case="along another axis",
        ),
        Misconception(
            "no-keepdims",
            softmax_no_keepdims,
            "The sums have lost their axis, so NumPy divides along the wrong one: keepdims=True.",
            case="a square batch",
        ),
        Misconception(
            "no-axis",
            softmax_no_axis,
            "You sum over the whole array; each row has its own sum, along `axis`. (And exp still overflows.)",
            case="rows of logits",
        ),
        Misconception(
            "exp-missing",
            softmax_exp_missing,
            "You divide the logits themselves by their sum; their exponentials are wanted.",
            case="three logits",
        ),
        Misconception(
            "max-no-keepdims",
            softmax_max_no_keepdims,
            "The maximum has lost its axis, so NumPy subtracts it along the wrong one: keepdims=True.",
            case="rows of logits",
        ),
        Misconception(
            "sum-of-all",
            softmax_of_all,
            "You divide by the sum over the whole array; each row has its own sum.",
            case="rows of logits",
        ),
        Misconception(
            "not-normalised",
            softmax_not_normalised,
            "Your numbers do not sum to 1: divide the exponentials by their sum.",
            case="three logits",
        ),
        Misconception(
            "in-place",
            softmax_in_place,
            "`x -= ...` changes the caller's array; write x = x - ... to make a new one.",
            case="arguments unchanged",
        ),
    ),
    alternatives=(softmax_by_logaddexp, softmax_by_loop),
    hints=(
        "What is exp(1000)? And does softmax change when you subtract the same number from every logit?",
        "Subtract the maximum along `axis`, with keepdims=True so that the shapes still match.",
        "e = np.exp(x - x.max(axis=axis, keepdims=True)), then e divided by its sum along `axis`.",
    ),
)

# ── log_softmax ──────────────────────────────────────────────────────────────────────────────────────────


def log_softmax_log_of_softmax(x, *, axis=-1):
    return np.log(softmax(x, axis=axis))


def log_softmax_no_shift(x, *, axis=-1):
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))


def log_softmax_shift_not_undone(x, *, axis=-1):
    m = x.max(axis=axis, keepdims=True)
    return x - np.log(np.exp(x - m).sum(axis=axis, keepdims=True))


def log_softmax_sign(x, *, axis=-1):
    m = x.max(axis=axis, keepdims=True)
    return np.log(np.exp(x - m).sum(axis=axis, keepdims=True)) + m - x


def log_softmax_last_axis(x, *, axis=-1):
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def log_softmax_sum_of_last_axis(x, *, axis=-1):
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def log_softmax_sum_of_all(x, *, axis=-1):
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum())


def log_softmax_second_axis(x, *, axis=-1):
    z = x - x.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_softmax_epsilon(x, *, axis=-1):
    return np.log(softmax(x, axis=axis) + 1e-12)


def log_softmax_mean(x, *, axis=-1):
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).mean(axis=axis, keepdims=True))


def log_softmax_log_sum(x, *, axis=-1):
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.exp(z).sum(axis=axis, keepdims=True)


def log_softmax_by_logaddexp(x, *, axis=-1):
    return x - np.logaddexp.reduce(x, axis=axis, keepdims=True)


def log_softmax_by_differences(x, *, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    differences = rows[..., None, :] - rows[..., :, None]  # x_j - x_i: no shift is needed below its maximum
    largest = differences.max(axis=-1)
    y = -largest - np.log(np.exp(differences - largest[..., None]).sum(axis=-1))
    return np.moveaxis(y, -1, axis)


LOG_SOFTMAX = Exercise(
    function="log_softmax",
    topics=("C02-46",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=activations.log_softmax,
    torch="torch.nn.functional.log_softmax",
    forbid=("torch.log_softmax", "scipy.special.log_softmax"),
    cases=(
        Case("three logits", lambda rng: call(rng.uniform(-2, 3, size=3)), example=call([1, 2, 3])),
        Case("rows of logits", lambda rng: call(rng.normal(size=(4, 10))), weight=2),
        Case("huge logits stay finite", _huge, weight=3, example=call([[1e4, 0, -1e4]])),
        Case("along another axis", lambda rng: call(rng.normal(size=(2, 3, 4)), axis=1)),
        Case("down the columns, axis 0", lambda rng: call(rng.normal(size=(3, 4)), axis=0), weight=2),
        Case("three axes, the last by default", lambda rng: call(rng.normal(size=(2, 3, 4)))),
    ),
    misconceptions=(
        Misconception(
            "log-of-softmax",
            log_softmax_log_of_softmax,
            "softmax rounds tiny probabilities to 0, and log 0 is −inf: never form the probabilities; "
            "subtract log Σ exp.",
            case="huge logits stay finite",
        ),
        Misconception(
            "no-shift",
            log_softmax_no_shift,
            "exp overflows inside log Σ exp: take the maximum out first.",
            case="huge logits stay finite",
        ),
        Misconception(
            "shift-not-undone",
            log_softmax_shift_not_undone,
            "You take the maximum out of the sum but not out of x: both must be shifted.",
            case="three logits",
        ),
        Misconception(
            "sign",
            log_softmax_sign,
            "Your sign is reversed: a log-probability is never positive.",
            case="three logits",
        ),
        Misconception(
            "last-axis",
            log_softmax_last_axis,
            "You ignore `axis` and always use the last one.",
            case="along another axis",
        ),
        Misconception(
            "sum-of-last-axis",
            log_softmax_sum_of_last_axis,
            "You sum along the last axis, whatever `axis` says.",
            case="along another axis",
        ),
        Misconception(
            "sum-of-all",
            log_softmax_sum_of_all,
            "You sum over the whole array; each row has its own sum, along `axis`.",
            case="rows of logits",
        ),
        Misconception(
            "second-axis",
            log_softmax_second_axis,
            "You wrote axis=1 into the code: use `axis`, which may be any axis, and −1 for a single row.",
            case="three logits",
        ),
        Misconception(
            "epsilon",
            log_softmax_epsilon,
            "Adding 1e-12 hides the −inf but caps every result at −27.6: subtract log Σ exp instead.",
            case="huge logits stay finite",
        ),
        Misconception(
            "mean-for-sum",
            log_softmax_mean,
            "You take the logarithm of the mean of the exponentials; it is their sum.",
            case="three logits",
        ),
        Misconception(
            "log-missing",
            log_softmax_log_sum,
            "You subtract the sum of the exponentials; subtract its logarithm.",
            case="three logits",
        ),
    ),
    alternatives=(log_softmax_by_logaddexp, log_softmax_by_differences),
    hints=(
        "log(a/b) = log a − log b: what is the logarithm of exp(x_i) / Σ exp(x_j)?",
        "x_i − log Σ exp(x_j), and log Σ exp(x_j) = m + log Σ exp(x_j − m) for any m.",
        "z = x - x.max(axis=axis, keepdims=True); then z minus the logarithm of the sum of exp(z).",
    ),
)
