"""Glorot's weights, uniform: between -r and r, with the variance of the normal ones."""

import numpy as np

from grader.exercises.ch05_initialisation.lecun_normal import of, seed, shape
from grader.exercises.ch05_initialisation.xavier_normal import GAINS
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import init
from nnlib.init import fans

XAVIER_UNIFORM = Exercise(
    function="xavier_uniform",
    topics=("C05-10",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=init.xavier_uniform,
    uses=("fans",),
    allowed=lambda rng: call(shape(rng), **options(rng, gain=GAINS), rng=seed(rng)),
    cases=(
        Case("a small layer", of(2, 5), weight=2),
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
        "Numbers that are uniform between −r and r have the variance r²/3.",
        "r²/3 = gain² · 2 / (fan_in + fan_out): solve for r.",
        "rng.uniform(-r, r, size=shape) draws all of them in one call.",
    ),
)


@XAVIER_UNIFORM.wrong
def xavier_uniform_std_as_limit(shape, *, gain=1.0, rng):
    """You take the standard deviation for the limit r; then the variance is a third of what it should be.

    r is √3 standard deviations."""
    r = gain * np.sqrt(2 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_from_zero(shape, *, gain=1.0, rng):
    """Your numbers lie between 0 and r, all of one sign; the limits are −r and r."""
    r = gain * np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(0, r, size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_default_limits(shape, *, gain=1.0, rng):
    """rng.uniform without limits draws between 0 and 1, so your numbers are never negative: draw between −1 and 1."""
    return gain * np.sqrt(6 / sum(fans(shape))) * rng.uniform(size=shape) * 2


@XAVIER_UNIFORM.wrong
def xavier_uniform_twelve(shape, *, gain=1.0, rng):
    """You take r²/12 for the variance; that is for an interval of length r, and yours has the length 2r."""
    r = gain * np.sqrt(24 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_no_root(shape, *, gain=1.0, rng):
    """6 / (fan_in + fan_out) is r²; take the root."""
    r = gain * 6 / sum(fans(shape))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_three_over_fan_in(shape, *, gain=1.0, rng):
    """Your variance is 1 / fan_in; Glorot's is a compromise with fan_out."""
    r = gain * np.sqrt(3 / fans(shape)[0])
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_three_over_the_sum(shape, *, gain=1.0, rng):
    """You have 3 where 6 belongs: the variance r²/3 is 2 / (fan_in + fan_out)."""
    r = gain * np.sqrt(3 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong(case="gain 5/3")
def xavier_uniform_gain_ignored(shape, *, gain=1.0, rng):
    """You do not use `gain`: it multiplies every weight, and so the limit."""
    r = np.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong(case="gain 5/3")
def xavier_uniform_gain_under_the_root(shape, *, gain=1.0, rng):
    """gain is a factor of the limit; under the root it would have to be squared."""
    r = np.sqrt(gain * 6 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_normal(shape, *, gain=1.0, rng):
    """You draw from a normal distribution; asked for is a uniform one."""
    return rng.normal(0, gain * np.sqrt(2 / sum(fans(shape))), size=shape)


@XAVIER_UNIFORM.wrong(case="a convolution")
def xavier_uniform_no_kernel(shape, *, gain=1.0, rng):
    """You take the two first numbers of the shape for the fans; with a kernel behind them both are more.

    fans(shape) knows them."""
    r = gain * np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_normal_with_the_limit(shape, *, gain=1.0, rng):
    """These are normal draws; uniform ones were asked for, between −r and r."""
    return rng.normal(0, gain * np.sqrt(6 / sum(fans(shape))), size=shape)


@XAVIER_UNIFORM.wrong
def xavier_uniform_three_outside(shape, *, gain=1.0, rng):
    """You take r = 3 standard deviations; the 3 stands under the root: r = √3 standard deviations."""
    r = 3 * gain * np.sqrt(2 / sum(fans(shape)))
    return rng.uniform(-r, r, size=shape)


@XAVIER_UNIFORM.right
def xavier_uniform_scaled(shape, *, gain=1.0, rng):
    fan_in, fan_out = fans(shape)
    return gain * np.sqrt(6 / (fan_in + fan_out)) * rng.uniform(-1, 1, size=shape)


@XAVIER_UNIFORM.right
def xavier_uniform_from_random(shape, *, gain=1.0, rng):
    std = gain * np.sqrt(2 / sum(fans(shape)))
    return 3**0.5 * std * (2 * rng.random(shape) - 1)


@XAVIER_UNIFORM.right
def xavier_uniform_unit_by_unit(shape, *, gain=1.0, rng):
    limit = gain * (3 / np.mean(fans(shape))) ** 0.5
    return np.array([rng.uniform(-limit, limit, size=shape[1:]) for _ in range(shape[0])])


@XAVIER_UNIFORM.right
def xavier_uniform_shifted(shape, *, gain=1.0, rng):
    r = np.sqrt(6 * gain**2 / sum(fans(shape)))
    return rng.uniform(0, 2 * r, shape) - r
