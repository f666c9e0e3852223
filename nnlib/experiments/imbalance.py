"""What to do when one class is rare: draw it more often, let it count more, or look at hard samples only."""

from typing import NamedTuple

import numpy as np

from nnlib._check import need
from nnlib.data import WeightedRandomSampler, class_sampling_probs
from nnlib.losses import cross_entropy_backward, focal_loss_backward
from nnlib.nn import linear

METHODS = ("none", "resample", "weight", "focal")


class Imbalance(NamedTuple):
    """How a classifier trained on unequal classes does on new samples drawn in the same shares.

    accuracy : of all samples;  recall (2,): of the common class and of the rare one;  balanced: their mean
    """

    accuracy: float
    recall: np.ndarray
    balanced: float


def imbalance(ratio, *, method="none", n=2000, distance=2.0, gamma=2.0, lr=1.0, steps=300, rng):
    """Train a linear classifier of two overlapping classes, one of them rare, with or without a remedy.

    Parameters
    ----------
    ratio : float, at least 1, samples of the common class for each of the rare one
    method : "none" (default); "resample", both classes drawn equally often; "weight", each sample weighted by one
        over the size of its class; "focal", the focal loss with those weights
    n : int, default 2000 samples to train on, and ten times as many new ones
    distance : float, default 2, between the two class means, in standard deviations
    gamma : float, default 2, of the focal loss
    lr, steps : float and int, default 1 and 300, of gradient descent on all samples at once
    rng : numpy.random.Generator

    Returns
    -------
    Imbalance

    Raises
    ------
    ValueError : method is unknown, or ratio is below 1

    Notes
    -----
    Normal classes with unit variance in two dimensions.  The classifier with the fewest errors gives almost
    everything to the common class; remedies move the boundary to the middle, where both are recalled alike: they
    buy recall of the rare class with accuracy.
    He & Garcia (2009), "Learning from imbalanced data", section 3; Lin et al. (2017), "Focal loss for dense object
    detection", section 3.

    Examples
    --------
    >>> plain, weighted = (imbalance(50, method=m, rng=np.random.default_rng(0)) for m in ("none", "weight"))
    >>> plain.accuracy > 0.97, bool(plain.recall[1] < 0.3)
    (True, True)
    >>> weighted.accuracy < plain.accuracy, bool(weighted.recall[1] > 0.7)
    (True, True)
    """
    need(method in METHODS, "imbalance", "method", repr(method), f"one of {', '.join(METHODS)}")
    need(ratio >= 1, "imbalance", "ratio", ratio, "at least 1")

    def draw(n):
        y = (np.arange(n) < max(round(n / (1 + ratio)), 1)).astype(int)
        return rng.normal(size=(n, 2)) + distance / 2 * np.where(y == 1, 1, -1)[:, None] * [1, 0], y

    X, y = draw(n)
    counts = np.bincount(y, minlength=2)
    if method == "resample":
        shares = class_sampling_probs(counts, q=0)
        drawn = list(WeightedRandomSampler((shares / counts)[y], n, rng=rng))
        X, y = X[drawn], y[drawn]

    def gradient(logits):
        if method == "weight":
            return cross_entropy_backward(1.0, logits, y, weight=n / (2 * counts))
        if method == "focal":
            return focal_loss_backward(1.0, logits, y, gamma=gamma, alpha=n / (2 * counts))
        return cross_entropy_backward(1.0, logits, y)

    weight, bias = np.zeros((2, 2)), np.zeros(2)
    for _ in range(steps):
        delta = gradient(linear(X, weight, bias))
        weight, bias = weight - lr * delta.T @ X, bias - lr * delta.sum(axis=0)

    X, y = draw(10 * n)
    right = linear(X, weight, bias).argmax(axis=1) == y
    recall = np.array([right[y == c].mean() for c in (0, 1)])
    return Imbalance(float(right.mean()), recall, float(recall.mean()))
