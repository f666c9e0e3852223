"""Minus the log density of Laplace weights."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import regularization


def of(*size, scale=1.0, b=None, make=None):
    """Draws weights of both signs; their sizes sum to something else than their number, and b is not 1."""

    def draw(rng):
        w = scale * rng.uniform(1.5, 3, size=size)
        w = (
            np.where(np.arange(w.size).reshape(size) % 3 == 1, -w, w)
            if make is None
            else make(rng, size, scale)
        )
        return call(w, b=float(rng.uniform(1.6, 2.5)) if b is None else b)

    return draw


def _allowed(rng):
    scale = one_of(rng, 1.0, 1.0, 10.0, 1e3, 1e-5)
    return call(floats(rng, shape(rng), (scale,)), b=float(one_of(rng, 0.1, 0.5, 1.0, 2.0, 300.0)))


LAPLACE_NEG_LOG_PRIOR = Exercise(
    function="laplace_neg_log_prior",
    topics=("C08-15",),
    points=1,
    difficulty=2,
    minutes=15,
    reference=regularization.laplace_neg_log_prior,
    forbid=("nnlib.regularization.laplace_neg_log_prior_backward",),
    allowed=_allowed,
    cases=(
        Case("three weights", of(3), weight=2, example=call([0.5, -1.0, 3.0], b=2.0)),
        Case("a narrow prior", of(4, b=0.3)),
        Case("a matrix", of(2, 3), weight=2),
        Case("weights of hundreds", of(4, scale=300.0)),
        in_turn(
            "one weight, odd shapes, zeros, b = 1, tiny and large numbers",
            of(1),
            of(1, 3, b=1.0),
            of(3, 1, scale=1e3, b=300.0),
            of(1, 3, 1, scale=1e-5, b=0.1),
            of(2, 1, 3, make=spread, b=0.5),
            of(5, scale=-300.0),
            lambda rng: call(np.zeros((2, 2)), b=float(rng.uniform(1.6, 2.5))),
        ),
    ),
    hints=(
        "The log of a product is a sum of logs: one term for each weight. −ln of 1/(2b) is ln(2b).",
        "For one weight: |w| / b + ln(2b). How many weights are there? w.size counts the entries of any shape.",
        "return np.sum(np.abs(w)) / b + w.size * np.log(2 * b)",
    ),
)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_two_b(w, *, b):
    """Your strength is 1/(2b), as it has been printed; the 2 is in the constant only: the strength is 1/b."""
    return np.sum(np.abs(w)) / (2 * b) + w.size * np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_one_constant(w, *, b):
    """You add ln(2b) once; each weight brings one."""
    return np.sum(np.abs(w)) / b + np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_no_constant(w, *, b):
    """The constant is missing: each weight brings ln(2b)."""
    return np.sum(np.abs(w)) / b


@LAPLACE_NEG_LOG_PRIOR.wrong(case="a matrix")
def laplace_neg_log_prior_rows(w, *, b):
    """len(w) counts the rows of a matrix; w.size counts its entries."""
    return np.sum(np.abs(w)) / b + len(w) * np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_sign(w, *, b):
    """You return the log density; *minus* that is asked."""
    return -np.sum(np.abs(w)) / b - w.size * np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_constant_subtracted(w, *, b):
    """You subtract the constant: −ln of 1/(2b) is +ln(2b)."""
    return np.sum(np.abs(w)) / b - w.size * np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_no_sizes(w, *, b):
    """You sum the weights with their signs; take np.abs first."""
    return np.sum(w) / b + w.size * np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_squares(w, *, b):
    """You sum squares, which belongs to the normal distribution; Laplace has the sizes."""
    return np.sum(w**2) / (2 * b**2) + w.size * np.log(b * np.sqrt(2 * np.pi))


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_log_of_b(w, *, b):
    """The 2 is missing in the constant: it is ln(2b)."""
    return np.sum(np.abs(w)) / b + w.size * np.log(b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_times_b(w, *, b):
    """You multiply by b; divide: a wider prior pulls less."""
    return np.sum(np.abs(w)) * b + w.size * np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_mean(w, *, b):
    """You return the mean over the weights; the log of a product is a sum."""
    return np.mean(np.abs(w)) / b + np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_density(w, *, b):
    """You return the density itself; take −ln of it."""
    return np.prod(np.exp(-np.abs(w) / b) / (2 * b))


@LAPLACE_NEG_LOG_PRIOR.wrong(case="weights of hundreds")
def laplace_neg_log_prior_log_of_the_product(w, *, b):
    """The product of the densities is too small for a float, and −ln of 0 is infinite: sum the logarithms."""
    with np.errstate(divide="ignore", under="ignore"):
        return -np.log(np.prod(np.exp(-np.abs(w) / b) / (2 * b)))


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_constant_of_the_normal(w, *, b):
    """Your constant, ln(b √(2π)), is that of the normal distribution; Laplace has ln(2b)."""
    return np.sum(np.abs(w)) / b + w.size * np.log(b * np.sqrt(2 * np.pi))


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_each(w, *, b):
    """You return a number for each weight; sum them."""
    return np.abs(w) / b + np.log(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_base_two(w, *, b):
    """You take the logarithm to base 2; ln is np.log."""
    return np.sum(np.abs(w)) / b + w.size * np.log2(2 * b)


@LAPLACE_NEG_LOG_PRIOR.wrong
def laplace_neg_log_prior_standard_deviation(w, *, b):
    """You take b for the standard deviation; it is the scale, as it stands in the formula."""
    scale = b / np.sqrt(2)
    return np.sum(np.abs(w)) / scale + w.size * np.log(2 * scale)


@LAPLACE_NEG_LOG_PRIOR.right
def laplace_neg_log_prior_each_summed(w, *, b):
    return np.sum(np.abs(w) / b + np.log(2 * b))


@LAPLACE_NEG_LOG_PRIOR.right
def laplace_neg_log_prior_by_log_density(w, *, b):
    log_density = -np.log(2) - np.log(b) - np.abs(w) / b
    return -log_density.sum()


@LAPLACE_NEG_LOG_PRIOR.right
def laplace_neg_log_prior_by_norm(w, *, b):
    vector = w.reshape(-1)
    return np.linalg.norm(vector, 1) / b + np.log(2 * b) * vector.shape[0]


@LAPLACE_NEG_LOG_PRIOR.right
def laplace_neg_log_prior_by_loop(w, *, b):
    total = 0.0
    for value in w.flat:
        total += abs(value) / b + np.log(2.0 * b)
    return total
