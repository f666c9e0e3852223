"""The recall of boxes, averaged over how exactly they must fit."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import metrics

COCO = np.linspace(0.5, 0.95, 10)


def fits(good=4, poor=2, **given):
    """So many IoUs well above a half, and below it."""

    def draw(rng):
        ious = np.concatenate([rng.uniform(0.55, 0.98, good), rng.uniform(0.05, 0.45, poor)])
        return call(rng.permutation(ious), **given)

    return draw


def at(ious, thresholds, noise=0.02):
    """IoUs that waver a little, far from these thresholds."""

    def draw(rng):
        moved = np.array(ious, float) + noise * rng.uniform(-1, 1, len(ious))
        return call(rng.permutation(moved), iou_thresholds=np.array(thresholds, float))

    return draw


def exactly(ious, **given):
    return lambda rng: call(rng.permutation(np.array(ious, float)), **given)


def _allowed(rng):
    ious = rng.random(int(rng.integers(1, 12))) * (rng.random() < 0.9)
    ious = np.round(8 * ious) / 8 if rng.random() < 0.3 else ious
    t = one_of(rng, None, None, COCO, np.array([0.5]), np.array([0.25, 0.75]), rng.random(3))
    return call(ious) if t is None and rng.random() < 0.5 else call(ious, iou_thresholds=t)


SOME = "thresholds are given"
EXACT = "IoUs exactly at a threshold"

AVERAGE_RECALL = Exercise(
    function="average_recall",
    topics=("C12-18",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=metrics.average_recall,
    allowed=_allowed,
    large=lambda rng: call(rng.random(300), iou_thresholds=COCO),
    cases=(
        Case("all thresholds", fits(), example=call([0.875, 0.25, 0.625, 0.6875]), weight=2),
        Case(SOME, at([0.9, 0.84, 0.72, 0.64, 0.57, 0.3, 0.2], [0.5, 0.6, 0.68, 0.79, 0.87]), weight=2),
        Case(
            EXACT,
            exactly([0.75, 0.75, 0.5, 0.625, 0.25], iou_thresholds=np.array([0.5, 0.75])),
            edge=True,
            weight=2,
        ),
        in_turn(
            "one object, one threshold, none found, all perfect",
            fits(1, 0),
            fits(0, 1),
            fits(0, 4),
            exactly([1.0, 1.0, 1.0]),
            exactly([0.0, 0.0]),
            fits(2, 0, iou_thresholds=None),
            fits(2, 1, iou_thresholds=np.array([0.5])),
            fits(0, 3, iou_thresholds=COCO),
            at([0.7], [0.5, 0.8, 0.9]),
            at([0.7], [0.3]),
            at([0.7, 0.3, 0.2], [0.0, 0.25]),
            at([0.7, 0.3, 0.2], [0.0]),
            exactly([0.0, 0.0], iou_thresholds=np.array([0.25])),
            edge=True,
        ),
    ),
    hints=(
        "What an IoU exceeds one half by, or 0: np.maximum(ious - 0.5, 0).",
        "With thresholds: ious[:, None] >= iou_thresholds has shape (n, T); its mean is both means at once.",
    ),
)


@AVERAGE_RECALL.wrong
def average_recall_without_the_two(ious, *, iou_thresholds=None):
    """The factor 2 is missing: perfect boxes must have 1."""
    if iou_thresholds is None:
        return np.maximum(ious - 0.5, 0).mean()
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong
def average_recall_negative(ious, *, iou_thresholds=None):
    """Boxes with an IoU below one half pull your mean down; they add 0."""
    if iou_thresholds is None:
        return 2 * (ious - 0.5).mean()
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong
def average_recall_of_those_found(ious, *, iou_thresholds=None):
    """You average over the objects above one half only; those that are not found count, with 0."""
    if iou_thresholds is None:
        found = ious[ious > 0.5]
        return 2 * (found - 0.5).mean() if found.size else 0.0
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong
def average_recall_mean_iou(ious, *, iou_thresholds=None):
    """You return the mean IoU; only what exceeds one half counts."""
    if iou_thresholds is None:
        return ious.mean()
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong
def average_recall_at_one_half(ious, *, iou_thresholds=None):
    """You return the recall at one half only; it is averaged up to 1."""
    if iou_thresholds is None:
        return np.mean(ious >= 0.5)
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong
def average_recall_sum(ious, *, iou_thresholds=None):
    """You add the objects up; divide by their number."""
    if iou_thresholds is None:
        return 2 * np.maximum(ious - 0.5, 0).sum()
    return np.sum(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong
def average_recall_at_least_one_half(ious, *, iou_thresholds=None):
    """You raise small IoUs to one half and do not take it off; what counts is the part above one half."""
    if iou_thresholds is None:
        return 2 * np.maximum(ious, 0.5).mean() - 0.5
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong
def average_recall_ten_by_default(ious, *, iou_thresholds=None):
    """Without thresholds you take COCO's ten; all from 0.5 to 1 are meant, the formula."""
    if iou_thresholds is None:
        iou_thresholds = np.linspace(0.5, 0.95, 10)
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong(case=SOME)
def average_recall_thresholds_ignored(ious, *, iou_thresholds=None):
    """You do not use `iou_thresholds`: where they are given the mean is over these."""
    return 2 * np.maximum(ious - 0.5, 0).mean()


