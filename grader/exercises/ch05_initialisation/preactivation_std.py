"""How wide the weighted input of one unit spreads where some inputs are 1 and the others 0."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import init


def _allowed(rng):
    w_std = float(one_of(rng, 0.0, 1.0, 200.0, 1e-5, *rng.uniform(0.01, 3, size=3)))
    b_std = {"b_std": float(one_of(rng, 0.0, 1.0, 200.0, 1e-5, *rng.uniform(0, 3, size=3)))}
    return call(int(one_of(rng, 0, 1, 7, 500, 3000)), w_std, **(b_std if rng.random() < 0.7 else {}))


PREACTIVATION_STD = Exercise(
    function="preactivation_std",
    topics=("C05-06", "C05-07"),
    points=1,
    difficulty=1,
    minutes=8,
    reference=init.preactivation_std,
    allowed=_allowed,
    cases=(
        Case(
            "weights from N(0, 1)",
            lambda rng: call(int(rng.integers(300, 450)), 1.0),  # more, and the bias would count as rounding
            weight=2,
            example=call(400, 1.0),
        ),
        Case(
            "weights of standard deviation 1/√1000",
            lambda rng: call(int(rng.integers(300, 900)), 1000**-0.5),
            weight=2,
        ),
        Case(
            "another spread of the bias",
            lambda rng: call(
                int(rng.integers(5, 20)), float(rng.uniform(0.3, 0.8)), b_std=float(rng.uniform(2, 4))
            ),
            weight=2,
        ),
        Case(
            "a bias of 0",
            lambda rng: call(int(rng.integers(3, 99)), float(rng.uniform(0.3, 0.8)), b_std=0.0),
        ),
        in_turn(
            "no input is 1, no spread, tiny and large spreads, b_std given as 1",
            lambda rng: call(0, float(rng.uniform(1, 2)), b_std=float(rng.uniform(200, 300))),
            lambda rng: call(0, float(rng.uniform(1, 2)), b_std=0.0),
            lambda rng: call(1, 0.0, b_std=float(rng.uniform(0.1, 0.4))),
            lambda rng: call(3000, 0.0, b_std=0.0),
            lambda rng: call(3000, float(rng.uniform(200, 300)), b_std=1.0),
            lambda rng: call(2, 1e-5 * float(rng.uniform(1, 2)), b_std=1e-5),
        ),
    ),
    hints=(
        "An input that is 1 adds its weight to the sum, one that is 0 adds nothing. How many terms are there?",
        "Variances of independent terms add up, standard deviations do not.",
        "The root of n_active * w_std**2 + b_std**2.",
    ),
)


@PREACTIVATION_STD.wrong
def preactivation_std_variance(n_active, w_std, *, b_std=1.0):
    """That is the variance; the standard deviation is its root."""
    return n_active * w_std**2 + b_std**2


@PREACTIVATION_STD.wrong
def preactivation_std_stds_added(n_active, w_std, *, b_std=1.0):
    """You add standard deviations; of independent terms the *variances* add up.

    Square, add, take the root."""
    return n_active * w_std + b_std


@PREACTIVATION_STD.wrong
def preactivation_std_bias_outside(n_active, w_std, *, b_std=1.0):
    """You add the bias's standard deviation after the root; its variance belongs under the root."""
    return np.sqrt(n_active) * w_std + b_std


@PREACTIVATION_STD.wrong
def preactivation_std_bias_lost(n_active, w_std, *, b_std=1.0):
    """The bias is random too: b_std² is missing under the root."""
    return np.sqrt(n_active) * w_std


@PREACTIVATION_STD.wrong(case="weights of standard deviation 1/√1000")
def preactivation_std_w_not_squared(n_active, w_std, *, b_std=1.0):
    """Under the root stand variances: w_std is a standard deviation, square it."""
    return np.sqrt(n_active * w_std + b_std**2)


@PREACTIVATION_STD.wrong(case="another spread of the bias")
def preactivation_std_b_not_squared(n_active, w_std, *, b_std=1.0):
    """Under the root stand variances: b_std is a standard deviation, square it."""
    return np.sqrt(n_active * w_std**2 + b_std)


@PREACTIVATION_STD.wrong(case="another spread of the bias")
def preactivation_std_option_ignored(n_active, w_std, *, b_std=1.0):
    """You take 1 for the bias, whatever `b_std` says."""
    return np.sqrt(n_active * w_std**2 + 1)


@PREACTIVATION_STD.wrong
def preactivation_std_n_squared(n_active, w_std, *, b_std=1.0):
    """You take n² for n: that would be n times the same weight, but the weights are independent."""
    return np.sqrt(n_active**2 * w_std**2 + b_std**2)


@PREACTIVATION_STD.wrong
def preactivation_std_bias_with_each(n_active, w_std, *, b_std=1.0):
    """There is one bias, not one for each input: n multiplies the weights' variance only."""
    return np.sqrt(n_active * (w_std**2 + b_std**2))


@PREACTIVATION_STD.wrong(case="weights of standard deviation 1/√1000")
def preactivation_std_w_as_variance_divided(n_active, w_std, *, b_std=1.0):
    """You divide the weights' variance by n yourself; w_std already is the spread of one weight."""
    return np.sqrt(w_std**2 + b_std**2)


@PREACTIVATION_STD.wrong(case="weights of standard deviation 1/√1000")
def preactivation_std_none_squared(n_active, w_std, *, b_std=1.0):
    """Under the root stand variances: w_std and b_std are standard deviations, square both."""
    return np.sqrt(n_active * w_std + b_std)


@PREACTIVATION_STD.wrong(case="weights of standard deviation 1/√1000")
def preactivation_std_bias_as_weight(n_active, w_std, *, b_std=1.0):
    """You count the bias as one more weight; it has a spread of its own, b_std."""
    return np.sqrt((n_active + 1) * w_std**2)


@PREACTIVATION_STD.right
def preactivation_std_by_hypot(n_active, w_std, *, b_std=1.0):
    return np.hypot(n_active**0.5 * w_std, b_std)


@PREACTIVATION_STD.right
def preactivation_std_by_list(n_active, w_std, *, b_std=1.0):
    return np.sqrt(sum([w_std**2] * n_active + [b_std**2]))


@PREACTIVATION_STD.right
def preactivation_std_as_length(n_active, w_std, *, b_std=1.0):
    return np.linalg.norm(np.append(np.full(n_active, w_std), b_std))


@PREACTIVATION_STD.right
def preactivation_std_by_power(n_active, w_std, *, b_std=1.0):
    variance = b_std * b_std
    variance += n_active * w_std * w_std
    return variance**0.5
