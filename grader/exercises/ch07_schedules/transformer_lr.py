"""Warm-up, then a fall like one over the root of time."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_rate, any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import lr_scheduler


def _allowed(rng):
    w = int(one_of(rng, 1, 2, 10, 400))
    return call(any_step(rng, one_of(rng, w + 1, 6 * w + 2)), lr=any_rate(rng), warmup_steps=w)


TRANSFORMER_LR = Exercise(
    function="transformer_lr",
    topics=("C07-02",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=lr_scheduler.transformer_lr,
    allowed=_allowed,
    large=lambda rng: call(5, lr=0.1, warmup_steps=3),
    cases=(
        Case(
            "warm-up and fall",
            at([0, 1, 3, 4, 5, 9, 16, 36], lr=between(1, 2), warmup_steps=4),
            weight=2,
            example=call(np.array([0, 1, 2, 4, 8, 16]), lr=2.0, warmup_steps=4),
        ),
        Case("the warm-up", at([7, 2, 19, 11], lr=between(0.2, 0.8), warmup_steps=20), weight=2),
        Case("the fall", at([900, 50, 4000, 31], lr=between(0.2, 0.8), warmup_steps=30), weight=2),
        Case("one step of the warm-up, a number", at(5, lr=between(0.2, 0.8), warmup_steps=9)),
        Case("one step of the fall, a number", at(23, lr=between(0.2, 0.8), warmup_steps=7)),
        in_turn(
            "odd shapes, the first step, one step of warm-up",
            at([[30, 0, 8]], lr=0.001, warmup_steps=10),
            at([[5], [2], [9]], lr=between(1, 2), warmup_steps=1),
            at([[[600], [1]]], lr=0.3, warmup_steps=400),
            at([[9, 4], [4, 0]], lr=2.5, warmup_steps=2),
            at([12], lr=0.1, warmup_steps=12),
            at([[[7]], [[3]]], lr=0.1, warmup_steps=5),
            at(0, lr=0.1, warmup_steps=1),
            at([1, 1, 0], lr=0.3, warmup_steps=1),
        ),
    ),
    hints=(
        "Compute both branches for all steps, then choose: np.where(step < warmup_steps, rise, fall).",
        "np.where computes both everywhere, so w / t meets t = 0: np.maximum(step, 1) below the line keeps it away.",
        "rise = step / warmup_steps; fall = np.sqrt(warmup_steps / np.maximum(step, 1)); lr times the smaller one.",
    ),
)


@TRANSFORMER_LR.wrong
def transformer_lr_no_warmup(step, *, lr, warmup_steps):
    """Your rate is at its peak during the warm-up; there it rises in a straight line, t / w."""
    return lr * np.sqrt(warmup_steps / np.maximum(step, warmup_steps))


@TRANSFORMER_LR.wrong
def transformer_lr_never_falls(step, *, lr, warmup_steps):
    """Your rate stays at its peak after the warm-up; it falls like √(w / t)."""
    return lr * np.minimum(step / warmup_steps, 1)


@TRANSFORMER_LR.wrong
def transformer_lr_no_root(step, *, lr, warmup_steps):
    """Your rate falls like w / t; the root is missing."""
    return lr * np.minimum(step / warmup_steps, warmup_steps / np.maximum(step, 1))


@TRANSFORMER_LR.wrong
def transformer_lr_noam(step, *, lr, warmup_steps):
    """Your peak is lr / √w, as in the paper's formula; here lr itself is the peak."""
    t = np.maximum(step, 1e-9)
    return lr * np.minimum(t**-0.5, step * warmup_steps**-1.5)


@TRANSFORMER_LR.wrong
def transformer_lr_root_of_the_step_only(step, *, lr, warmup_steps):
    """Your fall is 1 / √t: √w is missing above the line, so that the rate jumps down after the warm-up."""
    return lr * np.where(step < warmup_steps, step / warmup_steps, 1 / np.sqrt(np.maximum(step, 1)))


@TRANSFORMER_LR.wrong
def transformer_lr_root_above_only(step, *, lr, warmup_steps):
    """Your root covers w only; it covers the whole quotient, √(w / t)."""
    fall = np.sqrt(warmup_steps) / np.maximum(step, 1)
    return lr * np.where(step < warmup_steps, step / warmup_steps, fall)


@TRANSFORMER_LR.wrong
def transformer_lr_upside_down(step, *, lr, warmup_steps):
    """Your rate goes on rising after the warm-up: it is √(w / t), not √(t / w)."""
    return lr * np.where(step < warmup_steps, step / warmup_steps, np.sqrt(step / warmup_steps))