@AVERAGE_RECALL.wrong(case=SOME)
def average_recall_first_threshold(ious, *, iou_thresholds=None):
    """You take the first threshold only; the mean is over all of them."""
    if iou_thresholds is None:
        return 2 * np.maximum(ious - 0.5, 0).mean()
    return np.mean(ious >= iou_thresholds[0])


@AVERAGE_RECALL.wrong(case=SOME)
def average_recall_each_threshold(ious, *, iou_thresholds=None):
    """You return the recall at each threshold; their mean is asked."""
    if iou_thresholds is None:
        return 2 * np.maximum(ious - 0.5, 0).mean()
    return (ious[:, None] >= iou_thresholds).mean(axis=0)


@AVERAGE_RECALL.wrong(case=SOME)
def average_recall_above_the_thresholds(ious, *, iou_thresholds=None):
    """With thresholds you average what the IoUs exceed them by; the share of IoUs that reach each is meant."""
    if iou_thresholds is None:
        return 2 * np.maximum(ious - 0.5, 0).mean()
    return 2 * np.maximum(ious[:, None] - iou_thresholds, 0).mean()


@AVERAGE_RECALL.wrong(case=EXACT)
def average_recall_strictly(ious, *, iou_thresholds=None):
    """You want an IoU above the threshold; equal to it is enough."""
    if iou_thresholds is None:
        return 2 * np.maximum(ious - 0.5, 0).mean()
    return np.mean(ious[:, None] > iou_thresholds)


@AVERAGE_RECALL.wrong(case="arguments unchanged")
def average_recall_in_place(ious, *, iou_thresholds=None):
    """You subtract from the argument itself; it belongs to the caller."""
    if iou_thresholds is None:
        ious -= 0.5
        return 2 * np.maximum(ious, 0).mean()
    found = np.mean(ious[:, None] >= iou_thresholds)
    ious -= 0.5
    return found


@AVERAGE_RECALL.wrong
def average_recall_by_many_thresholds(ious, *, iou_thresholds=None):
    """You average over many thresholds, which comes near the integral; the formula on the right is exact."""
    if iou_thresholds is None:
        iou_thresholds = np.linspace(0.5, 1, 101)
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.wrong(case=SOME)
def average_recall_truth_of_an_array(ious, *, iou_thresholds=None):
    """`if` asks an array for one truth; ask whether it is None: `iou_thresholds is None`."""
    if not iou_thresholds:
        return 2 * np.maximum(ious - 0.5, 0).mean()
    return np.mean(ious[:, None] >= iou_thresholds)


@AVERAGE_RECALL.right
def average_recall_by_loop(ious, *, iou_thresholds=None):
    if iou_thresholds is None:
        return sum(2 * (iou - 0.5) for iou in ious if iou > 0.5) / len(ious)
    shares = [sum(iou >= t for iou in ious) / len(ious) for t in iou_thresholds]
    return sum(shares) / len(shares)


@AVERAGE_RECALL.right
def average_recall_by_clip(ious, *, iou_thresholds=None):
    if iou_thresholds is None:
        return np.mean((np.clip(ious, 0.5, 1) - 0.5) / 0.5)
    return (iou_thresholds <= ious.reshape(-1, 1)).sum() / (ious.size * iou_thresholds.size)


@AVERAGE_RECALL.right
def average_recall_by_integral(ious, *, iou_thresholds=None):
    ordered, n = np.sort(ious), len(ious)
    if iou_thresholds is not None:
        return np.mean((n - np.searchsorted(ordered, iou_thresholds)) / n)
    edges = np.append(0.5, np.maximum(ordered, 0.5))
    return 2 * np.sum(np.diff(edges) * np.arange(n, 0, -1) / n)


@AVERAGE_RECALL.right
def average_recall_by_where(ious, *, iou_thresholds=None):
    if iou_thresholds is None:
        return np.where(ious > 0.5, 2 * ious - 1, 0.0).sum() / ious.size
    return np.mean([(ious >= t).mean() for t in iou_thresholds])
