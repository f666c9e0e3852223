"""He's weights: variance gain² / fan."""

import numpy as np

from grader.exercises.ch05_initialisation.lecun_normal import of, seed, shape
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import init
from nnlib.init import calculate_gain, fans

KINDS = ("leaky_relu", "relu", "tanh", "linear", "sigmoid", "selu")


def _allowed(rng):
    given = options(rng, a=(0.0, 0.2, 1.0, 5**0.5, 0.01), mode=("fan_in", "fan_out"), nonlinearity=KINDS)
    return call(shape(rng), **given, rng=seed(rng))


KAIMING_NORMAL = Exercise(
    function="kaiming_normal",
    topics=("C05-11",),
    points=2,
    difficulty=3,
    minutes=12,
    reference=init.kaiming_normal,
    uses=("fans",),
    allowed=_allowed,
    cases=(
        Case("the defaults: relu's 2 / fan_in", of(2, 5), weight=2),
        Case("a leaky rectifier", of(5, 3, a=0.5), weight=2),
        Case("fan_out, for the gradient", of(3, 8, mode="fan_out"), weight=2),
        Case("tanh", of(4, 6, nonlinearity="tanh"), weight=2),
        Case("a convolution", of(3, 4, 2, 5)),
        in_turn(
            "odd shapes, every option beside every other",
            of(1, 1, a=0.01, mode="fan_in", nonlinearity="leaky_relu"),
            of(5, 1, a=5**0.5, mode="fan_out"),
            of(1, 6, a=0.2, mode="fan_out", nonlinearity="relu"),
            of(2, 3, 1, a=0.0, nonlinearity="linear"),
            of(2, 3, mode="fan_out", nonlinearity="sigmoid"),
            of(2, 5, 3, a=1.0, nonlinearity="selu", mode="fan_in"),
            of(4, 3, a=0.2, mode="fan_out", nonlinearity="tanh"),
            of(4, 3, a=1.0, mode="fan_out", nonlinearity="linear"),
            of(4, 3, 2, mode="fan_out"),
            of(2, 3, a=0.2, mode="fan_in", nonlinearity="sigmoid"),
            of(2, 3, mode="fan_in", nonlinearity="linear"),
            of(2, 3, mode="fan_in", nonlinearity="relu"),
            of(2, 3, mode="fan_in", nonlinearity="tanh"),
            of(2, 3, mode="fan_out", nonlinearity="leaky_relu"),
            of(2, 3, mode="fan_out", nonlinearity="selu"),
        ),
    ),
    hints=(
        "fan is the first or the second of fans(shape), as `mode` says.",
        "calculate_gain(nonlinearity, a) is a factor of the standard deviation. The variance is gain² / fan.",
        "rng.normal(0, calculate_gain(nonlinearity, a) / np.sqrt(fan), size=shape)",
    ),
)


@KAIMING_NORMAL.wrong(case="fan_out, for the gradient")
def kaiming_normal_mode_ignored(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You always take fan_in; with mode="fan_out" the other fan is meant."""
    fan, _ = fans(shape)
    return rng.normal(0, calculate_gain(nonlinearity, a) / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_mode_swapped(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You take fan_out for mode="fan_in", and the other way round."""
    fan_out, fan_in = fans(shape)
    fan = fan_in if mode == "fan_in" else fan_out
    return rng.normal(0, calculate_gain(nonlinearity, a) / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_variance_as_std(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """gain² / fan is the variance; rng.normal takes the standard deviation, its root."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, calculate_gain(nonlinearity, a) ** 2 / fan, size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_gain_squared(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """gain² belongs to the variance; the standard deviation takes gain."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, calculate_gain(nonlinearity, a) ** 2 / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_no_root_of_fan(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """The standard deviation is gain divided by the *root* of the fan."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, calculate_gain(nonlinearity, a) / fan, size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_no_gain(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """The gain is missing: yours has variance 1 / fan, whatever the activation."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, 1 / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.wrong(case="tanh")
def kaiming_normal_always_two(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You always take relu's 2 / fan; the gain depends on the activation: calculate_gain(nonlinearity, a)."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, np.sqrt(2 / fan), size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_slope_not_handed_on(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You do not hand the slope `a` on, so calculate_gain takes its own, 0.01: calculate_gain(nonlinearity, a)."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, calculate_gain(nonlinearity) / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.wrong(case="tanh")
def kaiming_normal_always_leaky(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You take the gain of a leaky rectifier whatever `nonlinearity` says."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, np.sqrt(2 / (1 + a**2) / fan), size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_both_fans(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You take the mean of both fans, as Glorot does; here it is one of them, as `mode` says."""
    return rng.normal(0, calculate_gain(nonlinearity, a) / np.sqrt(np.mean(fans(shape))), size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_divided_by_gain(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You divide by the gain; it makes up for what the activation takes away, so it multiplies."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, 1 / calculate_gain(nonlinearity, a) / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.wrong(case="a convolution")
def kaiming_normal_no_kernel(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You take the two first numbers of the shape for the fans; with a kernel behind them both are more.

    fans(shape) knows them."""
    fan = shape[1] if mode == "fan_in" else shape[0]
    return rng.normal(0, calculate_gain(nonlinearity, a) / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.wrong
def kaiming_normal_gain_under_the_root(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """gain is a factor of the standard deviation; under the root it has to be squared."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, np.sqrt(calculate_gain(nonlinearity, a) / fan), size=shape)


@KAIMING_NORMAL.wrong(case="a leaky rectifier")
def kaiming_normal_slope_zero(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """You take slope 0 for every leaky rectifier: calculate_gain(nonlinearity, a)."""
    fan = fans(shape)[mode == "fan_out"]
    return rng.normal(0, calculate_gain(nonlinearity, 0) / np.sqrt(fan), size=shape)


@KAIMING_NORMAL.right
def kaiming_normal_scaled(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    gain = calculate_gain(nonlinearity, a)
    fan_in, fan_out = fans(shape)
    fan = fan_in if mode == "fan_in" else fan_out
    return gain * rng.standard_normal(shape) / np.sqrt(fan)


@KAIMING_NORMAL.right
def kaiming_normal_by_variance(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    fan = dict(zip(("fan_in", "fan_out"), fans(shape)))[mode]
    variance = calculate_gain(nonlinearity, a) ** 2 / fan
    return rng.normal(loc=0.0, scale=np.sqrt(variance), size=shape)


@KAIMING_NORMAL.right
def kaiming_normal_unit_by_unit(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    fan = np.prod(shape) // (shape[0] if mode == "fan_in" else shape[1])
    std = calculate_gain(nonlinearity, a) * fan**-0.5
    return np.array([std * rng.normal(size=shape[1:]) for _ in range(shape[0])])


@KAIMING_NORMAL.right
def kaiming_normal_by_index(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    fan = fans(shape)[("fan_in", "fan_out").index(mode)]
    weight = rng.standard_normal(size=shape)
    weight *= calculate_gain(nonlinearity, a)
    weight /= fan**0.5
    return weight