@TRANSFORMER_LR.wrong
def transformer_lr_since_the_warmup(step, *, lr, warmup_steps):
    """You count the fall from the end of the warm-up; t counts from the beginning of the training."""
    since = np.maximum(step - warmup_steps, 0)
    fall = np.sqrt(warmup_steps / (since + 1))
    return lr * np.where(step < warmup_steps, step / warmup_steps, fall)


@TRANSFORMER_LR.wrong
def transformer_lr_larger_one(step, *, lr, warmup_steps):
    """The branches are exchanged, or the larger of the two is taken: before w the rate rises, from w on it falls."""
    return lr * np.maximum(step / warmup_steps, np.sqrt(warmup_steps / np.maximum(step, 1)))


@TRANSFORMER_LR.wrong
def transformer_lr_a_step_ahead(step, *, lr, warmup_steps):
    """You are a step ahead: at t = 0 the rate is 0, and lr is reached at t = w."""
    t = np.asarray(step) + 1
    return lr * np.minimum(t / warmup_steps, np.sqrt(warmup_steps / t))


@TRANSFORMER_LR.wrong
def transformer_lr_one_branch_for_all(step, *, lr, warmup_steps):
    """Your `if` takes one branch for the whole array; np.where chooses entry by entry."""
    if np.any(np.asarray(step) < warmup_steps):
        return lr * np.asarray(step) / warmup_steps
    return lr * np.sqrt(warmup_steps / np.asarray(step))


@TRANSFORMER_LR.wrong
def transformer_lr_root_of_the_rise(step, *, lr, warmup_steps):
    """Your rise is √(t / w); the warm-up is a straight line, only the fall has a root."""
    return lr * np.sqrt(np.minimum(step / warmup_steps, warmup_steps / np.maximum(step, 1)))


@TRANSFORMER_LR.wrong
def transformer_lr_share_only(step, *, lr, warmup_steps):
    """You return the share of the peak; it is multiplied by lr."""
    return np.minimum(step / warmup_steps, np.sqrt(warmup_steps / np.maximum(step, 1)))


@TRANSFORMER_LR.wrong
def transformer_lr_whole_numbers(step, *, lr, warmup_steps):
    """Your array is made like `step` and so holds whole numbers: the rates are cut off.

    np.zeros(np.shape(step)) holds floats."""
    rates = np.zeros_like(step)
    rates[...] = lr * np.minimum(step / warmup_steps, np.sqrt(warmup_steps / np.maximum(step, 1)))
    return rates


@TRANSFORMER_LR.wrong
def transformer_lr_first_step_of_the_second(step, *, lr, warmup_steps):
    """Your rate at t = 0 is that of t = 1; it is 0. Keep the 0 away from the division only."""
    t = np.maximum(step, 1)
    return lr * np.minimum(t / warmup_steps, np.sqrt(warmup_steps / t))


@TRANSFORMER_LR.wrong(case="arguments unchanged")
def transformer_lr_in_place(step, *, lr, warmup_steps):
    """You write a 1 for the 0 into `step`, which belongs to who called; np.maximum(step, 1) makes a new array."""
    t = np.asarray(step)
    rise = t / warmup_steps
    t[t == 0] = 1
    return lr * np.minimum(rise, np.sqrt(warmup_steps / t))


@TRANSFORMER_LR.right
def transformer_lr_by_where(step, *, lr, warmup_steps):
    late = np.maximum(step, warmup_steps)
    return np.where(step < warmup_steps, lr * step / warmup_steps, lr * (warmup_steps / late) ** 0.5)


@TRANSFORMER_LR.right
def transformer_lr_by_the_paper(step, *, lr, warmup_steps):
    t = np.maximum(step, 1).astype(float)
    return lr * warmup_steps**0.5 * np.minimum(t**-0.5, step * warmup_steps**-1.5)


@TRANSFORMER_LR.right
def transformer_lr_by_loop(step, *, lr, warmup_steps):
    def rate(t):
        return lr * t / warmup_steps if t < warmup_steps else lr * np.sqrt(warmup_steps / t)

    return np.array([rate(t) for t in np.ravel(step)]).reshape(np.shape(step))


@TRANSFORMER_LR.right
def transformer_lr_by_product(step, *, lr, warmup_steps):
    w = float(warmup_steps)
    return lr * np.clip(step / w, 0, 1) / np.sqrt(np.maximum(step / w, 1))
