"""A rate that falls and rises in short straight lines."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import ensemble

LIMITS = {"lr1": between(1, 2), "lr2": between(0.1, 0.3)}
LATER = "later cycles"


def _allowed(rng):
    high = float(one_of(rng, 0.05, 0.5, 2.0))
    cycle = one_of(rng, 2, 4, 6, 20, 200)
    return call(
        any_step(rng, one_of(rng, 5, 60, 1000)), cycle=cycle, lr1=high, lr2=high * one_of(rng, 0.01, 0.3)
    )


FGE_LR = Exercise(
    function="fge_lr",
    topics=("C14-07",),
    points=2,
    difficulty=3,
    minutes=12,
    reference=ensemble.fge_lr,
    forbid=("nnlib.lr_scheduler.cyclic_lr",),
    allowed=_allowed,
    cases=(
        Case(
            "one cycle",
            at(range(10), cycle=10, **LIMITS),
            weight=3,
            example=call(np.arange(8), cycle=8, lr1=1.0, lr2=0.25),
        ),
        Case(LATER, at([11, 6, 29, 14, 17, 8, 35], cycle=6, **LIMITS), weight=4),
        Case("one step, a number", at(9, cycle=8, **LIMITS), weight=2),
        in_turn(
            "other shapes, a cycle of two steps, many steps",
            at([[0, 5, 2]], cycle=4, **LIMITS),
            at([[7], [2]], cycle=2, **LIMITS),
            at([[[13]]], cycle=20, **LIMITS),
            at([[2, 930], [333, 1]], cycle=200, lr1=0.05, lr2=0.0005),
            at([4], cycle=6, **LIMITS),
            at(0, cycle=20, lr1=0.5, lr2=0.05),
            at([[[1, 2]], [[3, 4]]], cycle=6, lr1=2.0, lr2=0.6),
            at([[[0], [300]]], cycle=4, **LIMITS),
            weight=2,
        ),
    ),
    hints=(
        "The step i of the formula is step + 1, so t = (step % cycle + 1) / cycle.",
        "|1 − 2t| is 1 at the ends of a cycle and 0 in its middle.",
        "From lr2 upwards: lr2 + (lr1 − lr2) |1 − 2t|, or np.where with the two lines of the formula.",
    ),
)


@FGE_LR.wrong
def fge_lr_counted_from_zero(step, *, cycle, lr1, lr2):
    """Your rate is one step late: with `step` steps done the next is i = step + 1, so t is (step mod c + 1) / c."""
    t = step % cycle / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_one_more(step, *, cycle, lr1, lr2):
    """Your rate is one step early: i is step + 1, and i − 1 is step itself."""
    t = ((step + 1) % cycle + 1) / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_rises_first(step, *, cycle, lr1, lr2):
    """Your rate rises first and is highest in the middle; it falls first, from lr1, and is lr2 in the middle."""
    t = (step % cycle + 1) / cycle
    return lr1 + (lr2 - lr1) * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_sawtooth(step, *, cycle, lr1, lr2):
    """Your rate falls through the whole cycle and jumps back; it falls in the first half and rises in the
    second."""
    t = (step % cycle + 1) / cycle
    return (1 - t) * lr1 + t * lr2


@FGE_LR.wrong
def fge_lr_cosine(step, *, cycle, lr1, lr2):
    """Your rate follows a cosine; it goes in straight lines."""
    t = (step % cycle + 1) / cycle
    return lr2 + (lr1 - lr2) * (1 + np.cos(2 * np.pi * t)) / 2


@FGE_LR.wrong
def fge_lr_cosine_from_zero(step, *, cycle, lr1, lr2):
    """Your rate follows a cosine, and is one step late; it goes in straight lines, with t = (step mod c + 1) / c."""
    t = step % cycle / cycle
    return lr2 + (lr1 - lr2) * (1 + np.cos(2 * np.pi * t)) / 2


@FGE_LR.wrong
def fge_lr_array_of_whole_numbers(step, *, cycle, lr1, lr2):
    """You write the rates into an array of the dtype of step, whole numbers, which cuts the fractions off; use one of
    floats."""
    step = np.asarray(step)
    t = (step % cycle + 1) / cycle
    rate = np.empty_like(step)
    rate[...] = lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)
    return rate


@FGE_LR.wrong(case="one step, a number")
def fge_lr_one_row(step, *, cycle, lr1, lr2):
    """Your result is always one row; it has the shape of step: reshape it to np.shape(step)."""
    t = (np.ravel(step) % cycle + 1) / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_stays_low(step, *, cycle, lr1, lr2):
    """Your rate stays at lr2 in the second half; it rises again to lr1."""
    t = (step % cycle + 1) / cycle
    return lr2 + (lr1 - lr2) * np.maximum(0, 1 - 2 * t)


@FGE_LR.wrong(case=LATER)
def fge_lr_no_modulo(step, *, cycle, lr1, lr2):
    """Your rate grows without end after the first cycle; the cycles repeat: step mod c."""
    t = (step + 1) / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_half_the_length(step, *, cycle, lr1, lr2):
    """Your cycle is half as long: in one cycle the rate falls once and rises once."""
    t = 2 * (step % cycle + 1) / cycle % 1
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_twice_the_length(step, *, cycle, lr1, lr2):
    """Your rate needs a whole cycle to fall; it falls in half of one: 2t, not t."""
    t = (step % (2 * cycle) + 1) / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - t)


@FGE_LR.wrong
def fge_lr_from_zero(step, *, cycle, lr1, lr2):
    """Your rate falls to 0; the lowest is lr2."""
    t = (step % cycle + 1) / cycle
    return lr1 * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_added(step, *, cycle, lr1, lr2):
    """Your rate goes from lr1 + lr2 to lr2; the height of the triangle is lr1 − lr2."""
    t = (step % cycle + 1) / cycle
    return lr2 + lr1 * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_geometric(step, *, cycle, lr1, lr2):
    """Your rate falls exponentially, by a constant factor; it goes in straight lines."""
    t = (step % cycle + 1) / cycle
    return lr2 * (lr1 / lr2) ** np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_second_half_again(step, *, cycle, lr1, lr2):
    """Your second half falls from lr1 once more; it rises, from lr2 back to lr1."""
    t = (step % cycle + 1) / cycle
    return np.where(t <= 0.5, (1 - 2 * t) * lr1 + 2 * t * lr2, (2 - 2 * t) * lr1 + (2 * t - 1) * lr2)


@FGE_LR.wrong(case="arguments unchanged")
def fge_lr_in_place(step, *, cycle, lr1, lr2):
    """You change step: += writes into the caller's array. Make a new one."""
    step += 1
    t = ((step - 1) % cycle + 1) / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)


