"""One step of Adam."""

import numpy as np

from grader.exercises.ch06_optimizers.momentum_step import any_step, odd_steps, step
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import optim
from nnlib.optim import AdamState


def at_the_start(rng, size, scale):
    return AdamState(0, *np.zeros((3, *size)))


def under_way(rng, size, scale):
    """After some steps; of the largest mean of squares some entries are above the new one, some below."""
    m, v = scale * rng.uniform(0.3, 0.6, size=size), scale**2 * rng.uniform(0.1, 0.2, size=size)
    number = np.arange(v.size).reshape(v.shape)
    largest = v * np.where(number % 2, 3, 0.5)
    return AdamState(int(rng.integers(3, 9)), np.where(number % 3 == 1, -m, m), v, largest)


def some_still(rng, size, scale):
    t, m, v, largest = under_way(rng, size, scale)
    off = np.arange(v.size).reshape(v.shape) % 3 == 1
    return AdamState(t, *(np.where(off, 0, part) for part in (m, v, largest)))


def any_options(rng):
    return options(
        rng,
        lr=(0.1, 1.0, 0.01),
        betas=((0.9, 0.999), (0.9, 0.99), (0.5, 0.9), (0.0, 0.9), (0.8, 0.0)),
        eps=(1e-8, 1e-4, 0.1),
        weight_decay=(0.1, 0.05, 0.0),
        amsgrad=(True, False),
    )


ODD_OPTIONS = (
    {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-8, "weight_decay": 5.0, "amsgrad": True},
    {"lr": 1.5, "betas": (0.9, 0.999), "eps": 0.1, "weight_decay": 0.0, "amsgrad": False},
    {"lr": 1.5, "betas": (0.0, 0.9), "eps": 0.1, "weight_decay": 0.1, "amsgrad": False},
    {"lr": 0.1, "betas": (0.8, 0.0), "eps": 1e-4, "amsgrad": True},
    {"lr": 0.1, "eps": 0.01},
)

ADAM_STEP = Exercise(
    function="adam_step",
    topics=("C06-14", "C06-15"),
    points=3,
    difficulty=4,
    minutes=25,
    reference=optim.adam_step,
    forbid=("nnlib.optim.adam_step_in_place",),
    allowed=lambda rng: call(*any_step(rng, at_the_start, under_way, some_still), **any_options(rng)),
    large=step((30, 784), under_way),
    cases=(
        Case(
            "the first step",
            step((3,), at_the_start, scale=100.0, lr=0.1),
            example=call([1.0, 2.0], [50.0, -400.0], AdamState(0, *np.zeros((3, 2))), lr=0.1),
        ),
        Case("a step under way", step((4,), under_way, lr=0.1)),
        Case(
            "other betas and a larger eps",
            step((2, 2), under_way, lr=0.1, betas=(0.7, 0.8), eps=0.3),
        ),
        Case("weight decay", step((3,), under_way, lr=0.1, weight_decay=0.3)),
        Case("amsgrad", step((4,), under_way, lr=0.1, amsgrad=True)),
        in_turn(
            "odd shapes, defaults, zeros, tiny and large numbers, all options",
            *odd_steps(some_still, *ODD_OPTIONS),
            step((2, 3), at_the_start, scale=1e-8),
        ),
    ),
    hints=(
        "In order: the penalty's gradient, the count, both means, their corrections, the step.",
        "The step counts from 1: t = state.step + 1. The corrected means get names of their own, m_hat and v_hat.",
        "lr * m_hat / (np.sqrt(v_hat) + eps); the state keeps t, m, v and v_max, without hats.",
    ),
)


