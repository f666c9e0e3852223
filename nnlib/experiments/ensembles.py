"""What lies around a minimum, and what is lost by thinking on: sharpness, overthinking."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.experiments._pair import axes


class Sharpness(NamedTuple):
    """loss: at the minimum;  mean, worst: how much it rises around it, over the random neighbours."""

    loss: float
    mean: float
    worst: float


def flat_sharp(loss, params, *, radius, samples=100, relative=True, rng):
    """Measure how sharp a minimum is: how far the loss rises when all weights change a little.

    Parameters
    ----------
    loss : function of a list of arrays, the parameters, that gives a number
    params : sequence of arrays, the minimum
    radius : float, how far a weight may move
    samples : int, default 100 random neighbours
    relative : bool, default True: the weight w moves by up to radius (|w| + 1); False: by up to radius
    rng : numpy.random.Generator

    Returns
    -------
    Sharpness

    Raises
    ------
    ValueError : radius is negative, or samples is not positive

    Notes
    -----
    Uniform in a box.  For a quadratic loss with the Hessian H, and relative=False, the mean rise is
    radius^2 tr(H) / 6.  Two minima of equal loss can differ in it; where the loss on new data is the training loss a
    little displaced, the flat one is the safer.  Rescaled units change the number without changing the function
    (Dinh et al., 2017), so compare like with like.
    Keskar et al. (2017), "On large-batch training for deep learning", metric 2.1, with random neighbours for the
    worst one.

    Examples
    --------
    >>> flat, sharp = (flat_sharp(lambda p, c=c: c * (p[0] ** 2).sum(), [np.zeros(3)], radius=0.1,
    ...     rng=np.random.default_rng(0)) for c in (1.0, 100.0))
    >>> round(sharp.mean / flat.mean), flat.worst <= 0.03
    (100, True)
    """
    need(radius >= 0, "flat_sharp", "radius", radius, "at least 0")
    need(samples > 0, "flat_sharp", "samples", samples, "positive")
    params = [as_float(p) for p in params]
    boxes = [radius * (np.abs(p) + 1 if relative else np.ones_like(p)) for p in params]
    lowest = float(loss(params))
    rises = [
        float(loss([p + box * rng.uniform(-1, 1, p.shape) for p, box in zip(params, boxes)])) - lowest
        for _ in range(samples)
    ]
    return Sharpness(lowest, float(np.mean(rises)), float(np.max(rises)))


class Overthinking(NamedTuple):
    """What the exits of a network know of samples.

    accuracy (E,): of each exit;  any_exit: share of samples that some exit has right;  destructive: share that an
    earlier exit has right and the last one wrong;  wasteful: share that the first exit has right already
    """

    accuracy: np.ndarray
    any_exit: float
    destructive: float
    wasteful: float

    def plot(self, ax=None):
        """Draw the accuracy of each exit, and what a perfect choice of exits would reach; returns the axes."""
        ax = axes(ax)
        ax.plot(np.arange(len(self.accuracy)), self.accuracy, marker="o", label="this exit")
        ax.axhline(self.any_exit, color="k", linestyle="--", label="the best exit of each sample")
        ax.set(xlabel="exit", ylabel="accuracy")
        ax.legend()
        return ax


def overthinking(exit_logits, y):
    """Compare the exits of a network: what an early one knew, and a late one forgot.

    Parameters
    ----------
    exit_logits : array, shape (E, n, K), scores at E exits
    y : array of int, shape (n,), the labels

    Returns
    -------
    Overthinking

    Raises
    ------
    ValueError : a shape is not as above, or there is no sample

    Notes
    -----
    any_exit is the accuracy of the last exit and the destructive share together.
    Kaya, Hong & Dumitras (2019), "Shallow-deep networks: understanding and mitigating network overthinking",
    section 4.

    Examples
    --------
    >>> overthinking(np.eye(2)[[[0, 0, 1], [0, 1, 1]]], np.array([0, 0, 1]))
    Overthinking(accuracy=array([1.        , 0.66666667]), any_exit=1.0, destructive=0.3333333333333333, wasteful=1.0)
    """
    z, y = as_float(exit_logits), np.asarray(y)
    got = f"shape {z.shape}"
    need(z.ndim == 3 and z.size > 0, "overthinking", "exit_logits", got, "of shape (E, n, K), none of them 0")
    need(y.shape == z.shape[1:2], "overthinking", "y", f"shape {y.shape}", f"of shape {z.shape[1:2]}")
    right = z.argmax(axis=2) == y
    some = right.any(axis=0)
    destructive = some & ~right[-1]
    return Overthinking(
        right.mean(axis=1), float(some.mean()), float(destructive.mean()), float(right[0].mean())
    )
