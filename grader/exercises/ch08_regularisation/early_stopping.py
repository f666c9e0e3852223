"""Where training stops, and whose parameters are kept."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import regularization


def course(*steps, scale=1.0, worse_is="up", **options):
    """Draws a series from whole steps: each value lies near its step, in the order that the steps have."""

    def draw(rng):
        values = np.array(steps, dtype=np.float64) + rng.uniform(-0.2, 0.2, size=len(steps))
        return call(scale * (values if worse_is == "up" else -values), **options)

    return draw


def dyadic(*values, **options):
    """Draws a series of quarters, moved as a whole, so that a difference of exactly min_delta is exact."""
    return lambda rng: call(np.array(values) / 4 + float(rng.integers(2, 9)), **options)


def _allowed(rng):
    n = int(rng.integers(1, 25))
    scale = one_of(rng, 1.0, 1.0, 64.0, 2.0**-17)
    values = scale * np.cumsum(rng.integers(-3, 4, size=n)) / 4  # so that ties are exact
    values = values if rng.random() < 0.5 else scale * rng.normal(size=n)
    given = options(rng, patience=(1, 2, 3, 10), mode=("min", "max"))
    return call(values, **given, **options(rng, min_delta=(0.0, float(scale / 4), float(scale))))


FALLING, WAITING = (9, 8, 7, 6, 5), (8, 6, 9, 7, 8, 9, 7, 6, 8)

EARLY_STOPPING = Exercise(
    function="early_stopping",
    topics=("C08-28",),
    points=3,
    difficulty=3,
    minutes=25,
    reference=regularization.early_stopping,
    forbid=("nnlib.regularization.EarlyStopping",),
    allowed=_allowed,
    spared={
        "argument: {0} + 1e-8": "values of another rounding, where a gain of exactly min_delta is more or less"
    },
    cases=(
        Case(
            "stops before a better value comes",
            course(9, 7, 5, 6, 7, 8, 3, 2, patience=3),
            example=call([4.0, 3.0, 1.5, 2.0, 4.0, 0.5], patience=2),
        ),
        Case(
            "an improvement starts the waiting anew", course(9, 6, 8, 5, 7, 8, 4, 6, 7, 9, 2, 1, patience=3)
        ),
        Case(
            "better than the last value, worse than the best", course(10, 9, 3, 8, 7, 6, 5, 2, 1, patience=4)
        ),
        Case("ten by default", course(*FALLING, *WAITING, 9, 3, 8, 2), weight=3),
        Case(
            "large values are good",
            course(9, 7, 5, 6, 7, 8, 3, 2, worse_is="down", patience=3, mode="max"),
            weight=2,
        ),
        Case("min_delta", course(90, 70, 50, 49, 48, 47, 20, 10, patience=3, min_delta=10.0)),
        Case(
            "large values are good, min_delta",
            course(90, 70, 50, 49, 48, 47, 20, 10, worse_is="down", patience=3, min_delta=10.0, mode="max"),
            weight=3,
        ),
        Case(
            "min_delta, small steps add up",
            course(90, 85, 80, 75, 74, 73, 30, 40, patience=4, min_delta=12.0),
            weight=2,
        ),
        Case(
            "a gain of exactly min_delta",
            dyadic(24, 16, 8, 4, 5, 3, 9, 1, patience=3, min_delta=1.0),
            weight=3,
        ),
        in_turn(
            "one value, never stopped, ties, patience 1, zeros, tiny and large numbers, options given and left out",
            course(5),
            course(9, 7, 8, 4, 6, 5, patience=3),
            course(9, 7, 8, 4, 6, 5, 3, scale=0.1, patience=3),
            course(5, mode="max", patience=1),
            dyadic(8, 8, 8, 8, 4, patience=3),
            course(5, 4, 6, 3, patience=1, mode="min"),
            course(3, 9, 2, 1, scale=1e-5, patience=1, min_delta=0.0),
            course(9, 7, 5, 6, 7, 8, 3, 2, scale=-300.0, mode="max", patience=2, min_delta=0.0),
            course(*FALLING, *WAITING, 9, 3, 8, 2, worse_is="down", mode="max", min_delta=0.5),
            course(9, 7, 5, 6, 7, 8, 3, 2, scale=1e-5, patience=10, min_delta=5e-6, mode="min"),
            lambda rng: call(np.array([2.0, 0.0, 1.0, 0.0, -1.0]) * rng.uniform(1, 2), patience=2),
            dyadic(4, 8, 12, 16, 15, 11, patience=2, min_delta=1.0, mode="max"),
            weight=2,
        ),
    ),
    hints=(
        "Keep the index of the best value so far; go through the others one by one.",
        "A value that does not replace the best lies i − best steps behind it: stop if that is `patience`.",
        'With sign = 1 for "min" and −1 for "max": better if sign * (values[best] - values[i]) > min_delta.',
    ),
)


@EARLY_STOPPING.wrong
def early_stopping_one_too_late(values, *, patience=10, min_delta=0.0, mode="min"):
    """You stop one value too late: `patience` values in a row without an improvement are enough."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best > patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong
