"""softplus, a smooth relative of ReLU."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, options, shape
from nnlib import activations


def _allowed(rng):
    x = floats(rng, shape(rng), (1.0, 10.0, 100.0, 1e4, 1e-3))
    return call(x, **options(rng, beta=(1.0, 0.5, 2.0, 4.0), threshold=(20.0, 0.0, 1.0, 50.0)))


OPTIONS = [
    {"beta": 1.0, "threshold": 20.0},
    {"threshold": 0.0},
    {"beta": 0.5},
    {"beta": 2.0, "threshold": 1500.0},
    {"threshold": 0.0, "beta": 0.5},
]

SOFTPLUS = Exercise(
    function="softplus",
    topics=("C02-18", "C02-19"),
    points=2,
    difficulty=2,
    minutes=10,
    reference=activations.softplus,
    allowed=_allowed,
    torch="torch.nn.functional.softplus",
    cases=(
        Case("around zero", lambda rng: call(rng.uniform(-3, 3, size=3)), example=call([-2, 0, 2])),
        Case(
            "another beta",
            lambda rng: call(rng.normal(scale=2, size=(3, 4)), beta=rng.uniform(2, 3)),
            weight=2,
        ),
        Case(
            "far from zero stays finite",
            lambda rng: call(rng.uniform(750, 1e4) * np.array([-10, -1, 1, 10])),
            weight=2,
            edge=True,
            example=call([-1e4, -800, 800, 1e4]),
        ),
        Case(
            "a straight line beyond the threshold",
            lambda rng: call(rng.uniform(0.9, 1.1) * np.array([0.25, 0.75, 3]), beta=2.0, threshold=1.0),
            weight=2,
            example=call([0.25, 0.75, 3], beta=2.0, threshold=1.0),
        ),
        in_turn(
            "odd shapes, tiny and large numbers",
            *odd(options=OPTIONS),
            lambda rng: call(rng.uniform(10.5, 12, size=3)),
        ),
    ),
    hints=(
        "softplus(0) = ln 2 with beta = 1. What does it tend to far left, and far right?",
        "np.logaddexp(a, b) is log(exp a + exp b) without overflow: which a and b are wanted?",
        "np.where(beta * x > threshold, x, np.logaddexp(0, beta * x) / beta)",
    ),
)


@SOFTPLUS.wrong(case="far from zero stays finite")
def softplus_literal(x, *, beta=1.0, threshold=20.0):
    """exp(800) is inf, and log(1 + inf) too.

    Where beta·x > threshold return x itself; np.where computes both sides, so an inf on the side not taken
    does no harm."""
    return np.log(1 + np.exp(beta * x)) / beta


@SOFTPLUS.wrong(case="a straight line beyond the threshold")
def softplus_no_threshold(x, *, beta=1.0, threshold=20.0):
    """You never switch to the straight line that is asked for beyond the threshold.

    Where beta·x > threshold the result is x itself."""
    return np.logaddexp(0, beta * x) / beta


@SOFTPLUS.wrong(case="another beta")
def softplus_not_divided(x, *, beta=1.0, threshold=20.0):
    """The division by beta is missing, so your curve does not run into the line x.

    softplus(x) = log(1 + exp(beta·x)) / beta."""
    return np.where(beta * x > threshold, x, np.logaddexp(0, beta * x))


@SOFTPLUS.wrong(case="another beta")
def softplus_beta_outside(x, *, beta=1.0, threshold=20.0):
    """You only divide by beta; it belongs inside the exponential as well.

    The curve is log(1 + exp(beta·x)) / beta."""
    return np.where(beta * x > threshold, x, np.logaddexp(0, x) / beta)


@SOFTPLUS.wrong(case="a straight line beyond the threshold")
def softplus_threshold_on_x(x, *, beta=1.0, threshold=20.0):
    """You compare x itself with the threshold; beta belongs to the comparison.

    It is beta·x that is compared."""
    return np.where(x > threshold, x, np.logaddexp(0, beta * x) / beta)


@SOFTPLUS.wrong(case="far from zero stays finite")
def softplus_masks_multiplied(x, *, beta=1.0, threshold=20.0):
    """You multiply each branch by a mask; where exp overflows that is 0 · inf = nan.

    np.where chooses without multiplying."""
    far = beta * x > threshold
    return far * x + (1 - far) * np.log(1 + np.exp(beta * x)) / beta


@SOFTPLUS.wrong(case="far from zero stays finite")
def softplus_one_decision_for_all(x, *, beta=1.0, threshold=20.0):
    """You decide once for the whole array; each entry is compared with the threshold on its own.

    np.where decides entry by entry."""
    if np.any(beta * x > threshold):
        return x
    return np.logaddexp(0, beta * x) / beta


@SOFTPLUS.wrong
def softplus_base_two(x, *, beta=1.0, threshold=20.0):
    """You use powers and logarithms of 2 (logaddexp2); softplus is natural: softplus(0) = ln 2 = 0.693."""
    return np.where(beta * x > threshold, x, np.logaddexp2(0, beta * x) / beta)


@SOFTPLUS.wrong(case="around zero")
def softplus_relu(x, *, beta=1.0, threshold=20.0):
    """You return max(0, x), what softplus is far from zero; near zero it is smooth: softplus(0) = ln 2."""
    return np.maximum(x, 0)


@SOFTPLUS.right
def softplus_by_log1p(x, *, beta=1.0, threshold=20.0):
    z = beta * x
    soft = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta
    return np.where(z > threshold, x, soft)


@SOFTPLUS.right
def softplus_by_parts(x, *, beta=1.0, threshold=20.0):
    y = x.copy()
    curved = beta * x <= threshold
    y[curved] = np.logaddexp(0, beta * x[curved]) / beta
    return y


@SOFTPLUS.right
def softplus_flat_loop_with(x, *, beta=1.0, threshold=20.0):
    import math

    def sp(v):
        t = beta * v
        if t > threshold:
            return v
        # log(1+e^t) = max(t,0) + log(1+e^-|t|)
        return (max(t, 0.0) + math.log1p(math.exp(-abs(t)))) / beta

    x = np.asarray(x)
    out = np.empty(x.shape)
    for idx in np.ndindex(*x.shape):
        out[idx] = sp(float(x[idx]))
    return out


@SOFTPLUS.right
def softplus_loop_over_entries(x, *, beta=1.0, threshold=20.0):
    x = np.asarray(x, dtype=float)
    out = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        z = beta * x[idx]
        if z > threshold:
            out[idx] = x[idx]
        else:
            out[idx] = (max(z, 0.0) + np.log1p(np.exp(-abs(z)))) / beta
    return out


@SOFTPLUS.right
def softplus_np_where_with(x, *, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, np.log(1 + np.exp(beta * x)) / beta)
