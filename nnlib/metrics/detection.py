"""How good is a detector: which boxes count as found, and how precision and recall sum up over classes and images."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.metrics._boxes import as_boxes, as_scores, by_score
from nnlib.metrics._scenes import arranged, curves, match
from nnlib.metrics.areas import METHODS, average_precision
from nnlib.metrics.boxes import box_iou

THRESHOLDS = np.linspace(0.5, 0.95, 10)  # of COCO
SMALL, LARGE = 32**2, 96**2  # pixels


def match_detections(pred_boxes, scores, gt_boxes, *, iou_threshold=0.5):
    """Which detections in an image are right: each object is found at most once, by the best score first.

    Parameters
    ----------
    pred_boxes : array, shape (n, 4), the detections, each row (x1, y1, x2, y2)
    scores : array, shape (n,)
    gt_boxes : array, shape (m, 4), the objects that are there
    iou_threshold : float, default 0.5

    Returns
    -------
    (tp, fp, n_gt) : arrays of bool, shape (n,), in the order of pred_boxes, and the number m

    Raises
    ------
    ValueError : a shape is not as above, a box is inside out or nan, or a score is nan

    Notes
    -----
    From the highest score down, a detection takes the object that it overlaps most among those not yet taken, if
    their IoU is at least the threshold; else it is a false positive, as is every further detection of one object.
    The m - sum(tp) objects that nobody took are false negatives.  True negatives cannot be counted: an image has no
    number of boxes that are not there.  Of equal scores the first comes first, of equal overlaps the last object.
    VOC's own code looks at the object with the largest overlap only, taken or not.
    Everingham et al. (2010), "The PASCAL visual object classes (VOC) challenge", section 4.2; COCO's evaluation
    code for the order.

    Examples
    --------
    >>> boxes = [[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60]]
    >>> tp, fp, n_gt = match_detections(boxes, [0.6, 0.9, 0.8], [[0, 0, 10, 10], [20, 20, 30, 30]])
    >>> tp, fp, n_gt
    (array([False,  True, False]), array([ True, False,  True]), 2)
    """
    op = "match_detections"
    pred, gt = as_boxes(op, "pred_boxes", pred_boxes), as_boxes(op, "gt_boxes", gt_boxes)
    order = by_score(as_scores(op, scores, len(pred)))
    iou = box_iou(pred[order], gt)
    d, g = np.nonzero(iou >= min(iou_threshold, 1 - 1e-10))
    best_first = np.lexsort((-g, -iou[d, g], d))
    tp = np.zeros(len(pred), dtype=bool)
    tp[order] = match(d[best_first], g[best_first], len(pred), len(gt)) >= 0
    return tp, ~tp, len(gt)


def average_recall(ious, *, iou_thresholds=None):
    """The share of objects found, averaged over how exactly a box must fit.

    Parameters
    ----------
    ious : array, shape (n,), n >= 1, for each object the IoU with the detection that fits it best, 0 if none
    iou_thresholds : array of floats to average over, such as COCO's 0.5, 0.55, ..., 0.95; None (default) for all
        from 0.5 to 1

    Returns
    -------
    number from 0 to 1

    Raises
    ------
    ValueError : ious is not as above, or outside [0, 1]

    Notes
    -----
    2 integral of recall(u) du from 0.5 to 1 = 2 / n sum max(IoU_i - 0.5, 0), with recall(u) the share of objects
    with IoU >= u.
    Hosang et al. (2016), "What makes for effective detection proposals?", section 5.1.

    Examples
    --------
    >>> average_recall([0.9, 0.7, 0.3]).round(4)
    np.float64(0.4)
    >>> average_recall([0.9, 0.7, 0.3], iou_thresholds=[0.5, 0.75]).round(4)
    np.float64(0.5)
    """
    op, ious = "average_recall", as_float(ious)
    need(ious.ndim == 1 and ious.size > 0, op, "ious", f"shape {ious.shape}", "of shape (n,), n >= 1")
    fine = ((ious >= 0) & (ious <= 1)).all()
    need(fine, op, "ious", "nan" if np.isnan(ious).any() else ious, "from 0 to 1")
    if iou_thresholds is None:
        found = 2 * np.maximum(ious - ious.dtype.type(0.5), 0)
    else:
        found = ious >= np.reshape(iou_thresholds, (-1, 1))
    return ious.dtype.type(found.mean(dtype=np.float64))


def mean_average_precision(
    detections, ground_truths, *, iou_thresholds=None, method="101point", max_detections=100
):
    """The average precision of a detector, averaged over classes and over how exactly a box must fit.

    Parameters
    ----------
    detections : list of dicts, one an image: "boxes" (n, 4) as (x1, y1, x2, y2), "scores" (n,) and "labels" (n,)
    ground_truths : list of dicts for the same images: "boxes" (m, 4) and "labels" (m,)
    iou_thresholds : array of floats; None (default) for COCO's 0.5, 0.55, ..., 0.95; [0.5] gives AP@50
    method : "101point" (default), "11point" or "all", as for average_precision
    max_detections : int, default 100, how many of a class count in an image, by score

    Returns
    -------
    number; nan where nothing is there to be found

    Raises
    ------
    ValueError : the lists differ in length, an entry is not as above, or method is none of the three

    Notes
    -----
    For each class and threshold the detections of all images, matched as by match_detections, are ranked by score;
    recall = TP / objects and precision = TP / (TP + FP) after each give the average precision.  A class without
    objects is left out; one that is never detected counts 0.  Crowds and objects marked difficult are not known.
    Lin et al. (2014), "Microsoft COCO", and its evaluation code.

    Examples
    --------
    >>> truth = [{"boxes": [[0, 0, 10, 10], [20, 0, 30, 10]], "labels": ["cat", "dog"]}]
    >>> found = [{"boxes": [[0, 0, 10, 10], [20, 0, 30, 8]], "scores": [0.9, 0.8], "labels": ["cat", "dog"]}]
    >>> float(mean_average_precision(found, truth)), float(mean_average_precision(found, truth, iou_thresholds=[0.5]))
    (0.85, 1.0)
    """
    op = "mean_average_precision"
    need(method in METHODS, op, "method", repr(method), f"one of {METHODS}")
    scene = arranged(op, detections, ground_truths, max_detections)
    thresholds = THRESHOLDS if iou_thresholds is None else np.atleast_1d(iou_thresholds)
    return _mean(
        curves(scene, thresholds),
        lambda recall, precision: average_precision(recall, precision, method=method),
    )


class CocoSummary(NamedTuple):
    """COCO's twelve numbers; nan for those with nothing to be found.

    ap, ap_50, ap_75: average precision over the thresholds 0.5 ... 0.95, at 0.5 and at 0.75;
    ap_small, ap_medium, ap_large: for objects up to 32^2 pixels, between, and from 96^2 on;
    ar_1, ar_10, ar_100: recall averaged over the thresholds, with so many detections of a class an image;
    ar_small, ar_medium, ar_large: the same with 100, by size.
    """

    ap: float
    ap_50: float
    ap_75: float
    ap_small: float
    ap_medium: float
    ap_large: float
    ar_1: float
    ar_10: float
    ar_100: float
    ar_small: float
    ar_medium: float
    ar_large: float


def coco_summary(detections, ground_truths):
    """COCO's table for a detector: average precision and recall, by exactness, by size, by number of detections.

    Parameters
    ----------
    detections, ground_truths : lists of dicts, as for mean_average_precision

    Returns
    -------
    CocoSummary, twelve numbers

    Raises
    ------
    ValueError : as mean_average_precision

    Notes
    -----
    For a range of sizes, objects outside it are neither to be found nor wrong to find: a detection may take one if
    no object inside fits, and then does not count; nor does a detection outside that takes nothing.  Sizes are areas
    of boxes; COCO's own files also have areas of outlines.
    Lin et al. (2014), "Microsoft COCO", and its evaluation code.

    Examples
    --------
    >>> truth = [{"boxes": [[0, 0, 10, 10], [20, 0, 120, 100]], "labels": [1, 1]}]
    >>> found = [{"boxes": [[0, 0, 10, 10], [20, 0, 120, 80]], "scores": [0.9, 0.8], "labels": [1, 1]}]
    >>> summary = coco_summary(found, truth)
    >>> [float(x.round(3)) for x in (summary.ap, summary.ap_small, summary.ap_large, summary.ar_1, summary.ar_100)]
    [0.851, 1.0, 0.7, 0.5, 0.85]
    """
    scene = arranged("coco_summary", detections, ground_truths, 100)
    everything = curves(scene, THRESHOLDS)
    sizes = [curves(scene, THRESHOLDS, area=a) for a in ((0, SMALL), (SMALL, LARGE), (LARGE, np.inf))]
    fewer = [curves(scene, THRESHOLDS, most=k) for k in (1, 10)]
    at = [[of_class[t : t + 1] for of_class in everything] for t in (0, 5)]
    by_precision, by_recall = (everything, *at, *sizes), (*fewer, everything, *sizes)
    return CocoSummary(
        *(_mean(some, lambda r, p: average_precision(r, p, method="101point")) for some in by_precision),
        *(_mean(some, lambda r, p: r[-1] if r.size else 0.0) for some in by_recall),
    )


def _mean(curves, score):
    """The mean of score(recall, precision) over classes and thresholds."""
    values = [score(*curve) for of_class in curves for curve in of_class]
    return np.mean(values, dtype=np.float64) if values else np.float64(np.nan)
