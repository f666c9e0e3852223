"""PReLU, whose slope is learned: two gradients, one of them shared by all samples."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import floats, shape, spread
from nnlib import activations


def _allowed(rng):
    n, c = shape(rng, (2,))
    return call(floats(rng, (n, c)), floats(rng, (n, c)), floats(rng, c))


def odd_columns(n, c, *scales):
    """Draws grad_output, x and weight, each of its own size; the weights negative, large, tiny or 0."""
    return lambda rng: call(
        spread(rng, (n, c), scales[0]), np.flip(spread(rng, (n, c), scales[1])), spread(rng, c, scales[2])
    )


PRELU_BACKWARD = Exercise(
    function="prelu_backward",
    topics=("C02-15",),
    points=3,
    difficulty=3,
    minutes=15,
    reference=activations.prelu_backward,
    allowed=_allowed,
    torch="torch.nn.functional.prelu",
    gradient_of=activations.prelu,
    wrt=(0, 1),
    returns=("grad_x", "grad_weight"),
    cases=(
        Case(
            "two samples, two columns",
            lambda rng: call(
                rng.uniform(0.5, 2, size=(2, 2)) * np.array([[1, 2], [3, -4]]),
                rng.uniform(0.5, 2, size=(2, 2)) * np.array([[-1, 2], [-2, -3]]),
                rng.uniform(0.1, 0.5, size=2),
            ),
            example=call([[1, 2], [3, -4]], [[-1, 2], [-2, -3]], [0.25, 0.5]),
        ),
        Case(
            "a batch",
            lambda rng: call(rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), rng.uniform(0.1, 0.5, size=3)),
            weight=2,
        ),
        Case(
            "a square batch",
            lambda rng: call(rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.uniform(0.1, 0.5, size=4)),
        ),
        Case(
            "at the kink x = 0 the slope is the weight",
            lambda rng: call(
                rng.uniform(1, 2, size=(2, 2)),
                np.array([[0, 1], [-1, 0]]) * rng.uniform(1, 2),
                rng.uniform(0.1, 0.5, size=2),
            ),
            weight=3,
            example=call([[1, 2], [3, 4]], [[0, 1], [-1, 0]], [0.25, 0.5]),
            differentiable=False,
        ),
        Case(
            "both results, whatever their order",
            odd_columns(4, 3, 1, 1, 1),
            measure=in_any_order,
            differentiable=False,
        ),
        in_turn(
            "odd shapes, tiny and large numbers",
            odd_columns(1, 3, 1, 1e3, -2),
            odd_columns(3, 1, 1e-5, 1, 3),
            odd_columns(2, 4, 1e3, 1, 1e-5),
            odd_columns(4, 3, 1, 1e-5, 1e3),
            odd_columns(2, 3, 1, 1, 0),
            differentiable=False,
        ),
    ),
    hints=(
        "Fix one entry of max(0, x) + w·min(0, x). What is its slope by x, and what by w?",
        "By x: 1 or w. By w: x where x ≤ 0, else 0. Multiply both by grad_output.",
        "grad_output * np.where(x > 0, 1, weight) for x; weight[c] serves every sample of column c, so its "
        "gradient is the sum of grad_output * np.minimum(x, 0) over axis 0.",
    ),
)


@PRELU_BACKWARD.wrong(case="at the kink x = 0 the slope is the weight")
def prelu_backward_kink_right(grad_output, x, weight):
    """At x = 0 you take the slope of the right side, 1; the exercise asks for the left side's, the weight."""
    grad_x = grad_output * np.where(x >= 0, 1, weight).astype(x.dtype)
    return grad_x, (grad_output * np.minimum(x, 0)).sum(axis=0)


@PRELU_BACKWARD.wrong(case="a batch")
def prelu_backward_not_summed(grad_output, x, weight):
    """grad_weight has one entry per sample; each weight acts on the whole column.

    Sum over axis 0."""
    grad_x = grad_output * np.where(x > 0, 1, weight).astype(x.dtype)
    return grad_x, grad_output * np.minimum(x, 0)


@PRELU_BACKWARD.wrong
def prelu_backward_all_inputs(grad_output, x, weight):
    """You count positive x in grad_weight; the weight acts only where x ≤ 0."""
    grad_x = grad_output * np.where(x > 0, 1, weight).astype(x.dtype)
    return grad_x, (grad_output * x).sum(axis=0)


