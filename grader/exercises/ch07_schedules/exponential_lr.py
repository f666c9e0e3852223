"""Rates that lose the same share in every step."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_rate, any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import lr_scheduler


def _allowed(rng):
    gamma = float(one_of(rng, 0.5, 0.9, 0.999, 1.0, 1.01))
    return call(any_step(rng, one_of(rng, 5, 60, 600)), lr=any_rate(rng), gamma=gamma)


EXPONENTIAL_LR = Exercise(
    function="exponential_lr",
    topics=("C07-01",),
    points=1,
    difficulty=1,
    minutes=6,
    reference=lr_scheduler.exponential_lr,
    allowed=_allowed,
    large=lambda rng: call(5, lr=0.1, gamma=0.9),
    cases=(
        Case(
            "the first steps",
            at(range(5), lr=between(0.1, 0.4), gamma=between(0.5, 0.7)),
            weight=2,
            example=call(np.arange(4), lr=0.5, gamma=0.8),
        ),
        Case("late steps", at([40, 550, 90, 300], lr=between(1, 2), gamma=between(0.98, 0.995)), weight=2),
        Case("a rate that grows", at([3, 1, 4, 2], lr=between(0.1, 0.2), gamma=between(1.5, 2)), weight=2),
        Case("one step, a number", at(5, lr=between(0.2, 0.5), gamma=between(0.6, 0.8)), weight=2),
        in_turn(
            "odd shapes, any order, a rate that stays",
            at([[3, 0, 8]], lr=0.001, gamma=0.9),
            at([[5], [2], [9]], lr=between(1, 2), gamma=0.5),
            at([[[6], [1]]], lr=0.3, gamma=1.0),
            at([[9, 4], [4, 0]], lr=2.5, gamma=between(0.6, 0.9)),
            at([12], lr=0.1, gamma=0.8),
            at([[[7]], [[3]]], lr=0.1, gamma=1.01),
            at(0, lr=0.1, gamma=0.9),
            at([560, 3], lr=1.0, gamma=1.01),
        ),
    ),
    hints=(
        "After one step the rate is lr * gamma, after two lr * gamma * gamma. After t?",
        "** is the power; with an array of steps it works entry by entry.",
        "lr * gamma**step",
    ),
)


@EXPONENTIAL_LR.wrong
def exponential_lr_a_product(step, *, lr, gamma):
    """You multiply by gamma * t; the share gamma is kept *each* step, which makes it a power."""
    return lr * gamma * step


@EXPONENTIAL_LR.wrong
def exponential_lr_share_that_is_lost(step, *, lr, gamma):
    """You take gamma for the share that is lost; it is the share that is kept."""
    return lr * np.abs(1 - gamma) ** step


@EXPONENTIAL_LR.wrong
def exponential_lr_natural(step, *, lr, gamma):
    """That is e to the minus gamma t; the base of the power is gamma itself."""
    return lr * np.exp(-gamma * step)


@EXPONENTIAL_LR.wrong
def exponential_lr_a_step_ahead(step, *, lr, gamma):
    """You are a step ahead: at t = 0 the rate is still lr."""
    return lr * gamma ** (step + 1)


@EXPONENTIAL_LR.wrong
def exponential_lr_a_step_behind(step, *, lr, gamma):
    """You are a step behind: t = 0 is the first step already, and at t = 1 the rate is lr * gamma."""
    return lr * gamma ** np.maximum(step - 1, 0)


@EXPONENTIAL_LR.wrong
def exponential_lr_all_to_the_power(step, *, lr, gamma):
    """You raise lr * gamma to the power; only gamma is raised."""
    return (lr * gamma) ** step


@EXPONENTIAL_LR.wrong
def exponential_lr_upside_down(step, *, lr, gamma):
    """You divide by the power, so that a rate with gamma below 1 grows; multiply by it."""
    return lr / gamma**step


@EXPONENTIAL_LR.wrong
def exponential_lr_power_of_the_step(step, *, lr, gamma):
    """Base and exponent are exchanged: gamma to the power t, not t to the power gamma."""
    return lr * step**gamma


@EXPONENTIAL_LR.wrong
def exponential_lr_inverse_time(step, *, lr, gamma):
    """That is inverse time decay; here gamma is kept in each step, lr times a power."""
    return lr / (1 + gamma * step)


@EXPONENTIAL_LR.wrong
def exponential_lr_share_only(step, *, lr, gamma):
    """You return the share that is left, without the rate at the start."""
    return gamma ** np.asarray(step)


@EXPONENTIAL_LR.wrong
def exponential_lr_whole_numbers(step, *, lr, gamma):
    """Your array is made like `step` and so holds whole numbers: the rates are cut off.

    np.zeros(np.shape(step)) holds floats."""
    rates = np.zeros_like(step)
    rates[...] = lr * gamma**step
    return rates


@EXPONENTIAL_LR.wrong(case="late steps")
def exponential_lr_by_position(step, *, lr, gamma):
    """You go by the place in the array; the entries of `step` say which step each one is."""
    return lr * gamma ** np.arange(np.size(step)).reshape(np.shape(step))


@EXPONENTIAL_LR.right
def exponential_lr_by_exp(step, *, lr, gamma):
    return lr * np.exp(np.log(gamma) * step)


@EXPONENTIAL_LR.right
def exponential_lr_by_power(step, *, lr, gamma):
    return lr * np.power(gamma, step)


@EXPONENTIAL_LR.right
def exponential_lr_by_loop(step, *, lr, gamma):
    rates = [lr * gamma ** int(t) for t in np.ravel(step)]
    return np.array(rates).reshape(np.shape(step))


@EXPONENTIAL_LR.right
def exponential_lr_step_by_step(step, *, lr, gamma):
    rates = [lr]
    for _ in range(int(np.max(step))):
        rates.append(rates[-1] * gamma)
    return np.array(rates)[step]
