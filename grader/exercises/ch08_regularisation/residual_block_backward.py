"""The way back through a residual block."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn, keeps_arguments
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import nn

PAIRS = (
    "sine and its backward",
    "square and its backward",
    "mixed squares and their backward",
    "identity and its backward",  # hands back grad_output itself
)


def block(size, pair, scale=1.0, grad=1.0, make=None):
    """Draws a gradient and the input of a block."""

    def draw(rng):
        g, x = (rng.uniform(0.5, 2, size=size) for _ in range(2))
        g = np.where(np.arange(g.size).reshape(size) % 3 == 1, -g, g)
        if make is not None:
            g, x = make(rng, size), np.roll(make(rng, size), 1)
        return call(grad * g, scale * x, fn=Fixture(pair))

    return draw


def _allowed(rng):
    size, scale = shape(rng), one_of(rng, 1.0, 1.0, 10.0, 1e-5)
    return call(floats(rng, size), floats(rng, size, (scale,)), fn=Fixture(one_of(rng, *PAIRS)))


RESIDUAL_BLOCK_BACKWARD = Exercise(
    function="residual_block_backward",
    topics=("C08-30",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=nn.residual_block_backward,
    allowed=_allowed,
    cases=(
        Case(
            "a sine",
            block((4,), PAIRS[0]),
            weight=2,
            example=call([1.0, 2.0], [0.5, -1.0], fn=Fixture(PAIRS[0])),
        ),
        Case("a batch, squares", block((3, 4), PAIRS[1]), weight=2),
        Case("a function that mixes the units", block((2, 4), PAIRS[2]), weight=2),
        in_turn(
            "odd shapes, f(x) = x, zeros, tiny and large numbers",
            block((1,), PAIRS[0]),
            block((1, 3), PAIRS[2], scale=-1.0),
            block((3, 1), PAIRS[1], grad=300.0),
            block((1, 2), PAIRS[1], scale=1e-5, grad=1e-3),
            block((1, 3, 1), PAIRS[0], scale=1e-5, grad=1e-5),
            block((2, 1, 3), PAIRS[2], make=spread),
            block((2, 3), PAIRS[1], scale=200.0),
            block((3, 2), PAIRS[3]),
        ),
        keeps_arguments(block((4,), PAIRS[3]), weight=2),
    ),
    hints=(
        "x goes two ways to y: as it is, and through f. The gradients of both ways are added.",
        "Along the first way the gradient is grad_output itself. Along the second: f_backward(grad_output, x).",
        "f, f_backward = fn, and return grad_output + f_backward(grad_output, x)",
    ),
)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_way_around_missing(grad_output, x, *, fn):
    """The way around f is missing: add `grad_output`."""
    f, f_backward = fn
    return f_backward(grad_output, x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_way_around_only(grad_output, x, *, fn):
    """The way through f is missing: add f_backward(grad_output, x)."""
    return grad_output * np.ones_like(x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_input_added(grad_output, x, *, fn):
    """You add `x`, as the forward pass does; on the way back it is `grad_output` that is added."""
    f, f_backward = fn
    return x + f_backward(grad_output, x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_one_added(grad_output, x, *, fn):
    """You add 1, the slope of x; the chain rule makes it `grad_output`."""
    f, f_backward = fn
    return 1 + f_backward(grad_output, x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_forward(grad_output, x, *, fn):
    """You call f, the forward function; the gradient goes through f_backward."""
    f, f_backward = fn
    return grad_output + f(x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_forward_of_the_gradient(grad_output, x, *, fn):
    """You send the gradient through f; it goes back through f_backward."""
    f, f_backward = fn
    return grad_output + f(grad_output)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_multiplied(grad_output, x, *, fn):
    """You multiply the two ways; they are added."""
    f, f_backward = fn
    return grad_output * f_backward(grad_output, x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_twice(grad_output, x, *, fn):
    """You multiply by `grad_output` once more: f_backward has done that."""
    f, f_backward = fn
    return grad_output + grad_output * f_backward(grad_output, x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_ones_through_f(grad_output, x, *, fn):
    """You send ones through f_backward; send `grad_output`."""
    f, f_backward = fn
    return grad_output + f_backward(np.ones_like(x), x)


@RESIDUAL_BLOCK_BACKWARD.wrong(case="a function that mixes the units")
def residual_block_backward_slopes(grad_output, x, *, fn):
    """You multiply by slopes, which is right for single units only; send `grad_output` itself through f_backward."""
    f, f_backward = fn
    return grad_output * (1 + f_backward(np.ones_like(x), x))


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_at_the_output(grad_output, x, *, fn):
    """You take the slope of f at the block's output; take it at its input, x."""
    f, f_backward = fn
    return grad_output + f_backward(grad_output, x + f(x))


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_at_f(grad_output, x, *, fn):
    """You hand f(x) to f_backward; it wants the input, x."""
    f, f_backward = fn
    return grad_output + f_backward(grad_output, f(x))


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_arguments_exchanged(grad_output, x, *, fn):
    """The arguments of f_backward are exchanged: the gradient comes first."""
    f, f_backward = fn
    return grad_output + f_backward(x, grad_output)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_subtracted(grad_output, x, *, fn):
    """You subtract one way from the other; add them."""
    f, f_backward = fn
    return grad_output - f_backward(grad_output, x)


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_mean(grad_output, x, *, fn):
    """You take the mean of the two ways; they are added."""
    f, f_backward = fn
    return (grad_output + f_backward(grad_output, x)) / 2


@RESIDUAL_BLOCK_BACKWARD.wrong
def residual_block_backward_two_ways_through_f(grad_output, x, *, fn):
    """You send the sum of both ways through f once more; each way is walked once."""
    f, f_backward = fn
    return f_backward(grad_output + f_backward(grad_output, x), x)


@RESIDUAL_BLOCK_BACKWARD.wrong(case="arguments unchanged")
def residual_block_backward_in_place(grad_output, x, *, fn):
    """You change `grad_output` itself with +=; make a new array."""
    f, f_backward = fn
    grad_output += f_backward(grad_output, x)
    return grad_output


@RESIDUAL_BLOCK_BACKWARD.wrong(case="arguments unchanged")
def residual_block_backward_into_what_came_back(grad_output, x, *, fn):
    """You add with += into what f_backward returned; that may be `grad_output` itself. Make a new array."""
    grad = fn[1](grad_output, x)
    grad += grad_output
    return grad


@RESIDUAL_BLOCK_BACKWARD.right
def residual_block_backward_by_index(grad_output, x, *, fn):
    through = fn[1](grad_output, x)
    return np.add(through, grad_output)


@RESIDUAL_BLOCK_BACKWARD.right
def residual_block_backward_on_a_copy(grad_output, x, *, fn):
    grad = grad_output.copy()
    grad += fn[1](grad_output, x)
    return grad


@RESIDUAL_BLOCK_BACKWARD.right
def residual_block_backward_by_sum(grad_output, x, *, fn):
    (_, back) = fn
    return sum([1.0 * grad_output, back(grad_output, x)])


@RESIDUAL_BLOCK_BACKWARD.right
def residual_block_backward_by_stack(grad_output, x, *, fn):
    _, back = fn
    ways = np.stack([grad_output, back(grad_output, x)])
    return ways.sum(axis=0)
