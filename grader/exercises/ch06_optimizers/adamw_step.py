"""One step of AdamW: decay apart from the gradient."""

import numpy as np

from grader.exercises.ch06_optimizers.adam_step import (
    ODD_OPTIONS,
    any_options,
    at_the_start,
    some_still,
    under_way,
)
from grader.exercises.ch06_optimizers.momentum_step import any_step, odd_steps, step
from grader.record.exercise import Case, Exercise, call, in_turn
from nnlib import optim
from nnlib.optim import AdamState, adam_step

ADAMW_STEP = Exercise(
    function="adamw_step",
    topics=("C06-16",),
    points=2,
    difficulty=3,
    minutes=12,
    reference=optim.adamw_step,
    uses=("adam_step",),
    forbid=("nnlib.optim.adam_step_in_place",),
    allowed=lambda rng: call(*any_step(rng, at_the_start, under_way, some_still), **any_options(rng)),
    cases=(
        Case(
            "the first step",
            step((3,), at_the_start, lr=0.1, weight_decay=0.5),
            example=call([1.0, 2.0], [0.5, -4.0], AdamState(0, *np.zeros((3, 2))), lr=0.1, weight_decay=0.5),
        ),
        Case("a step under way", step((4,), under_way, lr=0.1, weight_decay=0.3)),
        Case("the default decay", step((3,), under_way, lr=0.1)),
        Case(
            "other betas and a larger eps",
            step((2, 2), under_way, lr=0.1, betas=(0.7, 0.8), eps=0.3, weight_decay=0.2),
        ),
        Case("amsgrad", step((4,), under_way, lr=0.1, amsgrad=True)),
        in_turn(
            "odd shapes, defaults, zeros, tiny and large numbers, all options",
            *odd_steps(some_still, *ODD_OPTIONS),
            step((2, 3), at_the_start, scale=1e-8),
        ),
    ),
    hints=(
        "First shrink the parameter: param - lr * weight_decay * param. The gradient stays as it is.",
        "Then Adam's step from there, without a penalty: adam_step has no weight decay unless it is asked for.",
        "Hand on all the other options: lr=lr, betas=betas, eps=eps, amsgrad=amsgrad.",
    ),
)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_penalty(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You put the decay into the gradient, which is Adam with an L2 penalty; shrink the parameter instead."""
    return adam_step(
        param, grad, state, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad
    )


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_both(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You shrink the parameter and add the penalty to the gradient as well; AdamW does the first only."""
    shrunk = param - lr * weight_decay * param
    return adam_step(
        shrunk, grad, state, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad
    )


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_no_rate(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """The learning rate is missing in the decay: the parameter loses the share lr * weight_decay."""
    shrunk = param - weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_no_decay(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You do not shrink the parameter: that is Adam without any decay."""
    shrunk = param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_growing(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """Your parameter grows: the decay is subtracted."""
    shrunk = param + lr * weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_a_fixed_amount(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You take the same amount off every parameter; decay takes a share of each."""
    shrunk = param - lr * weight_decay * np.sign(param)
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_half(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You take half of the share, as if the penalty's ½ were still to be halved: lr * weight_decay * param."""
    shrunk = param - lr * weight_decay * param / 2
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_after_the_step(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You shrink what the step has made, the step too; the parameter is shrunk first."""
    stepped, state = adam_step(param, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)
    return stepped - lr * weight_decay * stepped, state


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_decay_ignored(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You do not use `weight_decay`: 0.01 is only its default."""
    shrunk = param - lr * 0.01 * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_decay_of_the_gradient(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You shrink the gradient; it is the parameter that decays."""
    grad = grad - lr * weight_decay * grad
    return adam_step(param, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="other betas and a larger eps")
def adamw_step_betas_not_handed_on(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You do not hand `betas` on, so that Adam's step takes its defaults."""
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="other betas and a larger eps")
def adamw_step_eps_not_handed_on(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You do not hand `eps` on, so that Adam's step takes its default."""
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="amsgrad")
def adamw_step_amsgrad_not_handed_on(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You do not hand `amsgrad` on, so that Adam's step does without."""
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_rate_not_handed_on(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You do not hand `lr` on, so that Adam's step takes its default, 0.001."""
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_nothing_handed_on(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You hand none of the options on, so that Adam's step takes its defaults."""
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_state_as_before(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You return the old state, so that nothing is ever remembered."""
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)[0], state


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_param_only(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You return the parameter only; asked for is the pair (param, state)."""
    shrunk = param - lr * weight_decay * param
    return adam_step(shrunk, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)[0]


@ADAMW_STEP.wrong(case="arguments unchanged")
def adamw_step_in_place(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You change `param` of who called: *= and -= work in place.

    Write param = param - ..., which makes a new array."""
    param *= 1 - lr * weight_decay
    return adam_step(param, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.wrong(case="the first step")
def adamw_step_from_the_gradient(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """You subtract the decay from the gradient; it is subtracted from the parameter."""
    grad = grad - lr * weight_decay * param
    return adam_step(param, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)


@ADAMW_STEP.right
def adamw_step_as_factor(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    w = (1 - lr * weight_decay) * param
    return adam_step(w, grad, state, lr=lr, betas=betas, eps=eps, weight_decay=0.0, amsgrad=amsgrad)


@ADAMW_STEP.right
def adamw_step_written_out(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    b1, b2 = betas
    t, m, v, v_max = state
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    v_max = np.maximum(v_max, v) if amsgrad else v_max
    m_hat, v_hat = m / (1 - b1**t), (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * weight_decay * param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAMW_STEP.right
def adamw_step_afterwards_from_the_old(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    stepped, state = adam_step(param, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)
    return stepped - lr * weight_decay * param, state


@ADAMW_STEP.right
def adamw_step_step_from_nowhere(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    step, state = adam_step(0 * param, grad, state, lr=lr, betas=betas, eps=eps, amsgrad=amsgrad)
    return [param * (1 - lr * weight_decay) + step, tuple(state)]
