"""Warm-up, then a straight line down to 0."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_rate, any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import lr_scheduler


def _allowed(rng):
    w = int(one_of(rng, 0, 0, 1, 3, 10, 400))
    total = w + int(one_of(rng, 1, 2, 20, 900))
    step = any_step(rng, one_of(rng, w + 1, total + 1, total + 5))
    return call(step, lr=any_rate(rng), warmup_steps=w, total_steps=total)


LINEAR_WARMUP_DECAY = Exercise(
    function="linear_warmup_decay",
    topics=("C07-03",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=lr_scheduler.linear_warmup_decay,
    allowed=_allowed,
    large=lambda rng: call(5, lr=0.1, warmup_steps=3, total_steps=9),
    cases=(
        Case(
            "warm-up and fall",
            at([0, 1, 3, 4, 5, 9, 13], lr=between(1, 2), warmup_steps=4, total_steps=14),
            weight=3,
            example=call(np.array([0, 1, 2, 4, 7, 10]), lr=2.0, warmup_steps=4, total_steps=10),
        ),
        Case(
            "the warm-up", at([7, 2, 19, 11], lr=between(0.2, 0.8), warmup_steps=20, total_steps=70), weight=2
        ),
        Case(
            "the fall",
            at([900, 50, 400, 31], lr=between(0.2, 0.8), warmup_steps=30, total_steps=1000),
            weight=2,
        ),
        Case(
            "the last step and beyond",
            at([9, 20, 11, 24, 21], lr=between(0.2, 0.8), warmup_steps=5, total_steps=20),
            weight=4,
        ),
        Case(
            "without warm-up",
            at([0, 3, 1, 8], lr=between(0.2, 0.8), warmup_steps=0, total_steps=11),
            weight=3,
        ),
        Case("one step, a number", at(6, lr=between(0.2, 0.8), warmup_steps=4, total_steps=17), weight=2),
        in_turn(
            "odd shapes, one step of warm-up, one step after it",
            at([[30, 0, 8]], lr=0.001, warmup_steps=10, total_steps=31),
            at([[5], [2], [9]], lr=between(1, 2), warmup_steps=1, total_steps=10),
            at([[[600], [1]]], lr=0.3, warmup_steps=400, total_steps=700),
            at([[9, 4], [4, 0]], lr=2.5, warmup_steps=2, total_steps=12),
            at([12], lr=0.1, warmup_steps=12, total_steps=13),
            at([[[7]], [[3]]], lr=0.1, warmup_steps=5, total_steps=8),
            at(0, lr=0.1, warmup_steps=0, total_steps=1),
            at(3, lr=0.1, warmup_steps=5, total_steps=8),
            at([[7], [2], [0]], lr=0.1, warmup_steps=0, total_steps=5),
            at([0], lr=0.3, warmup_steps=1, total_steps=901),
            weight=2,
        ),
    ),
    hints=(
        "Compute both branches for all steps, then choose: np.where(step < warmup_steps, rise, fall).",
        "The fall is (T - t) / (T - w): 1 at t = w, 0 at t = T. What is it beyond T, and what should it be?",
        "np.maximum(0, ...) cuts off below 0; max(warmup_steps, 1) keeps the rise from dividing by 0.",
    ),
)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_googles(step, *, lr, warmup_steps, total_steps):
    """That is Google's schedule: it falls as 1 − t / T and jumps after the warm-up; here the fall begins at lr.

    (T − t) / (T − w) is 1 at t = w."""
    fall = np.maximum(0, 1 - step / total_steps)
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong(case="the last step and beyond")
def linear_warmup_decay_below_zero(step, *, lr, warmup_steps, total_steps):
    """Your rate falls below 0 beyond the last step, so that training would go uphill; cut it off at 0."""
    fall = (total_steps - step) / (total_steps - warmup_steps)
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong(case="the last step and beyond")
def linear_warmup_decay_rises_again(step, *, lr, warmup_steps, total_steps):
    """Your rate rises again beyond the last step: |T − t|; it stays 0 there."""
    fall = np.abs(total_steps - step) / (total_steps - warmup_steps)
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_no_warmup(step, *, lr, warmup_steps, total_steps):
    """Your rate is at its peak during the warm-up; there it rises in a straight line, t / w."""
    fall = np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))
    return lr * np.minimum(fall, 1)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_above_the_peak(step, *, lr, warmup_steps, total_steps):
    """You let the fall go on to the left: before w your rate is above its peak; there it rises."""
    return lr * np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_never_falls(step, *, lr, warmup_steps, total_steps):
    """Your rate stays at its peak after the warm-up; it falls to 0 at the last step."""
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), 1.0)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_since_the_warmup(step, *, lr, warmup_steps, total_steps):
    """Your fall takes all T steps, counted from the end of the warm-up; it ends at t = T."""
    fall = np.maximum(0, (total_steps - (step - warmup_steps)) / total_steps)
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_warmup_twice(step, *, lr, warmup_steps, total_steps):
    """Your fall ends w steps early: (T − w − t); above the line stands T − t."""
    fall = np.maximum(0, (total_steps - warmup_steps - step) / (total_steps - warmup_steps))
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_share_that_is_over(step, *, lr, warmup_steps, total_steps):
    """You take the share that is over, (t − w) / (T − w); what counts is the share that is left."""
    fall = np.minimum(1, (step - warmup_steps) / (total_steps - warmup_steps))
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_a_step_ahead(step, *, lr, warmup_steps, total_steps):
    """Your warm-up is a step ahead: at t = 0 the rate is 0, and at t = w it is lr."""
    fall = np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))
    return lr * np.where(step < warmup_steps, (np.asarray(step) + 1) / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_ends_a_step_early(step, *, lr, warmup_steps, total_steps):
    """Your rate is 0 at T − 1 already; the last number is reached at t = T."""
    last = total_steps - 1
    fall = np.maximum(0, (last - step) / max(last - warmup_steps, 1))
    return lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong(case="without warm-up")
def linear_warmup_decay_zero_at_the_start(step, *, lr, warmup_steps, total_steps):
    """Without warm-up your first rate is 0; then the rise has no steps at all, and t = 0 belongs to the fall.

    The rise is for t < w, not for t ≤ w."""
    fall = np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))
    return lr * np.where(step <= warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong(case="without warm-up")
def linear_warmup_decay_not_without_warmup(step, *, lr, warmup_steps, total_steps):
    """Without warm-up you divide by 0, which makes a nan; np.where computes both branches for all steps."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = np.asarray(step) / warmup_steps
    fall = np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))
    return lr * np.minimum(rise, fall)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_share_only(step, *, lr, warmup_steps, total_steps):
    """You return the share of the peak; it is multiplied by lr."""
    fall = np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))
    return np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_whole_numbers(step, *, lr, warmup_steps, total_steps):
    """Your array is made like `step` and so holds whole numbers: the rates are cut off.

    np.zeros(np.shape(step)) holds floats."""
    rates = np.zeros_like(step)
    fall = np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))
    rates[...] = lr * np.where(step < warmup_steps, step / max(warmup_steps, 1), fall)
    return rates


