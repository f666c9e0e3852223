"""The mean of the interpolated precision, in three ways."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import metrics


def curve(found, objects):
    """(recall, precision) after each detection; found: 1 for a hit, 0 for none."""
    tp = np.cumsum(found)
    return tp / objects, tp / np.arange(1, len(tp) + 1)


def zigzag(missing=0, **given):
    """Thirteen objects, of which `missing` are never found. The precision falls and comes back, more than once."""

    def draw(rng):
        late, tail = 1 + int(rng.integers(2)), int(rng.integers(1, 4))
        some = (
            [1, 0, 1, 1, 1]
            + [0] * (1 + late)
            + [1, 1, 1]
            + [0] * int(rng.integers(2, 5))
            + [1, 0, 1, 1, 0, 1, 1, 1]
        )
        found = np.array(some)
        if missing:
            found = found[: np.searchsorted(np.cumsum(found), 13 - missing) + 1]
        return call(*curve(np.append(found, [0] * tail), 13), **given)

    return draw


def of(found, objects, **given):
    return lambda rng: call(*curve(np.array(found), objects), **given)


def _allowed(rng):
    n, objects = int(rng.integers(0, 30)), one_of(rng, 1, 7, 11, 13, 37)
    found = rng.random(n) < one_of(rng, 0.2, 0.5, 0.9)
    found &= np.cumsum(found) <= objects
    given = options(rng, method=("11point", "101point", "all"))
    return call(*curve(found.astype(int), objects), **given)


NONE = "no detection, one, none right, all right, the method given as 11point, many objects"
NEVER = "some objects are never found"

AVERAGE_PRECISION = Exercise(
    function="average_precision",
    topics=("C12-15",),
    points=3,
    difficulty=4,
    minutes=30,
    reference=metrics.average_precision,
    allowed=_allowed,
    large=lambda rng: call(*curve(rng.random(100) < 0.5, 101), method="all"),
    cases=(
        Case(
            "11 levels",
            zigzag(),
            example=call([1 / 3, 1 / 3, 1 / 3, 2 / 3, 1.0, 1.0], [1.0, 0.5, 0.375, 0.5, 0.625, 0.5]),
            weight=2,
        ),
        Case("101 levels", zigzag(method="101point"), weight=2),
        Case("the area", zigzag(method="all"), weight=2),
        Case(NEVER, zigzag(missing=5), weight=3),
        in_turn(
            "some are never found, 101 levels and the area",
            zigzag(missing=5, method="101point"),
            zigzag(missing=5, method="all"),
        ),
        in_turn(
            NONE,
            lambda rng: call(np.zeros(0), np.zeros(0)),
            lambda rng: call(np.zeros(0), np.zeros(0), method="101point"),
            lambda rng: call(np.zeros(0), np.zeros(0), method="all"),
            of([1, 0, 1, 1, 0], 7, method="11point"),
            of([0, 0, 0], 3),
            of([0, 0, 0], 3, method="all"),
            of([1, 1, 1], 3),
            of([1, 1, 1], 3, method="101point"),
            of([1, 1, 1], 3, method="all"),
            of([1], 7),
            of([1], 7, method="all"),
            of([1], 13, method="101point"),
            of([0], 1),
            of([0, 0, 1, 0, 1, 1], 3),
            of([0, 0, 1, 0, 1, 1], 37, method="all"),
            of([0, 0, 1, 0, 1, 0, 0], 3),
            of([0, 1, 0, 1, 1, 0], 3, method="all"),
            edge=True,
            weight=4,
        ),
    ),
    hints=(
        "np.maximum.accumulate keeps the largest so far; run it over precision[::-1] and turn the result around.",
        "At a level r: the interpolated one at the first recall >= r. np.searchsorted(recall, levels) gives it; "
        "one place behind the end stands a 0.",
        'method "all": the widths are np.diff(recall, prepend=0), the heights the interpolated precision.',
    ),
)


@AVERAGE_PRECISION.wrong
def average_precision_not_interpolated(recall, precision, *, method="11point"):
    """You take the precision at the first recall that reaches the level; it is the best from there on."""
    best = np.append(precision, 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong
def average_precision_best_so_far(recall, precision, *, method="11point"):
    """You take the best precision at a *lower* recall; it is the best at that recall or a higher one."""
    best = np.append(np.maximum.accumulate(precision), 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong
def average_precision_strictly_above(recall, precision, *, method="11point"):
    """You want a recall *above* the level; one equal to it counts, so that the level 1 can be reached."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels, side="right")].mean()


@AVERAGE_PRECISION.wrong
def average_precision_no_level_zero(recall, precision, *, method="11point"):
    """The level 0 is missing: there are 11 levels from 0 to 1, or 101."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)[1:]
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong
def average_precision_no_level_one(recall, precision, *, method="11point"):
    """The level 1 is missing: np.arange(0, 1, 0.1) has ten numbers."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)[:-1]
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong
def average_precision_sum(recall, precision, *, method="11point"):
    """You add the levels up; it is their mean."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].sum()


@AVERAGE_PRECISION.wrong
def average_precision_at_ranks(recall, precision, *, method="11point"):
    """You take places in the list of detections; the levels are levels of recall."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.round(levels * max(len(recall) - 1, 0)).astype(int)].mean()


@AVERAGE_PRECISION.wrong
def average_precision_straight_lines(recall, precision, *, method="11point"):
    """You draw straight lines between the points; the interpolated precision is a staircase."""
    if recall.size == 0:
        return 0.0
    best = np.maximum.accumulate(precision[::-1])[::-1]
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best)
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return np.interp(levels, recall, best, right=best[-1] if recall[-1] == 1 else 0.0).mean()