@PRELU_BACKWARD.wrong
def prelu_backward_last_sample(grad_output, x, weight):
    """Each sample overwrites the one before it; the contributions add up.

    Write += instead of =."""
    grad_x = grad_output * np.where(x > 0, 1, weight).astype(x.dtype)
    grad_weight = np.zeros_like(weight)
    for g_row, x_row in zip(grad_output, x):
        grad_weight = np.where(x_row <= 0, g_row * x_row, grad_weight)
    return grad_x, grad_weight


@PRELU_BACKWARD.wrong
def prelu_backward_mean(grad_output, x, weight):
    """You average over the samples; the gradient of a shared weight is the sum of its contributions."""
    grad_x = grad_output * np.where(x > 0, 1, weight).astype(x.dtype)
    return grad_x, (grad_output * np.minimum(x, 0)).mean(axis=0)


@PRELU_BACKWARD.wrong
def prelu_backward_wrong_side(grad_output, x, weight):
    """You put the weight on the right of zero; it is the slope of the left side, x ≤ 0."""
    grad_x = grad_output * np.where(x > 0, weight, 1).astype(x.dtype)
    return grad_x, (grad_output * np.maximum(x, 0)).sum(axis=0)


@PRELU_BACKWARD.wrong
def prelu_backward_relu_slope(grad_output, x, weight):
    """Left of zero you pass no gradient to x, as relu does; here the slope there is the weight."""
    grad_x = grad_output * (x > 0)
    return grad_x, (grad_output * np.minimum(x, 0)).sum(axis=0)


@PRELU_BACKWARD.wrong
def prelu_backward_no_upstream(grad_output, x, weight):
    """grad_weight lacks grad_output, by which the chain rule multiplies.

    Sum grad_output · x over the samples with x ≤ 0."""
    grad_x = grad_output * np.where(x > 0, 1, weight).astype(x.dtype)
    return grad_x, np.minimum(x, 0).sum(axis=0)


@PRELU_BACKWARD.wrong(case="a batch")
def prelu_backward_wrong_axis(grad_output, x, weight):
    """You sum over the columns, but each column has a weight of its own.

    Sum over the samples, axis 0, so that one number a column is left."""
    grad_x = grad_output * np.where(x > 0, 1, weight).astype(x.dtype)
    return grad_x, (grad_output * np.minimum(x, 0)).sum(axis=1)


@PRELU_BACKWARD.right
def prelu_backward_by_mask(grad_output, x, weight):
    left = x <= 0
    grad_x = grad_output.copy()
    grad_x[left] = (grad_output * weight)[left]
    return grad_x, np.einsum("nc,nc->c", grad_output * left, x)


@PRELU_BACKWARD.right
def prelu_backward_by_loop(grad_output, x, weight):
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for i in range(x.shape[0]):
        for c in range(x.shape[1]):
            if x[i, c] > 0:
                grad_x[i, c] = grad_output[i, c]
            else:
                grad_x[i, c] = grad_output[i, c] * weight[c]
                grad_weight[c] += grad_output[i, c] * x[i, c]
    return grad_x, grad_weight


@PRELU_BACKWARD.right
def prelu_backward_double_loop(grad_output, x, weight):
    rows, cols = x.shape
    gx = np.zeros((rows, cols))
    gw = np.zeros(cols)
    for r in range(rows):
        for k in range(cols):
            if x[r, k] > 0:
                gx[r, k] = grad_output[r, k]
            else:
                gx[r, k] = weight[k] * grad_output[r, k]
                gw[k] += x[r, k] * grad_output[r, k]
    return gx, gw


@PRELU_BACKWARD.right
def prelu_backward_explicit_double_loop(grad_output, x, weight):
    n, c = x.shape
    grad_x = np.zeros((n, c))
    grad_weight = np.zeros(c)
    for i in range(n):
        for j in range(c):
            g = grad_output[i, j]
            if x[i, j] > 0:
                grad_x[i, j] = g
            else:
                grad_x[i, j] = g * weight[j]
                grad_weight[j] += g * x[i, j]
    return grad_x, grad_weight


@PRELU_BACKWARD.right
def prelu_backward_einsum_and_0(grad_output, x, weight):
    assert x.shape == grad_output.shape and weight.shape == (x.shape[1],)
    left = (x <= 0).astype(x.dtype)
    grad_x = grad_output + grad_output * left * (weight[None, :] - 1)
    grad_weight = np.einsum("nc,nc,nc->c", grad_output, left, x)
    return grad_x, grad_weight
