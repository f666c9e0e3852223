"""How far boxes and masks overlap, and which of many overlapping boxes stay."""

import numpy as np

from nnlib.metrics._boxes import as_boxes, as_scores, by_score, two_masks

CELLS = 1 << 15  # pairs of boxes whose areas stay in the cache


def box_iou(boxes1, boxes2):
    """Intersection over union of each box of one set with each of another.

    Parameters
    ----------
    boxes1, boxes2 : arrays, shapes (n, 4) and (m, 4), each row (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2

    Returns
    -------
    array, shape (n, m), from 0 to 1; nan where both boxes are empty

    Raises
    ------
    ValueError : a shape is not as above, or a box is inside out (width and height instead of x2, y2?) or nan

    Notes
    -----
    area(A n B) / area(A u B), the union being area(A) + area(B) - area(A n B).  Boxes that only touch have 0.
    Everingham et al. (2010), "The PASCAL visual object classes (VOC) challenge", eq. (3).

    Examples
    --------
    >>> box_iou([[0, 0, 2, 2]], [[1, 1, 3, 3], [0, 0, 2, 1], [2, 0, 4, 2]]).round(4)
    array([[0.1429, 0.5   , 0.    ]])
    """
    boxes1, boxes2 = _two_sets("box_iou", boxes1, boxes2)
    return _in_blocks(_iou, boxes1, boxes2)


def _iou(boxes1, boxes2):
    intersection, union = _intersection_and_union(boxes1, boxes2)
    return np.divide(intersection, union, out=intersection)


def generalized_box_iou(boxes1, boxes2):
    """IoU less the share of the smallest box around both that belongs to neither: boxes far apart count less.

    Parameters
    ----------
    boxes1, boxes2 : arrays, shapes (n, 4) and (m, 4), each row (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2

    Returns
    -------
    array, shape (n, m), from -1 to 1; nan where both boxes are empty

    Raises
    ------
    ValueError : as box_iou

    Notes
    -----
    IoU - (area(C) - area(A u B)) / area(C), C the smallest box that holds A and B.  IoU is 0 for all boxes apart,
    this goes on to tell how far.
    Rezatofighi et al. (2019), "Generalized intersection over union", algorithm 1.

    Examples
    --------
    >>> generalized_box_iou([[0, 0, 1, 1]], [[0, 0, 1, 1], [1, 0, 2, 1], [3, 0, 4, 1]])
    array([[ 1. ,  0. , -0.5]])
    """
    boxes1, boxes2 = _two_sets("generalized_box_iou", boxes1, boxes2)
    return _in_blocks(_giou, boxes1, boxes2)


def _giou(boxes1, boxes2):
    intersection, union = _intersection_and_union(boxes1, boxes2)
    (low1, high1, _), (low2, high2, _) = _planes(boxes1, boxes2)
    width, height = np.maximum(high1, high2) - np.minimum(low1, low2)
    hull = width * height
    return intersection / union - (hull - union) / hull


def _intersection_and_union(boxes1, boxes2):
    (low1, high1, area1), (low2, high2, area2) = _planes(boxes1, boxes2)
    sides = np.minimum(high1, high2)
    sides -= np.maximum(low1, low2)
    np.maximum(sides, 0, out=sides)
    intersection = sides[0] * sides[1]
    union = area1 + area2
    union -= intersection
    return intersection, union


def _planes(boxes1, boxes2):
    """Lower corners, upper corners (a plane for x, one for y) and areas: of one set in columns, the other in rows."""
    for boxes in (boxes1.T[:, :, None], boxes2.T[:, None, :]):
        low, high = boxes[:2], boxes[2:]
        width, height = high - low
        yield low, high, width * height


def _in_blocks(f, boxes1, boxes2):
    """f(boxes1, boxes2), some rows at a time, which is faster than all pairs at once."""
    n, m = len(boxes1), len(boxes2)
    rows = max(1, CELLS // max(m, 1))
    boxes2 = np.asfortranarray(boxes2)  # each coordinate a row of its own
    with np.errstate(invalid="ignore"):  # 0 / 0 for two empty boxes is nan
        if rows >= n:
            return f(boxes1, boxes2)
        out = np.empty((n, m), dtype=boxes1.dtype)
        for start in range(0, n, rows):
            out[start : start + rows] = f(boxes1[start : start + rows], boxes2)
        return out


def _two_sets(op, boxes1, boxes2):
    boxes1 = as_boxes(op, "boxes1", boxes1)
    return boxes1, as_boxes(op, "boxes2", boxes2).astype(boxes1.dtype, copy=False)


def mask_iou(a, b, *, zero_division=0.0):
    """Intersection over union of two masks.

    Parameters
    ----------
    a, b : arrays of bool, or of 0 and 1, of one shape, such as (height, width)
    zero_division : number, default 0, the answer for two empty masks

    Returns
    -------
    number from 0 to 1

    Raises
    ------
    ValueError : the shapes differ, or another value than 0 and 1 is there

    Notes
    -----
    |A n B| / |A u B|, the Jaccard index.  D / (2 - D) for the Dice coefficient D.
    Jaccard (1912), "The distribution of the flora in the alpine zone".

    Examples
    --------
    >>> mask_iou([[1, 1], [0, 0]], [[0, 1], [0, 1]]).round(4)
    np.float64(0.3333)
    """
    a, b = two_masks("mask_iou", a, b)
    union = np.count_nonzero(a | b)
    return np.float64(np.count_nonzero(a & b) / union if union else zero_division)


def nms(boxes, scores, iou_threshold):
    """Keep the best boxes and drop those that overlap a better one: non-maximum suppression.

    Parameters
    ----------
    boxes : array, shape (n, 4), each row (x1, y1, x2, y2) with x1 <= x2 and y1 <= y2
    scores : array, shape (n,)
    iou_threshold : float; a box goes where its IoU with one that stays is above it

    Returns
    -------
    array of int, shape (k,): which boxes stay, from the highest score down

    Raises
    ------
    ValueError : a shape is not as above, a box is inside out or nan, or a score is nan

    Notes
    -----
    Take the box with the highest score, drop all that overlap it by more than the threshold, and repeat with what is
    left.  Of equal scores the first comes first.  Only boxes that stay drop others.
    Girshick et al. (2014), "Rich feature hierarchies for accurate object detection", section 2.2.

    Examples
    --------
    >>> nms([[0, 0, 10, 10], [1, 0, 10, 10], [20, 0, 30, 10]], [0.6, 0.9, 0.7], 0.5)
    array([1, 2])
    """
    boxes = as_boxes("nms", "boxes", boxes)
    scores = as_scores("nms", scores, len(boxes))
    left, keep = by_score(scores), []
    while left.size:
        best, left = left[0], left[1:]
        keep.append(best)
        with np.errstate(invalid="ignore"):
            overlaps = _iou(boxes[best : best + 1], boxes[left])[0] > iou_threshold
        left = left[~overlaps]
    return np.array(keep, dtype=np.int64)
