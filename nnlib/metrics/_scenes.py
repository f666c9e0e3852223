"""Detections and objects of many images in rows, matched, and as curves: the inside of mean_average_precision."""

from typing import NamedTuple

import numpy as np

from nnlib._check import need
from nnlib.metrics._boxes import as_boxes, as_scores, by_score
from nnlib.metrics._labels import KINDS, alike, as_labels


class Scenes(NamedTuple):
    """Detections sorted by class, image and score; objects by class and image; the pairs that might match.

    boxes (n, 4), scores (n,), label (n,), rank (n,): detections, their class as an index, their place in the image;
    gt_boxes (m, 4), gt_label (m,): objects; d, g, iou (k,): which detection, which object, how far they overlap.
    """

    boxes: np.ndarray
    scores: np.ndarray
    label: np.ndarray
    rank: np.ndarray
    gt_boxes: np.ndarray
    gt_label: np.ndarray
    d: np.ndarray
    g: np.ndarray
    iou: np.ndarray


def arranged(op, detections, ground_truths, max_detections):
    """Scenes of two lists of dicts, one dict an image; of each class the best max_detections of an image."""
    n_images = len(ground_truths)
    need(len(detections) == n_images, op, "detections", f"{len(detections)} images", f"of {n_images} images")
    boxes, labels, image, scores = _rows(op, "detections", detections)
    gt_boxes, gt_labels, gt_image, _ = _rows(op, "ground_truths", ground_truths)
    if labels.size and gt_labels.size:
        alike(op, "labels of detections", labels, gt_labels)
    classes = np.unique(gt_labels)
    known = np.isin(labels, classes)  # where nothing is to be found nothing is judged
    boxes, labels, image, scores = (a[known] for a in (boxes, labels, image, scores))
    label, gt_label = np.searchsorted(classes, labels), np.searchsorted(classes, gt_labels)

    group, gt_group = label * n_images + image, gt_label * n_images + gt_image
    order, gt_order = np.lexsort((-scores, group)), np.argsort(gt_group, kind="stable")
    rank = np.arange(len(order)) - np.searchsorted(group[order], group[order])
    order, rank = order[rank < max_detections], rank[rank < max_detections]
    group, gt_group = group[order], gt_group[gt_order]
    boxes, gt_boxes = boxes[order], gt_boxes[gt_order]

    first, behind = (np.searchsorted(gt_group, group, side) for side in ("left", "right"))
    objects = behind - first  # of that class in that image
    d = np.repeat(np.arange(len(group)), objects)
    g = np.arange(len(d)) - np.repeat(np.cumsum(objects) - objects - first, objects)
    iou = _iou_of_pairs(boxes[d], gt_boxes[g])
    return Scenes(boxes, scores[order], label[order], rank, gt_boxes, gt_label[gt_order], d, g, iou)


def match(d, g, n, m):
    """The object that each of n detections takes, or -1; the pairs (d, g) stand in order of preference."""
    of, free = [-1] * n, [True] * m
    for i, j in zip(d.tolist(), g.tolist()):
        if of[i] < 0 and free[j]:
            of[i], free[j] = j, False
    return np.array(of, dtype=np.int64)


def curves(scenes, thresholds, *, area=(0, np.inf), most=None):
    """For each class with objects in the range of areas a list, by threshold: (recall, precision) as scores fall."""
    boxes, scores, label, rank, gt_boxes, gt_label, d, g, iou = scenes
    outside, gt_outside = (_outside(b, area) for b in (boxes, gt_boxes))
    inside_taken = np.append(~gt_outside, False)  # the last for -1, no object
    preference = np.lexsort((-g, -iou, gt_outside[g], d))
    d, g, iou = d[preference], g[preference], iou[preference]
    few = np.ones(len(boxes), dtype=bool) if most is None else rank < most

    tp, counts = [], []
    for threshold in thresholds:
        fits = iou >= min(threshold, 1 - 1e-10)
        taken = match(d[fits], g[fits], len(boxes), len(gt_boxes))
        tp.append(inside_taken[taken])
        counts.append(few & np.where(taken >= 0, inside_taken[taken], ~outside))

    found, objects = [], np.bincount(gt_label[~gt_outside])
    for k in np.flatnonzero(objects):
        mine = slice(*np.searchsorted(label, (k, k + 1)))
        order = by_score(scores[mine])
        ranked = [(t[mine][order], c[mine][order]) for t, c in zip(tp, counts)]
        found.append([_curve(t[c], objects[k]) for t, c in ranked])
    return found


def _curve(hit, objects):
    tp = np.cumsum(hit)
    return tp / objects, tp / np.arange(1, len(tp) + 1)


def _outside(boxes, area):
    size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return (size < area[0]) | (size > area[1])


def _iou_of_pairs(a, b):
    """The IoU of each box with the one beside it; 0 for two empty ones."""
    wide, high = (np.minimum(a[:, i + 2], b[:, i + 2]) - np.maximum(a[:, i], b[:, i]) for i in (0, 1))
    both = np.maximum(wide, 0) * np.maximum(high, 0)
    size_a, size_b = ((x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1]) for x in (a, b))
    return np.divide(both, size_a + size_b - both, where=both > 0, out=np.zeros_like(both))


def _rows(op, argument, images):
    """(boxes, labels, image, scores) of all images, one below the other."""
    with_scores = argument == "detections"
    boxes, labels, scores = [np.zeros((0, 4))], [], [np.zeros(0)]
    for i, image in enumerate(images):
        lacking = {"boxes", "labels", *(["scores"] if with_scores else [])} - set(image)
        need(
            not lacking, op, f"{argument}[{i}]", f"no {sorted(lacking)}", "a dict of boxes, labels and scores"
        )
        boxes.append(as_boxes(op, f"{argument}[{i}]['boxes']", image["boxes"]).astype(np.float64))
        n = len(boxes[-1])
        name, given = f"{argument}[{i}]['labels']", np.shape(image["labels"])
        need(given == (n,), op, name, f"shape {given}", f"of shape ({n},)")
        if n:
            labels.append(as_labels(op, name, image["labels"]))
        scores.append(as_scores(op, image["scores"], n) if with_scores else np.zeros(n))
    image = np.repeat(np.arange(len(images)), [len(b) for b in boxes[1:]])
    kinds = sorted({KINDS[a.dtype.kind] for a in labels})
    need(len(kinds) < 2, op, argument, " and ".join(kinds), "of labels of one kind")
    labels = np.concatenate(labels) if labels else np.zeros(0, dtype=np.int64)
    return np.concatenate(boxes), labels, image, np.concatenate(scores)