def early_stopping_one_too_early(values, *, patience=10, min_delta=0.0, mode="min"):
    """You stop one value too early: the best value itself is not one of those without an improvement."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience - 1:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong
def early_stopping_keeps_the_last(values, *, patience=10, min_delta=0.0, mode="min"):
    """You keep the parameters of the last value; keep those of the best one."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            return i, i
    return len(values) - 1, len(values) - 1


@EARLY_STOPPING.wrong
def early_stopping_values_for_indices(values, *, patience=10, min_delta=0.0, mode="min"):
    """Your first result is the best value; its index is asked."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            return values[best], i
    return values[best], len(values) - 1


@EARLY_STOPPING.wrong
def early_stopping_counted_from_one(values, *, patience=10, min_delta=0.0, mode="min"):
    """Your indices count from 1; they count from 0."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            return best + 1, i + 1
    return best + 1, len(values)


@EARLY_STOPPING.wrong
def early_stopping_best_of_all(values, *, patience=10, min_delta=0.0, mode="min"):
    """You take the best of the whole series; what comes after training has stopped is never seen."""
    sign = 1 if mode == "min" else -1
    best = 0
    last = len(values) - 1
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            last = i
            break
    return int(np.argmin(sign * values)), last


@EARLY_STOPPING.wrong
def early_stopping_never_stops(values, *, patience=10, min_delta=0.0, mode="min"):
    """You never stop: `patience` is not used."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="better than the last value, worse than the best")
def early_stopping_against_the_last(values, *, patience=10, min_delta=0.0, mode="min"):
    """You compare with the value before; compare with the best so far."""
    sign = 1 if mode == "min" else -1
    best, waited = 0, 0
    for i in range(1, len(values)):
        if sign * (values[i - 1] - values[i]) > min_delta:
            waited = 0
        else:
            waited += 1
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        if waited >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="better than the last value, worse than the best")
def early_stopping_keeps_what_beats_the_last(values, *, patience=10, min_delta=0.0, mode="min"):
    """You compare with the value before, and keep what is better than that; compare with the best so far."""
    sign = 1 if mode == "min" else -1
    best, waited = 0, 0
    for i in range(1, len(values)):
        if sign * (values[i - 1] - values[i]) > min_delta:
            best, waited = i, 0
        else:
            waited += 1
        if waited == patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="an improvement starts the waiting anew")
def early_stopping_never_reset(values, *, patience=10, min_delta=0.0, mode="min"):
    """You count all values without an improvement; after an improvement the count starts anew."""
    sign = 1 if mode == "min" else -1
    best, waited = 0, 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        else:
            waited += 1
            if waited >= patience:
                return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong
def early_stopping_last_one_more(values, *, patience=10, min_delta=0.0, mode="min"):
    """Your second result is one too large: it is the index of the last value that was looked at."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            return best, i + 1
    return best, len(values)


@EARLY_STOPPING.wrong
def early_stopping_exchanged(values, *, patience=10, min_delta=0.0, mode="min"):
    """Your results are exchanged: the best comes first."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            return i, best
    return len(values) - 1, best


@EARLY_STOPPING.wrong(case="ten by default")
def early_stopping_another_patience(values, *, patience=5, min_delta=0.0, mode="min"):
    """Your default for `patience` is not 10."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="large values are good")
def early_stopping_mode_ignored(values, *, patience=10, min_delta=0.0, mode="min"):
    """You do not use `mode`: with "max" large values are good."""
    best = 0
    for i in range(1, len(values)):
        if values[best] - values[i] > min_delta:
            best = i
        elif i - best >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong
