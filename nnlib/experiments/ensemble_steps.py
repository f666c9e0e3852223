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
