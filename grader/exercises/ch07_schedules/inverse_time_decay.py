"""Rates that fall like one over time."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, shape
from nnlib import lr_scheduler


def at(step, **options):
    """Draws a call at these steps; options that are functions of a generator are drawn, too."""
    steps = step if isinstance(step, int) else np.array(step)

    def draw(rng):
        return call(steps, **{name: v(rng) if callable(v) else v for name, v in options.items()})

    return draw


def between(low, high):
    return lambda rng: float(rng.uniform(low, high))


def any_step(rng, most=60):
    """An array of whole numbers, in any order, or one of them."""
    return int(rng.integers(most)) if rng.random() < 0.2 else rng.integers(most, size=shape(rng))


def any_rate(rng):
    return float(one_of(rng, 0.001, 0.1, 0.3, 1.0, 2.5))


def _allowed(rng):
    most = one_of(rng, 5, 60, 5000)
    return call(
        any_step(rng, most), lr=any_rate(rng), decay_rate=float(one_of(rng, 0.0, 0.01, 0.5, 1.0, 3.0))
    )


INVERSE_TIME_DECAY = Exercise(
    function="inverse_time_decay",
    topics=("C07-01",),
    points=1,
    difficulty=1,
    minutes=8,
    reference=lr_scheduler.inverse_time_decay,
    allowed=_allowed,
    large=lambda rng: call(5, lr=0.1, decay_rate=0.01),
    cases=(
        Case(
            "the first steps",
            at(range(5), lr=between(0.1, 0.4), decay_rate=between(0.2, 0.4)),
            weight=2,
            example=call(np.arange(4), lr=0.6, decay_rate=0.5),
        ),
        Case(
            "late steps", at([40, 700, 90, 5000], lr=between(1, 2), decay_rate=between(0.01, 0.03)), weight=2
        ),
        Case("one step, a number", at(7, lr=between(0.2, 0.5), decay_rate=between(0.2, 0.5)), weight=2),
        in_turn(
            "odd shapes, any order, no decay",
            at([[3, 0, 8]], lr=0.001, decay_rate=3.0),
            at([[5], [2], [9]], lr=between(1, 2), decay_rate=1.0),
            at([[[6], [1]]], lr=0.3, decay_rate=0.0),
            at([[9, 4], [4, 0]], lr=2.5, decay_rate=between(0.3, 0.6)),
            at([12], lr=0.1, decay_rate=0.5),
            at([[[7]], [[3]]], lr=0.1, decay_rate=0.7),
            at(0, lr=0.1, decay_rate=1.0),
        ),
    ),
    hints=(
        "One line: lr divided by one plus something that grows with step.",
        "NumPy takes whole arrays: decay_rate * step multiplies entry by entry, for one number, too.",
        "lr / (1 + decay_rate * step)",
    ),
)


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_a_power(step, *, lr, decay_rate):
    """You divide by a power, (1 + k)ᵗ, so that the rate falls exponentially; inverse time divides by 1 + k t."""
    return lr / (1.0 + decay_rate) ** step


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_grows(step, *, lr, decay_rate):
    """Your rate grows: you multiply by 1 + k t; divide by it."""
    return lr * (1 + decay_rate * step)


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_a_step_ahead(step, *, lr, decay_rate):
    """You are a step ahead: at t = 0 the rate is still lr."""
    return lr / (1 + decay_rate * (step + 1))


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_a_step_behind(step, *, lr, decay_rate):
    """You are a step behind: steps are counted from 0 already, so t = 1 is the second one."""
    return lr / (1 + decay_rate * np.maximum(step - 1, 0))


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_a_straight_line(step, *, lr, decay_rate):
    """Your rate falls in a straight line, and below 0; inverse time *divides* by 1 + k t."""
    return lr * (1 - decay_rate * step)


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_subtracted(step, *, lr, decay_rate):
    """You subtract k t from the rate; the rate is divided by 1 + k t."""
    return lr - decay_rate * step


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_exponential(step, *, lr, decay_rate):
    """That is e to the minus k t, an exponential decay; inverse time divides by 1 + k t."""
    return lr * np.exp(-decay_rate * step)


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_a_root(step, *, lr, decay_rate):
    """You divide by the root of 1 + k t; there is no root in it."""
    return lr / np.sqrt(1 + decay_rate * step)


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_brackets(step, *, lr, decay_rate):
    """Brackets are missing: lr / 1 + k t divides by the 1 only."""
    return lr / 1 + decay_rate * step


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_without_the_one(step, *, lr, decay_rate):
    """The 1 is missing below the line: at t = 0 you would divide by 0, and rates later are too large."""
    return lr / np.maximum(decay_rate * step, 1e-8)


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_rate_divides(step, *, lr, decay_rate):
    """You divide t by the decay rate; it is multiplied: a larger k lets the rate fall faster."""
    return lr / (1 + step / max(decay_rate, 1e-8))


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_share_only(step, *, lr, decay_rate):
    """You return the factor 1 / (1 + k t) without the rate at the start."""
    return 1 / (1 + decay_rate * step)


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_whole_numbers(step, *, lr, decay_rate):
    """Your array is made like `step` and so holds whole numbers: the rates are cut off to 0.

    np.zeros(np.shape(step)) holds floats."""
    rates = np.zeros_like(step)
    rates[...] = lr / (1 + decay_rate * step)
    return rates


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_again_and_again(step, *, lr, decay_rate):
    """You divide the rate of the step before, so that divisions pile up; each rate is the *first* one divided."""
    rate, rates = lr, [lr]
    for t in range(1, int(np.max(step)) + 1):
        rate = rate / (1 + decay_rate * t)
        rates.append(rate)
    return np.array(rates)[step]


@INVERSE_TIME_DECAY.wrong
def inverse_time_decay_step_outside(step, *, lr, decay_rate):
    """Brackets are missing: only 1 + k stands below your line, and t multiplies the rate; below it stands 1 + k t."""
    return lr / (1 + decay_rate) * step


@INVERSE_TIME_DECAY.right
def inverse_time_decay_by_a_power(step, *, lr, decay_rate):
    return lr * (1 + decay_rate * step) ** -1.0


@INVERSE_TIME_DECAY.right
def inverse_time_decay_by_divide(step, *, lr, decay_rate):
    return np.divide(lr, 1 + np.multiply(step, decay_rate))


@INVERSE_TIME_DECAY.right
def inverse_time_decay_by_loop(step, *, lr, decay_rate):
    rates = [lr / (1 + decay_rate * t) for t in np.ravel(step)]
    return np.reshape(rates, np.shape(step))


@INVERSE_TIME_DECAY.right
def inverse_time_decay_by_reciprocal(step, *, lr, decay_rate):
    t = np.asarray(step, dtype=float)
    return np.reciprocal(1 / lr + decay_rate / lr * t)
