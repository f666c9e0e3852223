"""Exponentially weighted averages: two ways to start, and the correction of the second."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import optim

BETAS = (0.9, 0.5, 0.99, 0.25, 0.0)


def of(*size, **options):
    """Draws values from 1 to 3, none of them near another's average."""

    def draw(rng):
        y = rng.uniform(1, 1.5, size=size) + np.arange(size[0]).reshape(-1, *[1] * (len(size) - 1)) % 3
        return call(y * np.where(np.arange(size[-1]) % 2 == 1, -1, 1) if len(size) > 1 else y, **options)

    return draw


def odd(size, scale=1.0, **options):
    return lambda rng: call(np.roll(spread(rng, size, scale), 1), **options)


def _allowed(rng):
    given = options(rng, beta=BETAS)
    way = one_of(rng, {}, {"init": "first"}, {"init": "zero"}, {"init": "zero"})
    if way.get("init") == "zero":
        way = way | options(rng, bias_correction=(True, True, False))
    return call(floats(rng, shape(rng)), **given, **way)


EWMA = Exercise(
    function="ewma",
    topics=("C06-06", "C06-08"),
    points=2,
    difficulty=3,
    minutes=15,
    reference=optim.ewma,
    allowed=_allowed,
    cases=(
        Case("from the first value", of(5), weight=2, example=call([1.0, 2.0, 4.0])),
        Case("from zero", of(5, init="zero"), weight=2),
        Case("from zero, corrected", of(6, init="zero", bias_correction=True), weight=3),
        Case("other betas", of(6, beta=0.5), weight=1),
        Case("two series side by side", of(4, 2, beta=0.75, init="zero", bias_correction=True), weight=2),
        in_turn(
            "odd shapes, one value, beta 0, zeros, tiny and large numbers",
            odd((1,), 1e3, beta=0.5, init="first"),
            odd((1,), 200.0, beta=0.5, init="zero", bias_correction=True),
            odd((1, 3), init="zero"),
            odd((3, 1), 1e-5, beta=0.9, init="zero", bias_correction=True),
            odd((1, 3, 1), 200.0, init="zero", bias_correction=False),
            odd((4, 1, 3), beta=0.0),
            odd((3, 2, 2), beta=0.0, init="zero", bias_correction=True),
            odd((5, 3), beta=0.99, init="first"),
        ),
    ),
    hints=(
        "One loop: mean = beta * mean + (1 - beta) * value, and the average so far goes into a list.",
        'What is the mean before the loop? y[0] for "first", np.zeros_like(y[0]) for "zero".',
        "Corrected is what you hand out, mean / (1 - beta**t) with t = 1, 2, ...; the recursion keeps `mean`.",
    ),
)


@EWMA.wrong
def ewma_shares_exchanged(y, *, beta=0.9, init="first", bias_correction=False):
    """The shares are exchanged: beta belongs to the old average, 1 − beta to the new value."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = (1 - beta) * mean + beta * value
        averages.append(mean / (1 - (1 - beta) ** t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero, corrected")
def ewma_overwritten(y, *, beta=0.9, init="first", bias_correction=False):
    """You overwrite the average with the corrected one, so that the next step corrects it again.

    The recursion goes on with the uncorrected one."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        if bias_correction:
            mean = mean / (1 - beta**t)
        averages.append(mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero, corrected")
def ewma_counted_from_zero(y, *, beta=0.9, init="first", bias_correction=False):
    """You count t from 0, so that the first average is divided by 1 − beta⁰ = 0; t begins with 1."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / np.float64(1 - beta**t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero, corrected")
def ewma_counted_from_two(y, *, beta=0.9, init="first", bias_correction=False):
    """Your t is one ahead: the first average is divided by 1 − beta, the second by 1 − beta²."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=2):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero, corrected")
def ewma_corrected_by_the_last(y, *, beta=0.9, init="first", bias_correction=False):
    """You divide all averages by 1 − betaⁿ; each has a t of its own."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for value in y:
        mean = beta * mean + (1 - beta) * value
        averages.append(mean)
    return np.stack(averages) / (1 - beta ** len(y) if bias_correction else 1)


@EWMA.wrong(case="from zero, corrected")
def ewma_times_beta(y, *, beta=0.9, init="first", bias_correction=False):
    """beta * t is a product; the weights sum to 1 − beta**t, a power."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta * t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero, corrected")
def ewma_correction_ignored(y, *, beta=0.9, init="first", bias_correction=False):
    """You do not use `bias_correction`: with True the average is divided by 1 − beta**t."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for value in y:
        mean = beta * mean + (1 - beta) * value
        averages.append(mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero")
def ewma_always_corrected(y, *, beta=0.9, init="first", bias_correction=False):
    """You correct every average that starts from zero; only with bias_correction=True."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if init == "zero" else mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero")
def ewma_always_from_the_first(y, *, beta=0.9, init="first", bias_correction=False):
    """You start from the first value, whatever `init` says."""
    mean, averages = y[0], []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong
def ewma_always_from_zero(y, *, beta=0.9, init="first", bias_correction=False):
    """You start from zero, whatever `init` says; by default the average starts from the first value."""
    mean, averages = np.zeros_like(y[0]), []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong
