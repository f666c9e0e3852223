"""The backward pass of softmax, where every output depends on every input."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import axis_of, floats, odd, one_of, shape
from nnlib import activations
from nnlib.activations import softmax


def _allowed(rng):
    x = floats(rng, shape(rng), (1.0, 10.0, 1e4, 1e-3))
    far = 1000 * rng.integers(-2, 3, size=(*x.shape[:-1], 1)) * one_of(rng, 0, 1)
    return call(floats(rng, x.shape), x + far, **axis_of(rng, x))


# of one, two and three axes, counted from the front and the back, also those of length 1
ODD_SHAPES = ((3,), (1,), (2, 3), (1, 3), (3, 1), (2, 3, 2), (1, 3, 2), (2, 1, 3), (2, 3, 1))
AXES = [{"axis": a} for a in (0, -1, -1, 0, 1, 0, -3, 1, 2)]


SOFTMAX_BACKWARD = Exercise(
    function="softmax_backward",
    topics=("C02-43",),
    points=3,
    difficulty=4,
    minutes=20,
    reference=activations.softmax_backward,
    allowed=_allowed,
    torch="torch.nn.functional.softmax",
    gradient_of=activations.softmax,
    uses=("softmax",),
    cases=(
        Case(
            "one row",
            lambda rng: call(rng.normal(size=3), rng.uniform(-2, 3, size=3)),
            example=call([1, 0, 0], [1, 2, 3]),
        ),
        Case(
            "a batch",
            lambda rng: call(rng.normal(size=(4, 5)), rng.normal(size=(4, 5))),
            weight=2,
        ),
        Case(
            "along another axis",
            lambda rng: call(rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4)), axis=1),
        ),
        Case(
            "down the columns, axis 0",
            lambda rng: call(rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), axis=0),
            weight=2,
        ),
        Case(
            "three axes, the last by default",
            lambda rng: call(rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))),
        ),
        Case(
            "an equal gradient everywhere gives zero",
            lambda rng: call(np.full((2, 3), rng.uniform(0.5, 2)), rng.normal(size=(2, 3))),
            edge=True,
        ),
        Case(
            "huge logits stay finite",
            lambda rng: call(rng.normal(size=(1, 3)), rng.uniform(2e3, 2e4) * np.array([[1, 1, -1]])),
            example=call([[1, 2, 4]], [[1e4, 1e4, -1e4]]),
            weight=2,
            differentiable=False,
        ),
        Case(
            "rows far apart",
            lambda rng: call(
                rng.normal(size=(2, 3)), rng.normal(size=(2, 3)) + [[rng.uniform(800, 2000)], [0]]
            ),
            weight=4,
            example=call([[1, 0, 0], [0, 1, 0]], [[1000, 1001, 1002], [0, 1, 2]]),
        ),
        in_turn(
            "odd shapes along every axis",
            *odd(2, shapes=ODD_SHAPES, scales=[(1.0, 1.0), (1e-6, 1.0), (1e3, 1.0)], options=AXES),
            differentiable=False,
        ),
    ),
    hints=(
        "Fix one logit x_j. Which p_i does it move? Its gradient is the sum over these i of g_i · ∂p_i/∂x_j.",
        "Split that sum into the term i = j, g_j p_j (1 − p_j), and the others, −g_i p_i p_j. What can be "
        "taken out?",
        "p_j (g_j − Σ g_i p_i): one sum per row, along `axis`, with keepdims=True.",
    ),
)


@SOFTMAX_BACKWARD.wrong
def softmax_backward_diagonal_only(grad_output, x, *, axis=-1):
    """You treat softmax as elementwise; every output depends on every logit, so there is a second term."""
    p = softmax(x, axis=axis)
    return grad_output * p * (1 - p)


@SOFTMAX_BACKWARD.wrong(case="a batch")
def softmax_backward_global_sum(grad_output, x, *, axis=-1):
    """You sum over the whole batch; each row has its own inner product.

    Sum along `axis`."""
    p = softmax(x, axis=axis)
    return p * (grad_output - (grad_output * p).sum())


@SOFTMAX_BACKWARD.wrong
def softmax_backward_unweighted_sum(grad_output, x, *, axis=-1):
    """You subtract the plain sum of grad_output; each entry is weighted by its probability.

    Subtract Σ g_j p_j."""
    p = softmax(x, axis=axis)
    return p * (grad_output - grad_output.sum(axis=axis, keepdims=True))


@SOFTMAX_BACKWARD.wrong
def softmax_backward_outer_factor_lost(grad_output, x, *, axis=-1):
    """The factor in front of the bracket is missing, so a logit of probability 0 still gets a gradient.

    The gradient is p_i (g_i − Σ g_j p_j)."""
    p = softmax(x, axis=axis)
    return grad_output - (grad_output * p).sum(axis=axis, keepdims=True)


@SOFTMAX_BACKWARD.wrong
def softmax_backward_derivative_of_output(grad_output, x, *, axis=-1):
    """You use x as if it were the probabilities; x are the logits.

    First p = softmax(x)."""
    return x * (grad_output - (grad_output * x).sum(axis=axis, keepdims=True))


@SOFTMAX_BACKWARD.wrong(case="along another axis")
def softmax_backward_last_axis(grad_output, x, *, axis=-1):
    """You ignore `axis` and always use the last one."""
    p = softmax(x, axis=-1)
    return p * (grad_output - (grad_output * p).sum(axis=-1, keepdims=True))


@SOFTMAX_BACKWARD.wrong(case="along another axis")
def softmax_backward_axis_not_handed_on(grad_output, x, *, axis=-1):
    """You sum along `axis`, but call softmax without it.

    Hand it on: softmax(x, axis=axis)."""
    p = softmax(x)
    return p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))


@SOFTMAX_BACKWARD.wrong
def softmax_backward_sign(grad_output, x, *, axis=-1):
    """Your sign is reversed: raising a logit raises its own probability."""
    p = softmax(x, axis=axis)
    return p * ((grad_output * p).sum(axis=axis, keepdims=True) - grad_output)


@SOFTMAX_BACKWARD.wrong
def softmax_backward_second_term_lost(grad_output, x, *, axis=-1):
    """You have p·g only; the normalisation, which ties the outputs together, adds a second term.

    It is −p Σ g_j p_j."""
    return grad_output * softmax(x, axis=axis)


@SOFTMAX_BACKWARD.wrong(case="huge logits stay finite")
def softmax_backward_no_shift(grad_output, x, *, axis=-1):
    """exp of a large logit is inf, and inf/inf is nan.

    Use softmax, or subtract the maximum of each row first."""
    e = np.exp(x)
    p = e / e.sum(axis=axis, keepdims=True)
    return p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))


@SOFTMAX_BACKWARD.wrong(case="rows far apart")
def softmax_backward_global_shift(grad_output, x, *, axis=-1):
    """You subtract the maximum of the whole batch; a row far below it becomes 0/0.

    Each row has its own."""
    e = np.exp(x - x.max())
    p = e / e.sum(axis=axis, keepdims=True)
    return p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))


@SOFTMAX_BACKWARD.right
def softmax_backward_by_jacobian(grad_output, x, *, axis=-1):
    p = np.moveaxis(softmax(x, axis=axis), axis, -1)
    g = np.moveaxis(grad_output, axis, -1)
    grad_x = np.empty_like(p)
    for i in np.ndindex(p.shape[:-1]):
        grad_x[i] = (np.diag(p[i]) - np.outer(p[i], p[i])) @ g[i]
    return np.moveaxis(grad_x, -1, axis)


@SOFTMAX_BACKWARD.right
def softmax_backward_by_differences_of_gradients(grad_output, x, *, axis=-1):
    p = np.moveaxis(softmax(x, axis=axis), axis, -1)
    g = np.moveaxis(grad_output, axis, -1)
    pairs = g[..., :, None] - g[..., None, :]
    return np.moveaxis(p * (pairs * p[..., None, :]).sum(axis=-1), -1, axis)


@SOFTMAX_BACKWARD.right
def softmax_backward_expand_dims_two(grad_output, x, *, axis=-1):
    assert grad_output.shape == x.shape
    probs = softmax(x, axis=axis)
    weighted = probs * grad_output
    row_total = np.expand_dims(weighted.sum(axis=axis), axis)
    result = weighted - probs * row_total
    return result


@SOFTMAX_BACKWARD.right
def softmax_backward_full_jacobian_diag(grad_output, x, *, axis=-1):
    g = np.moveaxis(grad_output, axis, -1)
    z = np.moveaxis(x, axis, -1)
    shape = z.shape
    g2 = g.reshape(-1, shape[-1])
    z2 = z.reshape(-1, shape[-1])
    rows = []
    for gi, zi in zip(g2, z2):
        p = softmax(zi)
        J = np.diag(p) - np.outer(p, p)
        rows.append(J @ gi)
    return np.moveaxis(np.array(rows).reshape(shape), -1, axis)


@SOFTMAX_BACKWARD.right
def softmax_backward_textbook(grad_output, x, *, axis=-1):
    p = softmax(x, axis=axis)
    return p * (grad_output - np.sum(grad_output * p, axis=axis, keepdims=True))
