"""Between how many words a model is undecided."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import metrics


def logs(*size, low=4.0, **given):
    """Logarithms down to -low, the rows and columns of different size."""

    def draw(rng):
        x = -rng.uniform(0.1, 1, size) * low
        for axis in range(len(size)):
            i = np.arange(size[axis]).reshape([-1 if a == axis else 1 for a in range(len(size))])
            x = x * (1 + i) / size[axis]
        return call(x, **given)

    return draw


def _allowed(rng):
    size = shape(rng)
    x = -np.abs(rng.normal(size=size)) * one_of(rng, 1.0, 1.0, 10.0, 1e-3, 1e-6)
    x = x * (rng.random(size) < one_of(rng, 1.0, 0.5))
    if rng.random() < 0.2:
        x = x - 40.0
    return call(x, **options(rng, axis=(None, *range(-x.ndim, x.ndim))))


LONG = "a thousand words"

PERPLEXITY = Exercise(
    function="perplexity",
    topics=("C12-22",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=metrics.perplexity,
    allowed=_allowed,
    large=lambda rng: call(-rng.uniform(0.1, 9, 1000)),
    cases=(
        Case("a row of words", logs(5), example=call([-0.5, -1.5, -2.5, -3.0]), weight=2),
        Case(
            LONG,
            lambda rng: call(np.concatenate([-rng.uniform(0.1, 2, 100), -rng.uniform(2, 9, 900)])),
            weight=2,
        ),
        Case("sentences in rows, all words", logs(3, 4)),
        in_turn("an axis", logs(3, 4, axis=0), logs(3, 4, axis=1), logs(3, 4, axis=-1), weight=2),
        in_turn(
            "three axes, one word, certain words, likely and unlikely words",
            logs(2, 3, 4, axis=1),
            logs(2, 3, 4),
            logs(2, 3, 4, axis=-3),
            logs(2, 3, 4, axis=2),
            logs(3, 1, axis=0),
            logs(1, 3, axis=1),
            logs(3, axis=0),
            logs(3, axis=-1),
            logs(2, 1, 3, axis=-2),
            logs(1, 2, 1, axis=None),
            logs(4, 2, axis=-2),
            logs(1),
            logs(2, 2, 1, low=60.0, axis=0),
            logs(3, low=1e-5),
            lambda rng: call(-rng.uniform(60, 80, (2, 3))),
            lambda rng: call(-rng.uniform(60, 80, (2, 3)), axis=1),
            lambda rng: call(np.zeros(3)),
            lambda rng: call(np.array([[0.0, -1.0], [-2.0, 0.0]]) * rng.uniform(0.5, 1), axis=0),
            edge=True,
        ),
    ),
    hints=(
        "The mean of the logarithms, then its negative, then the exponential: in this order.",
        "NumPy's mean takes the same axis: None for all.",
    ),
)


@PERPLEXITY.wrong
def perplexity_sign(log_probs, *, axis=None):
    """The minus is missing: you return the geometric mean of the probabilities; perplexity is its reciprocal."""
    return np.exp(log_probs.mean(axis=axis))


@PERPLEXITY.wrong(case="a row of words")
def perplexity_sum(log_probs, *, axis=None):
    """You take the sum of the logarithms; it is their mean, so that the length of the text does not matter."""
    with np.errstate(over="ignore"):
        return np.exp(-log_probs.sum(axis=axis))


@PERPLEXITY.wrong
def perplexity_two(log_probs, *, axis=None):
    """You raise 2 to a natural logarithm; it is undone by e, with np.exp."""
    return 2.0 ** -log_probs.mean(axis=axis)


@PERPLEXITY.wrong
def perplexity_entropy(log_probs, *, axis=None):
    """You return the mean of −ln p, the cross-entropy; the perplexity is its exponential."""
    return -log_probs.mean(axis=axis)


@PERPLEXITY.wrong
def perplexity_mean_of_reciprocals(log_probs, *, axis=None):
    """You average 1/p; average the logarithms and take the exponential last."""
    return np.exp(-log_probs).mean(axis=axis)


@PERPLEXITY.wrong
def perplexity_of_the_mean_probability(log_probs, *, axis=None):
    """You average the probabilities; average their logarithms."""
    with np.errstate(divide="ignore"):
        return 1 / np.exp(log_probs).mean(axis=axis)


@PERPLEXITY.wrong(case=LONG)
def perplexity_product(log_probs, *, axis=None):
    """You form the product of all probabilities, or exp of the whole sum: for a thousand words it is 0 or infinite.

    The mean of the logarithms first, then np.exp."""
    n = log_probs.size if axis is None else log_probs.shape[axis]
    with np.errstate(divide="ignore"):
        return np.prod(np.exp(log_probs), axis=axis) ** (-1 / n)


@PERPLEXITY.wrong(case="an axis")
def perplexity_axis_ignored(log_probs, *, axis=None):
    """You do not use `axis`: with one given, the average is over that axis only."""
    return np.exp(-log_probs.mean())


@PERPLEXITY.wrong(case="an axis")
def perplexity_axis_kept(log_probs, *, axis=None):
    """You keep the axis with length 1; the shape is without it."""
    mean = log_probs.mean(axis=axis, keepdims=True)
    return np.exp(-mean) if axis is not None else np.exp(-mean.ravel()[0])


@PERPLEXITY.wrong(case="sentences in rows, all words")
def perplexity_last_axis_by_default(log_probs, *, axis=-1):
    """Your default for `axis` is −1; left out it is None, all words together."""
    return np.exp(-log_probs.mean(axis=axis))


@PERPLEXITY.wrong(case="sentences in rows, all words")
def perplexity_first_axis_by_default(log_probs, *, axis=0):
    """Your default for `axis` is 0; left out it is None, all words together."""
    return np.exp(-log_probs.mean(axis=axis))


@PERPLEXITY.wrong(case="sentences in rows, all words")
def perplexity_mean_of_sentences(log_probs, *, axis=None):
    """You average the perplexities of the rows; average all logarithms first."""
    if axis is None:
        return np.exp(-log_probs.mean(axis=-1)).mean()
    return np.exp(-log_probs.mean(axis=axis))


@PERPLEXITY.wrong(case="sentences in rows, all words")
def perplexity_by_sentences(log_probs, *, axis=None):
    """You divide by the number of rows; there are as many words as entries."""
    n = len(log_probs) if axis is None else log_probs.shape[axis]
    with np.errstate(over="ignore"):
        return np.exp(-log_probs.sum(axis=axis) / n)


@PERPLEXITY.wrong(case="a row of words")
def perplexity_one_word_fewer(log_probs, *, axis=None):
    """You divide by one word fewer than there are."""
    n = log_probs.size if axis is None else log_probs.shape[axis]
    with np.errstate(over="ignore"):
        return np.exp(-log_probs.sum(axis=axis) / max(n - 1, 1))


@PERPLEXITY.wrong
def perplexity_logarithm_again(log_probs, *, axis=None):
    """You take the logarithm of what is a logarithm already, which is nan; `log_probs` are ready."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.exp(-np.log(log_probs).mean(axis=axis))