@LINEAR_WARMUP_DECAY.wrong
def linear_warmup_decay_one_branch_for_all(step, *, lr, warmup_steps, total_steps):
    """Your `if` takes one branch for the whole array; np.where chooses entry by entry."""
    if np.any(np.asarray(step) < warmup_steps):
        return lr * np.asarray(step) / warmup_steps
    return lr * np.maximum(0, (total_steps - step) / (total_steps - warmup_steps))


@LINEAR_WARMUP_DECAY.wrong(case="arguments unchanged")
def linear_warmup_decay_in_place(step, *, lr, warmup_steps, total_steps):
    """You write into `step`, which belongs to who called; np.minimum(step, total_steps) makes a new array."""
    t = np.asarray(step)
    fall = np.maximum(0, (total_steps - t) / (total_steps - warmup_steps))
    rates = lr * np.where(t < warmup_steps, t / max(warmup_steps, 1), fall)
    t -= warmup_steps
    return rates


@LINEAR_WARMUP_DECAY.right
def linear_warmup_decay_smaller_one(step, *, lr, warmup_steps, total_steps):
    fall = (total_steps - np.minimum(step, total_steps)) / (total_steps - warmup_steps)
    return lr * (np.minimum(step / warmup_steps, fall) if warmup_steps else fall)


@LINEAR_WARMUP_DECAY.right
def linear_warmup_decay_by_interp(step, *, lr, warmup_steps, total_steps):
    if warmup_steps == 0:
        return np.interp(step, [0, total_steps], [lr, 0.0])
    return np.interp(step, [0, warmup_steps, total_steps], [0.0, lr, 0.0])


@LINEAR_WARMUP_DECAY.right
def linear_warmup_decay_by_loop(step, *, lr, warmup_steps, total_steps):
    def rate(t):
        if t < warmup_steps:
            return lr * t / warmup_steps
        return lr * max(0, (total_steps - t) / (total_steps - warmup_steps))

    return np.array([rate(t) for t in np.ravel(step)], dtype=float).reshape(np.shape(step))


@LINEAR_WARMUP_DECAY.right
def linear_warmup_decay_by_products(step, *, lr, warmup_steps, total_steps):
    t = np.asarray(step, dtype=float)
    early = t < warmup_steps
    fall = (1 - (t - warmup_steps) / (total_steps - warmup_steps)) * (t < total_steps)
    return lr * (early * t / (warmup_steps or 1) + ~early * fall)
