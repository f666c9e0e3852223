"""sigmoid."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, shape
from nnlib import activations


def _allowed(rng):
    return call(floats(rng, shape(rng), (1.0, 10.0, 100.0, 1e4, 1e-3)))


SIGMOID = Exercise(
    function="sigmoid",
    topics=("C02-07",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=activations.sigmoid,
    allowed=_allowed,
    torch="torch.nn.functional.sigmoid",
    forbid=("torch.sigmoid", "scipy.special.expit", "scipy.stats.logistic"),
    large=lambda rng: call(rng.normal(size=(1797, 64))),
    cases=(
        Case("around zero", lambda rng: call(rng.uniform(-3, 3, size=5)), example=call([-2, -1, 0, 1, 2])),
        Case("a matrix", lambda rng: call(rng.uniform(-6, 6, size=(3, 4))), weight=2),
        Case(
            "far from zero stays finite",
            lambda rng: call(rng.uniform(750, 1e4) * np.array([-10, -1, 1, 10])),
            weight=2,
            edge=True,
            example=call([-1e4, -800, 800, 1e4]),
        ),
        Case("a curve", lambda rng: call(np.sort(rng.uniform(-6, 6, size=40)))),
        in_turn("odd shapes, tiny and large numbers", *odd()),
    ),
    hints=(
        "Divide numerator and denominator of exp(x) / (1 + exp(x)) by exp(x): what is left on top?",
        "A denominator may become inf without harm, 1 / inf is 0. A numerator may not.",
        "1 / (1 + np.exp(-x)): at x = −800 the denominator is inf and the result 0, as it should be.",
    ),
)


@SIGMOID.wrong
def sigmoid_sign(x):
    """Your curve falls where it should rise.

    The exponent is −x."""
    return 1 / (1 + np.exp(x))


@SIGMOID.wrong(case="far from zero stays finite")
def sigmoid_exp_over_exp(x):
    """exp(x) overflows to inf at x = 800, and inf / inf is nan.

    Divide both by exp(x) first."""
    return np.exp(x) / (1 + np.exp(x))


@SIGMOID.wrong
def sigmoid_no_one(x):
    """You divide by exp(−x) alone, which is exp(x) and grows beyond 1.

    The denominator is 1 + exp(−x)."""
    return 1 / np.exp(-x)


@SIGMOID.wrong
def sigmoid_brackets(x):
    """`1 / 1 + e` is 1 + e: only the 1 stands under the fraction.

    The whole sum belongs there: 1 / (1 + e)."""
    return 1 / 1 + np.exp(-x)


@SIGMOID.wrong
def sigmoid_tanh_unscaled(x):
    """Your curve is twice as steep as it should be.

    sigmoid(x) = (1 + tanh(x/2)) / 2."""
    return (1 + np.tanh(x)) / 2


@SIGMOID.wrong
def sigmoid_hard_sigmoid(x):
    """You wrote the straight-line approximation (hard sigmoid); here the smooth curve is wanted."""
    return np.clip(x / 6 + 0.5, 0, 1)


@SIGMOID.wrong(case="far from zero stays finite")
def sigmoid_clipped(x):
    """You clip x to ±10, where sigmoid is still 0.00005 away from 0 and 1.

    Clip at ±500, or not at all."""
    return 1 / (1 + np.exp(-np.clip(x, -10, 10)))


@SIGMOID.wrong
def sigmoid_softmax(x):
    """You divide by a sum over all entries, which is softmax; sigmoid treats each entry on its own."""
    e = np.exp(x - x.max())
    return e / e.sum()


@SIGMOID.right
def sigmoid_by_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


@SIGMOID.right
def sigmoid_by_logaddexp(x):
    return np.exp(-np.logaddexp(0, -x))


@SIGMOID.right
def sigmoid_by_sign(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


@SIGMOID.right
def sigmoid_two_branches_with(x):
    x = np.asarray(x, dtype=float)
    out = np.zeros(x.shape)
    pos = x >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-x[pos]))
    e = np.exp(x[~pos])
    out[~pos] = e / (1.0 + e)
    return out


@SIGMOID.right
def sigmoid_scalar_helper_with(x):
    import math

    def one(v):
        if v >= 0:
            return 1.0 / (1.0 + math.exp(-v))
        e = math.exp(v)
        return e / (1.0 + e)

    return np.vectorize(one, otypes=[float])(x)
