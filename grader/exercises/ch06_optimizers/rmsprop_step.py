"""One step of RMSprop."""

import numpy as np

from grader.exercises.ch06_optimizers.momentum_step import any_step, odd_steps, step
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options, spread
from nnlib import optim
from nnlib.optim import RMSpropState


def at_the_start(rng, size, scale):
    return RMSpropState(np.zeros(size), np.zeros(size), np.zeros(size))


def under_way(rng, size, scale):
    """Means of squares that are well above the squares of the means; a buffer of directions, which have no scale."""
    v, m = rng.uniform(4, 9, size=size), rng.uniform(0.6, 1.2, size=size)
    m = np.where(np.arange(v.size).reshape(v.shape) % 3 == 1, -m, m)
    return RMSpropState(scale**2 * v, scale * m, -m * rng.uniform(0.5, 1.5, size=size))


def some_still(rng, size, scale):
    v, m, _ = under_way(rng, size, scale)
    off = np.arange(v.size).reshape(v.shape) % 3 == 1
    return RMSpropState(
        np.where(off, 0, v), np.where(off, 0, m), spread(rng, size, 200.0 if scale > 1 else 1.0)
    )


def large_with_zeros(rng):
    """A first step of large parameters, some without a gradient, where v − m² is 0."""
    state = at_the_start(rng, (4,), 1.0)
    grad = np.roll(spread(rng, (4,)), 1)
    return call(spread(rng, (4,), 1e3), grad, state, lr=1.5, alpha=0.9, eps=0.01, centered=True)


def rounded_below(rng):
    """Equal gradients so far, and a mean of their squares that rounding has left a little below the mean's square."""
    grad = spread(rng, (4,))
    state = RMSpropState((1 - 2e-6) * grad**2, grad, np.zeros(4))
    return call(spread(rng, (4,)), grad, state, lr=0.1, alpha=0.5, eps=0.1, centered=True)


def _allowed(rng):
    given = options(
        rng,
        lr=(0.1, 1.0, 0.05),
        alpha=(0.99, 0.9, 0.5, 0.0),
        eps=(1e-8, 1e-4, 0.1),
        weight_decay=(0.1, 0.01, 0.0),
        momentum=(0.9, 0.5, 0.0),
        centered=(True, False),
    )
    if given.get("centered") and given.get("alpha") == 0:
        del given["alpha"]  # v - m² is 0 but for rounding
    return call(*any_step(rng, at_the_start, under_way, some_still), **given)


RMSPROP_STEP = Exercise(
    function="rmsprop_step",
    topics=("C06-13",),
    points=3,
    difficulty=4,
    minutes=30,
    reference=optim.rmsprop_step,
    forbid=("nnlib.optim._fast.rmsprop_step_in_place",),
    allowed=_allowed,
    large=step((30, 784), under_way),
    cases=(
        Case(
            "the first step",
            step((3,), at_the_start, lr=0.1, alpha=0.75),
            example=call([1.0, 2.0], [7.0, -0.5], RMSpropState(*np.zeros((3, 2))), lr=0.1, alpha=0.75),
        ),
        Case("a step under way", step((4,), under_way, lr=0.3, alpha=0.9)),
        Case("a larger eps", step((2, 2), under_way, lr=0.1, eps=0.3)),
        Case("weight decay", step((3,), under_way, lr=0.1, alpha=0.9, weight_decay=0.3)),
        Case("centered", step((3,), under_way, lr=0.1, alpha=0.8, eps=0.1, centered=True)),
        Case("centered, equal gradients so far", rounded_below, weight=3),
        Case("momentum", step((3,), under_way, lr=0.1, alpha=0.9, momentum=0.7)),
        in_turn(
            "odd shapes, defaults, zeros, tiny and large numbers, all options",
            *odd_steps(
                some_still,
                {
                    "lr": 0.1,
                    "alpha": 0.9,
                    "eps": 1e-8,
                    "weight_decay": 100.0,
                    "momentum": 0.5,
                    "centered": True,
                },
                {
                    "lr": 1.5,
                    "alpha": 0.5,
                    "eps": 0.1,
                    "weight_decay": 0.0,
                    "momentum": 0.0,
                    "centered": False,
                },
                {
                    "lr": 1.5,
                    "alpha": 0.0,
                    "eps": 0.1,
                    "weight_decay": 0.1,
                    "momentum": 0.9,
                    "centered": False,
                },
                {"lr": 0.1, "alpha": 0.99, "eps": 1e-4, "momentum": 0.5, "centered": True},
                {"eps": 0.01},
            ),
            step((2, 3), at_the_start, scale=1e-8),
            large_with_zeros,
            weight=2,
        ),
    ),
    hints=(
        "In order: the penalty's gradient, v, with `centered` m, the root and eps, with `momentum` b, the step.",
        "Under the root stands v, or v - m**2 if centered; eps is added to the root.",
        "direction = grad / (root + eps); with momentum b = momentum * b + direction, and the step is along b.",
    ),
)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_no_root(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """The root is missing: divide by np.sqrt(v), so that the size of the gradient cancels."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (square + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="a larger eps")
def rmsprop_step_eps_inside(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Your eps stands inside of the root; torch adds it outside, √v + ε."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / np.sqrt(square + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="a larger eps")
def rmsprop_step_eps_ignored(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You do not use `eps`: it is added to the root."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / np.sqrt(square)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_shares_exchanged(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """The shares are exchanged: alpha belongs to the old mean, 1 − alpha to the new square."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = (1 - alpha) * v + alpha * grad**2
    square = v
    if centered:
        m = (1 - alpha) * m + alpha * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="a step under way")
