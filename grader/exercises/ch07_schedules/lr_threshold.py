"""The largest rate for which the cost falls from the start."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import between
from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import search


def of(name, **options):
    """Draws a search on one of the trainings of grader.calls.fixtures; functions of a generator are drawn."""

    def draw(rng):
        return call(Fixture(name), **{n: v(rng) if callable(v) else v for n, v in options.items()})

    return draw


def _allowed(rng):
    given = options(rng, lr0=(0.013, 0.3, 1.1, 70.0), factor=(10.0, 3.7, 5.3), epochs=(2, 3, 5))
    return call(Fixture(one_of(rng, *TRAININGS)), **given, **options(rng, max_tries=(10, 12)))


TRAININGS = (
    "a parabola",
    "costs that oscillate",
    "costs that become nan",
    "costs that rise late",
    "costs that stand still",
    "costs that pause",
)
LR_THRESHOLD = Exercise(
    function="lr_threshold",
    topics=("C07-12",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=search.lr_threshold,
    allowed=_allowed,
    cases=(
        Case(
            "from below",
            of("a parabola", lr0=between(0.011, 0.013), factor=between(3.1, 3.4)),
            weight=3,
            example=call(Fixture("a parabola"), lr0=0.02, factor=3.0),
        ),
        Case("from above", of("a parabola", lr0=between(110, 130), factor=between(3.1, 3.4)), weight=3),
        Case(
            "costs that oscillate", of("costs that oscillate", lr0=between(0.02, 0.024), factor=4.0), weight=2
        ),
        Case(
            "costs that become nan",
            of("costs that become nan", lr0=between(0.02, 0.024), factor=4.0),
            weight=2,
        ),
        Case(
            "epochs handed on",
            of("costs that rise late", lr0=between(0.02, 0.024), factor=4.0, epochs=5),
            weight=3,
        ),
        Case(
            "costs that stand still",
            of("costs that stand still", lr0=between(0.02, 0.024), factor=4.0),
            weight=3,
        ),
        Case("costs that pause", of("costs that pause", lr0=between(0.02, 0.024), factor=4.0), weight=3),
        in_turn(
            "all of these, the defaults, options that say them",
            of("costs that stand still", lr0=between(0.02, 0.024)),
            of("costs that stand still", lr0=1.1, factor=between(3.1, 3.4), epochs=2),
            of("a parabola"),
            of("costs that rise late", lr0=70.0, factor=3.7, epochs=2, max_tries=12),
            of("costs that rise late", lr0=70.0, factor=3.7, epochs=5),
            of("a parabola", lr0=0.01, factor=10.0, epochs=3, max_tries=10),
            of("costs that rise late"),
            of("costs that become nan", lr0=70.0, factor=5.3, max_tries=12),
            of("costs that oscillate", factor=3.7, max_tries=10),
            of("costs that oscillate", lr0=70.0, epochs=5, max_tries=12),
            of("costs that become nan", lr0=1.1, epochs=2),
            of("costs that pause", lr0=70.0, factor=3.7),
            of("costs that pause", lr0=between(0.02, 0.024), factor=4.0, epochs=2),
            of("costs that oscillate", factor=4.0, epochs=2),
            of("a parabola", lr0=0.3, factor=5.3),
            weight=3,
        ),
    ),
    hints=(
        "Begin with a function of your own: falls(lr) trains at lr and says True or False.",
        "np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]; any comparison with nan is False.",
        "Then two loops: up from lr0 while falls(lr * factor), or down from lr0 until falls(lr).",
    ),
)


@LR_THRESHOLD.wrong
def lr_threshold_one_too_far(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You return the first rate at which the cost does *not* fall; asked for is the last at which it does."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr):
            lr = lr * factor
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="from above")
def lr_threshold_one_too_low(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """From above you go one rate too far down: return the first at which the cost falls."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr * factor):
            lr = lr * factor
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr / factor


