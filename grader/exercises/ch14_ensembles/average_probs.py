"""The weighted mean of what several models say."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, probabilities
from nnlib import ensemble

WEIGHTED, LITTLE = "weights that do not add up to 1", "weights that add up to less than 1"


def said(models, n, classes, weights=None, **given):
    """Draws probabilities; the weights waver a little."""

    def draw(rng):
        probs = rng.dirichlet(np.ones(classes), size=(models, n))
        if weights is not None:
            given["weights"] = np.array(weights) * rng.uniform(0.95, 1.05, models)
        return call(probs, **given)

    return draw


def whole(models, n, classes, weights):
    return lambda rng: call(rng.dirichlet(np.ones(classes), size=(models, n)), weights=np.array(weights))


def _allowed(rng):
    size = tuple(int(a) for a in rng.integers(1, 5, size=3))
    probs = probabilities(rng, size)
    if rng.random() < 0.3:
        return call(probs, **one_of(rng, {}, {"weights": None}))
    weights = one_of(rng, rng.uniform(0.1, 3, size[0]), rng.integers(1, 6, size[0]))
    weights = weights * (rng.random(size[0]) < 0.7)
    weights[rng.integers(size[0])] = 2
    return call(probs, weights=weights * one_of(rng, 1, 1, 1000))


AVERAGE_PROBS = Exercise(
    function="average_probs",
    topics=("C14-01",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=ensemble.average_probs,
    allowed=_allowed,
    cases=(
        Case(
            "all models alike",
            said(3, 4, 5),
            edge=True,
            example=call([[[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]], [[0.75, 0.25, 0.0], [0.5, 0.0, 0.5]]]),
        ),
        Case("weights that add up to 1", whole(3, 4, 5, [0.6, 0.25, 0.15]), weight=3),
        Case(
            WEIGHTED,
            said(4, 3, 5, [5.0, 1.0, 2.0, 3.0]),
            weight=3,
            example=call([[[0.75, 0.25]], [[0.25, 0.75]]], weights=[3.0, 1.0]),
        ),
        Case(LITTLE, said(3, 4, 5, [0.1, 0.6, 0.2]), weight=3),
        in_turn(
            "whole numbers, a model that does not count, large weights, one model, sample or class",
            whole(3, 2, 4, [1, 3, 2]),
            whole(3, 2, 4, [2, 0, 1]),
            whole(2, 1, 3, [3000.0, 1000.0]),
            whole(2, 3, 3, [0.125, 0.625]),
            said(1, 3, 3),
            said(2, 1, 3),
            said(3, 2, 1),
            said(1, 2, 3, [2.0]),
            said(3, 4, 2, weights=None),
            lambda rng: call(rng.dirichlet(np.ones(3), size=(2, 3)), weights=None),
            whole(3, 2, 1, [2.0, 0.0, 1.0]),
            lambda rng: call(np.eye(3)[[[0, 1], [1, 1]]]),
            edge=True,
            weight=3,
        ),
        keeps_arguments(said(4, 3, 5, [5.0, 1.0, 2.0, 3.0]), weight=4),
    ),
    hints=(
        "With None: probs.mean(axis=0), over the models.",
        "Bring the weights to a sum of 1 first: weights / weights.sum().",
        "A weight for each model needs two more axes to meet (M, n, K): weights[:, None, None].",
    ),
)


@AVERAGE_PROBS.wrong(case="weights that add up to 1")
def average_probs_divided_twice(probs, *, weights=None):
    """You divide by the number of models although the weights already make a mean: divide by their sum, no
    more."""
    if weights is None:
        return probs.mean(axis=0)
    return (weights[:, None, None] * probs).sum(axis=0) / weights.sum() / len(probs)


@AVERAGE_PROBS.wrong(case=WEIGHTED)
def average_probs_weights_as_they_are(probs, *, weights=None):
    """You do not divide by the sum of the weights; they need not add up to 1, and the probabilities must."""
    if weights is None:
        return probs.mean(axis=0)
    return (weights[:, None, None] * probs).sum(axis=0)


@AVERAGE_PROBS.wrong(case=WEIGHTED)
def average_probs_divided_by_models(probs, *, weights=None):
    """You divide by the number of models, not by the sum of the weights: that is right only where they add up
    to M."""
    if weights is None:
        return probs.mean(axis=0)
    return (weights[:, None, None] * probs).mean(axis=0)


@AVERAGE_PROBS.wrong(case="weights that add up to 1")
def average_probs_weights_unused(probs, *, weights=None):
    """You do not use the weights; all models count alike only where they are None."""
    return probs.mean(axis=0)


@AVERAGE_PROBS.wrong
def average_probs_sum(probs, *, weights=None):
    """You add the models up where there are no weights: then each counts 1/M, and the sum is a mean."""
    if weights is None:
        return probs.sum(axis=0)
    return (weights[:, None, None] * probs).sum(axis=0) / weights.sum()


@AVERAGE_PROBS.wrong
def average_probs_over_samples(probs, *, weights=None):
    """You take the mean over the samples; the models are the first axis, and it is their mean."""
    if weights is None:
        return probs.mean(axis=1)
    return (weights[:, None, None] * probs).mean(axis=1) / weights.sum() * len(weights)


@AVERAGE_PROBS.wrong
def average_probs_over_classes(probs, *, weights=None):
    """You take the mean over the classes, which is 1/K of 1 everywhere; the models are the first axis."""
    return probs.mean(axis=2)


@AVERAGE_PROBS.wrong
def average_probs_geometric(probs, *, weights=None):
    """Yours is a geometric mean, of logarithms; asked for is the mean of the probabilities themselves."""
    w = np.ones(len(probs)) if weights is None else weights
    logs = np.log(np.maximum(probs, 1e-300))
    mean = np.exp((w[:, None, None] * logs).sum(axis=0) / w.sum())
    return mean / mean.sum(axis=1, keepdims=True)


@AVERAGE_PROBS.wrong
def average_probs_labels(probs, *, weights=None):
    """You return the class that wins; asked for are the mean probabilities of all classes, (n, K)."""
    w = np.ones(len(probs)) if weights is None else weights
    return (w[:, None, None] * probs).sum(axis=0).argmax(axis=1)


@AVERAGE_PROBS.wrong
def average_probs_largest(probs, *, weights=None):
    """You take the largest probability that any model gives; asked for is the mean of all models."""
    if weights is None:
        return probs.max(axis=0)
    return (weights[:, None, None] * probs).max(axis=0) / weights.max()


@AVERAGE_PROBS.wrong(case="weights that add up to 1")
def average_probs_softmax_weights(probs, *, weights=None):
    """You put the weights through a softmax; only their ratios count, so divide by their sum."""
    if weights is None:
        return probs.mean(axis=0)
    w = np.exp(weights - weights.max())
    return (w[:, None, None] * probs).sum(axis=0) / w.sum()


@AVERAGE_PROBS.wrong(case="weights that add up to 1")
def average_probs_squared_weights(probs, *, weights=None):
    """Your weights count twice over, as squares; each model counts w / sum w."""
    if weights is None:
        return probs.mean(axis=0)
    w = weights**2
    return (w[:, None, None] * probs).sum(axis=0) / w.sum()


@AVERAGE_PROBS.wrong(case=WEIGHTED)
def average_probs_by_largest_weight(probs, *, weights=None):
    """You divide by the largest weight; divide by the sum of all."""
    if weights is None:
        return probs.mean(axis=0)
    return (weights[:, None, None] * probs).sum(axis=0) / weights.max()


@AVERAGE_PROBS.wrong(case="weights that add up to 1")
def average_probs_reversed(probs, *, weights=None):
    """Your weights meet the models in reverse order; weight i belongs to model i."""
    if weights is None:
        return probs.mean(axis=0)
    return (weights[::-1, None, None] * probs).sum(axis=0) / weights.sum()


@AVERAGE_PROBS.wrong
def average_probs_axis_kept(probs, *, weights=None):
    """Your result still has an axis for the models, of length 1; its shape is (n, K)."""
    w = np.ones(len(probs)) if weights is None else weights
    return (w[:, None, None] * probs).sum(axis=0, keepdims=True) / w.sum()


@AVERAGE_PROBS.wrong(case="arguments unchanged")
def average_probs_in_place(probs, *, weights=None):
    """You change probs: *= writes into the caller's array. Make a new one."""
    w = np.ones(len(probs)) if weights is None else weights
    probs *= (w / w.sum())[:, None, None]
    return probs.sum(axis=0)