@PERPLEXITY.wrong(case="arguments unchanged")
def perplexity_in_place(log_probs, *, axis=None):
    """You turn the signs of the argument in place; it belongs to the caller."""
    log_probs *= -1
    return np.exp(log_probs.mean(axis=axis))


@PERPLEXITY.wrong
def perplexity_ten(log_probs, *, axis=None):
    """You raise 10 to a natural logarithm; it is undone by e, with np.exp."""
    with np.errstate(over="ignore"):
        return 10.0 ** -log_probs.mean(axis=axis)


@PERPLEXITY.wrong(case="an axis")
def perplexity_axis_zero_for_none(log_probs, *, axis=None):
    """`if axis` takes axis 0 for none; ask `axis is not None`."""
    if axis:
        return np.exp(-log_probs.mean(axis=axis))
    return np.exp(-log_probs.mean())


@PERPLEXITY.right
def perplexity_by_sum(log_probs, *, axis=None):
    n = log_probs.size if axis is None else log_probs.shape[axis]
    return np.exp(-np.sum(log_probs, axis=axis) / n)


@PERPLEXITY.right
def perplexity_reciprocal(log_probs, *, axis=None):
    return 1 / np.exp(np.mean(log_probs.astype(np.float64), axis=axis))


@PERPLEXITY.right
def perplexity_in_bits(log_probs, *, axis=None):
    bits = -log_probs.mean(axis=axis, dtype=np.float64) / np.log(2)
    return 2.0**bits


@PERPLEXITY.right
def perplexity_by_roots(log_probs, *, axis=None):
    words = log_probs.reshape(-1) if axis is None else np.moveaxis(log_probs, axis, 0)
    return np.prod([np.exp(-word.astype(np.float64) / len(words)) for word in words], axis=0)
