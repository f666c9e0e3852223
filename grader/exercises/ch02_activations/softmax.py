"""softmax."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import axis_of, floats, odd, one_of, shape
from nnlib import activations


def _rows(rng):
    return call(rng.normal(size=(4, 10)))


def _huge(rng):
    return call(rng.uniform(2e3, 2e4) * np.array([[1, 0, -1]]))


def _allowed(rng):
    x = floats(rng, shape(rng), (1.0, 10.0, 1e4, 1e-3))
    far = 1000 * rng.integers(-2, 3, size=(*x.shape[:-1], 1)) * one_of(rng, 0, 1)
    return call(x + far, **axis_of(rng, x))


# of one, two and three axes, counted from the front and the back, also those of length 1
ODD_SHAPES = ((3,), (1,), (2, 3), (1, 3), (3, 1), (2, 3, 2), (1, 3, 2), (2, 1, 3), (2, 3, 1))
AXES = [{"axis": a} for a in (0, -1, -1, 0, 1, 0, -3, 1, 2)]


SOFTMAX = Exercise(
    function="softmax",
    topics=("C02-40", "C02-41", "C02-42"),
    points=3,
    difficulty=2,
    minutes=15,
    reference=activations.softmax,
    allowed=_allowed,
    torch="torch.nn.functional.softmax",
    forbid=("torch.softmax", "scipy.special.softmax", "sklearn.utils.extmath.softmax"),
    cases=(
        Case("three logits", lambda rng: call(rng.uniform(-2, 3, size=3)), example=call([1, 2, 3])),
        Case("rows of logits", _rows),
        Case("a square batch", lambda rng: call(rng.normal(size=(3, 3)))),
        Case("huge logits stay finite", _huge, weight=5, edge=True, example=call([[1e4, 0, -1e4]])),
        Case(
            "rows far apart",
            lambda rng: call(rng.normal(size=(2, 3)) + np.array([[rng.uniform(800, 2000)], [0]])),
            weight=5,
            example=call([[1000, 1001, 1002], [0, 1, 2]]),
        ),
        Case("along another axis", lambda rng: call(rng.normal(size=(2, 3, 4)), axis=1), weight=2),
        Case("down the columns, axis 0", lambda rng: call(rng.normal(size=(3, 4)), axis=0), weight=3),
        Case("three axes, the last by default", lambda rng: call(rng.normal(size=(2, 3, 4)))),
        in_turn(
            "odd shapes along every axis",
            *odd(shapes=ODD_SHAPES, scales=[(1.0,), (30.0,), (150.0,)], options=AXES),
        ),
    ),
    hints=(
        "What is exp(1000)? And does softmax change when you subtract the same number from every logit?",
        "Subtract the maximum along `axis`, with keepdims=True so that the shapes still match.",
        "e = np.exp(x - x.max(axis=axis, keepdims=True)), then e divided by its sum along `axis`.",
    ),
)


@SOFTMAX.wrong(case="huge logits stay finite")
def softmax_no_shift(x, *, axis=-1):
    """exp overflows to inf, and inf/inf is nan.

    Subtract the maximum of each row first."""
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


@SOFTMAX.wrong(case="rows far apart")
def softmax_global_shift(x, *, axis=-1):
    """You subtract the maximum of the whole array; a row far below it becomes 0/0.

    Take it per row."""
    e = np.exp(x - x.max())
    return e / e.sum(axis=axis, keepdims=True)


@SOFTMAX.wrong(case="rows of logits")
def softmax_first_axis(x, *, axis=-1):
    """Your columns sum to 1; by default each row does.

    Sum over `axis`, which is −1."""
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@SOFTMAX.wrong(case="along another axis")
def softmax_last_axis(x, *, axis=-1):
    """You ignore `axis` and always use the last one."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@SOFTMAX.wrong(case="a square batch")
def softmax_no_keepdims(x, *, axis=-1):
    """The sums have lost their axis, so NumPy divides along the wrong one.

    Keep the axis: keepdims=True."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis)


@SOFTMAX.wrong(case="rows of logits")
def softmax_no_axis(x, *, axis=-1):
    """You sum over the whole array; each row has its own sum, along `axis`. (And exp still overflows.)"""
    return np.exp(x) / np.sum(np.exp(x))


@SOFTMAX.wrong
def softmax_exp_missing(x, *, axis=-1):
    """You divide the logits themselves by their sum; their exponentials are wanted."""
    return x / x.sum(axis=axis, keepdims=True)


@SOFTMAX.wrong(case="rows of logits")
def softmax_max_no_keepdims(x, *, axis=-1):
    """The maximum has lost its axis, so NumPy subtracts it along the wrong one.

    Keep the axis: keepdims=True."""
    e = np.exp(x - x.max(axis=axis))
    return e / e.sum(axis=axis, keepdims=True)


@SOFTMAX.wrong(case="rows of logits")
def softmax_sum_of_all(x, *, axis=-1):
    """You divide by the sum over the whole array; each row has its own sum."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum()


@SOFTMAX.wrong
def softmax_not_normalised(x, *, axis=-1):
    """You return the exponentials as they are: your numbers do not sum to 1.

    Divide the exponentials by their sum."""
    return np.exp(x - x.max(axis=axis, keepdims=True))


@SOFTMAX.wrong(case="arguments unchanged")
def softmax_in_place(x, *, axis=-1):
    """`x -= ...` changes the caller's array.

    Write x = x - ... to make a new one."""
    x -= x.max(axis=axis, keepdims=True)
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


@SOFTMAX.right
def softmax_by_logaddexp(x, *, axis=-1):
    return np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))


@SOFTMAX.right
def softmax_by_loop(x, *, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    y = np.empty_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        e = np.exp(rows[index] - max(rows[index]))
        y[index] = e / sum(e)
    return np.moveaxis(y, -1, axis)


@SOFTMAX.right
def softmax_moves_axis_to(x, *, axis=-1):
    z = np.moveaxis(x, axis, 0)
    z = np.exp(z - z.max(axis=0))
    p = z / z.sum(axis=0)
    out = np.moveaxis(p, 0, axis)
    assert out.shape == x.shape
    return out


@SOFTMAX.right
def softmax_apply_along_axis(x, *, axis=-1):
    import math

    def soft1d(v):
        biggest = max(v)
        exps = [math.exp(t - biggest) for t in v]
        total = sum(exps)
        return np.array([t / total for t in exps])

    return np.apply_along_axis(soft1d, axis, x)


@SOFTMAX.right
def softmax_apply_along_axis_with(x, *, axis=-1):
    def one(v):
        e = np.exp(v - v.max())
        return e / e.sum()

    return np.apply_along_axis(one, axis, np.asarray(x, dtype=float))
