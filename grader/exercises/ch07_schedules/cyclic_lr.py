"""Rates that go up and down between two limits."""

import numpy as np

from grader.exercises.ch07_schedules.inverse_time_decay import any_step, at, between
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import lr_scheduler


def _allowed(rng):
    low = float(one_of(rng, 0.001, 0.1, 1.0))
    given = options(
        rng,
        step_size_up=(1, 3, 7, 2000),
        step_size_down=(None, 1, 4, 9),
        mode=("triangular", "triangular2", "exp_range"),
        gamma=(1.0, 0.9, 0.99, 0.999),
    )
    most = one_of(rng, 6, 60) if "step_size_up" in given else one_of(rng, 2500, 9000)
    return call(any_step(rng, most), base_lr=low, max_lr=low * one_of(rng, 1.5, 4.0), **given)


LIMITS = {"base_lr": between(0.2, 0.4), "max_lr": between(1, 2)}
CYCLIC_LR = Exercise(
    function="cyclic_lr",
    topics=("C07-04",),
    points=2,
    difficulty=3,
    minutes=18,
    reference=lr_scheduler.cyclic_lr,
    allowed=_allowed,
    large=lambda rng: call(5, base_lr=0.1, max_lr=1.0, step_size_up=3),
    cases=(
        Case(
            "triangles",
            at(range(14), step_size_up=4, **LIMITS),
            weight=3,
            example=call(np.arange(9), base_lr=1.0, max_lr=4.0, step_size_up=3),
        ),
        Case(
            "down faster than up",
            at([13, 3, 20, 6, 5, 18], step_size_up=5, step_size_down=2, **LIMITS),
            weight=3,
        ),
        Case(
            "triangular2",
            at([2, 13, 7, 22, 9], step_size_up=3, mode="triangular2", gamma=between(0.8, 0.9), **LIMITS),
            weight=4,
        ),
        Case(
            "exp_range",
            at([2, 13, 7, 22, 9], step_size_up=3, mode="exp_range", gamma=between(0.8, 0.9), **LIMITS),
            weight=4,
        ),
        Case("2000 steps up, if nothing is said", at([500, 3100, 1999, 4500], **LIMITS), weight=4),
        Case("one step, a number", at(9, step_size_up=2, step_size_down=3, **LIMITS), weight=2),
        in_turn(
            "odd shapes, one step up, a gamma that is not used, options that say the default",
            at(
                [[30, 0, 8]],
                base_lr=0.001,
                max_lr=0.004,
                step_size_up=7,
                step_size_down=None,
                mode="triangular",
            ),
            at([[5], [2], [9]], step_size_up=1, step_size_down=4, mode="triangular2", gamma=0.9, **LIMITS),
            at([[[6], [1]]], base_lr=1.0, max_lr=1.5, step_size_up=1, step_size_down=1, gamma=0.9),
            at([[9, 4], [4, 0]], step_size_up=3, step_size_down=9, mode="exp_range", gamma=1.01, **LIMITS),
            at([12], step_size_up=5, mode="exp_range", gamma=1.0, **LIMITS),
            at([[[7]], [[3]]], step_size_up=2, mode="exp_range", **LIMITS),
            at(0, step_size_up=2000, **LIMITS),
            at([2600, 8000, 1200], step_size_down=4, mode="triangular2", **LIMITS),
            at([2600, 8500, 1200], mode="triangular2", gamma=1.0, **LIMITS),
            at([260, 85, 3200], mode="exp_range", gamma=0.99, step_size_down=9, **LIMITS),
            at([260, 85, 3200], mode="triangular", gamma=0.99, step_size_down=1, **LIMITS),
            weight=2,
        ),
    ),
    hints=(
        "First the length of a cycle, up + down, where down is up if step_size_down is None. Then step // length and "
        "step % length.",
        "With p = step % length the height is np.where(p <= up, p / up, (length - p) / down).",
        "Scale the height, not the rate: 0.5**cycle or gamma**step. Then base_lr + (max_lr - base_lr) * height.",
    ),
)


