"""How samples reach the network: batches, labels as vectors, and classes drawn more or less often."""

import numpy as np

from nnlib._check import as_float, fail, need
from nnlib.data._arrays import same_length


def minibatch_indices(n, *, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """Deal the numbers of n samples out in batches, for one pass over them (an epoch).

    Parameters
    ----------
    n : int, number of samples
    batch_size : int > 0, default 10
    shuffle : bool, default True: in a new order each time, ``rng.permutation(n)``
    drop_last : bool, default False: whether to leave out a last batch that is not full
    rng : numpy.random.Generator, needed where shuffle is True

    Returns
    -------
    list of int arrays

    Raises
    ------
    ValueError : batch_size is not positive, or shuffle without rng

    Notes
    -----
    Every number comes exactly once, in ceil(n / batch_size) batches; n = 0 gives none.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.1.3.
    ``torch.utils.data.BatchSampler``.

    Examples
    --------
    >>> minibatch_indices(5, batch_size=2, shuffle=False)
    [array([0, 1]), array([2, 3]), array([4])]
    """
    return _batches("minibatch_indices", n, batch_size, shuffle, drop_last, rng)


def _batches(op, n, batch_size, shuffle, drop_last, rng):
    need(batch_size > 0, op, "batch_size", batch_size, "positive")
    need(rng is not None or not shuffle, op, "rng", rng, "a numpy.random.Generator to shuffle")
    order = rng.permutation(n) if shuffle else np.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[start : min(start + batch_size, end)] for start in range(0, end, batch_size)]


def iterate_minibatches(*arrays, batch_size=10, shuffle=True, drop_last=False, rng=None):
    """One pass over the samples (an epoch) in batches.

    Parameters
    ----------
    arrays : arrays of one length n, such as X and y
    batch_size : int > 0, default 10
    shuffle : bool, default True: in a new order each time
    drop_last : bool, default False: whether to leave out a last batch that is not full
    rng : numpy.random.Generator, needed where shuffle is True

    Returns
    -------
    iterator over tuples with a batch of each array, or over batches where one array is given

    Raises
    ------
    ValueError : lengths differ, batch_size is not positive, or shuffle without rng

    Notes
    -----
    Every sample comes exactly once, in ceil(n / batch_size) batches; n = 0 gives none.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.1.3.  ``torch.utils.data.DataLoader``.

    Examples
    --------
    >>> [x.tolist() for x in iterate_minibatches(np.arange(5), batch_size=2, shuffle=False)]
    [[0, 1], [2, 3], [4]]
    """
    op = "iterate_minibatches"
    arrays, n = same_length(op, arrays)
    batches = _batches(op, n, batch_size, shuffle, drop_last, rng)
    if len(arrays) == 1:
        return (arrays[0][batch] for batch in batches)
    return (tuple(a[batch] for a in arrays) for batch in batches)


def one_hot(y, *, num_classes=-1):
    """Class numbers as vectors of one 1 and else 0.

    Parameters
    ----------
    y : array of int, any shape, classes counted from 0
    num_classes : int, default -1: one more than the largest class in y

    Returns
    -------
    array of int64, shape of y and one more axis of length num_classes

    Raises
    ------
    ValueError : a class is negative or not below num_classes, y is not of ints, or it is empty where
        num_classes is not given

    Notes
    -----
    result[..., k] = 1 if y[...] = k else 0.  ``torch.nn.functional.one_hot``.
    Bishop (2006), "Pattern recognition and machine learning", section 4.1.

    Examples
    --------
    >>> one_hot([2, 0])
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    y = np.asarray(y)
    if y.size == 0 and num_classes > 0:
        y = y.astype(np.int64)  # an empty list has no type
    need(y.dtype.kind in "iu", "one_hot", "y", f"dtype {y.dtype}", "of ints")
    need(y.size > 0 or num_classes > 0, "one_hot", "num_classes", num_classes, "given where y is empty")
    classes = int(y.max()) + 1 if num_classes == -1 else num_classes
    if y.size and not (y.min() >= 0 and y.max() < classes):
        fail("one_hot", "y", f"values from {y.min()} to {y.max()}", f"from 0 to {classes - 1}")
    return (y[..., None] == np.arange(classes)).astype(np.int64)


def class_sampling_probs(counts, *, q=0.5):
    """Probability with which to draw from each class of unequal size.

    Parameters
    ----------
    counts : array, shape (C,), number of samples in each class
    q : float from 0 to 1, default 0.5: 1 draws every sample equally often, 0 every class

    Returns
    -------
    array, shape (C,), adding to 1; 0 for a class without samples

    Raises
    ------
    ValueError : q is outside, counts has not one axis, is negative somewhere or zero everywhere

    Notes
    -----
    p_i = n_i^q / sum_j n_j^q.  A sample of class i is then drawn with probability p_i / n_i.
    Kang et al. (2020), "Decoupling representation and classifier for long-tailed recognition", eq. (1).

    Examples
    --------
    >>> class_sampling_probs([900, 100])
    array([0.75, 0.25])
    """
    counts = as_float(counts)
    op = "class_sampling_probs"
    need(0 <= q <= 1, op, "q", q, "from 0 to 1")
    need(counts.ndim == 1, op, "counts", f"shape {counts.shape}", "of shape (C,)")
    need(not (counts < 0).any(), op, "counts", f"the value {counts.min(initial=0):g}", "at least 0")
    need((counts != 0).any(), op, "counts", "none", "positive for some class")
    weights = np.where(counts == 0, 0, counts**q)  # 0^0 is 1, but an empty class has nothing to draw
    return weights / weights.sum()


class WeightedRandomSampler:
    """Draws sample indices in proportion to weights, as ``torch.utils.data.WeightedRandomSampler``.

    Index i is drawn with probability weights[i] / sum(weights); without replacement each draw is among those
    left.  Every `iter` draws anew.  weights (n,) need not add to 1.

    To draw classes by `class_sampling_probs` p, give sample s the weight p[y[s]] / counts[y[s]].

    >>> sampler = WeightedRandomSampler([0.0, 3.0, 0.0], 4, rng=np.random.default_rng(0))
    >>> list(sampler), len(sampler)
    ([1, 1, 1, 1], 4)
    """

    def __init__(self, weights, num_samples, *, replacement=True, rng):
        op, weights = "WeightedRandomSampler", as_float(weights)
        need(weights.ndim == 1, op, "weights", f"shape {weights.shape}", "of shape (n,)")
        usable = np.isfinite(weights).all() and (weights >= 0).all() and weights.any()
        need(usable, op, "weights", weights.tolist()[:5], "finite, at least 0, and not all 0")
        need(num_samples > 0, op, "num_samples", num_samples, "positive")
        most = np.count_nonzero(weights)
        if not (replacement or num_samples <= most):
            fail(op, "num_samples", num_samples, f"at most {most}, the number of positive weights")
        self.weights, self.num_samples, self.replacement, self.rng = weights, num_samples, replacement, rng

    def __iter__(self):
        p = self.weights.astype(np.float64)
        drawn = self.rng.choice(len(p), self.num_samples, replace=self.replacement, p=p / p.sum())
        return iter(drawn.tolist())

    def __len__(self):
        return self.num_samples