@FGE_LR.wrong
def fge_lr_whole_numbers(step, *, cycle, lr1, lr2):
    """You divide by //, which cuts off the fraction: t is a share of the cycle, divide by /."""
    t = (step % cycle + 1) // cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t)


@FGE_LR.wrong(case=LATER)
def fge_lr_highest_falls(step, *, cycle, lr1, lr2):
    """Your triangles become lower from cycle to cycle; all are of one height."""
    t = (step % cycle + 1) / cycle
    return lr2 + (lr1 - lr2) * np.abs(1 - 2 * t) * 0.5 ** (step // cycle)


@FGE_LR.right
def fge_lr_by_the_formula(step, *, cycle, lr1, lr2):
    t = (step % cycle + 1) / cycle
    down, up = (1 - 2 * t) * lr1 + 2 * t * lr2, (2 - 2 * t) * lr2 + (2 * t - 1) * lr1
    return np.where(t <= 0.5, down, up)


@FGE_LR.right
def fge_lr_by_corners(step, *, cycle, lr1, lr2):
    inside = np.mod(step, cycle) + 1
    return np.interp(inside, [0, cycle / 2, cycle], [lr1, lr2, lr1])


@FGE_LR.right
def fge_lr_distance_from_the_middle(step, *, cycle, lr1, lr2):
    half = cycle // 2
    away = np.abs(step % cycle + 1 - half)
    return (away * lr1 + (half - away) * lr2) / half


@FGE_LR.right
def fge_lr_one_by_one(step, *, cycle, lr1, lr2):
    def rate(s):
        t = (s % cycle + 1) / cycle
        if t <= 0.5:
            return lr1 - 2 * t * (lr1 - lr2)
        return lr2 + (2 * t - 1) * (lr1 - lr2)

    steps = np.asarray(step)
    return np.array([rate(s) for s in steps.ravel().tolist()]).reshape(steps.shape)


@FGE_LR.right
def fge_lr_next_step_modulo(step, *, cycle, lr1, lr2):
    t = (step + 1) % cycle / cycle
    return lr1 - (lr1 - lr2) * np.minimum(2 * t, 2 - 2 * t)
