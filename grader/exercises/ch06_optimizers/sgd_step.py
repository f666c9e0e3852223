"""One step of torch's SGD: momentum as a sum, dampening, Nesterov's form, an L2 penalty."""

import numpy as np

from grader.exercises.ch06_optimizers.momentum_step import any_step, odd_steps, step
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, spread
from nnlib import optim
from nnlib.optim import SGDState


def no_buffer(rng, size, scale):
    return SGDState(None)


def moving(rng, size, scale):
    v = scale * rng.uniform(0.4, 0.8, size=size)
    return SGDState(np.where(np.arange(v.size).reshape(v.shape) % 3 == 1, -v, v))


def all_still(rng, size, scale):
    return SGDState(np.zeros(size))


def some_still(rng, size, scale):
    return SGDState(spread(rng, size, scale))


def _allowed(rng):
    given = options(rng, lr=(0.1, 1.0, 0.01), momentum=(0.9, 0.9, 0.5, 0.0), weight_decay=(0.1, 0.01, 0.0))
    if given.get("momentum"):
        given |= one_of(rng, options(rng, dampening=(0.5, 0.9, 0.0)), options(rng, nesterov=(True, False)))
        return call(*any_step(rng, no_buffer, moving, moving), **given)
    return call(*any_step(rng, no_buffer, moving), **given)


SGD_STEP = Exercise(
    function="sgd_step",
    topics=("C06-03", "C06-09"),
    points=3,
    difficulty=4,
    minutes=30,
    reference=optim.sgd_step,
    forbid=("nnlib.optim.sgd_step_in_place",),
    allowed=_allowed,
    large=step((30, 784), moving, lr=0.1, momentum=0.9),
    cases=(
        # where the state is what was handed over, or the gradient, half of the answer is no work
        Case(
            "no momentum",
            step((3,), no_buffer, lr=0.1),
            edge=True,
            example=call([1.0, 2.0], [1.0, -2.0], SGDState(None), lr=0.5),
        ),
        Case("momentum, the first step", step((3,), no_buffer, lr=0.1, momentum=0.9), edge=True),
        Case("momentum, under way", step((4,), moving, lr=0.1, momentum=0.9)),
        Case("weight decay", step((2, 2), moving, lr=0.1, momentum=0.5, weight_decay=0.3)),
        Case("dampening", step((3,), moving, lr=0.1, momentum=0.9, dampening=0.4)),
        Case(
            "dampening, the first step",
            step((3,), no_buffer, lr=0.1, momentum=0.9, dampening=0.4),
            edge=True,
        ),
        Case("Nesterov", step((3,), moving, lr=0.1, momentum=0.9, nesterov=True)),
        Case(
            "Nesterov, the first step",
            step((3,), no_buffer, lr=0.1, momentum=0.9, nesterov=True),
            edge=True,
        ),
        Case("a buffer of zeros", step((3,), all_still, lr=0.1, momentum=0.9, dampening=0.4)),
        Case("no momentum, a buffer", step((3,), moving, lr=0.1), edge=True),
        keeps_arguments(step((3,), moving, lr=0.1, momentum=0.9), weight=4),
        in_turn(
            "odd shapes, defaults, zeros, tiny and large numbers, all options",
            *odd_steps(
                some_still,
                {"lr": 0.1, "momentum": 0.9, "nesterov": True},
                {"momentum": 0.9, "weight_decay": 0.0, "nesterov": False},
                {"lr": 1.5, "momentum": 0.5, "weight_decay": 0.1, "nesterov": True},
                {"lr": 1.5, "momentum": 0.9, "dampening": 0.0, "nesterov": False},
                {"momentum": 0.9, "weight_decay": 0.1, "dampening": 0.5},
            ),
            step((1, 3), no_buffer, weight_decay=0.1, momentum=0.0),
            step((3, 1), no_buffer, scale=300.0, lr=1.0),
            step((2,), no_buffer),
            step((2, 2), no_buffer, lr=0.1, momentum=0.5, weight_decay=0.1, nesterov=True),
            step((2,), no_buffer, lr=0.1, momentum=0.5, weight_decay=0.1, dampening=0.9),
            step((2,), moving, lr=0.1),
            step((3,), all_still, lr=0.1, momentum=0.5, dampening=0.9),
            weight=3,
        ),
    ),
    hints=(
        "In order: the penalty's gradient, without momentum the step at once, else the buffer, then the step.",
        "The buffer: grad if it is None, else momentum * v + (1 - dampening) * grad.",
        "The step is along v, or, with nesterov, along grad + momentum * v with the new v.",
    ),
)


