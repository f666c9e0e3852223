"""Rows for nnlib.metrics: what takes floats. Metrics of labels, rankings and detections: test_metrics_*.py."""

from itertools import pairwise

import numpy as np

from nnlib import metrics as M
from tests.nnlib.spec import Case, Edge

CHAPTERS = ("12",)
NO_GRADIENT = (M.auc, M.average_precision, M.average_recall, M.box_iou, M.generalized_box_iou)
ELSEWHERE = (
    M.CocoSummary,
    M.accuracy_score,
    M.auc_by_pairs,
    M.average_precision_score,
    M.coco_summary,
    M.confusion_matrix,
    M.dice_coefficient,
    M.f1_of_macro_averages,
    M.f1_score,
    M.false_positive_rate,
    M.fbeta_score,
    M.mask_iou,
    M.match_detections,
    M.mean_average_precision,
    M.nms,
    M.perplexity,
    M.precision_recall_curve,
    M.precision_score,
    M.recall_score,
    M.roc_auc_score,
    M.roc_curve,
    M.top_k_accuracy_score,
)
# Areas of nothing are refused; no boxes give no rows.
EMPTY_IN_EDGES = (M.average_recall,)


def curve(rng):
    n = rng.integers(2, 9)
    return np.sort(rng.uniform(0.1, 1, size=n)), rng.normal(size=n)


def falling_curve(rng):
    x, y = curve(rng)
    return x[::-1], y


def trapezoids(x, y):
    return sum(abs(x[i + 1] - x[i]) * (y[i] + y[i + 1]) / 2 for i in range(len(x) - 1))


def ranking(rng):
    """Recall and precision after each detection, recall with steps of 0; never 0 at first."""
    hit = rng.random(rng.integers(1, 30)) < 0.6
    hit[0] = True
    tp = np.cumsum(hit)
    return tp / (tp[-1] + rng.integers(3)), tp / np.arange(1, len(tp) + 1)


def best_from(recall, precision, r):
    return max([p for at, p in zip(recall, precision) if at >= r], default=0.0)


def over_levels(n):
    def mean(recall, precision, *, method):
        return sum(best_from(recall, precision, i / n) for i in range(n + 1)) / (n + 1)

    return mean


def over_cocos_levels(recall, precision, *, method):
    return sum(best_from(recall, precision, r) for r in np.linspace(0.0, 1.0, 101)) / 101


def under_the_steps(recall, precision, *, method):
    area, before = 0.0, 0.0
    for r in recall:
        area, before = area + (r - before) * best_from(recall, precision, r), r
    return area


def two_sets(rng):
    """Boxes with whole coordinates half of the time, so that some touch, contain each other or are the same."""
    corners = rng.uniform(1, 9, size=(2, rng.integers(1, 6), 2, 2))
    corners = np.floor(corners) if rng.random() < 0.5 else corners
    low, high = corners.min(axis=2), corners.max(axis=2) + 0.5
    return tuple(np.concatenate([low, high], axis=2))


def inside(a, b):
    """Widths and heights of what two boxes share and of the box around them, then areas."""
    share = [max(0.0, min(a[i + 2], b[i + 2]) - max(a[i], b[i])) for i in (0, 1)]
    around = [max(a[i + 2], b[i + 2]) - min(a[i], b[i]) for i in (0, 1)]
    areas = [(x[2] - x[0]) * (x[3] - x[1]) for x in (a, b)]
    shared = share[0] * share[1]
    return shared, sum(areas) - shared, around[0] * around[1]


def iou(boxes1, boxes2):
    parts = [[inside(a, b) for b in boxes2] for a in boxes1]
    return np.array([[shared / union for shared, union, _ in row] for row in parts])


def giou(boxes1, boxes2):
    parts = [[inside(a, b) for b in boxes2] for a in boxes1]
    return np.array(
        [[shared / union - (hull - union) / hull for shared, union, hull in row] for row in parts]
    )


def overlaps(rng):
    return (rng.uniform(0.01, 1, size=rng.integers(1, 20)),)


def twice_the_integral(ious):
    """Recall(u) is a staircase: between neighbouring IoUs it does not change."""
    steps = np.unique(np.concatenate([[0.5, 1.0], ious[ious > 0.5]]))
    return 2 * sum((b - a) * np.mean(ious >= b) for a, b in pairwise(steps))


def mean_recall(ious, *, iou_thresholds):
    return np.mean([np.mean([x >= t for x in ious]) for t in iou_thresholds])


