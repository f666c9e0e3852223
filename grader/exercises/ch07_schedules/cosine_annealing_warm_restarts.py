"""Half a cosine down, and again from the top."""

import math

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import lr_scheduler


def _allowed(rng):
    first, most = int(one_of(rng, 1, 2, 5, 10)), one_of(rng, 5, 60, 500)
    given = options(rng, T_mult=(1, 2, 3, 5), eta_min=(0.0, 1e-4, 0.01, 0.1))
    lr = float(one_of(rng, 0.3, 1.0, 2.5))
    return call(any_step(rng, most), lr=lr, T_0=first, **given)


COSINE_ANNEALING_WARM_RESTARTS = Exercise(
    function="cosine_annealing_warm_restarts",
    topics=("C07-06",),
    points=2,
    difficulty=4,
    minutes=20,
    reference=lr_scheduler.cosine_annealing_warm_restarts,
    allowed=_allowed,
    large=lambda rng: call(5, lr=0.1, T_0=3, T_mult=2),
    cases=(
        Case(
            "falls of equal length",
            at(range(11), lr=between(0.5, 1.5), T_0=4),
            weight=3,
            example=call(np.arange(6), lr=1.0, T_0=3),
        ),
        Case(
            "a smallest rate",
            at([2, 9, 1, 4, 13], lr=between(0.5, 1.5), T_0=5, eta_min=between(0.2, 0.3)),
            weight=3,
        ),
        Case(
            "falls that become longer",
            at([3, 20, 1, 6, 11, 29], lr=between(0.5, 1.5), T_0=3, T_mult=2),
            weight=3,
        ),
        Case("one step, a number", at(9, lr=between(0.5, 1.5), T_0=2, T_mult=3), weight=2),
        in_turn(
            "odd shapes, at restarts, options that say the default",
            at([[30, 0, 8]], lr=0.3, T_0=5, T_mult=1, eta_min=0.0),
            at([[5], [2], [9]], lr=between(1, 2), T_0=1, T_mult=2, eta_min=1e-5),
            at([[[60], [11]]], lr=1.0, T_0=10, T_mult=5, eta_min=0.01),
            at([[9, 4], [4, 1]], lr=2.5, T_0=2, T_mult=3),
            at([12], lr=1.0, T_0=1, eta_min=0.1),
            at([[[7]], [[3]]], lr=1.0, T_0=10),
            at([480, 31, 121, 364], lr=between(1, 2), T_0=1, T_mult=3, eta_min=0.1),
            at([1, 4, 13, 40, 121, 364], lr=between(1, 2), T_0=1, T_mult=3),
            at(0, lr=0.3, T_0=2, T_mult=2),
            at([480, 31, 310, 155], lr=between(1, 2), T_0=5, T_mult=5),
            weight=2,
        ),
    ),
    hints=(
        "Each step belongs to a fall: find where that begins, b, and how long it is, L. Then one formula serves all.",
        "With T_mult = 1 that is b = T_0 * (step // T_0), L = T_0. Else go from fall to fall: while any step is "
        "at or beyond b + L, move those on with np.where.",
        "eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - b) / L)) / 2",
    ),
)


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_no_restart(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You never restart: beyond T_0 your cosine comes back up along itself. At a restart the rate jumps to lr."""
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * np.asarray(step) / T_0)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_stays_down(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You make one fall and stay down; at T_0 the rate starts again from lr."""
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * np.minimum(step, T_0) / T_0)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="falls that become longer")
def cosine_annealing_warm_restarts_T_mult_ignored(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You do not use `T_mult`: each fall is T_mult times as long as the one before."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="falls that become longer")
def cosine_annealing_warm_restarts_longer_by_T_0(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your falls grow by a sum, T_0 · m each time; each is *T_mult times* as long as the one before."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length + T_0 * (T_mult - 1), length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="falls that become longer")
def cosine_annealing_warm_restarts_begins_at_powers(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your falls begin at T_0 · m, T_0 · m²; they begin where the one before ends, at T_0 (1 + m) and so on."""
    n = np.zeros(np.shape(step))
    while T_mult > 1 and np.any(over := step >= T_0 * T_mult**n):
        n = np.where(over, n + 1, n)
    begin = np.where(n > 0, T_0 * T_mult ** (n - 1.0), 0) if T_mult > 1 else T_0 * (np.asarray(step) // T_0)
    length = np.where(n > 0, T_0 * T_mult**n - begin, T_0) if T_mult > 1 else T_0
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_restart_a_step_late(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your restart comes a step late: at t = T_0 the rate is lr again, not eta_min."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step > begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_reaches_the_bottom(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your falls reach eta_min in their last step, in T_0 − 1 steps; the half cosine is T_0 steps long."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / np.maximum(length - 1, 1))) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_not_halved(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """1 + cos goes from 2 to 0: it is divided by 2."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length))


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_whole_cosine(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You take a whole cosine, with 2π, which comes back up; half a one takes π."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(2 * np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_quarter_cosine(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You take a quarter of a cosine, with π / 2; half a one, and 1 + cos, ends flat."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * np.cos(np.pi * (step - begin) / length / 2)


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_rises(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your rate rises: 1 − cos. It falls from lr, with 1 + cos."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 - np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_straight_line(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your rate falls in a straight line; it falls along half a cosine."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 - (step - begin) / length)


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="a smallest rate")
def cosine_annealing_warm_restarts_eta_min_on_top(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You put the whole fall on top of eta_min, so that it begins above lr; its height is lr − eta_min."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + lr * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="a smallest rate")
def cosine_annealing_warm_restarts_eta_min_cut_off(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You cut off below eta_min; the cosine itself ends there, with the height lr − eta_min."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return np.maximum(eta_min, lr * (1 + np.cos(np.pi * (step - begin) / length)) / 2)


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="a smallest rate")
def cosine_annealing_warm_restarts_eta_min_ignored(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You do not use `eta_min`: the rate falls towards it, not towards 0."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return lr * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="a smallest rate")
def cosine_annealing_warm_restarts_base_forgotten(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You do not add eta_min: your fall ends at 0."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_brackets(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Brackets are missing: 1 + cos(…) / 2 halves the cosine only; all of 1 + cos is halved."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length) / 2)


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_degrees(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You give the angle in degrees; np.cos takes radians, π for half a turn."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(180.0 * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="falls that become longer")
def cosine_annealing_warm_restarts_since_the_beginning(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You count all epochs since the beginning of the training; within a fall they count from its own beginning."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * step / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="falls that become longer")
def cosine_annealing_warm_restarts_lower_each_time(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your peak becomes lower with each restart; every fall begins at the full lr."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * T_0 / length * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_fall_ahead(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You are a step ahead: the first rate of each fall is lr itself."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin + 1) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="falls that become longer")
def cosine_annealing_warm_restarts_rest_of_the_length(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """You take the rest of t by the length of its fall; the fall began at b, so it is t − b that counts."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step % length) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong(case="falls that become longer")
def cosine_annealing_warm_restarts_first_fall_longer(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your first fall is T_mult times as long already; it takes T_0 epochs, the *second* one is longer."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0 * T_mult))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.wrong
def cosine_annealing_warm_restarts_whole_numbers(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    """Your array is made like `step` and so holds whole numbers: the rates are cut off.

    np.zeros(np.shape(step)) holds floats."""
    begin, length = np.zeros(np.shape(step)), np.full(np.shape(step), float(T_0))
    while np.any(over := step >= begin + length):
        begin = np.where(over, begin + length, begin)
        length = np.where(over, length * T_mult, length)
    rates = np.zeros_like(step)
    rates[...] = eta_min + (lr - eta_min) * (1 + np.cos(np.pi * (step - begin) / length)) / 2
    return rates


@COSINE_ANNEALING_WARM_RESTARTS.right
def cosine_annealing_warm_restarts_by_counting(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    rates = []
    for t in np.ravel(step):
        length = T_0
        while t >= length:
            t, length = t - length, length * T_mult
        rates.append(eta_min + (lr - eta_min) * (1 + math.cos(math.pi * t / length)) / 2)
    return np.array(rates).reshape(np.shape(step))


@COSINE_ANNEALING_WARM_RESTARTS.right
def cosine_annealing_warm_restarts_by_search(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    begins, length = [0], T_0
    while begins[-1] + length <= np.max(step):
        begins.append(begins[-1] + length)
        length = length * T_mult
    i = np.searchsorted(begins, step, side="right") - 1
    share = (step - np.array(begins)[i]) / (T_0 * float(T_mult) ** i)
    return eta_min + (lr - eta_min) * np.cos(np.pi * share / 2) ** 2


@COSINE_ANNEALING_WARM_RESTARTS.right
def cosine_annealing_warm_restarts_by_logarithm(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    t = np.asarray(step, dtype=float)
    if T_mult == 1:
        share = t % T_0 / T_0
    else:
        n = np.floor(np.log(1 + t / T_0 * (T_mult - 1)) / np.log(T_mult) + 1e-9)
        share = (t - T_0 * (T_mult**n - 1) / (T_mult - 1)) / (T_0 * T_mult**n)
    return lr - (lr - eta_min) * (1 - np.cos(np.pi * share)) / 2


@COSINE_ANNEALING_WARM_RESTARTS.right
def cosine_annealing_warm_restarts_from_the_rest(step, *, lr, T_0, T_mult=1, eta_min=0.0):
    rest, length = np.array(step), np.full(np.shape(step), T_0)
    while np.any(rest >= length):
        over = rest >= length
        rest = rest - over * length
        length = length * np.where(over, T_mult, 1)
    share = (1 + np.cos(np.pi * rest / length)) / 2
    return share * lr + (1 - share) * eta_min