@AVERAGE_PROBS.wrong(case="arguments unchanged")
def average_probs_weights_in_place(probs, *, weights=None):
    """You change weights: /= writes into the caller's array, as np.asarray makes no copy of one of floats. Write
    w = weights / weights.sum()."""
    w = np.ones(len(probs)) if weights is None else np.asarray(weights, dtype=float)
    w /= w.sum()
    return np.einsum("m,mnk->nk", w, probs)


@AVERAGE_PROBS.wrong(case=LITTLE)
def average_probs_only_if_too_large(probs, *, weights=None):
    """You divide by the sum of the weights only where it is above 1; where it is below, the probabilities must add
    up to 1, too."""
    w = np.full(len(probs), 1 / len(probs)) if weights is None else weights
    if w.sum() > 1:
        w = w / w.sum()
    return (w[:, None, None] * probs).sum(axis=0)


@AVERAGE_PROBS.wrong(case=WEIGHTED)
def average_probs_weights_on_classes(probs, *, weights=None):
    """Your weights meet the last axis, the classes; the models are the first: weights[:, None, None]."""
    w = np.ones(len(probs)) if weights is None else weights
    if weights is None:
        return probs.mean(axis=0)
    return (w * probs).sum(axis=0) / w.sum()


@AVERAGE_PROBS.wrong
def average_probs_median(probs, *, weights=None):
    """You take the median of the models, which is no mean: its rows need not add up to 1."""
    if weights is None:
        return np.sort(probs, axis=0)[len(probs) // 2]
    return (weights[:, None, None] * probs).sum(axis=0) / weights.sum()


@AVERAGE_PROBS.right
def average_probs_numpy(probs, *, weights=None):
    return np.average(probs, axis=0, weights=weights)


@AVERAGE_PROBS.right
def average_probs_by_loop(probs, *, weights=None):
    weights = [1.0] * len(probs) if weights is None else weights
    total = np.zeros(probs.shape[1:])
    for w, p in zip(weights, probs):
        total = total + w * p
    return total / sum(weights)


@AVERAGE_PROBS.right
def average_probs_product(probs, *, weights=None):
    w = np.ones(len(probs)) if weights is None else np.asarray(weights, float)
    return np.tensordot(w, probs, axes=(0, 0)) / np.sum(w)


@AVERAGE_PROBS.right
def average_probs_broadcast(probs, *, weights=None):
    if weights is None:
        return np.mean(probs, axis=0)
    w = weights.reshape(-1, 1, 1)
    return np.sum(w * probs, axis=0) / np.sum(w)