@AVERAGE_PRECISION.wrong(case=NEVER)
def average_precision_last_for_ever(recall, precision, *, method="11point"):
    """At levels that the recall does not reach you go on with the last precision; it is 0 there."""
    if recall.size == 0:
        return 0.0
    best = np.maximum.accumulate(precision[::-1])[::-1]
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best)
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.minimum(np.searchsorted(recall, levels), len(best) - 1)].mean()


@AVERAGE_PRECISION.wrong(case=NEVER)
def average_precision_levels_left_out(recall, precision, *, method="11point"):
    """You leave levels that the recall does not reach out of the mean; they count 0."""
    if recall.size == 0:
        return 0.0
    best = np.maximum.accumulate(precision[::-1])[::-1]
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best)
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels[levels <= recall[-1]])].mean()


@AVERAGE_PRECISION.wrong(case="101 levels")
def average_precision_hundred_levels(recall, precision, *, method="11point"):
    """For "101point" you have 100 levels; from 0 to 1 in steps of 0.01 there are 101."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 100)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong(case="101 levels")
def average_precision_always_eleven(recall, precision, *, method="11point"):
    """You take 11 levels for "101point", too."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    return best[np.searchsorted(recall, np.linspace(0, 1, 11))].mean()


@AVERAGE_PRECISION.wrong(case="101 levels")
def average_precision_method_ignored(recall, precision, *, method="11point"):
    """You do not use `method`: you take 11 levels whatever it says."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    return best[np.searchsorted(recall, np.linspace(0, 1, 11))].mean()


@AVERAGE_PRECISION.wrong(case="the area")
def average_precision_area_not_interpolated(recall, precision, *, method="11point"):
    """For "all" you take the precision as it is; here, too, it is the best from there on."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * precision)
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong(case="the area")
def average_precision_area_from_the_first(recall, precision, *, method="11point"):
    """Your area begins at the first recall; it begins at 0, with r₀ = 0."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall) * best[1:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong(case="the area")
def average_precision_area_of_trapezia(recall, precision, *, method="11point"):
    """For "all" you draw straight lines between the points; the area is that of a staircase."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        left = np.append(precision[:1], precision[:-1])
        return np.sum(np.diff(recall, prepend=0) * (precision + left) / 2)
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong(case="the area")
def average_precision_area_is_a_mean(recall, precision, *, method="11point"):
    """For "all" you average over the detections; each is weighted by how far the recall rises."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return best[:-1].mean() if recall.size else 0.0
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong
def average_precision_area_by_default(recall, precision, *, method="all"):
    """Your default for `method` is not "11point"."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.wrong(case=NONE)
def average_precision_none_fails(recall, precision, *, method="11point"):
    """Without detections you read the last recall of an empty array, an error; every method gives 0 then."""
    best = np.append(np.maximum.accumulate(precision[::-1])[::-1], 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1]) * (recall[-1] >= 0)
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels[levels <= recall[-1]])].sum() / len(levels)


@AVERAGE_PRECISION.wrong(case="arguments unchanged")
def average_precision_in_place(recall, precision, *, method="11point"):
    """You smooth the argument itself; it belongs to the caller."""
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    best = np.append(precision, 0.0)
    if method == "all":
        return np.sum(np.diff(recall, prepend=0) * best[:-1])
    levels = np.linspace(0, 1, 11 if method == "11point" else 101)
    return best[np.searchsorted(recall, levels)].mean()


@AVERAGE_PRECISION.right
def average_precision_level_by_level(recall, precision, *, method="11point"):
    if method == "all":
        total, before = 0.0, 0.0
        for i, r in enumerate(recall):
            total += (r - before) * precision[i:].max()
            before = r
        return total
    heights = []
    for level in np.linspace(0, 1, 11 if method == "11point" else 101):
        there = precision[recall >= level]
        heights.append(there.max() if there.size else 0.0)
    return np.mean(heights)


@AVERAGE_PRECISION.right
def average_precision_by_masks(recall, precision, *, method="11point"):
    def interpolated(levels):
        reached = recall[None, :] >= levels[:, None]
        return np.max(np.where(reached, precision, 0.0), axis=1, initial=0.0)

    if method == "all":
        return np.sum(np.diff(np.append(0.0, recall)) * interpolated(recall))
    return interpolated(np.linspace(0, 1, {"11point": 11, "101point": 101}[method])).mean()


@AVERAGE_PRECISION.right
def average_precision_by_sentinels(recall, precision, *, method="11point"):
    r, p = np.concatenate([[0.0], recall, [2.0]]), np.concatenate([[0.0], precision, [0.0]])
    for i in range(len(p) - 2, -1, -1):
        p[i] = max(p[i], p[i + 1])
    if method == "all":
        return float(np.sum((r[1:-1] - r[:-2]) * p[1:-1]))
    n = 10 if method == "11point" else 100
    return sum(p[np.argmax(r >= i / n)] for i in range(n + 1)) / (n + 1)


@AVERAGE_PRECISION.right
def average_precision_from_behind(recall, precision, *, method="11point"):
    best, heights = 0.0, np.zeros(len(recall) + 1)
    for i in reversed(range(len(recall))):
        best = max(best, precision[i])
        heights[i] = best
    if method == "all":
        widths = recall - np.append(0.0, recall)[:-1]
        return widths @ heights[:-1]
    levels = np.arange(11) / 10 if method == "11point" else np.arange(101) / 100
    return heights[np.sum(recall[:, None] < levels, axis=0)].mean()