def early_stopping_always_max(values, *, patience=10, min_delta=0.0, mode="min"):
    """You take large values for good ones; with "min", the default, small ones are."""
    best = 0
    for i in range(1, len(values)):
        if values[i] - values[best] > min_delta:
            best = i
        elif i - best >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="min_delta")
def early_stopping_no_min_delta(values, *, patience=10, min_delta=0.0, mode="min"):
    """You do not use `min_delta`: a smaller gain is no improvement."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > 0:
            best = i
        elif i - best >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="large values are good, min_delta")
def early_stopping_min_delta_for_min_only(values, *, patience=10, min_delta=0.0, mode="min"):
    """With "max" you do not use `min_delta`: a smaller gain is no improvement there either."""
    best = 0
    for i, value in enumerate(values):
        if mode == "min":
            better = value < values[best] - min_delta
        else:
            better = value > values[best]
        if better:
            best = i
        if i - best >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="min_delta")
def early_stopping_min_delta_added(values, *, patience=10, min_delta=0.0, mode="min"):
    """You forgive a loss of `min_delta`; it is a gain of more than that which counts."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > -min_delta:
            best = i
        elif i - best >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="min_delta")
def early_stopping_small_gains_kept(values, *, patience=10, min_delta=0.0, mode="min"):
    """You stop in time, but keep a value that was better by less than `min_delta`; it has not replaced the best."""
    sign = 1 if mode == "min" else -1
    best = 0
    last = len(values) - 1
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) > min_delta:
            best = i
        elif i - best >= patience:
            last = i
            break
    return int(np.argmin(sign * values[: last + 1])), last


@EARLY_STOPPING.wrong(case="min_delta, small steps add up")
def early_stopping_best_creeps(values, *, patience=10, min_delta=0.0, mode="min"):
    """Small gains move your best value without counting as improvements, so that they never add up."""
    sign = 1 if mode == "min" else -1
    best, lowest, waited = 0, sign * values[0], 0
    for i in range(1, len(values)):
        if lowest - sign * values[i] > min_delta:
            best, waited = i, 0
        else:
            waited += 1
        lowest = min(lowest, sign * values[i])
        if waited >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.wrong(case="a gain of exactly min_delta")
def early_stopping_at_least_min_delta(values, *, patience=10, min_delta=0.0, mode="min"):
    """You count a gain of exactly `min_delta`, and a tie; it must be more."""
    sign = 1 if mode == "min" else -1
    best = 0
    for i in range(1, len(values)):
        if sign * (values[best] - values[i]) >= min_delta:
            best = i
        elif i - best >= patience:
            return best, i
    return best, len(values) - 1


@EARLY_STOPPING.right
def early_stopping_by_counter(values, *, patience=10, min_delta=0.0, mode="min"):
    best, waited = 0, 0
    for i, value in enumerate(values):
        if i == 0:
            continue
        gain = values[best] - value if mode == "min" else value - values[best]
        if gain > min_delta:
            best, waited = i, 0
        else:
            waited += 1
        if waited == patience:
            return best, i
    return best, i


@EARLY_STOPPING.right
def early_stopping_by_while(values, *, patience=10, min_delta=0.0, mode="min"):
    losses = values if mode == "min" else -values
    best = last = 0
    while last < len(losses) - 1 and last - best < patience:
        last += 1
        if losses[best] - losses[last] > min_delta:
            best = last
    return best, last


@EARLY_STOPPING.right
def early_stopping_by_jumps(values, *, patience=10, min_delta=0.0, mode="min"):
    losses = values if mode == "min" else -values
    best = 0
    while True:
        ahead = losses[best + 1 : best + 1 + patience]
        better = np.flatnonzero(losses[best] - ahead > min_delta)
        if better.size == 0:
            return best, best + len(ahead)
        best = best + 1 + int(better[0])


@EARLY_STOPPING.right
def early_stopping_by_state(values, *, patience=10, min_delta=0.0, mode="min"):
    worst = np.inf if mode == "min" else -np.inf
    best_value, best, since = worst, -1, 0
    for i in range(len(values)):
        better = best_value - values[i] if mode == "min" else values[i] - best_value
        since = since + 1
        if better > min_delta:
            best_value, best, since = values[i], i, 0
        if since >= patience:
            return best, i
    return best, len(values) - 1
