"""How many inputs a unit has, and how many outputs an input reaches."""

import math

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import init


def _allowed(rng):
    kernel = one_of(rng, (), (), (3,), (5, 5), (3, 1), (2, 3, 4))
    return call((int(one_of(rng, 1, 2, 10, 30, 640)), int(one_of(rng, 1, 3, 30, 784)), *kernel))


def of(*kernels):
    """Draws (out, in) and a kernel whose sides lie between two limits."""
    return lambda rng: call(
        (
            int(rng.integers(101, 400)),
            int(rng.integers(501, 900)),
            *(int(rng.integers(*side)) for side in kernels),
        )
    )


FANS = Exercise(
    function="fans",
    topics=("C05-09",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=init.fans,
    allowed=_allowed,
    cases=(
        Case("a fully connected layer", of(), weight=2, edge=True, example=call((30, 784))),
        Case("a convolution", of((2, 4), (5, 8)), weight=2, example=call((16, 3, 5, 4))),
        Case("a kernel with one axis", of((3, 9))),
        in_turn(
            "one unit, one input, kernels with three axes",
            lambda rng: call((1, int(rng.integers(2, 900)))),
            lambda rng: call((int(rng.integers(2, 900)), 1, 3, 1)),
            lambda rng: call((int(rng.integers(2, 900)), 5, 2, 3, 4)),
        ),
    ),
    hints=(
        "shape[0] counts units, shape[1] counts what each of them is fed with.",
        "shape[2:] is the kernel, () for a fully connected layer. How many numbers does it have? math.prod of "
        "nothing is 1.",
    ),
)


@FANS.wrong
def fans_swapped(shape):
    """You have the two in the wrong order: fan-in belongs to `in`, which is shape[1]."""
    size = math.prod(shape[2:])
    return shape[0] * size, shape[1] * size


@FANS.wrong(case="a convolution")
def fans_no_kernel(shape):
    """A unit of a convolution sees a whole window of each channel: multiply by the entries of the kernel."""
    return shape[1], shape[0]


@FANS.wrong(case="a convolution")
def fans_kernel_in_only(shape):
    """An input takes part in as many windows as the kernel has entries: fan-out grows with it, too."""
    return shape[1] * math.prod(shape[2:]), shape[0]


@FANS.wrong(case="a convolution")
def fans_kernel_sum(shape):
    """You add the sides of the kernel; a kernel of 5 by 5 has 25 entries."""
    size = sum(shape[2:]) if len(shape) > 2 else 1
    return shape[1] * size, shape[0] * size


@FANS.wrong(case="a convolution")
def fans_first_side(shape):
    """You take one side of the kernel only; its entries are the product of all sides."""
    size = shape[2] if len(shape) > 2 else 1
    return shape[1] * size, shape[0] * size


@FANS.wrong(case="a convolution")
def fans_square_kernel(shape):
    """You take every kernel for a square; its entries are the product of all its sides."""
    size = shape[2] ** 2 if len(shape) > 2 else 1
    return shape[1] * size, shape[0] * size


@FANS.wrong(case="a convolution")
def fans_ends(shape):
    """shape[-1] is `in` only where there is no kernel behind it: `in` is shape[1]."""
    return shape[-1], shape[0]


@FANS.wrong
def fans_number_of_weights(shape):
    """You count all weights of the layer; fan-in counts those of one unit."""
    size = math.prod(shape)
    return size, size


@FANS.wrong(case="a convolution")
def fans_all_but_the_last(shape):
    """shape[:-1] lacks the last axis of the kernel and has the inputs in it: fan-out is shape[0] times the kernel."""
    return math.prod(shape[1:]), math.prod(shape[:-1])


@FANS.right
def fans_by_slices(shape):
    return math.prod(shape[1:]), math.prod((shape[0], *shape[2:]))


@FANS.right
def fans_by_array(shape):
    weight = np.zeros(shape)
    return weight[0].size, weight[:, 0].size


@FANS.right
def fans_by_loop(shape):
    out, inputs, *kernel = shape
    fan_in, fan_out = inputs, out
    for side in kernel:
        fan_in *= side
        fan_out *= side
    return fan_in, fan_out


@FANS.right
def fans_by_division(shape):
    total = math.prod(shape)
    return total // shape[0], total // shape[1]