@SGD_STEP.wrong(case="momentum, under way")
def sgd_step_mean(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You weigh the gradient with 1 − momentum, as in the first convention; torch keeps a sum.

    The gradient enters times 1 − dampening, which is 1 unless asked for."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - momentum) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="dampening, the first step")
def sgd_step_from_zero(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Your buffer starts from zero and takes 1 − dampening of the first gradient; torch takes the first one whole."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = momentum * (0 * grad if v is None else v) + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="dampening")
def sgd_step_dampening_ignored(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You do not use `dampening`: after the first step the gradient enters times 1 − dampening."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="momentum, under way")
def sgd_step_dampening_itself(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """The gradient enters times 1 − dampening, not times dampening: with 0, the default, it enters whole."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + dampening * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="dampening")
def sgd_step_dampening_the_buffer(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You damp the whole buffer; only the gradient that enters is damped."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else (1 - dampening) * (momentum * v + grad)
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="weight decay")
def sgd_step_decay_ignored(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You do not use `weight_decay`: its term, weight_decay * param, is added to the gradient first."""
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="weight decay")
def sgd_step_decay_subtracted(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Your penalty makes the weights grow: weight_decay * param is *added* to the gradient."""
    grad = grad - weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="weight decay")
def sgd_step_decay_apart(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You shrink the parameter apart from the gradient; here the penalty's gradient goes into the buffer, too.

    Begin with grad = grad + weight_decay * param."""
    shrunk = param - lr * weight_decay * param
    if momentum == 0:
        return shrunk - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return shrunk - lr * step, SGDState(v)


@SGD_STEP.wrong(case="weight decay")
def sgd_step_decay_squared(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """The gradient of the penalty ½ λ w² is λ w; you add the penalty itself."""
    grad = grad + weight_decay * param**2 / 2
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="weight decay")
def sgd_step_decay_twice(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """The gradient of the penalty ½ λ w² is λ w; you have twice as much."""
    grad = grad + 2 * weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="Nesterov")
def sgd_step_nesterov_ignored(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You do not use `nesterov`: with it the step is along grad + momentum * v."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="Nesterov")
def sgd_step_nesterov_with_the_old_buffer(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """For Nesterov's step you take the old buffer; it is grad + momentum * v with the *new* v."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    old = state.momentum_buffer
    v = grad if old is None else momentum * old + (1 - dampening) * grad
    step = grad + momentum * (v if old is None else old) if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="Nesterov")
def sgd_step_nesterov_whole_buffer(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Nesterov's step has the buffer times momentum: grad + momentum * v."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="Nesterov")
def sgd_step_nesterov_kept(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You keep Nesterov's step as the buffer; it is for this step only, and the state keeps v."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(step)


@SGD_STEP.wrong(case="momentum, under way")
def sgd_step_old_buffer(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You step along the old buffer; compute the new one first, and step along that."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    old = state.momentum_buffer
    v = grad if old is None else momentum * old + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else (v if old is None else old)
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="momentum, under way")
def sgd_step_momentum_ignored(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You do not use `momentum`: with it the step is along the buffer, not the gradient."""
    return param - lr * (grad + weight_decay * param), state


@SGD_STEP.wrong(case="momentum, under way")
def sgd_step_buffer_starts_again(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You put the bare gradient into the buffer in every step, so that nothing is remembered."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="momentum, the first step")
def sgd_step_state_as_before(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You return the old state, so that nothing is ever remembered: SGDState(v), with the new v."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, state


@SGD_STEP.wrong(case="momentum, the first step")
def sgd_step_uphill(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You go up: the step is subtracted."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param + lr * grad, state
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param + lr * step, SGDState(v)


@SGD_STEP.wrong(case="momentum, the first step")
def sgd_step_param_only(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You return the parameter only; asked for is the pair (param, state)."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step


@SGD_STEP.wrong(case="momentum, the first step")
def sgd_step_rate_in_the_buffer(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Your buffer holds the learning rate; it is the sum of the bare gradients, and the step takes lr of it."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = lr * grad if v is None else momentum * v + (1 - dampening) * lr * grad
    step = lr * grad + momentum * v if nesterov else v
    return param - step, SGDState(v)


@SGD_STEP.wrong(case="momentum, the first step")
def sgd_step_none_forgotten(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Before the first step the buffer is None, which has no values to multiply: then it becomes the gradient."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="arguments unchanged")
def sgd_step_in_place(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You change the old buffer in place; it belongs to who called. v = momentum * v + ... makes a new array."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    if v is None:
        v = grad
    else:
        v *= momentum
        v += (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="momentum, under way")
def sgd_step_truth_of_an_array(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """An array is neither true nor false; ask `if v is None`."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    if not v:
        v = grad
    else:
        v = momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="no momentum")
def sgd_step_buffer_without_momentum(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Without momentum the state stays as it is; you put the gradient into it."""
    grad = grad + weight_decay * param
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad if momentum == 0 else grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="no momentum, a buffer")
def sgd_step_buffer_lost(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Without momentum the state stays as it is; you lose the buffer that was in it."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, SGDState(None)
    v = state.momentum_buffer
    v = grad if v is None else momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="momentum, the first step")
def sgd_step_first_gradient_twice(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """The first gradient enters twice: it is the buffer, or is added to one, not both. An `else` is missing."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    if v is None:
        v = grad
    v = momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="Nesterov, the first step")
def sgd_step_nesterov_from_the_second_step(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """Your first step is not Nesterov's; it is grad + momentum * v from the first step on."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    if v is None:
        return param - lr * grad, SGDState(grad)
    v = momentum * v + (1 - dampening) * grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.wrong(case="a buffer of zeros")
def sgd_step_zero_for_none(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """You take a buffer of zeros for none; only `None` says that this is the first step."""
    grad = grad + weight_decay * param
    if momentum == 0:
        return param - lr * grad, state
    v = state.momentum_buffer
    v = momentum * v + (1 - dampening) * grad if v is not None and v.any() else grad
    step = grad + momentum * v if nesterov else v
    return param - lr * step, SGDState(v)


@SGD_STEP.right
def sgd_step_in_branches(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    g = grad + weight_decay * param
    if not momentum:
        return param - lr * g, SGDState(state.momentum_buffer)
    if state.momentum_buffer is None:
        buffer = g.copy()
    else:
        buffer = state.momentum_buffer * momentum + g * (1 - dampening)
    if nesterov:
        g = g + momentum * buffer
    else:
        g = buffer
    return param - lr * g, SGDState(buffer)


@SGD_STEP.right
def sgd_step_plain_tuples(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    (v,) = state
    if weight_decay != 0:
        grad = grad + weight_decay * param
    step = grad
    if momentum != 0:
        v = grad if v is None else momentum * v + grad - dampening * grad
        step = v + 0.0 if not nesterov else momentum * v + grad
    return param - lr * step, (v,)


@SGD_STEP.right
def sgd_step_penalty_as_factor(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    old = state.momentum_buffer
    g = grad + weight_decay * param
    if momentum == 0:
        return (1 - lr * weight_decay) * param - lr * grad, state
    if old is None:
        v = g
    else:
        v = momentum * old
        v = v + (1 - dampening) * g
    return param - lr * (v if not nesterov else g) - lr * momentum * nesterov * v, SGDState(v)


@SGD_STEP.right
def sgd_step_replaced(
    param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    grad = grad + weight_decay * param
    if momentum:
        old = state.momentum_buffer
        new = grad if old is None else momentum * old + (1 - dampening) * grad
        state = state._replace(momentum_buffer=new)
        grad = grad + momentum * new if nesterov else new
    w = param.copy()
    w -= lr * grad
    return w, state
