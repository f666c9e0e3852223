"""The variance of a weighted sum."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import init


def of(mean_w=(), mean_x=()):
    """Draws a sum of about 1, with means between these limits (mean_w times √n); one without limits is left out."""

    def draw(rng):
        n, var_w, var_x = int(rng.integers(20, 900)), rng.uniform(0.2, 3), rng.uniform(0.2, 3)
        options = {"mean_w": float(rng.uniform(*mean_w) / n**0.5)} if mean_w else {}
        if mean_x:
            options["mean_x"] = float(rng.uniform(*mean_x))
        return call(n, float(var_w / n), float(var_x), **options)

    return draw


def _allowed(rng):
    n = int(one_of(rng, 1, 2, 10, 784, 3000))
    variances = [float(rng.uniform(0.01, 4)), float(one_of(rng, 0.0, 1 / n, rng.uniform(0.01, 4), 300.0))]
    names = [name for name in ("mean_w", "mean_x") if rng.random() < 0.6]
    means = {name: float(one_of(rng, 0.0, -0.2, *rng.uniform(-3, 3, size=3))) for name in names}
    return call(n, *(variances if rng.random() < 0.5 else variances[::-1]), **means)


PREACTIVATION_VARIANCE = Exercise(
    function="preactivation_variance",
    topics=("C05-08",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=init.preactivation_variance,
    allowed=_allowed,
    cases=(
        Case("means 0", of(), example=call(100, 0.01, 9.0)),
        Case("inputs with a mean", of(mean_x=(0.5, 2)), weight=2),
        Case("weights with a mean", of(mean_w=(-2, -0.5)), weight=2),
        Case("both with a mean", of(mean_w=(0.5, 2), mean_x=(-2, -0.5)), weight=2),
        in_turn(
            "one input, no variance, large variance, means given as 0",
            lambda rng: call(1, float(rng.uniform(0.2, 3)), 0.0, mean_x=1.5),
            lambda rng: call(1, 0.0, float(rng.uniform(200, 300)), mean_w=-1.5, mean_x=0.3),
            lambda rng: call(3000, 0.0, float(rng.uniform(1, 2))),
            lambda rng: call(2, float(rng.uniform(1, 2)), 0.0, mean_w=2.5),
            lambda rng: call(3000, float(rng.uniform(200, 300)), 0.5, mean_w=0.0, mean_x=-0.4),
            lambda rng: call(2, 0.3, float(rng.uniform(1, 2)), mean_w=0.3, mean_x=0.0),
            lambda rng: call(784, 1 / 784, float(rng.uniform(1, 2)), mean_w=0.0, mean_x=0.0),
        ),
    ),
    hints=(
        "The variance of a sum of independent terms is the sum of their variances: n times that of one term.",
        "The variance of one term w·x: all three products count, also those that vanish for means 0.",
        "n * (mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x)",
    ),
)


@PREACTIVATION_VARIANCE.wrong(case="both with a mean")
def preactivation_variance_zero_means(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """n Var(w) Var(x) holds only where both means are 0; with a mean there are two more terms."""
    return n * var_w * var_x


@PREACTIVATION_VARIANCE.wrong
def preactivation_variance_std(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """You return the standard deviation; asked for is the variance, its square."""
    return np.sqrt(n * (mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x))


@PREACTIVATION_VARIANCE.wrong
def preactivation_variance_one_term(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """That is the variance of a single product; the sum has n of them."""
    return mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x


@PREACTIVATION_VARIANCE.wrong
def preactivation_variance_n_squared(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """You multiply by n²; that is right for n times the *same* term, but here n independent ones are added.

    Their variances add up: n times."""
    return n**2 * (mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x)


@PREACTIVATION_VARIANCE.wrong(case="both with a mean")
def preactivation_variance_crossed(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """The mean of the weights goes with the variance of the *inputs*, and the other way round."""
    return n * (mean_w**2 * var_w + mean_x**2 * var_x + var_w * var_x)


@PREACTIVATION_VARIANCE.wrong(case="both with a mean")
def preactivation_variance_means_not_squared(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """The means enter squared: a mean of −1 spreads the sum as much as one of 1."""
    return n * (mean_w * var_x + mean_x * var_w + var_w * var_x)


@PREACTIVATION_VARIANCE.wrong
def preactivation_variance_last_term_lost(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """The third term is missing, Var(w) Var(x), the one that is left when both means are 0."""
    return n * (mean_w**2 * var_x + mean_x**2 * var_w)


@PREACTIVATION_VARIANCE.wrong(case="both with a mean")
def preactivation_variance_second_moment(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """You have the mean square of w·x; for the variance take off the square of its mean, (E[w] E[x])²."""
    return n * (mean_w**2 + var_w) * (mean_x**2 + var_x)


@PREACTIVATION_VARIANCE.wrong
def preactivation_variance_added(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """You add Var(w) and Var(x), as for a sum w + x; w and x are multiplied."""
    return n * (mean_w**2 * var_x + mean_x**2 * var_w + var_w + var_x)


@PREACTIVATION_VARIANCE.wrong
def preactivation_variance_of_the_mean(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """That is the variance of the mean of the products, which falls with n; the sum's grows with it."""
    return (mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x) / n


@PREACTIVATION_VARIANCE.wrong(case="inputs with a mean")
def preactivation_variance_only_the_weights_mean(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """The mean of the inputs is missing: E[x]² Var(w)."""
    return n * (mean_w**2 * var_x + var_w * var_x)


@PREACTIVATION_VARIANCE.wrong(case="weights with a mean")
def preactivation_variance_only_the_inputs_mean(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """The mean of the weights is missing: E[w]² Var(x)."""
    return n * (mean_x**2 * var_w + var_w * var_x)


@PREACTIVATION_VARIANCE.wrong
def preactivation_variance_no_brackets(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """Brackets are missing: n multiplies all three terms, not the first only."""
    return n * mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x


@PREACTIVATION_VARIANCE.right
def preactivation_variance_by_moments(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    square_w, square_x = var_w + mean_w**2, var_x + mean_x**2
    return n * square_w * square_x - n * (mean_w * mean_x) ** 2


@PREACTIVATION_VARIANCE.right
def preactivation_variance_by_loop(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    total = 0.0
    for _ in range(n):
        total += mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x
    return total


@PREACTIVATION_VARIANCE.right
def preactivation_variance_two_factors(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    given_x = var_w * (var_x + mean_x**2)  # spread of the weights, over all inputs
    return n * (given_x + var_x * mean_w**2)


@PREACTIVATION_VARIANCE.right
def preactivation_variance_as_dot(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    return n * np.dot([mean_w**2, mean_x**2, var_w], [var_x, var_w, var_x])
