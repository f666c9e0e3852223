"""Who trains, who chooses, who judges: splits into training, validation and test parts."""

import numpy as np

from nnlib._check import fail, need
from nnlib.data._arrays import same_length


def split_indices(order, *, ratios=(0.6, 0.2, 0.2)):
    """Cut samples, in a given order, into parts.

    Parameters
    ----------
    order : array of int, shape (n,), the numbers of the samples, as ``rng.permutation(n)`` draws them
    ratios : tuple of positive floats that add to 1, default (0.6, 0.2, 0.2)

    Returns
    -------
    tuple of int arrays, one for each ratio

    Raises
    ------
    ValueError : order has not one axis, or ratios are not as above

    Notes
    -----
    The cuts are at floor(n (r_1 + ... + r_j)); what lies within 1e-9 below a whole number counts as that number,
    for 0.7 + 0.1 is a little less than 0.8.  The last part gets what rounding leaves.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 5.3.

    Examples
    --------
    >>> split_indices(np.array([3, 0, 4, 1, 2]))
    (array([3, 0, 4]), array([1]), array([2]))
    """
    op, order = "split_indices", np.asarray(order)
    need(order.ndim == 1, op, "order", f"shape {order.shape}", "of shape (n,)")
    _need_ratios(op, ratios)
    return tuple(np.split(order, _cuts(len(order), ratios)))


def stratified_indices(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """Cut the samples of each class by the same ratios.

    Parameters
    ----------
    labels : array, shape (n,), the class of each sample
    order : array of int, shape (n,), the numbers of the samples, each once
    ratios : tuple of positive floats that add to 1, default (0.6, 0.2, 0.2)

    Returns
    -------
    tuple of int arrays, one for each ratio; in each, class follows class, the smallest label first

    Raises
    ------
    ValueError : labels and order are not of one length and one axis, or ratios are not as above

    Notes
    -----
    `split_indices` of the members of each class, as they stand in order.
    Kohavi (1995), "A study of cross-validation and bootstrap", section 2.

    Examples
    --------
    >>> stratified_indices([0, 1, 1, 0], np.array([2, 0, 3, 1]), ratios=(0.5, 0.5))
    (array([0, 2]), array([3, 1]))
    """
    op, labels, order = "stratified_indices", np.asarray(labels), np.asarray(order)
    fits = order.ndim == 1 and labels.shape == order.shape
    need(fits, op, "labels", f"shape {labels.shape}", f"one for each entry of order, {order.shape}")
    _need_ratios(op, ratios)
    there = labels[order]
    classes = [split_indices(order[there == c], ratios=ratios) for c in np.unique(labels)]
    return tuple(np.concatenate(parts) for parts in zip(*classes)) or (order,) * len(ratios)


def _need_ratios(op, ratios):
    need(min(ratios) > 0, op, "ratios", ratios, "positive")
    need(abs(sum(ratios) - 1) < 1e-9, op, "ratios", f"{ratios}, which add to {sum(ratios):g}", "adding to 1")


def _cuts(n, ratios):
    return np.floor(n * np.cumsum(ratios[:-1]) + 1e-9).astype(int)  # 0.57 * 100 is a little less than 57


def train_val_test_split(*arrays, ratios=(0.6, 0.2, 0.2), shuffle=True, stratify=None, rng=None):
    """Cut samples into a training, a validation and a test part, the same way in each array.

    Parameters
    ----------
    arrays : arrays of one length n, such as X and y
    ratios : tuple of positive floats that add to 1, default (0.6, 0.2, 0.2); two of them give two parts
    shuffle : bool, default True; False keeps the order and cuts it
    stratify : array of shape (n,), the labels whose shares each part should keep, or None
    rng : numpy.random.Generator, needed where shuffle is True

    Returns
    -------
    list of arrays : the parts of the first array, then those of the second, as in scikit-learn

    Raises
    ------
    ValueError : lengths differ, ratios are not as above, stratify without shuffle, shuffle without rng, or a
        part would be left without samples

    Notes
    -----
    The cuts are at floor(n (r_1 + ... + r_j)), so that rounding favours the last part.  With stratify, the i-th
    of the n_c samples of a class is put at (i + u_c) / n_c of the way, u_c uniform in [0, 1), and that order is
    cut: a part then holds its share of each class to within a sample or two.  nan is a class of its own.  n = 0
    gives empty parts.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 5.3.

    Examples
    --------
    >>> train, val, test = train_val_test_split(np.arange(10), shuffle=False)
    >>> train, val, test
    (array([0, 1, 2, 3, 4, 5]), array([6, 7]), array([8, 9]))
    """
    op = "train_val_test_split"
    arrays, n = same_length(op, arrays)
    _need_ratios(op, ratios)
    need(rng is not None or not shuffle, op, "rng", rng, "a numpy.random.Generator to shuffle")

    order = rng.permutation(n) if shuffle else np.arange(n)
    if stratify is not None:
        need(shuffle, op, "stratify", "shuffle=False", "used with shuffle=True")
        (labels,), _ = same_length(op, (stratify,))
        need(labels.shape == (n,), op, "stratify", f"shape {labels.shape}", f"of shape {(n,)}")
        order = order[np.argsort(_quantile_in_class(labels[order], rng), kind="stable")]

    parts = np.split(order, _cuts(n, ratios))
    sizes = [len(part) for part in parts]
    need(n == 0 or min(sizes) > 0, op, "n", f"{n}, cut into {sizes}", "enough for a sample in every part")
    if stratify is not None:
        parts = [rng.permutation(part) for part in parts]
    return [a[part] for a in arrays for part in parts]


def _quantile_in_class(labels, rng):
    """(i + u_c) / n_c for the i-th of the n_c samples of its class, in the order given."""
    quantile = np.empty(len(labels))
    classes, number = np.unique(labels, return_inverse=True)  # nan, which equals nothing, is one class here
    for k in range(len(classes)):
        members = number == k
        quantile[members] = (np.arange(members.sum()) + rng.random()) / members.sum()
    return quantile


def kfold_indices(n, *, k=5, shuffle=False, rng=None):
    """Indices for k-fold cross-validation: every sample validates once and trains k - 1 times.

    Parameters
    ----------
    n : int, number of samples
    k : int from 2 to n, default 5
    shuffle : bool, default False: the folds are consecutive runs
    rng : numpy.random.Generator, needed where shuffle is True

    Returns
    -------
    list of k pairs (train, val) of int arrays; the first n mod k folds have one sample more

    Raises
    ------
    ValueError : k is not from 2 to n, or shuffle without rng

    Notes
    -----
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 7.10.
    ``sklearn.model_selection.KFold``.  Each fold is sorted where shuffled, too.

    Examples
    --------
    >>> kfold_indices(5, k=2)
    [(array([3, 4]), array([0, 1, 2])), (array([0, 1, 2]), array([3, 4]))]
    """
    if not 2 <= k <= n:
        fail("kfold_indices", "k", k, f"from 2 to n = {n}")
    need(rng is not None or not shuffle, "kfold_indices", "rng", rng, "a numpy.random.Generator to shuffle")
    order = rng.permutation(n) if shuffle else np.arange(n)
    folds = [np.sort(fold) for fold in np.array_split(order, k)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]
