"""Glorot's weights, normal: variance 2 / (fan-in + fan-out)."""

import numpy as np

from grader.exercises.ch05_initialisation.lecun_normal import of, seed, shape
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import init
from nnlib.init import fans

GAINS = (1.0, 5 / 3, 2**0.5, 0.5, 200.0, 1e-5)

XAVIER_NORMAL = Exercise(
    function="xavier_normal",
    topics=("C05-10",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=init.xavier_normal,
    uses=("fans",),
    allowed=lambda rng: call(shape(rng), **options(rng, gain=GAINS), rng=seed(rng)),
    cases=(
        Case("a small layer", of(2, 4), weight=2),
        Case("more units than inputs", of(30, 5), weight=2),
        Case("gain 5/3", of(4, 6, gain=5 / 3), weight=2),
        Case("a convolution", of(3, 4, 2, 5), weight=2),
        in_turn(
            "odd shapes, tiny and large gains, gain given as 1",
            of(1, 1, gain=0.5),
            of(5, 1, gain=1e-5),
            of(1, 6, gain=200.0),
            of(2, 3, 1, gain=1.0),
        ),
    ),
    hints=(
        "The variance is gain² · 2 / (fan_in + fan_out). So what is the standard deviation?",
        "gain multiplies the standard deviation: it stays outside of the root.",
        "rng.normal(0, gain * np.sqrt(2 / (fan_in + fan_out)), size=shape)",
    ),
)


@XAVIER_NORMAL.wrong
def xavier_normal_variance_as_std(shape, *, gain=1.0, rng):
    """2 / (fan_in + fan_out) is the variance; rng.normal takes the standard deviation, its root."""
    return rng.normal(0, gain * 2 / sum(fans(shape)), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_fan_in_only(shape, *, gain=1.0, rng):
    """Your variance is 1 / fan_in, LeCun's; Glorot's is a compromise with fan_out."""
    return rng.normal(0, gain / np.sqrt(fans(shape)[0]), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_one_over_the_sum(shape, *, gain=1.0, rng):
    """The 2 is missing: the *mean* of the two fans is (fan_in + fan_out) / 2."""
    return rng.normal(0, gain / np.sqrt(sum(fans(shape))), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_six(shape, *, gain=1.0, rng):
    """√(6 / (fan_in + fan_out)) is the limit of the uniform draws; the standard deviation has a 2 there."""
    return rng.normal(0, gain * np.sqrt(6 / sum(fans(shape))), size=shape)


@XAVIER_NORMAL.wrong(case="gain 5/3")
def xavier_normal_gain_under_the_root(shape, *, gain=1.0, rng):
    """gain is a factor of the standard deviation; under the root it would have to be squared."""
    return rng.normal(0, np.sqrt(gain * 2 / sum(fans(shape))), size=shape)


@XAVIER_NORMAL.wrong(case="gain 5/3")
def xavier_normal_gain_squared(shape, *, gain=1.0, rng):
    """gain² belongs to the variance; the standard deviation takes gain."""
    return rng.normal(0, gain**2 * np.sqrt(2 / sum(fans(shape))), size=shape)


@XAVIER_NORMAL.wrong(case="gain 5/3")
def xavier_normal_gain_ignored(shape, *, gain=1.0, rng):
    """You do not use `gain`: it multiplies every weight."""
    return rng.normal(0, np.sqrt(2 / sum(fans(shape))), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_mean_of_variances(shape, *, gain=1.0, rng):
    """You average 1 / fan_in and 1 / fan_out; Glorot takes one over the average of the fans."""
    fan_in, fan_out = fans(shape)
    return rng.normal(0, gain * np.sqrt((1 / fan_in + 1 / fan_out) / 2), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_uniform(shape, *, gain=1.0, rng):
    """You draw from a uniform distribution; asked for is a normal one."""
    r = gain * np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)


@XAVIER_NORMAL.wrong(case="a convolution")
def xavier_normal_no_kernel(shape, *, gain=1.0, rng):
    """You take the two first numbers of the shape for the fans; with a kernel behind them both are more.

    fans(shape) knows them."""
    return rng.normal(0, gain * np.sqrt(2 / (shape[0] + shape[1])), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_own_generator(shape, *, gain=1.0, rng):
    """You make a generator of your own, so that every layer gets the same numbers.

    Draw from `rng`."""
    rng = np.random.default_rng(0)
    return rng.normal(0, gain * np.sqrt(2 / sum(fans(shape))), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_whole_variance_as_std(shape, *, gain=1.0, rng):
    """gain² · 2 / (fan_in + fan_out) is the variance; rng.normal takes the standard deviation, its root."""
    return rng.normal(0, gain**2 * 2 / sum(fans(shape)), size=shape)


@XAVIER_NORMAL.wrong
def xavier_normal_no_brackets(shape, *, gain=1.0, rng):
    """Brackets are missing: 2 / fan_in + fan_out divides by fan_in only, and then adds fan_out."""
    fan_in, fan_out = fans(shape)
    return rng.normal(0, gain * np.sqrt(2 / fan_in + fan_out), size=shape)


@XAVIER_NORMAL.right
def xavier_normal_scaled(shape, *, gain=1.0, rng):
    fan_in, fan_out = fans(shape)
    return gain * np.sqrt(2 / (fan_in + fan_out)) * rng.standard_normal(shape)


@XAVIER_NORMAL.right
def xavier_normal_mean_of_the_fans(shape, *, gain=1.0, rng):
    weight = rng.normal(size=shape)
    return gain * weight / np.sqrt(np.mean(fans(shape)))


@XAVIER_NORMAL.right
def xavier_normal_unit_by_unit(shape, *, gain=1.0, rng):
    std = gain * (2 / sum(fans(shape))) ** 0.5
    return np.stack([rng.normal(scale=std, size=shape[1:]) for _ in range(shape[0])])


@XAVIER_NORMAL.right
def xavier_normal_by_variance(shape, *, gain=1.0, rng):
    fan_in, fan_out = fans(shape)
    variance = gain**2 / ((fan_in + fan_out) / 2)
    return rng.normal(0.0, variance**0.5, shape)