@ADAM_STEP.wrong(case="the first step")
def adam_step_no_root(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """The root is missing: divide by np.sqrt(v_hat), so that the size of the gradient cancels."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (v_hat + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_overwritten(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """Your state keeps the corrected means, so that the next step corrects them again; it keeps m and v."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m_hat, v_hat, v_max)


@ADAM_STEP.wrong(case="a step under way")
def adam_step_raw_gradient(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You step along the gradient; step along its corrected mean, m_hat."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * grad / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_not_corrected(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You do not correct the means for their start: m / (1 − β₁ᵗ) and v / (1 − β₂ᵗ)."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m
    v_hat = v_max if amsgrad else v
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_only_m_corrected(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You correct m and not v; both started from zero."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = v_max if amsgrad else v
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_only_v_corrected(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You correct v and not m; both started from zero."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="a step under way")
def adam_step_corrected_by_one_factor(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You divide by 1 − β; the sum of the weights is 1 − βᵗ."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1)
    v_hat = (v_max if amsgrad else v) / (1 - b2)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_one_beta_for_both(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You correct v with β₁; its weights sum to 1 − β₂ᵗ."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b1**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_count_behind(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """Your t counts the steps before this one, so that the first step divides by 0: this one counts, too."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / np.float64(1 - b1 ** (t - 1))
    v_hat = (v_max if amsgrad else v) / np.float64(1 - b2 ** (t - 1))
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="a step under way")
def adam_step_times_t(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """β * t is a product; the weights sum to 1 − β**t, a power."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1 * t)
    v_hat = (v_max if amsgrad else v) / (1 - b2 * t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_betas_exchanged(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """The betas are exchanged: the first is for the mean, the second for the squares."""
    b2, b1 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="other betas and a larger eps")
def adam_step_betas_ignored(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You do not use `betas`: 0.9 and 0.999 are only their defaults."""
    b1, b2 = 0.9, 0.999
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_shares_exchanged(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """The shares are exchanged: β belongs to the old mean, 1 − β to what is new."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = (1 - b1) * m + b1 * grad
    v = (1 - b2) * v + b2 * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="other betas and a larger eps")
def adam_step_eps_inside(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """Your eps stands inside of the root; Adam has it outside, √v̂ + ε."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / np.sqrt(v_hat + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="other betas and a larger eps")
def adam_step_eps_ignored(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You do not use `eps`: it is added to the root."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / np.sqrt(v_hat), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="other betas and a larger eps")
def adam_step_eps_before_the_correction(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You add eps to the uncorrected root; it is added to that of v_hat."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    root = np.sqrt(v_max if amsgrad else v)
    return param - lr * m_hat / ((root + eps) / np.sqrt(1 - b2**t)), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_not_squared(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You average the sizes of the gradients; it is their squares."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * np.abs(grad)
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="a step under way")
def adam_step_square_of_the_mean(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """Your v averages the square of the mean; it is the square of the gradient."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * m**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="weight decay")
def adam_step_decay_ignored(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You do not use `weight_decay`: its term, weight_decay * param, is added to the gradient first."""
    b1, b2 = betas
    t, m, v, v_max = state
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="weight decay")
def adam_step_decay_apart(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You shrink the parameter apart from the gradient, which is AdamW; here the penalty is part of it."""
    b1, b2 = betas
    t, m, v, v_max = state
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * weight_decay * param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="weight decay")
def adam_step_decay_in_the_mean_only(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """Your penalty is in the mean of the gradients, but not in that of the squares; add it to the gradient first."""
    b1, b2 = betas
    t, m, v, v_max = state
    t = t + 1
    m = b1 * m + (1 - b1) * (grad + weight_decay * param)
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="amsgrad")
def adam_step_amsgrad_ignored(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You do not use `amsgrad`: with it the largest v so far is divided by."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        pass
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="a step under way")
def adam_step_amsgrad_always(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You take the largest v so far without `amsgrad`, too."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = v_max / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="amsgrad")
def adam_step_amsgrad_old_largest(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You divide by the old largest v; this step's v may be larger, so it belongs into the maximum first."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (state.max_exp_avg_sq if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="amsgrad")
def adam_step_amsgrad_not_kept(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You divide by the largest v, but the state does not keep it."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, state.max_exp_avg_sq)


@ADAM_STEP.wrong(case="amsgrad")
def adam_step_amsgrad_as_the_mean(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """With amsgrad you keep the largest v in the place of v; the mean of squares goes on by itself."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v_max if amsgrad else v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_step_not_counted(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You do not count the step: the new state has step + 1."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(state.step, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_state_as_before(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You return the old state, so that nothing is ever remembered."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), state


@ADAM_STEP.wrong(case="the first step")
def adam_step_order_of_the_state(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """The parts of your state are exchanged: step, mean of the gradients, mean of the squares, largest."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, v, m, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_uphill(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You go up: the step is subtracted."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param + lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_param_only(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You return the parameter only; asked for is the pair (param, state)."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps)


@ADAM_STEP.wrong(case="arguments unchanged")
def adam_step_in_place(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You change the old means in place; they belong to who called. m = b1 * m + ... makes a new array."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m *= b1
    m += (1 - b1) * grad
    v *= b2
    v += (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="amsgrad")
def adam_step_amsgrad_of_the_corrected(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """Your v_max is the largest corrected v; it is the largest uncorrected one, and corrected afterwards."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t)
    if amsgrad:
        v_hat = v_max = np.maximum(v_max, v_hat)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="amsgrad")
def adam_step_amsgrad_not_corrected(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """With amsgrad you do not correct: v_hat is v_max / (1 − β₂ᵗ)."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = v_max if amsgrad else v / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="a step under way")
def adam_step_power_of_the_share(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """The weights sum to 1 − βᵗ, not to (1 − β)ᵗ."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1) ** t
    v_hat = (v_max if amsgrad else v) / (1 - b2) ** t
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.wrong(case="the first step")
def adam_step_counted_twice(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """You count the step twice: t is the steps before this one, and 1."""
    b1, b2 = betas
    t, m, v, v_max = state
    grad = grad + weight_decay * param
    t = t + 2
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)


@ADAM_STEP.right
def adam_step_named(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    g = grad + weight_decay * param
    exp_avg = betas[0] * state.exp_avg + (1 - betas[0]) * g
    exp_avg_sq = betas[1] * state.exp_avg_sq + (1 - betas[1]) * g * g
    largest = np.maximum(state.max_exp_avg_sq, exp_avg_sq) if amsgrad else state.max_exp_avg_sq
    step = state.step + 1
    mean = exp_avg / (1 - betas[0] ** step)
    root = np.sqrt((largest if amsgrad else exp_avg_sq) / (1 - betas[1] ** step))
    return param - lr * (mean / (root + eps)), AdamState(step, exp_avg, exp_avg_sq, largest)


@ADAM_STEP.right
def adam_step_folded(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    b1, b2 = betas
    t, m, v, largest = state
    g = weight_decay * param + grad
    m, v, t = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2, t + 1
    largest = np.where(largest > v, largest, v) if amsgrad else largest
    root = (1 - b2**t) ** 0.5
    rate = lr * root / (1 - b1**t)
    return param - rate * m / (np.sqrt(largest if amsgrad else v) + root * eps), (t, m, v, largest)


@ADAM_STEP.right
def adam_step_replaced(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    if weight_decay:
        grad = grad + weight_decay * param
    b1, b2 = betas
    state = state._replace(
        step=1 + state.step,
        exp_avg=b1 * state.exp_avg + (1 - b1) * grad,
        exp_avg_sq=b2 * state.exp_avg_sq + (1 - b2) * np.square(grad),
    )
    second = state.exp_avg_sq
    if amsgrad:
        second = np.maximum(second, state.max_exp_avg_sq)
        state = state._replace(max_exp_avg_sq=second)
    below = np.sqrt(second / (1 - b2**state.step)) + eps
    return param - lr / (1 - b1**state.step) * state.exp_avg / below, state


@ADAM_STEP.right
def adam_step_copied(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    b1, b2 = betas
    m, v, largest = (part.copy() for part in state[1:])
    t = state.step + 1
    g = grad + weight_decay * param
    m *= b1
    m += (1 - b1) * g
    v *= b2
    v += (1 - b2) * g**2
    used = v
    if amsgrad:
        largest = used = np.maximum(v, largest)
    w = param.copy()
    w -= lr * (m / (1 - b1**t)) / ((used / (1 - b2**t)) ** 0.5 + eps)
    return [w, AdamState(t, m, v, largest)]
