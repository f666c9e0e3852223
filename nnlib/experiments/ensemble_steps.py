"""Ensembles in the small steps in which they are taught: features for stacking, snapshots of one run.

Chapter 14 lends these to exercises that are the core of `nnlib.ensemble`'s classes; none of them calls a class.
"""

import numpy as np

from nnlib._check import as_float, need


def stacking_features(models, X, y, folds):
    """What each model says about samples that it was not trained on.

    Parameters
    ----------
    models : sequence of functions; model(X, y) trains and returns a function that gives probabilities (m, K) of
        samples (m, d)
    X, y : arrays, shape (n, d) and (n,)
    folds : sequence of pairs (train, val) of indices, such that each sample validates once

    Returns
    -------
    array, shape (n, M K): the probabilities of the first model, then those of the second ...

    Raises
    ------
    ValueError : there is no model, or a sample does not validate once

    Notes
    -----
    Wolpert (1992), "Stacked generalization", section 2.

    Examples
    --------
    >>> def share(X, y):
    ...     return lambda Z: np.full((len(Z), 1), y.mean())
    >>> folds = [(np.array([1, 2]), np.array([0])), (np.array([0]), np.array([2, 1]))]
    >>> stacking_features([share], np.zeros((3, 1)), np.array([0, 1, 1]), folds).ravel()
    array([1., 0., 0.])
    """
    op, X, y = "stacking_features", as_float(X), np.asarray(y)
    need(len(models) > 0, op, "models", "none", "at least one")
    once = np.array_equal(np.sort(np.concatenate([val for _, val in folds])), np.arange(len(X)))
    need(once, op, "folds", "folds that do not", "such that each sample validates once")
    said = [np.concatenate([m(X[train], y[train])(X[val]) for m in models], axis=1) for train, val in folds]
    place = np.argsort(np.concatenate([val for _, val in folds]))
    return np.concatenate(said)[place]


def snapshots(train_step, params, *, lr, total_steps, cycles):
    """The networks at the end of each cycle of a rate that falls and starts again.

    Parameters
    ----------
    train_step : function (params, lr) that makes one step, in which the arrays change in place
    params : sequence of arrays, the start; it stays as it is
    lr : float, the rate at the start of each cycle
    total_steps : int, a multiple of cycles
    cycles : int, number of networks

    Returns
    -------
    list of lists of arrays

    Raises
    ------
    ValueError : total_steps is not a positive multiple of cycles

    Notes
    -----
    The rate after t steps is lr / 2 (cos(pi mod(t, c) / c) + 1), c = total_steps / cycles.
    Huang et al. (2017), "Snapshot ensembles: train 1, get M for free", eq. (2).

    Examples
    --------
    >>> def train_step(params, lr):
    ...     params[0] -= lr * params[0]
    >>> snapshots(train_step, [np.array([8.0])], lr=0.5, total_steps=4, cycles=2)
    [[array([3.])], [array([1.125])]]
    """
    fits = cycles > 0 and total_steps > 0 and total_steps % cycles == 0
    need(fits, "snapshots", "total_steps", total_steps, f"a positive multiple of cycles, {cycles}")
    now, kept, c = [np.array(p) for p in params], [], total_steps // cycles
    fall = lr / 2 * (1 + np.cos(np.pi / c * np.arange(c)))
    for _ in range(cycles):
        for rate in fall:
            train_step(now, float(rate))
        kept.append([p.copy() for p in now])
    return kept


def rank_average(scores):
    """Mean over several models of the rank of each class, 1 for the lowest score.

    Parameters
    ----------
    scores : array, shape (M, n, K), of M models

    Returns
    -------
    array, shape (n, K)

    Raises
    ------
    ValueError : scores is not (M, n, K), M > 0

    Notes
    -----
    Equal scores share the mean of their ranks: the number of lower scores, and half of one more than the equal ones.
    Zhou (2012), "Ensemble methods", section 4.3.4, Borda count.

    Examples
    --------
    >>> rank_average(np.array([[[0.1, 0.9, 0.2]], [[30.0, 20.0, 20.0]]]))
    array([[2.  , 2.25, 1.75]])
    """
    scores = as_float(scores)
    got = f"shape {scores.shape}"
    need(scores.ndim == 3 and len(scores) > 0, "rank_average", "scores", got, "of shape (M, n, K), M > 0")
    pairs = scores[..., None, :], scores[..., :, None]
    below, not_above = (
        compare(*pairs).sum(axis=3, dtype=scores.dtype) for compare in (np.less, np.less_equal)
    )
    return ((below + not_above + 1) / 2).mean(axis=0)


def majority_vote(labels, *, num_classes, tie_break="first", probs=None):
    """The class that most models vote for.

    Parameters
    ----------
    labels : array of int, shape (M, n), the votes of M models
    num_classes : int, K
    tie_break : "first" (default), the lowest of the classes with most votes; "probs", the one of them with the
        highest mean probability
    probs : array, shape (M, n, K), needed by the latter

    Returns
    -------
    array of int, shape (n,)

    Raises
    ------
    ValueError : labels are not (M, n) or out of range, tie_break is unknown, or probs is not (M, n, K)

    Notes
    -----
    Zhou (2012), "Ensemble methods", eq. (4.13).  `nnlib.ensemble.majority_vote` knows one more way.

    Examples
    --------
    >>> majority_vote(np.array([[0, 2], [1, 2], [1, 0]]), num_classes=3)
    array([1, 2])
    """
    op, labels = "majority_vote", np.asarray(labels)
    need(labels.ndim == 2, op, "labels", f"shape {labels.shape}", "of shape (M, n)")
    known = bool(np.isin(labels, np.arange(num_classes)).all())
    need(known, op, "labels", "others", f"from 0 to {num_classes - 1}")
    need(tie_break in ("first", "probs"), op, "tie_break", repr(tie_break), "'first' or 'probs'")
    preference = np.zeros((labels.shape[1], num_classes))
    if tie_break == "probs":
        shape = (*labels.shape, num_classes)
        need(np.shape(probs) == shape, op, "probs", f"shape {np.shape(probs)}", f"of shape {shape}")
        preference = np.mean(probs, axis=0)
    votes = np.eye(num_classes, dtype=int)[labels].sum(axis=0)
    return np.where(votes < votes.max(axis=1, keepdims=True), -np.inf, preference).argmax(axis=1)
