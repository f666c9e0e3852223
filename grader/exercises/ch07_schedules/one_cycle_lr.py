"""One cycle: up to the peak, and far down."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import lr_scheduler


def _allowed(rng):
    total = int(one_of(rng, 11, 20, 60, 1000))
    given = options(
        rng,
        pct_start=(0.2, 0.25, 0.3, 0.45),
        anneal_strategy=("cos", "linear"),
        div_factor=(25.0, 4.0, 10.0),
        final_div_factor=(1e4, 100.0, 2.0),
        three_phase=(True, False),
    )
    return call(any_step(rng, total), max_lr=float(one_of(rng, 0.01, 0.3, 2.0)), total_steps=total, **given)


PEAK = {"max_lr": between(0.5, 1.5)}
ONE_CYCLE_LR = Exercise(
    function="one_cycle_lr",
    topics=("C07-05",),
    points=3,
    difficulty=4,
    minutes=35,
    reference=lr_scheduler.one_cycle_lr,
    allowed=_allowed,
    large=lambda rng: call(5, max_lr=0.1, total_steps=20),
    cases=(
        Case(
            "straight lines",
            at(range(0, 20, 2), total_steps=20, anneal_strategy="linear", **PEAK),
            weight=3,
            example=call(np.array([0, 2, 5, 12, 19]), max_lr=2.0, total_steps=20, anneal_strategy="linear"),
        ),
        Case("half cosines, the default", at([0, 3, 7, 11, 17, 24, 29], total_steps=30, **PEAK), weight=3),
        Case(
            "other shares and factors",
            at(
                [0, 3, 7, 11, 17, 24, 29],
                total_steps=30,
                pct_start=0.4,
                div_factor=between(3, 6),
                final_div_factor=between(5, 9),
                **PEAK,
            ),
            weight=3,
        ),
        Case(
            "three phases",
            at([1, 4, 8, 13, 15, 17, 20, 29], total_steps=30, three_phase=True, **PEAK),
            weight=3,
        ),
        Case("one step, a number", at(4, total_steps=20, div_factor=5.0, **PEAK)),
        in_turn(
            "odd shapes, the last step, options that say the default",
            at([[30, 0, 8]], total_steps=60, pct_start=0.25, anneal_strategy="cos", **PEAK),
            at(
                [[5], [2], [9]],
                total_steps=11,
                pct_start=0.3,
                anneal_strategy="linear",
                div_factor=25.0,
                **PEAK,
            ),
            at(
                [[[6], [1]]], total_steps=20, pct_start=0.45, three_phase=True, final_div_factor=100.0, **PEAK
            ),
            at(
                [[9, 4], [4, 0]],
                total_steps=20,
                three_phase=False,
                div_factor=10.0,
                final_div_factor=1e4,
                **PEAK,
            ),
            at(
                [12, 25, 40],
                total_steps=60,
                three_phase=True,
                anneal_strategy="linear",
                div_factor=4.0,
                **PEAK,
            ),
            at([[[7]], [[3]]], total_steps=11, max_lr=2.0, final_div_factor=2.0),
            at(999, total_steps=1000, max_lr=0.01, pct_start=0.2),
            at([[10, 4, 8], [15, 0, 12]], total_steps=20, pct_start=0.45, three_phase=True, **PEAK),
            at(12, total_steps=20, pct_start=0.45, three_phase=True, **PEAK),
            at(
                [5, 1, 19],
                total_steps=20,
                anneal_strategy="cos",
                div_factor=4.0,
                final_div_factor=2.0,
                three_phase=True,
                **PEAK,
            ),
            at([8], total_steps=11, pct_start=0.3, **PEAK),
            at([900, 150, 299, 500], total_steps=1000, pct_start=0.2, three_phase=True, **PEAK),
            at([5, 7, 9, 3, 18], total_steps=20, final_div_factor=2.0, anneal_strategy="linear", **PEAK),
            weight=2,
        ),
    ),
    hints=(
        "Write a function of (start, end, v, w) first: the rate within one phase, for all steps.",
        "Then choose with np.where(step <= peak, first phase, second phase); for three phases once more.",
        "The ends are 0, pct_start * total_steps - 1 and total_steps - 1; with three phases 2 * (pct_start * "
        "total_steps - 1) comes before the last.",
    ),
)


@ONE_CYCLE_LR.wrong
def one_cycle_lr_peak_a_step_late(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your peak comes a step late, at pct_start · T; steps count from 0, so it is at pct_start · T − 1."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_ends_a_step_late(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your last rate is reached at t = T; the last step of the training is T − 1."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_peak_by_the_last_step(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You take pct_start of T − 1 steps; the peak is at pct_start · T − 1."""
    first, peak, end = max_lr / div_factor, pct_start * (total_steps - 1), total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_last_of_the_peak(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your last rate is max_lr / final_div_factor; it is the *first* rate that is divided."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, max_lr / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, max_lr / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_back_to_the_first(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You end at the first rate; the last one is the first divided by final_div_factor."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_down_to_zero(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You end at 0; the last rate is the first one divided by final_div_factor."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, 0.0], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, 0.0], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), np.maximum(v + (w - v) * share, 0), rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_from_zero(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You begin at 0; the first rate is max_lr / div_factor."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [0.0, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [0.0, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="other shares and factors")
def one_cycle_lr_div_factor_ignored(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You do not use `div_factor`: 25 is only its default."""
    first, peak, end = max_lr / 25.0, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="other shares and factors")
def one_cycle_lr_pct_start_ignored(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You do not use `pct_start`: 0.3 is only its default."""
    first, peak, end = max_lr / div_factor, 0.3 * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="other shares and factors")
def one_cycle_lr_final_div_factor_ignored(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You do not use `final_div_factor`: 10000 is only its default."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / 1e4], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / 1e4], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_always_cos(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You do not use `anneal_strategy`: with "linear" the rate goes in straight lines."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="half cosines, the default")
def one_cycle_lr_always_linear(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You go in straight lines always; by default each phase is half a cosine."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_strategies_exchanged(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """The strategies are exchanged: "cos" asks for half a cosine, "linear" for a straight line."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy != "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="half cosines, the default")
def one_cycle_lr_quarter_cosine(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You take a quarter of a cosine, with π q / 2; half a cosine takes π q."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = 1 - np.cos(np.pi * q / 2) if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="half cosines, the default")
def one_cycle_lr_cosine_not_halved(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your share 1 − cos(π q) goes from 0 to 2; it is divided by 2."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="half cosines, the default")
def one_cycle_lr_cosine_upside_down(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your cosine stands upside down: each phase goes from its end to its beginning."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 + np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="half cosines, the default")
def one_cycle_lr_whole_cosine(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You take a whole cosine, with 2π q, which comes back to where it began; half a one takes π q."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(2 * np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="three phases")
def one_cycle_lr_three_phase_ignored(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You do not use `three_phase`: with True the rate first falls back to where it began, at step 2a."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if False:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_always_three_phases(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You always make three phases; only with three_phase=True."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if True:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="three phases")
def one_cycle_lr_second_phase_too_long(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your second phase ends a step late, at 2 · pct_start · T − 1; it is as long as the first, to 2a."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak + 1, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="three phases")
def one_cycle_lr_second_phase_to_the_last(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your second phase falls to the last rate; it falls to the first one, and the third goes on from there."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = (
            [first, max_lr, first / final_div_factor, first / final_div_factor],
            [0, peak, 2 * peak, end],
        )
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="three phases")
def one_cycle_lr_phases_of_a_third(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You cut the training into three equal phases; the first two end at a and 2a."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, end / 3, 2 * end / 3, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_stays_at_the_peak(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your rate stays at the peak; from there it falls to the last rate."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), np.where(step > peak, max_lr, v + (w - v) * share), rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_since_the_beginning(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """In later phases you count from the beginning of the training; within a phase steps count from its start."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = step / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_by_the_end(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You divide by the step at which the phase ends; divide by the *length* of the phase."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / j
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_divided_by_the_sum(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """Your last rate is divided by div_factor twice; it is the first rate divided by final_div_factor."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / div_factor / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / div_factor / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong
def one_cycle_lr_counted_from_one(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You count steps from 1: your peak is at pct_start · T, your last rate at T; both come a step earlier."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps, total_steps
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="half cosines, the default")
def one_cycle_lr_pi_missing(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """π is missing: half a cosine takes np.cos(np.pi * q)."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.wrong(case="half cosines, the default")
def one_cycle_lr_degrees(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    """You give the angle in degrees; np.cos takes radians, π for half a turn."""
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(180.0 * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.right
def one_cycle_lr_by_phases(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    first, peak, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    values, ends = [first, max_lr, first / final_div_factor], [0, peak, end]
    if three_phase:
        values, ends = [first, max_lr, first, first / final_div_factor], [0, peak, 2 * peak, end]
    rate = 0.0
    for v, w, i, j in zip(values, values[1:], ends, ends[1:]):
        q = (step - i) / (j - i)
        share = (1 - np.cos(np.pi * q)) / 2 if anneal_strategy == "cos" else q
        rate = np.where((step > i) | (i == 0), v + (w - v) * share, rate)
    return rate


@ONE_CYCLE_LR.right
def one_cycle_lr_by_interp(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    first = max_lr / div_factor
    a, last = pct_start * total_steps - 1, first / final_div_factor
    ends = [0.0, a, 2 * a, total_steps - 1] if three_phase else [0.0, a, total_steps - 1]
    rates = np.array([first, max_lr, first, last] if three_phase else [first, max_lr, last])
    phase = np.interp(step, ends, np.arange(len(ends)))
    i = np.minimum(np.floor(phase).astype(int), len(ends) - 2)
    q = phase - i
    if anneal_strategy == "cos":
        q = np.sin(np.pi * q / 2) ** 2
    return (1 - q) * rates[i] + q * rates[i + 1]


@ONE_CYCLE_LR.right
def one_cycle_lr_by_loop(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    def between(v, w, q):
        if anneal_strategy == "linear":
            return v + (w - v) * q
        return w + (v - w) * (1 + np.cos(np.pi * q)) / 2

    def rate(t):
        first = max_lr / div_factor
        last, a, end = first / final_div_factor, pct_start * total_steps - 1, total_steps - 1
        if t <= a:
            return between(first, max_lr, t / a)
        if not three_phase:
            return between(max_lr, last, (t - a) / (end - a))
        if t <= 2 * a:
            return between(max_lr, first, (t - a) / a)
        return between(first, last, (t - 2 * a) / (end - 2 * a))

    return np.array([rate(t) for t in np.ravel(step)]).reshape(np.shape(step))


@ONE_CYCLE_LR.right
def one_cycle_lr_by_sums(
    step,
    *,
    max_lr,
    total_steps,
    pct_start=0.3,
    anneal_strategy="cos",
    div_factor=25.0,
    final_div_factor=1e4,
    three_phase=False,
):
    low, a, end = max_lr / div_factor, pct_start * total_steps - 1, total_steps - 1
    least = low / final_div_factor

    def gone(start, stop):
        q = np.clip((step - start) / (stop - start), 0, 1)
        return q if anneal_strategy == "linear" else (1 - np.cos(np.pi * q)) / 2

    rate = low + (max_lr - low) * gone(0, a)
    if three_phase:
        return rate + (low - max_lr) * gone(a, 2 * a) + (least - low) * gone(2 * a, end)
    return rate + (least - max_lr) * gone(a, end)