@LR_THRESHOLD.wrong(case="from above")
def lr_threshold_last_that_does_not_fall(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """From above you return the last rate at which the cost does *not* fall; it is the next one, where it falls."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr * factor):
            lr = lr * factor
        return lr
    while not falls(lr / factor):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="from above")
def lr_threshold_never_down(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You only go up: if the cost does not fall at lr0, the search goes down from there."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    while falls(lr * factor):
        lr = lr * factor
    return lr


@LR_THRESHOLD.wrong
def lr_threshold_never_up(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You only go down: if the cost falls at lr0, try larger rates."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong
def lr_threshold_goes_on(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You try max_tries rates and return the last one; return as soon as the cost no longer falls."""
    return lr0 * factor**max_tries


@LR_THRESHOLD.wrong(case="costs that oscillate")
def lr_threshold_ends_only(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You compare the last cost with the first only; a cost that goes up and down on the way does not fall."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr * factor):
            lr = lr * factor
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="costs that oscillate")
def lr_threshold_first_epoch_only(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You look at the first two costs only; the cost must not rise in any of the epochs."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return costs[1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr * factor):
            lr = lr * factor
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="costs that become nan")
def lr_threshold_nan_falls(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You take a nan for a cost that falls: comparisons with nan are False, and you ask whether it *rises*."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return not (np.any(costs[1:] > costs[:-1]) or costs[-1] >= costs[0])

    lr = lr0
    if falls(lr):
        for _ in range(max_tries):
            if not falls(lr * factor):
                return lr
            lr = lr * factor
        return lr
    for _ in range(max_tries):
        if falls(lr):
            return lr
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="epochs handed on")
def lr_threshold_epochs_ignored(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You do not hand `epochs` on: 3 is only its default."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, 3))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr * factor):
            lr = lr * factor
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="costs that pause")
def lr_threshold_falls_each_time(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You ask that the cost fall in every epoch; it may stand still in some, as long as it never rises."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] < costs[:-1])

    lr = lr0
    if falls(lr):
        for _ in range(max_tries):
            if not falls(lr * factor):
                break
            lr = lr * factor
        return lr
    for _ in range(max_tries):
        if falls(lr):
            break
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="costs that stand still")
def lr_threshold_standing_still_falls(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You take a cost that stands still for one that falls; the last must be smaller than the first."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1])

    lr = lr0
    if falls(lr):
        for _ in range(max_tries):
            if not falls(lr * factor):
                break
            lr = lr * factor
        return lr
    for _ in range(max_tries):
        if falls(lr):
            break
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong
def lr_threshold_factor_ignored(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You do not use `factor`: 10 is only its default."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr * 10.0):
            lr = lr * 10.0
        return lr
    while not falls(lr):
        lr = lr / 10.0
    return lr


@LR_THRESHOLD.wrong
def lr_threshold_start_ignored(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You do not use `lr0`: 0.01 is only its default."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = 0.01
    if falls(lr):
        while falls(lr * factor):
            lr = lr * factor
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong
def lr_threshold_added(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You go up by adding lr0 each time; the rate is multiplied by the factor."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        while falls(lr + lr0):
            lr = lr + lr0
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="from above")
def lr_threshold_power_of_the_try(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """Your steps become longer and longer: factor, factor², factor³ on top of one another; each is one factor."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr, rising = lr0, falls(lr0)
    for i in range(1, max_tries):
        new = lr * factor**i if rising else lr / factor**i
        if falls(new) != rising:
            return lr if rising else new
        lr = new
    return lr


@LR_THRESHOLD.wrong(case="costs that oscillate")
def lr_threshold_last_epoch_only(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You look at the last two costs only; the cost must not rise in any of the epochs."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return costs[-1] < costs[-2]

    lr = lr0
    if falls(lr):
        while falls(lr * factor):
            lr = lr * factor
        return lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.wrong(case="from above")
def lr_threshold_one_step_down(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """From above you go down one rate and return that; go down until the cost falls."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if not falls(lr):
        return lr / factor
    while falls(lr * factor):
        lr = lr * factor
    return lr


@LR_THRESHOLD.wrong
def lr_threshold_one_step_up(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """You go up one rate at most; go on for as long as the cost falls."""

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0]

    lr = lr0
    if falls(lr):
        return lr * factor if falls(lr * factor) else lr
    while not falls(lr):
        lr = lr / factor
    return lr


@LR_THRESHOLD.right
def lr_threshold_by_while(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return bool((np.diff(costs) <= 0).all() and costs[0] > costs[-1])

    lr = lr0
    if falls(lr):
        while falls(lr * factor):
            lr *= factor
    else:
        while not falls(lr):
            lr /= factor
    return lr


@LR_THRESHOLD.right
def lr_threshold_by_powers(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    def falls(k):
        costs = list(train_fn(lr0 * factor**k, epochs))
        never_up = all(costs[i + 1] <= costs[i] for i in range(len(costs) - 1))
        return never_up and costs[-1] < costs[0]

    k = 0
    if falls(0):
        while falls(k + 1):
            k += 1
        return lr0 * factor**k
    while not falls(k):
        k -= 1
    return lr0 * factor**k


@LR_THRESHOLD.right
def lr_threshold_by_recursion(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        if np.isnan(costs).any():
            return False
        return costs.tolist() == sorted(costs.tolist(), reverse=True) and costs[-1] != costs[0]

    def up(lr):
        return up(lr * factor) if falls(lr * factor) else lr

    def down(lr):
        return lr if falls(lr) else down(lr / factor)

    return up(lr0) if falls(lr0) else down(lr0)


@LR_THRESHOLD.right
def lr_threshold_all_at_once(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs), dtype=float)
        lowest = np.minimum.accumulate(costs)
        return np.array_equal(lowest, costs) and costs[-1] < costs[0]

    rates = lr0 * factor ** np.arange(-max_tries, max_tries + 1.0)
    good = [falls(rate) for rate in rates]
    at = max_tries
    while good[max_tries] and good[at + 1]:
        at += 1
    while not good[at]:
        at -= 1
    return float(rates[at])
