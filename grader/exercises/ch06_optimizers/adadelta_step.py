"""One step of AdaDelta."""

import numpy as np

from grader.exercises.ch06_optimizers.momentum_step import any_step, odd_steps, step
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import optim
from nnlib.optim import AdadeltaState


def at_the_start(rng, size, scale):
    return AdadeltaState(np.zeros(size), np.zeros(size))


def under_way(rng, size, scale):
    return AdadeltaState(scale**2 * rng.uniform(40, 90, size=size), rng.uniform(0.05, 0.2, size=size))


def some_still(rng, size, scale):
    v, u = under_way(rng, size, scale)
    off = np.arange(v.size).reshape(v.shape) % 3 == 1
    return AdadeltaState(np.where(off, 0, v), np.where(off, 0, u))


def _allowed(rng):
    given = options(
        rng,
        lr=(0.1, 1.0, 0.01),
        rho=(0.9, 0.95, 0.5, 0.0),
        eps=(1e-6, 1e-4, 0.1),
        weight_decay=(0.1, 0.01, 0.0),
    )
    return call(*any_step(rng, at_the_start, under_way, some_still), **given)


ADADELTA_STEP = Exercise(
    function="adadelta_step",
    topics=("C06-12",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=optim.adadelta_step,
    allowed=_allowed,
    large=step((30, 784), under_way),
    cases=(
        Case(
            "the first step, a large eps",
            step((3,), at_the_start, eps=0.1),
            example=call([1.0, 2.0], [1.0, -2.0], AdadeltaState(np.zeros(2), np.zeros(2)), eps=0.1),
        ),
        Case("a step under way", step((4,), under_way, eps=0.01)),
        Case("another rho and rate", step((2, 2), under_way, lr=0.5, rho=0.6, eps=0.2)),
        Case("weight decay", step((3,), under_way, eps=0.01, weight_decay=0.3)),
        in_turn(
            "odd shapes, defaults, zeros, tiny and large numbers, all options",
            *odd_steps(
                some_still,
                {"lr": 0.5, "rho": 0.95, "eps": 0.01, "weight_decay": 100.0},
                {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0.0},
                {"lr": 1.5, "rho": 0.0, "eps": 0.1},
                {"lr": 1.5, "rho": 0.5, "eps": 5e-5, "weight_decay": 0.1},
                {"eps": 0.01},
            ),
            step((2, 3), at_the_start, scale=1e-3),
        ),
    ),
    hints=(
        "In order: the penalty's gradient, v, the step delta from the *old* u, then the new u from delta.",
        "eps stands inside of both roots: np.sqrt(u + eps) / np.sqrt(v + eps) * grad.",
        "u = rho * u + (1 - rho) * delta**2, and the state is AdadeltaState(v, u).",
    ),
)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_rmsprop(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """That is RMSprop's step: the root of the squared steps is missing above the line, √(u + ε)."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = grad / np.sqrt(v + eps)
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_eps_outside(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """Your eps stands outside of the roots; in AdaDelta it stands inside of both."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = (np.sqrt(u) + eps) / (np.sqrt(v) + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_eps_below_only(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """The upper root has an eps, too: without it the first step is 0, and so are all others."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_eps_above_only(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """The lower root has an eps, too: √(v + ε)."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_no_roots(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """The roots are missing: √(u + ε) / √(v + ε)."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = (u + eps) / (v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_upside_down(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """The roots stand the wrong way round: the steps' above, the gradients' below."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(v + eps) / np.sqrt(u + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_old_mean(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You divide by the old mean of squares; this gradient's belongs into it first."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(state.square_avg + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_steps_of_the_gradient(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """Your second mean is of the squared gradients again; it is of the squared *steps* delta."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * grad**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="another rho and rate")
def adadelta_step_steps_with_the_rate(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """Your second mean is of lr * delta; it is of delta, without the rate."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * (lr * delta) ** 2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_steps_not_squared(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """Your second mean is of the steps themselves; it is of their squares."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * np.abs(delta)
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_steps_forgotten(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You do not move the second mean, so that the steps never grow: u ← ρ u + (1 − ρ) Δ²."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_shares_exchanged(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """The shares are exchanged: rho belongs to the old means, 1 − rho to what is new."""
    v, u = state
    grad = grad + weight_decay * param
    v = (1 - rho) * v + rho * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = (1 - rho) * u + rho * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_sums(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You add up the squares; AdaDelta keeps rho of the old means and mixes in 1 − rho of the new."""
    v, u = state
    grad = grad + weight_decay * param
    v = v + grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = u + delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="another rho and rate")
def adadelta_step_rate_ignored(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You do not use `lr`: the step is lr times delta."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="another rho and rate")
def adadelta_step_rho_ignored(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You do not use `rho`: 0.9 is only its default."""
    v, u = state
    grad = grad + weight_decay * param
    v = 0.9 * v + 0.1 * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = 0.9 * u + 0.1 * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="weight decay")
def adadelta_step_decay_ignored(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You do not use `weight_decay`: its term, weight_decay * param, is added to the gradient first."""
    v, u = state
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="weight decay")
def adadelta_step_decay_apart(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You shrink the parameter apart from the gradient; here the penalty is part of the gradient."""
    v, u = state
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * weight_decay * param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_order_of_the_state(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """The parts of your state are exchanged: first the mean of the squared gradients, then that of the steps."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(u, v)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_state_as_before(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You return the old state, so that nothing is ever remembered."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, state


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_uphill(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You go up: the step is subtracted."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param + lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_param_only(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You return the parameter only; asked for is the pair (param, state)."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta


@ADADELTA_STEP.wrong(case="arguments unchanged")
def adadelta_step_in_place(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You change the old means in place; they belong to who called. v = rho * v + ... makes a new array."""
    v, u = state
    grad = grad + weight_decay * param
    v *= rho
    v += (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_again_with_the_new_mean(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """You compute the step again with the new u; it is taken with the old one, from which the new one is made."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * grad
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="the first step, a large eps")
def adadelta_step_eps_outside_above(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """Your upper eps stands outside of its root; it belongs inside, √(u + ε)."""
    v, u = state
    grad = grad + weight_decay * param
    v = rho * v + (1 - rho) * grad**2
    delta = (np.sqrt(u) + eps) / np.sqrt(v + eps) * grad
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.wrong(case="weight decay")
def adadelta_step_decay_after_the_mean(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """Your penalty is in the step, but not in the mean of squares; add it to the gradient first."""
    v, u = state
    v = rho * v + (1 - rho) * grad**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * (grad + weight_decay * param)
    u = rho * u + (1 - rho) * delta**2
    return param - lr * delta, AdadeltaState(v, u)


@ADADELTA_STEP.right
def adadelta_step_named(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    g = grad + weight_decay * param
    square_avg = rho * state.square_avg + (1 - rho) * g * g
    step = g * np.sqrt((state.acc_delta + eps) / (square_avg + eps))
    acc_delta = rho * state.acc_delta + (1 - rho) * step * step
    return param - lr * step, AdadeltaState(square_avg=square_avg, acc_delta=acc_delta)


@ADADELTA_STEP.right
def adadelta_step_root_mean_squares(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    def rms(mean):
        return (mean + eps) ** 0.5

    if weight_decay:
        grad = weight_decay * param + grad
    v = (1 - rho) * grad**2 + rho * state[0]
    delta = -rms(state[1]) / rms(v) * grad
    return [param + lr * delta, (v, (1 - rho) * delta**2 + rho * state[1])]


@ADADELTA_STEP.right
def adadelta_step_replaced(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    grad = grad + weight_decay * param
    state = state._replace(square_avg=rho * state.square_avg + (1 - rho) * np.square(grad))
    delta = np.sqrt(state.acc_delta + eps) * grad / np.sqrt(state.square_avg + eps)
    return param - lr * delta, state._replace(acc_delta=rho * state.acc_delta + (1 - rho) * np.square(delta))


@ADADELTA_STEP.right
def adadelta_step_copied(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    v, u = state.square_avg.copy(), state.acc_delta.copy()
    g = grad + weight_decay * param
    v *= rho
    v += (1 - rho) * g**2
    delta = g * np.sqrt(u + eps)
    delta /= np.sqrt(v + eps)
    u *= rho
    u += (1 - rho) * delta**2
    return param - delta * lr, AdadeltaState(v, u)
