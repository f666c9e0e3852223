"""Numbers whose logarithm is uniform."""

import numpy as np

from grader.calls.plain import Rng
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import search


def seed(rng):
    return Rng(int(rng.integers(2**32)))


def of(low, high, **options):
    """Draws a call between these limits, each up to twice as large."""
    return lambda rng: call(low * rng.uniform(1, 2), high * rng.uniform(1, 2), **options, rng=seed(rng))


SIZES = (None, 1, 4, (2, 3), (3, 1), 0)


def _allowed(rng):
    low = float(one_of(rng, 1e-8, 1e-4, 0.3, 2.0))
    high = low * float(one_of(rng, 1.0, 3.0, 1e3, 1e5))
    return call(low, high, **options(rng, size=SIZES), rng=seed(rng))


LOG_UNIFORM = Exercise(
    function="log_uniform",
    topics=("C07-08",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=search.log_uniform,
    allowed=_allowed,
    cases=(
        Case("learning rates", of(1e-4, 0.1, size=6), weight=2),
        Case("large numbers", of(3.0, 1e5, size=5), weight=2),
        Case("a shape", of(0.3, 1e3, size=(2, 3)), weight=2),
        Case("one number", of(1e-3, 10.0), weight=2, draws=2),
        in_turn(
            "low equals high, none, one, odd shapes, tiny numbers",
            lambda rng: call(0.3, 0.3, size=4, rng=seed(rng)),
            of(1e-8, 1e-5, size=1),
            of(2.0, 6.0, size=(3, 1)),
            of(0.3, 1e3, size=None),
            of(1e-4, 1.0, size=0),
            of(200.0, 1e5),
            lambda rng: call(1e-8, 1e-8, rng=seed(rng)),
        ),
    ),
    hints=(
        "What is uniform is the logarithm: draw that, then undo the logarithm.",
        "u = rng.uniform(np.log(low), np.log(high), size=size)",
        "np.exp undoes np.log.",
    ),
)


@LOG_UNIFORM.wrong
def log_uniform_uniform(low, high, *, size=None, rng):
    """You draw the number itself uniformly, so that nearly all are of the largest order; draw its logarithm."""
    return rng.uniform(low, high, size=size)


@LOG_UNIFORM.wrong
def log_uniform_not_undone(low, high, *, size=None, rng):
    """You return the logarithm; undo it with np.exp."""
    return rng.uniform(np.log(low), np.log(high), size=size)


@LOG_UNIFORM.wrong
def log_uniform_log_of_a_draw(low, high, *, size=None, rng):
    """You take the logarithm of a uniform draw; draw the logarithm, and undo it afterwards."""
    return np.log(rng.uniform(low, high, size=size))


@LOG_UNIFORM.wrong
def log_uniform_limits_not_logged(low, high, *, size=None, rng):
    """You draw between low and high and then take np.exp; the limits of the draw are their logarithms."""
    return np.exp(np.minimum(rng.uniform(low, high, size=size), 500))


@LOG_UNIFORM.wrong
def log_uniform_ten_for_e(low, high, *, size=None, rng):
    """You take np.log, to base e, and undo it with 10 to the power; take the same base both ways."""
    return 10 ** rng.uniform(np.log(low), np.log(high), size=size)


@LOG_UNIFORM.wrong
def log_uniform_e_for_ten(low, high, *, size=None, rng):
    """You take np.log10 and undo it with np.exp; take the same base both ways."""
    return np.exp(rng.uniform(np.log10(low), np.log10(high), size=size))


@LOG_UNIFORM.wrong
def log_uniform_from_high_to_low(low, high, *, size=None, rng):
    """You draw from high to low: the distribution is the same, the numbers are not; low comes first, as asked."""
    return np.exp(rng.uniform(np.log(high), np.log(low), size=size))


@LOG_UNIFORM.wrong
def log_uniform_whole_powers(low, high, *, size=None, rng):
    """You draw whole powers only; everything between them belongs to the distribution, too."""
    return 10.0 ** np.round(rng.uniform(np.log10(low), np.log10(high), size=size))


@LOG_UNIFORM.wrong
def log_uniform_normal(low, high, *, size=None, rng):
    """You draw the logarithm from a normal distribution; it is uniform."""
    middle, width = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / 4
    return np.exp(rng.normal(middle, width, size=size))


@LOG_UNIFORM.wrong
def log_uniform_own_generator(low, high, *, size=None, rng):
    """You make a generator of your own; draw from the `rng` that is handed in."""
    return np.exp(np.random.default_rng(0).uniform(np.log(low), np.log(high), size=size))


@LOG_UNIFORM.wrong
def log_uniform_size_ignored(low, high, *, size=None, rng):
    """You do not use `size`: it says how many numbers to draw."""
    return np.exp(rng.uniform(np.log(low), np.log(high)))


@LOG_UNIFORM.wrong
def log_uniform_one_draw_for_all(low, high, *, size=None, rng):
    """You draw one number and repeat it; each entry is drawn on its own."""
    x = np.exp(rng.uniform(np.log(low), np.log(high)))
    return x if size is None else np.full(size, x)


@LOG_UNIFORM.wrong
def log_uniform_evenly_spaced(low, high, *, size=None, rng):
    """You space the numbers evenly; they are drawn at random."""
    return np.geomspace(low, high, 1 if size is None else np.prod(size)).reshape(() if size is None else size)


@LOG_UNIFORM.wrong
def log_uniform_second_draw(low, high, *, size=None, rng):
    """You call rng twice, so that your numbers are not the first ones; one call draws all."""
    rng.uniform()
    return np.exp(rng.uniform(np.log(low), np.log(high), size=size))


@LOG_UNIFORM.wrong(case="one number")
def log_uniform_an_array_of_one(low, high, *, size=1, rng):
    """Your default for `size` is 1, which makes an array; without a size one plain number is asked for."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size=1 if size is None else size))


@LOG_UNIFORM.wrong
def log_uniform_limits_as_exponents(low, high, *, size=None, rng):
    """You take low and high for exponents of 10; they are the limits themselves, so draw between their logarithms."""
    return 10 ** np.minimum(rng.uniform(low, high, size=size), 300)


@LOG_UNIFORM.wrong
def log_uniform_in_the_middle(low, high, *, size=None, rng):
    """You mix two logarithms, np.log10 for one end and np.log for the other; take one for both."""
    return np.exp(rng.uniform(np.log10(low), np.log(high), size=size))


@LOG_UNIFORM.right
def log_uniform_to_base_ten(low, high, *, size=None, rng):
    return 10 ** rng.uniform(np.log10(low), np.log10(high), size=size)


@LOG_UNIFORM.right
def log_uniform_by_ratio(low, high, *, size=None, rng):
    return low * (high / low) ** rng.uniform(0, 1, size=size)


@LOG_UNIFORM.right
def log_uniform_by_random(low, high, *, size=None, rng):
    a, b = np.log2(low), np.log2(high)
    return np.exp2(a + (b - a) * rng.random(size))


@LOG_UNIFORM.right
def log_uniform_one_by_one(low, high, *, size=None, rng):
    a, b = np.log(low), np.log(high)
    if size is None:
        return np.exp(rng.uniform(a, b))
    drawn = [np.exp(rng.uniform(a, b)) for _ in range(np.prod(size))]
    return np.array(drawn).reshape(size)
