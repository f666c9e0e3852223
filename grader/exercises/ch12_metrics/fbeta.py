"""Precision and recall in one number."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import experiments


def far_apart(size, scale=1.0, **given):
    """Precision and recall of every pair well apart, now one larger and now the other. The first pair has a sum
    below 1, and 4 P + R is above 1 for all."""

    def draw(rng):
        low, high = scale * rng.uniform(0.15, 0.35, size), scale * rng.uniform(0.55, 0.95, size)
        high.flat[0] = scale * rng.uniform(0.55, 0.64)
        i = np.arange(low.size).reshape(low.shape) % 3 == 1
        return call(np.where(i, low, high), np.where(i, high, low), **given)

    return draw


def _allowed(rng):
    size = shape(rng)
    scale = one_of(rng, 1.0, 1.0, 1e-3, 1e-7)
    P, R = (scale * rng.random(size) * (rng.random(size) < one_of(rng, 1.0, 0.7)) for _ in range(2))
    if rng.random() < 0.2:
        P, R = np.ceil(P), np.ceil(R)
    return call(P, R, **options(rng, beta=(1.0, 2.0, 0.5, 0.1, 5.0)))


ZEROS = "one of the two 0, both 0, both 1"

FBETA = Exercise(
    function="fbeta",
    topics=("C12-13",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=experiments.fbeta,
    allowed=_allowed,
    cases=(
        Case("F1", far_apart((4,)), example=call([0.5, 0.25], [0.25, 0.75]), weight=2),
        Case("recall counts twice as much", far_apart((4,), beta=2.0), weight=2),
        Case("precision counts twice as much", far_apart((4,), beta=0.5)),
        in_turn(
            ZEROS,
            lambda rng: call(
                np.array([0.0, 0.0, 1.0, 1.0, 0.0]), np.array([0.0, rng.uniform(0.2, 0.9), 0.0, 1.0, 0.0])
            ),
            lambda rng: call(
                np.array([0.0, rng.uniform(0.2, 0.9), 1.0]), np.array([0.0, 0.0, 1.0]), beta=2.0
            ),
            lambda rng: call(np.zeros((1, 2)), np.zeros((1, 2))),
            lambda rng: call(np.array([1.0, 0.0]), np.array([0.0, 1.0])),
            edge=True,
            weight=3,
        ),
        Case("tiny shares", far_apart((3,), 1e-7), weight=3),
        in_turn(
            "matrices, a single pair, other betas",
            far_apart((2, 3)),
            far_apart((1,), beta=1.0),
            far_apart((1, 3), beta=0.5),
            far_apart((3, 1)),
            far_apart((2, 1, 3), beta=5.0),
            far_apart((1, 2, 1)),
            far_apart((2, 3, 1), beta=2.0),
            far_apart((2, 2), 1e-7, beta=0.1),
        ),
    ),
    hints=(
        "First the formula for numbers: (1 + beta**2) * precision * recall / (beta**2 * precision + recall).",
        "Where both are 0 it is 0 / 0. Put a 1 in place of such a denominator: the numerator is 0 anyway.",
        "np.where(below > 0, below, 1)",
    ),
)


@FBETA.wrong
def fbeta_arithmetic(precision, recall, *, beta=1.0):
    """You take the weighted mean of the two themselves; F is that of their reciprocals, which punishes extremes."""
    return (precision + beta**2 * recall) / (1 + beta**2)


@FBETA.wrong
def fbeta_geometric(precision, recall, *, beta=1.0):
    """You take the geometric mean, a root of the product; F is the harmonic mean, product over sum."""
    return (precision * recall ** (beta**2)) ** (1 / (1 + beta**2))


@FBETA.wrong(case="recall counts twice as much")
def fbeta_not_squared(precision, recall, *, beta=1.0):
    """You weigh with beta; the weight is its square."""
    below = beta * precision + recall
    return (1 + beta) * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong(case="recall counts twice as much")
def fbeta_square_below_only(precision, recall, *, beta=1.0):
    """The factor in front is 1 + beta² as well; yours has no square."""
    below = beta**2 * precision + recall
    return (1 + beta) * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong(case="recall counts twice as much")
def fbeta_square_above_only(precision, recall, *, beta=1.0):
    """The weight in the denominator is beta², too; yours has no square."""
    below = beta * precision + recall
    return (1 + beta**2) * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong(case="recall counts twice as much")
def fbeta_wrong_side(precision, recall, *, beta=1.0):
    """Your beta favours precision: in the denominator beta² stands beside precision, so that recall counts more."""
    below = precision + beta**2 * recall
    return (1 + beta**2) * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong(case="recall counts twice as much")
def fbeta_two_in_front(precision, recall, *, beta=1.0):
    """Your factor in front is 2 for every beta; it is 1 + beta²."""
    below = beta**2 * precision + recall
    return 2 * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong(case="recall counts twice as much")
def fbeta_weight_of_both(precision, recall, *, beta=1.0):
    """You weigh precision and recall alike in the denominator: beta² belongs to precision only."""
    below = beta**2 * (precision + recall)
    return (1 + beta**2) * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong(case="recall counts twice as much")
def fbeta_ignored(precision, recall, *, beta=1.0):
    """You do not use `beta`: what you return is F1."""
    below = precision + recall
    return 2 * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong
def fbeta_without_the_factor(precision, recall, *, beta=1.0):
    """The factor 1 + beta² is missing: with both at 1 it must be 1."""
    below = beta**2 * precision + recall
    return precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong
def fbeta_other_default(precision, recall, *, beta=2.0):
    """Your default for `beta` is not 1."""
    below = beta**2 * precision + recall
    return (1 + beta**2) * precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong
def fbeta_the_smaller(precision, recall, *, beta=1.0):
    """You return the smaller of the two; F lies between them."""
    return np.minimum(precision, recall)


@FBETA.wrong
def fbeta_iou(precision, recall, *, beta=1.0):
    """You subtract the product in the denominator, which gives IoU; F has the plain sum there."""
    below = beta**2 * precision + recall - precision * recall
    return precision * recall / np.where(below > 0, below, 1)


@FBETA.wrong(case=ZEROS)
def fbeta_nan(precision, recall, *, beta=1.0):
    """You divide 0 by 0, which is nan; F is 0 where both are 0."""
    with np.errstate(invalid="ignore"):
        return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


@FBETA.wrong(case="tiny shares")
def fbeta_eps(precision, recall, *, beta=1.0):
    """You add a small number to the denominator, which changes small F; ask whether it is 0 instead."""
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall + 1e-9)


@FBETA.wrong
def fbeta_truth_of_an_array(precision, recall, *, beta=1.0):
    """`if` wants one answer, and an array has many: where the denominator is 0 is asked for each pair.

    np.where(below > 0, below, 1)."""
    below = beta**2 * precision + recall
    if below == 0:
        return 0.0
    return (1 + beta**2) * precision * recall / below


@FBETA.wrong(case="F1")
def fbeta_of_the_means(precision, recall, *, beta=1.0):
    """You average the pairs into one number; each pair has its own F."""
    P, R = precision.mean(), recall.mean()
    return (1 + beta**2) * P * R / (beta**2 * P + R) if P + R > 0 else 0.0


@FBETA.wrong(case="arguments unchanged")
def fbeta_in_place(precision, recall, *, beta=1.0):
    """You change the arguments in place; they belong to the caller."""
    below = beta**2 * precision + recall
    below[below == 0] = 1
    precision *= recall
    return (1 + beta**2) * precision / below


@FBETA.wrong
def fbeta_at_least_one_below(precision, recall, *, beta=1.0):
    """You raise every denominator below 1 to 1; only a 0 is to be replaced."""
    return (1 + beta**2) * precision * recall / np.maximum(beta**2 * precision + recall, 1)


@FBETA.wrong(case=ZEROS)
def fbeta_all_zero(precision, recall, *, beta=1.0):
    """One pair of zeros makes your whole result 0; it is 0 for that pair only."""
    if np.any(precision + recall == 0):
        return np.zeros(np.shape(precision))
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


@FBETA.right
def fbeta_by_divide(precision, recall, *, beta=1.0):
    below = beta**2 * precision + recall
    above = (1 + beta**2) * precision * recall
    return np.divide(above, below, out=np.zeros_like(above), where=below != 0)


@FBETA.right
def fbeta_by_reciprocals(precision, recall, *, beta=1.0):
    result = np.zeros(precision.shape)
    fine = (precision > 0) & (recall > 0)
    weight = 1 / (1 + beta**2)
    result[fine] = 1 / (weight / precision[fine] + (1 - weight) / recall[fine])
    return result


@FBETA.right
def fbeta_pair_by_pair(precision, recall, *, beta=1.0):
    result = np.empty_like(precision)
    for place in np.ndindex(precision.shape):
        p, r = precision[place], recall[place]
        result[place] = 0 if p == 0 and r == 0 else (1 + beta**2) * p * r / (beta**2 * p + r)
    return result


@FBETA.right
def fbeta_nan_replaced(precision, recall, *, beta=1.0):
    square = beta * beta
    with np.errstate(divide="ignore", invalid="ignore"):
        f = (1 + square) * (precision * recall) / (square * precision + recall)
    f[np.isnan(f)] = 0
    return f
