"""Weights of variance 1 / fan-in."""

import numpy as np

from grader.calls.plain import Rng
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import init
from nnlib.init import fans


def seed(rng):
    return Rng(int(rng.integers(2**32)))


def shape(rng):
    """(out, in), or with a kernel behind it."""
    kernel = one_of(rng, (), (), (), (3,), (2, 3), (1, 1))
    return (*(int(n) for n in rng.integers(1, 7, size=2)), *kernel)


def of(*size, **options):
    """Draws a call for one shape."""
    return lambda rng: call(size, **options, rng=seed(rng))


LECUN_NORMAL = Exercise(
    function="lecun_normal",
    topics=("C05-09",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=init.lecun_normal,
    forbid=("nnlib.init.kaiming_normal",),
    uses=("fans",),
    allowed=lambda rng: call(shape(rng), rng=seed(rng)),
    cases=(
        Case("a small layer", of(2, 6), weight=2),
        Case("more units than inputs", of(30, 5), weight=2),
        Case("a convolution", of(3, 4, 2, 5), weight=2),
        in_turn("odd shapes", of(1, 1), of(5, 1), of(1, 6), of(2, 3, 1), of(1, 784)),
    ),
    hints=(
        "A number from N(0, 1) times s has the standard deviation s, and the variance s².",
        "The variance is to be 1 / fan_in. So what is the standard deviation?",
        "rng.normal(0, s, size=shape) draws all of them in one call.",
    ),
)


@LECUN_NORMAL.wrong
def lecun_normal_variance_as_std(shape, *, rng):
    """1 / fan_in is the variance; rng.normal takes the standard deviation, its root."""
    fan_in, _ = fans(shape)
    return rng.normal(0, 1 / fan_in, size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_fan_out(shape, *, rng):
    """You divide by the number of outputs; a weighted input is a sum over the *inputs*, fan_in of them."""
    _, fan_out = fans(shape)
    return rng.normal(0, 1 / np.sqrt(fan_out), size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_as_the_mean(shape, *, rng):
    """The first argument of rng.normal is the mean; yours are numbers around 1/√fan_in, with standard deviation 1.

    The standard deviation comes second: rng.normal(0, s, size=shape)."""
    fan_in, _ = fans(shape)
    return rng.normal(1 / np.sqrt(fan_in), size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_not_scaled(shape, *, rng):
    """Your weights have variance 1 whatever the layer; scale them by 1/√fan_in."""
    return rng.normal(size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_times_root(shape, *, rng):
    """You multiply by √fan_in; the more inputs, the *smaller* the weights."""
    fan_in, _ = fans(shape)
    return np.sqrt(fan_in) * rng.normal(size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_two_over_n(shape, *, rng):
    """Your variance is 2 / fan_in, which is He's, for ReLU; here it is 1 / fan_in."""
    fan_in, _ = fans(shape)
    return rng.normal(0, np.sqrt(2 / fan_in), size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_uniform(shape, *, rng):
    """You draw from a uniform distribution; asked for is a normal one."""
    r = np.sqrt(3 / fans(shape)[0])
    return rng.uniform(-r, r, size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_own_generator(shape, *, rng):
    """You make a generator of your own, so that every layer gets the same numbers.

    Draw from `rng`."""
    rng = np.random.default_rng(0)
    return rng.normal(0, 1 / np.sqrt(fans(shape)[0]), size=shape)


@LECUN_NORMAL.wrong
def lecun_normal_other_order(shape, *, rng):
    """Your numbers have the right spread, but they stand in another order than asked for.

    Draw in one call with size=shape: then the same rng gives the same weights as ours."""
    return rng.normal(0, 1 / np.sqrt(fans(shape)[0]), size=shape[::-1]).T


@LECUN_NORMAL.wrong(case="a convolution")
def lecun_normal_no_kernel(shape, *, rng):
    """You take shape[1] for fan_in; with a kernel behind it, it is more.

    fans(shape) knows it."""
    return rng.normal(0, 1 / np.sqrt(shape[1]), size=shape)


@LECUN_NORMAL.right
def lecun_normal_scaled(shape, *, rng):
    return np.sqrt(1 / fans(shape)[0]) * rng.standard_normal(shape)


@LECUN_NORMAL.right
def lecun_normal_divided(shape, *, rng):
    fan_in = np.prod(shape[1:])
    return rng.normal(size=shape) / fan_in**0.5


@LECUN_NORMAL.right
def lecun_normal_unit_by_unit(shape, *, rng):
    fan_in, _ = fans(shape)
    return np.array([rng.normal(scale=fan_in**-0.5, size=shape[1:]) for _ in range(shape[0])])


@LECUN_NORMAL.right
def lecun_normal_flat(shape, *, rng):
    weight = np.empty(shape)
    flat = rng.standard_normal(weight.size)
    weight[...] = flat.reshape(shape)
    return weight / np.sqrt(weight[0].size)