def ewma_a_sum(y, *, beta=0.9, init="first", bias_correction=False):
    """The factor 1 − beta is missing: yours is a sum that grows, not an average."""
    mean = np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = value if t == 1 and init == "first" else beta * mean + value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong
def ewma_beta_ignored(y, *, beta=0.9, init="first", bias_correction=False):
    """That is the mean of all values so far, each weighing the same; this average forgets old ones."""
    t = np.arange(1, len(y) + 1).reshape(-1, *[1] * (y.ndim - 1))
    return np.cumsum(y, axis=0) / t


@EWMA.wrong
def ewma_last_only(y, *, beta=0.9, init="first", bias_correction=False):
    """You return the last average; asked for are all of them, in the shape of y."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    for value in y:
        mean = beta * mean + (1 - beta) * value
    return mean / (1 - beta ** len(y)) if bias_correction else mean


@EWMA.wrong(case="two series side by side")
def ewma_last_axis(y, *, beta=0.9, init="first", bias_correction=False):
    """You average along the last axis; the values follow one another along the first."""
    series = np.moveaxis(y, -1, 0)
    mean = series[0] if init == "first" else np.zeros_like(series[0])
    averages = []
    for t, value in enumerate(series, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.moveaxis(np.stack(averages), 0, -1)


@EWMA.wrong
def ewma_starts_with_the_second(y, *, beta=0.9, init="first", bias_correction=False):
    """The first value is left out of the result: the averages begin with S₁."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.array(averages[1:])


@EWMA.wrong(case="arguments unchanged")
def ewma_in_place(y, *, beta=0.9, init="first", bias_correction=False):
    """You write the averages into y, which belongs to who called."""
    mean = y[0].copy() if init == "first" else np.zeros_like(y[0])
    for t in range(len(y)):
        mean = beta * mean + (1 - beta) * y[t]
        y[t] = mean / (1 - beta ** (t + 1)) if bias_correction else mean
    return y


@EWMA.wrong(case="two series side by side")
def ewma_t_along_the_last_axis(y, *, beta=0.9, init="first", bias_correction=False):
    """Your t runs along the last axis; give it the axes of y.

    t.reshape(-1, *[1] * (y.ndim - 1)) has as many."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for value in y:
        mean = beta * mean + (1 - beta) * value
        averages.append(mean)
    averages = np.stack(averages)
    return averages / (1 - beta ** np.arange(1, len(y) + 1)) if bias_correction else averages


@EWMA.wrong(case="from zero")
def ewma_first_is_the_start(y, *, beta=0.9, init="first", bias_correction=False):
    """Your S₁ is the start itself; from zero S₀ = 0, and S₁ = (1 − beta) y₁."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = [mean]
    for t, value in enumerate(y[1:], start=2):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta**t) if bias_correction else mean)
    return np.stack(averages)


@EWMA.wrong(case="from zero, corrected")
def ewma_power_of_the_share(y, *, beta=0.9, init="first", bias_correction=False):
    """The weights sum to 1 − betaᵗ, not to (1 − beta)ᵗ."""
    mean = y[0] if init == "first" else np.zeros_like(y[0])
    averages = []
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages.append(mean / (1 - beta) ** t if bias_correction else mean)
    return np.stack(averages)


@EWMA.right
def ewma_filled(y, *, beta=0.9, init="first", bias_correction=False):
    averages = np.empty_like(y)
    averages[0] = y[0] if init == "first" else (1 - beta) * y[0]
    for t in range(1, len(y)):
        averages[t] = beta * averages[t - 1] + (1 - beta) * y[t]
    if bias_correction:
        for t in range(len(y)):
            averages[t] = averages[t] / (1 - beta ** (t + 1))
    return averages


@EWMA.right
def ewma_by_a_matrix(y, *, beta=0.9, init="first", bias_correction=False):
    n = len(y)
    age = np.arange(n)[:, None] - np.arange(n)
    weights = np.where(age >= 0, (1 - beta) * beta ** np.abs(age).astype(float), 0)
    if init == "first":
        weights[:, 0] = beta ** np.arange(n)
    if bias_correction:
        weights = weights / weights.sum(axis=1, keepdims=True)
    return np.tensordot(weights.astype(y.dtype), y, axes=1)


@EWMA.right
def ewma_towards_the_value(y, *, beta=0.9, init="first", bias_correction=False):
    mean, weight, averages = 0 * y[0] if init == "zero" else y[0], 0.0, []
    for value in y:
        mean = mean + (1 - beta) * (value - mean)
        weight = weight + (1 - beta) * (1 - weight)
        averages.append(mean / weight if bias_correction else mean)
    return np.array(averages)


@EWMA.right
def ewma_by_accumulate(y, *, beta=0.9, init="first", bias_correction=False):
    averages = [y[0] if init == "first" else (1 - beta) * y[0]]
    for value in y[1:]:
        averages.append(beta * averages[-1] + (1 - beta) * value)
    averages = np.stack(averages)
    if not bias_correction:
        return averages
    sums = 1 - beta ** np.arange(1, len(y) + 1)
    return averages / sums.astype(y.dtype).reshape(-1, *[1] * (y.ndim - 1))