def rmsprop_step_a_sum(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You add up all squares; that is AdaGrad. RMSprop keeps alpha of the old mean."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = v + grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="a step under way")
def rmsprop_step_old_mean(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You divide by the old mean; this gradient's square belongs into it first."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = state.square_avg
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_not_squared(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You average the gradients; it is their squares that are averaged."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * np.abs(grad)
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_corrected(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You correct the start of the mean, as Adam does; RMSprop does not."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v / (1 - alpha)
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_sign_only(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Your step has lost the gradient; it is lr times the gradient, divided by the root."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = 1 / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="weight decay")
def rmsprop_step_decay_ignored(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You do not use `weight_decay`: its term, weight_decay * param, is added to the gradient first."""
    v, m, b = state
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="weight decay")
def rmsprop_step_decay_apart(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You shrink the parameter apart from the gradient; here the penalty is part of the gradient."""
    v, m, b = state
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * weight_decay * param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="weight decay")
def rmsprop_step_decay_after_the_mean(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Your penalty is in the step, but not in the mean of squares; add it to the gradient first."""
    v, m, b = state
    v = alpha * v + (1 - alpha) * grad**2
    grad = grad + weight_decay * param
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="centered")
def rmsprop_step_centered_ignored(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You do not use `centered`: with it v − m² stands under the root."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = v
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="centered")
def rmsprop_step_centered_not_squared(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Under the root stands v − m², the mean squared; you subtract the bare mean."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="centered")
def rmsprop_step_centered_by_the_old_mean(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You subtract the square of the old mean; this gradient belongs into it first."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - state.grad_avg**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="centered")
def rmsprop_step_centered_gradient(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You subtract the mean from the gradient, too; only the root is centered."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = (grad - m if centered else grad) / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="a step under way")
def rmsprop_step_mean_always_kept(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You move the mean of the gradients without `centered`, too; then that part of the state stays as it is."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    m = alpha * m + (1 - alpha) * grad
    if centered:
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="momentum")
def rmsprop_step_momentum_ignored(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You do not use `momentum`: with it the step is along momentum * b + the direction."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    return param - lr * grad / (np.sqrt(square) + eps), RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="momentum")
def rmsprop_step_momentum_of_the_gradient(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Your buffer takes the bare gradient; it takes the direction, the gradient divided by the root."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + grad
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="momentum")
def rmsprop_step_momentum_a_mean(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Your buffer is a mean; here it is torch's sum, momentum * b + direction."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + (1 - momentum) * direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="momentum")
def rmsprop_step_momentum_not_stepped(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You keep the buffer and then step along the direction alone; step along the buffer."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="momentum")
def rmsprop_step_momentum_with_the_rate(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Your buffer holds the learning rate; in torch the step takes lr of it afterwards."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + lr * direction
        direction = b / lr
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_buffer_always_kept(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You put the direction into the buffer without `momentum`, too; then that part of the state stays as it is."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    b = momentum * b + direction
    direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_state_as_before(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You return the old state, so that nothing is ever remembered."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, state


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_uphill(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You go up: the step is subtracted."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param + lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="the first step")
def rmsprop_step_param_only(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You return the parameter only; asked for is the pair (param, state)."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction


@RMSPROP_STEP.wrong(case="arguments unchanged")
def rmsprop_step_in_place(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You change the old means in place; they belong to who called. v = alpha * v + ... makes a new array."""
    v, m, b = state
    grad = grad + weight_decay * param
    v *= alpha
    v += (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="centered")
def rmsprop_step_variance_kept(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You keep v − m² as the mean of squares; the state keeps v, and v − m² stands under the root only."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = v = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="momentum")
def rmsprop_step_buffer_not_kept(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """You do not keep the buffer: the new b goes into the state."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        direction = momentum * b + direction
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="momentum")
def rmsprop_step_rate_twice(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """The rate enters twice, into the buffer and into the step; the buffer holds the bare directions."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = np.maximum(v - m**2, 0)
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = momentum * b + lr * direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.wrong(case="centered, equal gradients so far")
def rmsprop_step_guard_not_under_the_root(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """Rounding left v − m² a little below 0, and its root is nan: np.maximum(..., 0) belongs under the root."""
    v, m, b = state
    grad = grad + weight_decay * param
    v = alpha * v + (1 - alpha) * grad**2
    square = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        square = v - m**2
    direction = grad / (np.maximum(np.sqrt(square), 0) + eps)
    if momentum:
        b = momentum * b + direction
        direction = b
    return param - lr * direction, RMSpropState(v, m, b)


@RMSPROP_STEP.right
def rmsprop_step_in_branches(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    g = grad + weight_decay * param
    v = alpha * state.square_avg + (1 - alpha) * g * g
    if centered:
        m = alpha * state.grad_avg + (1 - alpha) * g
        root = np.sqrt(np.maximum(v - m * m, 0))
    else:
        m, root = state.grad_avg, np.sqrt(v)
    if momentum > 0:
        b = momentum * state.momentum_buffer + g / (root + eps)
        return param - lr * b, RMSpropState(v, m, b)
    return param - lr * g / (root + eps), RMSpropState(v, m, state.momentum_buffer)


@RMSPROP_STEP.right
def rmsprop_step_towards(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    grad = weight_decay * param + grad
    v, m, b = state
    v = (1 - alpha) * grad**2 + alpha * v
    if centered:
        m = m + (1 - alpha) * (grad - m)
    variance = (v - m**2).clip(0) if centered else v
    u = grad / (variance**0.5 + eps)
    b = momentum * b + u if momentum else b
    return param - lr * (b if momentum else u), (v, m, b)


@RMSPROP_STEP.right
def rmsprop_step_replaced(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    if weight_decay:
        grad = grad + weight_decay * param
    state = state._replace(square_avg=alpha * state.square_avg + (1 - alpha) * np.square(grad))
    under = state.square_avg
    if centered:
        state = state._replace(grad_avg=alpha * state.grad_avg + (1 - alpha) * grad)
        under = np.where(under > state.grad_avg**2, under - state.grad_avg**2, 0)
    step = grad / (np.sqrt(under) + eps)
    if momentum:
        step = step + momentum * state.momentum_buffer
        state = state._replace(momentum_buffer=step)
    return param - lr * step, state


@RMSPROP_STEP.right
def rmsprop_step_copied(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    v, m, b = (part.copy() for part in state)
    g = grad + weight_decay * param
    v *= alpha
    v += (1 - alpha) * g**2
    square = v
    if centered:
        m *= alpha
        m += (1 - alpha) * g
        square = np.maximum(0, v - m**2)
    u = g / (np.sqrt(square) + eps)
    if momentum != 0:
        b *= momentum
        b += u
        u = b
    w = param.copy()
    w -= lr * u
    return w, RMSpropState(v, m, b)
