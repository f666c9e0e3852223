"""What a metric sees and what it does not: imbalance, and the number of boxes a detector may draw."""

from typing import NamedTuple

import numpy as np

from nnlib.experiments._pair import axes
from nnlib.metrics import (
    average_precision_score,
    match_detections,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)


class RocVsPr(NamedTuple):
    """One classifier on test sets of more and more negatives.

    ratio (k,): negatives to a positive;  auc (k,) and ap (k,);  chance (k,): the ap of guessing;
    roc and pr: for each ratio the curve, (fpr, tpr) and (recall, precision).
    """

    ratio: np.ndarray
    auc: np.ndarray
    ap: np.ndarray
    chance: np.ndarray
    roc: list
    pr: list

    def plot(self, ax=None):
        """Draw the curves, ROC on the left and precision-recall on the right; returns the two axes."""
        import matplotlib.pyplot as plt

        left, right = plt.subplots(1, 2, figsize=(9, 4))[1] if ax is None else ax
        for ratio, (fpr, tpr), (recall, precision) in zip(self.ratio, self.roc, self.pr):
            left.plot(fpr, tpr, label=f"1 : {ratio:g}")
            right.plot(recall, precision, label=f"1 : {ratio:g}")
        left.set(xlabel="false positive rate", ylabel="true positive rate", title="ROC")
        right.set(xlabel="recall", ylabel="precision", title="precision-recall", ylim=(0, 1.05))
        right.legend(title="positives : negatives")
        return left, right


def roc_vs_pr(imbalance_ratios=(1, 10, 100), *, positives=1000, separation=1.5, rng):
    """Judge one classifier on test sets with more and more negatives: the ROC curve stays, precision does not.

    Parameters
    ----------
    imbalance_ratios : sequence of positive numbers, default (1, 10, 100), negatives to a positive
    positives : int, default 1000 in each test set
    separation : float, default 1.5, between the means of the scores of the two classes, each of variance 1
    rng : numpy.random.Generator

    Returns
    -------
    RocVsPr

    Notes
    -----
    Both rates of the ROC curve are shares of one class, so they do not depend on how many there are of the other;
    the area is Phi(separation / sqrt(2)).  precision = TP / (TP + FP) falls as FP grows with the negatives.
    Fawcett (2006), "An introduction to ROC analysis", section 4.2; Saito & Rehmsmeier (2015), "The precision-recall
    plot is more informative than the ROC plot when evaluating binary classifiers on imbalanced datasets".

    Examples
    --------
    >>> run = roc_vs_pr(rng=np.random.default_rng(0))
    >>> run.auc.round(2), run.ap.round(1)
    (array([0.85, 0.85, 0.85]), array([0.8, 0.4, 0.1]))
    """
    runs = []
    for ratio in imbalance_ratios:
        y = np.repeat([1, 0], [positives, round(ratio * positives)])
        score = rng.normal(size=y.size) + separation * y
        fpr, tpr, _ = roc_curve(y, score)
        precision, recall, _ = precision_recall_curve(y, score)
        area, ap = roc_auc_score(y, score), average_precision_score(y, score)
        runs.append((area, ap, y.mean(), (fpr, tpr), (recall, precision)))
    area, ap, chance, roc, pr = zip(*runs)
    return RocVsPr(np.asarray(imbalance_ratios), *map(np.array, (area, ap, chance)), list(roc), list(pr))