COCO = tuple(np.linspace(0.5, 0.95, 10))
CASES = (
    Case(M.auc, curve, wrt=(), want=trapezoids, nan="refused"),
    Case(M.auc, falling_curve, wrt=(), want=trapezoids, nan="refused"),
    Case(M.average_precision, ranking, {"method": "11point"}, wrt=(), want=over_levels(10), nan="refused"),
    Case(M.average_precision, ranking, {"method": "101point"}, wrt=(), want=over_cocos_levels, nan="refused"),
    Case(M.average_precision, ranking, {"method": "all"}, wrt=(), want=under_the_steps, nan="refused"),
    Case(M.average_recall, overlaps, wrt=(), want=twice_the_integral, nan="refused"),
    Case(M.average_recall, overlaps, {"iou_thresholds": COCO}, wrt=(), want=mean_recall, nan="refused"),
    Case(M.box_iou, two_sets, wrt=(), want=iou, nan="refused"),
    Case(M.generalized_box_iou, two_sets, wrt=(), want=giou, nan="refused"),
)

UNIT = [0.0, 0.0, 1.0, 1.0]
EDGES = (
    Edge(M.auc, ([0.0, 1.0], [0.0, 1.0]), 0.5),
    Edge(M.auc, ([1.0, 1.0], [0.0, 7.0]), 0.0),
    Edge(M.auc, ([0.0, 1.0], [np.nan, 1.0]), np.nan),
    Edge(M.average_precision, ([], []), 0.0),
    Edge(M.average_precision, ([], []), 0.0, {"method": "all"}),
    Edge(M.average_precision, ([1.0], [1.0]), 1.0, {"method": "101point"}),
    Edge(M.average_precision, ([0.0, 0.0], [0.0, 0.0]), 0.0),
    Edge(M.average_precision, ([0.5], [1.0]), 6 / 11),
    Edge(M.average_precision, ([0.5], [1.0]), 51 / 101, {"method": "101point"}),
    Edge(M.average_precision, ([0.5], [1.0]), 0.5, {"method": "all"}),
    Edge(
        M.average_precision, ([0.3], [1.0]), 4 / 11
    ),  # 3 / 10 is the level 0.3, whatever binary fractions say
    Edge(M.average_precision, ([0.6], [1.0]), 7 / 11),
    Edge(M.average_precision, ([0.7], [1.0]), 8 / 11),
    Edge(M.average_recall, ([0.5],), 0.0),
    Edge(M.average_recall, ([1.0],), 1.0),
    Edge(M.average_recall, ([0.0, 1.0],), 0.5),
    Edge(M.average_recall, ([0.5, 0.49],), 0.5, {"iou_thresholds": 0.5}),
    Edge(M.box_iou, ([UNIT], [UNIT]), [[1.0]]),
    Edge(M.box_iou, ([UNIT], [[1.0, 0.0, 2.0, 1.0], [1.0, 1.0, 2.0, 2.0]]), [[0.0, 0.0]]),  # touching
    Edge(M.box_iou, ([UNIT], [[5.0, 5.0, 6.0, 6.0]]), [[0.0]]),
    Edge(M.box_iou, ([UNIT], [[0.5, 0.5, 0.5, 0.5]]), [[0.0]]),  # a point
    Edge(M.box_iou, ([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0, 1.0]]), [[np.nan]]),
    Edge(M.box_iou, ([], [UNIT]), np.zeros((0, 1))),
    Edge(M.box_iou, ([UNIT], np.zeros((0, 4))), np.zeros((1, 0))),
    Edge(M.box_iou, ([], []), np.zeros((0, 0))),
    Edge(M.box_iou, ([[-3.0, -2.0, -1.0, 0.0]], [[-2.0, -1.0, 0.0, 1.0]]), [[1 / 7]]),
    Edge(M.generalized_box_iou, ([UNIT], [UNIT]), [[1.0]]),
    Edge(M.generalized_box_iou, ([UNIT], [[1.0, 0.0, 2.0, 1.0]]), [[0.0]]),
    Edge(M.generalized_box_iou, ([UNIT], [[9.0, 0.0, 10.0, 1.0]]), [[-0.8]]),
    Edge(M.generalized_box_iou, ([], [UNIT]), np.zeros((0, 1))),
    Edge(M.generalized_box_iou, ([[1.0, 1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0, 1.0]]), [[np.nan]]),
)
