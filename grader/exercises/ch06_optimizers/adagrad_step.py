"""One step of AdaGrad."""

import numpy as np

from grader.exercises.ch06_optimizers.momentum_step import any_step, odd_steps, step
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import optim
from nnlib.optim import AdagradState


def at_the_start(rng, size, scale):
    return AdagradState(0, np.zeros(size))


def under_way(rng, size, scale):
    return AdagradState(int(rng.integers(2, 9)), scale**2 * rng.uniform(3, 9, size=size))


def unused(rng, size, scale):
    """Under way, where some entries have never had a gradient."""
    s = scale**2 * rng.uniform(3, 9, size=size)
    return AdagradState(int(rng.integers(2, 9)), np.where(np.arange(s.size).reshape(s.shape) % 3 == 1, 0, s))


def _allowed(rng):
    given = options(
        rng,
        lr=(0.1, 1.0, 0.05),
        lr_decay=(0.1, 0.5, 0.0),
        weight_decay=(0.1, 0.01, 0.0),
        eps=(1e-10, 1e-6, 0.1),
    )
    return call(*any_step(rng, at_the_start, under_way, unused), **given)


ADAGRAD_STEP = Exercise(
    function="adagrad_step",
    topics=("C06-11",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=optim.adagrad_step,
    allowed=_allowed,
    large=step((30, 784), under_way),
    cases=(
        Case(
            "the first step",
            step((3,), at_the_start, lr=0.1),
            example=call([1.0, 2.0], [0.5, -4.0], AdagradState(0, np.zeros(2)), lr=0.1),
        ),
        Case("a step under way", step((4,), under_way, lr=0.3)),
        Case("a larger eps", step((2, 2), under_way, lr=0.1, eps=4.0)),
        Case("weight decay", step((3,), under_way, lr=0.1, weight_decay=0.3)),
        Case("a falling rate", step((3,), under_way, lr=0.1, lr_decay=0.2)),
        in_turn(
            "odd shapes, defaults, zeros, tiny and large numbers, all options",
            *odd_steps(
                unused,
                {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 30.0, "eps": 5e-5},
                {"lr": 1.5, "lr_decay": 0.0, "weight_decay": 0.0, "eps": 1e-10},
                {"lr": 1.5, "lr_decay": 0.5, "weight_decay": 0.1, "eps": 0.1},
                {"lr": 0.1, "eps": 1e-6},
                {},
            ),
            step((2, 3), at_the_start, scale=1e-10),
        ),
    ),
    hints=(
        "In order: the penalty's gradient, the new sum of squares, the rate, the step.",
        "The rate falls with the steps taken *before* this one: lr / (1 + state.step * lr_decay).",
        "param - lr * grad / (np.sqrt(s) + eps), with the new s; and AdagradState(state.step + 1, s).",
    ),
)


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_no_root(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """The root is missing: divide by np.sqrt(s), so that the size of the gradient cancels."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (s + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a larger eps")
def adagrad_step_eps_inside(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """Your eps stands inside of the root; torch adds it outside, √s + ε."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / np.sqrt(s + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a larger eps")
def adagrad_step_eps_ignored(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You do not use `eps`: it is added to the root."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / np.sqrt(s), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a larger eps")
def adagrad_step_eps_as_a_bound(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You take eps for a lower bound of the root; it is added to it."""
    grad = grad + weight_decay * param
    lr = lr / (1 + state.step * lr_decay)
    s = state.sum + grad**2
    return param - lr * grad / np.maximum(np.sqrt(s), eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a larger eps")
def adagrad_step_eps_subtracted(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You subtract eps from the root; it is added, so that nothing is divided by 0."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) - eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a step under way")
def adagrad_step_old_sum(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You divide by the old sum; this gradient's square belongs into it first."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(state.sum) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a step under way")
def adagrad_step_an_average(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You average the squares; that is RMSprop. AdaGrad's sum forgets nothing."""
    grad = grad + weight_decay * param
    s = 0.9 * state.sum + 0.1 * grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a step under way")
def adagrad_step_mean_of_squares(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You divide by the number of steps; AdaGrad takes the root of the whole sum."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s / (state.step + 1)) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_sum_of_sizes(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You add up |g|; it is the squares that are summed."""
    grad = grad + weight_decay * param
    s = state.sum + np.abs(grad)
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_one_sum_for_all(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You sum over the entries; each parameter has a sum of its own."""
    grad = grad + weight_decay * param
    s = state.sum + np.sum(grad**2)
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_sign_only(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """Your step has lost the gradient; it is lr times the gradient, divided by the root."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="weight decay")
def adagrad_step_decay_ignored(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You do not use `weight_decay`: its term, weight_decay * param, is added to the gradient first."""
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="weight decay")
def adagrad_step_decay_apart(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You shrink the parameter apart from the gradient; here the penalty is part of the gradient."""
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * weight_decay * param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="weight decay")
def adagrad_step_decay_not_squared(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """Your penalty is in the step, but not in the sum of squares; add it to the gradient first."""
    s = state.sum + grad**2
    grad = grad + weight_decay * param
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="weight decay")
def adagrad_step_decay_subtracted(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """Your penalty makes the weights grow: weight_decay * param is *added* to the gradient."""
    grad = grad - weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a falling rate")
def adagrad_step_rate_decay_ignored(
    param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10
):
    """You do not use `lr_decay`: the rate is divided by 1 + step * lr_decay."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a falling rate")
def adagrad_step_rate_counts_this_step(
    param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10
):
    """Your rate is a step ahead: the steps taken *before* this one count, 0 at first."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + (state.step + 1) * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a falling rate")
def adagrad_step_rate_multiplied(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You multiply by 1 + step * lr_decay, so that the rate rises; divide by it."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr * (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a falling rate")
def adagrad_step_rate_a_power(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """Your rate falls by a factor in each step; it is divided by 1 + step * lr_decay."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr * (1 - lr_decay) ** state.step
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_step_not_counted(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You do not count the step: the new state has step + 1."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step, s)


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_state_as_before(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You return the old state, so that nothing is ever remembered."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), state


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_uphill(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You go up: the step is subtracted."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param + lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="the first step")
def adagrad_step_param_only(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You return the parameter only; asked for is the pair (param, state)."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps)


@ADAGRAD_STEP.wrong(case="arguments unchanged")
def adagrad_step_in_place(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You change the old sum in place; it belongs to who called. s = state.sum + ... makes a new array."""
    grad = grad + weight_decay * param
    t, s = state
    s += grad**2
    lr = lr / (1 + t * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(t + 1, s)


@ADAGRAD_STEP.wrong(case="a falling rate")
def adagrad_step_rate_divided_by_a_power(
    param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10
):
    """You divide the rate by a power, (1 + lr_decay)**step; it is a product, 1 + step * lr_decay."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + lr_decay) ** state.step
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a falling rate")
def adagrad_step_rate_subtracted(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """You subtract step * lr_decay from the rate; it is divided by 1 + step * lr_decay."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr - state.step * lr_decay
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="a larger eps")
def adagrad_step_eps_without_brackets(
    param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10
):
    """Brackets are missing: you divide by the root alone, and add eps to the step."""
    grad = grad + weight_decay * param
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - (lr * grad / np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.wrong(case="weight decay")
def adagrad_step_decay_in_the_sum_only(
    param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10
):
    """Your penalty is in the sum of squares, but not in the step; add it to the gradient first."""
    s = state.sum + (grad + weight_decay * param) ** 2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


@ADAGRAD_STEP.right
def adagrad_step_unpacked(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    t, total = state
    g = grad + weight_decay * param
    total = total + g * g
    return param - lr / (1 + t * lr_decay) / (total**0.5 + eps) * g, AdagradState(t + 1, total)


@ADAGRAD_STEP.right
def adagrad_step_plain_tuples(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    if weight_decay:
        grad = grad + weight_decay * param
    s = np.square(grad) + state[1]
    step = grad / (eps + np.sqrt(s))
    return [param - step * (lr / (1 + lr_decay * state[0])), (state[0] + 1, s)]


@ADAGRAD_STEP.right
def adagrad_step_copied(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    w, s = param.copy(), state.sum.copy()
    g = grad + weight_decay * param
    s += g**2
    w -= lr * g / ((np.sqrt(s) + eps) * (1 + state.step * lr_decay))
    return w, AdagradState(step=state.step + 1, sum=s)


@ADAGRAD_STEP.right
def adagrad_step_own_rates(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    grad = weight_decay * param + grad
    state = state._replace(sum=state.sum + grad**2)
    rates = lr / (np.sqrt(state.sum) + eps) / (1 + lr_decay * state.step)
    return param - rates * grad, state._replace(step=state.step + 1)