def made_up_detections(images=100, *, classes=5, objects=7, false=5, jitter=0.1, quality=2.0, size=400, rng):
    """Objects in images and what an imagined detector finds there.

    Parameters
    ----------
    images, classes : int, default 100 images of objects of 5 classes, labelled 0 to 4
    objects, false : float, default 7 objects and 5 boxes around nothing an image, on average
    jitter : float, default 0.1, how far a box is off, in sides of the object
    quality : float, default 2, between the mean scores of boxes around something and around nothing
    size : float, default 400, pixels a side of an image
    rng : numpy.random.Generator

    Returns
    -------
    (detections, ground_truths) : lists of dicts, as for nnlib.metrics.mean_average_precision

    Notes
    -----
    Sides are spread evenly by logarithm between 8 pixels and half the image.  Nine objects of ten are found, a fifth
    of those twice; the class is a guess for one box in twenty.  The mistakes are those that Hoiem et al. (2012),
    "Diagnosing error in object detectors", tell apart: poor fit, duplicates, other classes, background.

    Examples
    --------
    >>> detections, truths = made_up_detections(3, rng=np.random.default_rng(0))
    >>> sorted(detections[0]), sorted(truths[0]), truths[0]["boxes"].shape[1]
    (['boxes', 'labels', 'scores'], ['boxes', 'labels'], 4)
    """

    def boxes(n):
        sides = 8 * (size / 16) ** rng.random((n, 2))
        corner = rng.random((n, 2)) * (size - sides)
        return np.concatenate([corner, corner + sides], axis=1)

    detections, truths = [], []
    for _ in range(images):
        gt = boxes(rng.poisson(objects))
        labels = rng.integers(classes, size=len(gt))
        times = np.where(rng.random(len(gt)) < 0.9, 1 + (rng.random(len(gt)) < 0.2), 0)
        of = np.repeat(np.arange(len(gt)), times)
        sides = np.tile(gt[of, 2:] - gt[of, :2], 2)
        found = gt[of] + jitter * sides * rng.normal(size=sides.shape) * rng.random((len(of), 1))
        found = np.concatenate(
            [np.minimum(found[:, :2], found[:, 2:]), np.maximum(found[:, :2], found[:, 2:])], 1
        )
        nothing = boxes(rng.poisson(false))
        guess = np.concatenate([labels[of], rng.integers(classes, size=len(nothing))])
        wrong = rng.random(len(guess)) < 0.05
        guess[wrong] = rng.integers(classes, size=wrong.sum())
        scores = rng.normal(size=len(guess)) + quality * (np.arange(len(guess)) < len(of))
        detections.append(
            {"boxes": np.concatenate([found, nothing]), "scores": 1 / (1 + np.exp(-scores)), "labels": guess}
        )
        truths.append({"boxes": gt, "labels": labels})
    return detections, truths


class MoreBoxes(NamedTuple):
    """What a detector finds as it may draw more boxes an image: boxes (k,), recall (k,), precision (k,)."""

    boxes: np.ndarray
    recall: np.ndarray
    precision: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw recall (solid) and precision (dashed) over the number of boxes; returns the axes."""
        ax = axes(ax)
        (line,) = ax.plot(self.boxes, self.recall, "-", label=f"{label or ''} recall".strip())
        ax.plot(
            self.boxes, self.precision, "--", color=line.get_color(), label=f"{label or ''} precision".strip()
        )
        ax.set(xlabel="boxes an image, at most", ylim=(0, 1.05))
        ax.legend()
        return ax


def more_boxes(detections, ground_truths, *, boxes=(1, 2, 4, 8, 16), iou_threshold=0.5):
    """Let a detector draw more and more boxes an image, best scores first: recall grows, precision should hold.

    Parameters
    ----------
    detections, ground_truths : lists of dicts, as for nnlib.metrics.mean_average_precision; classes are ignored
    boxes : sequence of int, default (1, 2, 4, 8, 16), the most boxes an image
    iou_threshold : float, default 0.5

    Returns
    -------
    MoreBoxes

    Notes
    -----
    recall = TP / objects, precision = TP / boxes drawn, over all images.  Matching goes from the best score down, so
    a further box never undoes a match: recall cannot fall.  A good detector's precision falls slowly while there are
    objects to be found, and fast then, as there is nothing left to be right about.
    Hosang et al. (2016), "What makes for effective detection proposals?", section 5.

    Examples
    --------
    >>> run = more_boxes(*made_up_detections(rng=np.random.default_rng(0)))
    >>> run.recall.round(1), run.precision.round(1)
    (array([0.1, 0.3, 0.5, 0.8, 0.9]), array([1. , 1. , 0.9, 0.7, 0.5]))
    """
    objects, tp, drawn = 0, np.zeros(len(boxes)), np.zeros(len(boxes))
    for found, truth in zip(detections, ground_truths):
        scores = np.asarray(found["scores"])
        hit, _, n = match_detections(found["boxes"], scores, truth["boxes"], iou_threshold=iou_threshold)
        hit = hit[np.argsort(-scores, kind="stable")]
        objects += n
        tp += [hit[:k].sum() for k in boxes]
        drawn += [hit[:k].size for k in boxes]
    return MoreBoxes(np.asarray(boxes), tp / objects, tp / drawn)