@CYCLIC_LR.wrong
def cyclic_lr_sawtooth(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """Your rate jumps back to the base at the peak; it comes down in a straight line, too."""
    up = step_size_up
    cycle = step // up
    height = step % up / up
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong
def cyclic_lr_from_the_top(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """Your cycle begins at the top; it begins at the base and goes up first."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = 1 - np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong
def cyclic_lr_once(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You make one cycle only; afterwards it begins again."""
    up, down = step_size_up, step_size_down or step_size_up
    height = np.where(step <= up, step / up, np.maximum(0, (up + down - step) / down))
    scale = {"triangular": 1.0, "triangular2": 0.5 ** (step // (up + down)), "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong
def cyclic_lr_half_as_long(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You take the steps up for the whole cycle; a cycle has as many steps down besides."""
    up, down = step_size_up / 2, (step_size_down or step_size_up) / 2
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong
def cyclic_lr_above_the_maximum(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """Your peak is base + max; the height of a triangle is max_lr − base_lr."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + max_lr * height * scale


@CYCLIC_LR.wrong
def cyclic_lr_base_forgotten(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You do not add the base: your triangles stand on 0."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="down faster than up")
def cyclic_lr_down_ignored(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You do not use `step_size_down`: it says how many steps down there are, None for as many as up."""
    up = down = step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="down faster than up")
def cyclic_lr_down_as_steep(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """On the way down you divide by the steps *up*, so that the rate jumps at the peak; divide by the steps down."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / up)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="down faster than up")
def cyclic_lr_up_and_down_exchanged(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """The steps up and down are exchanged."""
    down, up = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="triangular2")
def cyclic_lr_mode_ignored(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You do not use `mode`: it says whether and how the peaks become lower."""
    up, down = step_size_up, step_size_down or step_size_up
    p = step % (up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    return base_lr + (max_lr - base_lr) * height


@CYCLIC_LR.wrong(case="triangular2")
def cyclic_lr_rate_scaled(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You scale the whole rate, base and all; only the height above the base is scaled."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return (base_lr + (max_lr - base_lr) * height) * scale


@CYCLIC_LR.wrong(case="triangular2")
def cyclic_lr_maximum_scaled(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You scale the maximum, which sinks below the base in time; scale the height above the base."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr * scale - base_lr) * height


@CYCLIC_LR.wrong(case="triangular2")
def cyclic_lr_first_cycle_halved(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """With triangular2 your first cycle is half as high already; it is whole, since no cycle is over yet."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5 ** (cycle + 1), "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="triangular2")
def cyclic_lr_divided_by_the_cycle(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """With triangular2 you divide by the number of the cycle, 1, 2, 3; the height is halved each time: 1, 2, 4."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 1 / (cycle + 1), "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="exp_range")
def cyclic_lr_gamma_by_the_cycle(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """With exp_range you raise gamma to the number of cycles; it is raised to that of *steps*."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**cycle}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="exp_range")
def cyclic_lr_gamma_by_the_position(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """With exp_range you begin to count anew in each cycle; gamma is raised to all steps taken so far."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**p}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="2000 steps up, if nothing is said")
def cyclic_lr_default(
    step, *, base_lr, max_lr, step_size_up=1000, step_size_down=None, mode="triangular", gamma=1.0
):
    """Your default for `step_size_up` is another one: it is 2000."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**step}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="arguments unchanged")
def cyclic_lr_in_place(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You write into `step`, which belongs to who called: %= and -= change the array itself."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, taken = step // (up + down), step + 0
    step %= up + down
    height = np.where(step <= up, step / up, (up + down - step) / down)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma**taken}[mode]
    return base_lr + (max_lr - base_lr) * height * scale


@CYCLIC_LR.wrong(case="triangular2")
def cyclic_lr_gamma_always(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    """You use gamma in every mode; only with exp_range."""
    up, down = step_size_up, step_size_down or step_size_up
    cycle, p = np.divmod(step, up + down)
    height = np.where(p <= up, p / up, (up + down - p) / down)
    scale = 0.5**cycle if mode == "triangular2" else 1.0
    return base_lr + (max_lr - base_lr) * height * scale * gamma**step


@CYCLIC_LR.right
def cyclic_lr_smiths(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    up = step_size_up
    down = step_size_up if step_size_down is None else step_size_down
    cycle = np.floor(np.asarray(step) / (up + down))
    p = step - cycle * (up + down)
    height = np.minimum(p / up, (up + down - p) / down)
    if mode == "triangular2":
        height = height / 2**cycle
    elif mode == "exp_range":
        height = height * gamma ** np.asarray(step)
    return base_lr + (max_lr - base_lr) * height


@CYCLIC_LR.right
def cyclic_lr_by_interp(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    length = step_size_up + (step_size_up if step_size_down is None else step_size_down)
    height = np.interp(step % length, [0, step_size_up, length], [0.0, 1.0, 0.0])
    if mode == "triangular2":
        height = height * np.exp2(-(step // length))
    if mode == "exp_range":
        height = height * np.power(gamma, step)
    return base_lr * (1 - height) + max_lr * height


@CYCLIC_LR.right
def cyclic_lr_by_loop(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    down = step_size_down if step_size_down else step_size_up
    rates = []
    for t in np.ravel(step):
        cycle, p = divmod(int(t), step_size_up + down)
        height = p / step_size_up if p <= step_size_up else 1 - (p - step_size_up) / down
        if mode == "triangular2":
            height = height * 0.5**cycle
        if mode == "exp_range":
            height = height * gamma ** int(t)
        rates.append(base_lr + (max_lr - base_lr) * height)
    return np.array(rates).reshape(np.shape(step))


@CYCLIC_LR.right
def cyclic_lr_by_clip(
    step, *, base_lr, max_lr, step_size_up=2000, step_size_down=None, mode="triangular", gamma=1.0
):
    up, down = step_size_up, step_size_up if step_size_down is None else step_size_down
    cycle, p = np.divmod(step, up + down)
    height = np.clip(p / up, 0, 1) - np.clip((p - up) / down, 0, 1)
    scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": gamma ** np.asarray(step)}[mode]
    return base_lr + (max_lr - base_lr) * height * scale
