"""Rates that fall by a factor every so many steps."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_rate, any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import lr_scheduler


def _allowed(rng):
    size = int(one_of(rng, 1, 2, 7, 30))
    given = options(rng, gamma=(0.1, 0.5, 0.9, 1.0, 2.0))
    return call(any_step(rng, one_of(rng, 5, 4 * size + 1)), lr=any_rate(rng), step_size=size, **given)


STEP_LR = Exercise(
    function="step_lr",
    topics=("C07-01",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=lr_scheduler.step_lr,
    allowed=_allowed,
    large=lambda rng: call(5, lr=0.1, step_size=3),
    cases=(
        Case(
            "a half every three steps",
            at(range(10), lr=between(0.1, 0.4), step_size=3, gamma=0.5),
            weight=2,
            example=call(np.arange(7), lr=0.8, step_size=3, gamma=0.5),
        ),
        Case(
            "the default, a tenth", at([0, 29, 30, 59, 60, 121], lr=between(0.2, 0.5), step_size=30), weight=2
        ),
        Case(
            "other sizes and factors",
            at([13, 7, 20, 6, 14], lr=between(1, 2), step_size=7, gamma=between(0.6, 0.9)),
            weight=2,
        ),
        Case(
            "one step, a number", at(11, lr=between(0.2, 0.5), step_size=4, gamma=between(0.3, 0.6)), weight=2
        ),
        in_turn(
            "odd shapes, any order, every step, a rate that stays or grows",
            at([[3, 0, 8]], lr=0.001, step_size=1, gamma=0.9),
            at([[5], [2], [9]], lr=between(1, 2), step_size=2, gamma=0.1),
            at([[[6], [1]]], lr=0.3, step_size=4, gamma=1.0),
            at([[9, 4], [4, 0]], lr=2.5, step_size=5, gamma=2.0),
            at([12], lr=0.1, step_size=12),
            at([[[7]], [[3]]], lr=0.1, step_size=3),
            at(0, lr=0.1, step_size=2, gamma=0.5),
        ),
    ),
    hints=(
        "How many falls have there been after t steps? One at step_size, a second at 2 * step_size.",
        "step // step_size counts them, for whole arrays, too.",
        "lr * gamma ** (step // step_size)",
    ),
)


@STEP_LR.wrong
def step_lr_smooth(step, *, lr, step_size, gamma=0.1):
    """Your rate falls a little in every step; the number of falls is a whole one, ⌊t / s⌋.

    // divides without a remainder."""
    return lr * gamma ** (step / step_size)


@STEP_LR.wrong
def step_lr_a_fall_ahead(step, *, lr, step_size, gamma=0.1):
    """Your first stretch has fallen already: from t = 0 to s − 1 the rate is lr."""
    return lr * gamma ** (step // step_size + 1)


@STEP_LR.wrong
def step_lr_a_step_late(step, *, lr, step_size, gamma=0.1):
    """Your falls come a step late: the first one is *at* t = step_size, not after it."""
    return lr * gamma ** (np.maximum(step - 1, 0) // step_size)


@STEP_LR.wrong
def step_lr_a_step_early(step, *, lr, step_size, gamma=0.1):
    """Your falls come a step early: the first one is at t = step_size, since t counts from 0."""
    return lr * gamma ** ((step + 1) // step_size)


@STEP_LR.wrong
def step_lr_rounded(step, *, lr, step_size, gamma=0.1):
    """You round t / s to the nearest whole number, so that falls come half a stretch early; round down."""
    return lr * gamma ** np.round(step / step_size)


@STEP_LR.wrong
def step_lr_rounded_up(step, *, lr, step_size, gamma=0.1):
    """You round t / s up, so that the first fall is at t = 1; round down."""
    return lr * gamma ** np.ceil(step / step_size)


@STEP_LR.wrong
def step_lr_once(step, *, lr, step_size, gamma=0.1):
    """Your rate falls once only; it falls again every step_size steps."""
    return np.where(step >= step_size, lr * gamma, lr)


@STEP_LR.wrong
def step_lr_remainder(step, *, lr, step_size, gamma=0.1):
    """% gives the rest of the division; // says how often step_size goes into t."""
    return lr * gamma ** (step % step_size)


@STEP_LR.wrong
def step_lr_every_step(step, *, lr, step_size, gamma=0.1):
    """Your rate falls in every step; it falls once in step_size of them."""
    return lr * np.float64(gamma) ** step


@STEP_LR.wrong
def step_lr_only_at_the_fall(step, *, lr, step_size, gamma=0.1):
    """Your rate is low at the step of a fall only, and high again after it; it stays low."""
    return np.where((step % step_size == 0) & (step > 0), lr * gamma, lr)


@STEP_LR.wrong
def step_lr_product(step, *, lr, step_size, gamma=0.1):
    """You multiply gamma by the number of falls; it is raised to that power."""
    falls = step // step_size
    return np.where(falls > 0, lr * gamma * falls, lr)


@STEP_LR.wrong
def step_lr_gamma_divides(step, *, lr, step_size, gamma=0.1):
    """You divide by gamma at each fall, so that the rate grows; multiply."""
    return lr / gamma ** (step // step_size)


@STEP_LR.wrong(case="the default, a tenth")
def step_lr_default(step, *, lr, step_size, gamma=0.5):
    """Your default for `gamma` is another one: it is 0.1."""
    return lr * gamma ** (step // step_size)


@STEP_LR.wrong
def step_lr_gamma_ignored(step, *, lr, step_size, gamma=0.1):
    """You do not use `gamma`: 0.1 is only its default."""
    return lr * 0.1 ** (step // step_size)


@STEP_LR.wrong
def step_lr_whole_numbers(step, *, lr, step_size, gamma=0.1):
    """Your array is made like `step` and so holds whole numbers: the rates are cut off.

    np.zeros(np.shape(step)) holds floats."""
    rates = np.zeros_like(step)
    rates[...] = lr * gamma ** (step // step_size)
    return rates


@STEP_LR.wrong
def step_lr_subtracted(step, *, lr, step_size, gamma=0.1):
    """You take gamma off at each fall; the rate is multiplied by it."""
    return lr - gamma * (step // step_size)


@STEP_LR.wrong
def step_lr_power_first(step, *, lr, step_size, gamma=0.1):
    """Brackets are missing: ** goes before //, so that the *rate* is divided; write gamma ** (step // step_size)."""
    return lr * np.float64(gamma) ** step // step_size


@STEP_LR.right
def step_lr_by_floor(step, *, lr, step_size, gamma=0.1):
    return lr * gamma ** np.floor(step / step_size)


@STEP_LR.right
def step_lr_by_remainder(step, *, lr, step_size, gamma=0.1):
    return lr * gamma ** ((step - step % step_size) / step_size)


@STEP_LR.right
def step_lr_by_loop(step, *, lr, step_size, gamma=0.1):
    rates = []
    for t in np.ravel(step):
        rate = lr
        while t >= step_size:
            rate, t = rate * gamma, t - step_size
        rates.append(rate)
    return np.array(rates).reshape(np.shape(step))


@STEP_LR.right
def step_lr_by_divmod(step, *, lr, step_size, gamma=0.1):
    falls, _ = np.divmod(step, step_size)
    return lr * np.exp(falls * np.log(gamma))
