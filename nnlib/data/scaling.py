"""Scale the features: subtract the mean, divide by the spread, and learn both on the training part alone."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.data._arrays import features, matrix


def center(X, *, axis=0, mean=None):
    """Subtract the mean.

    Parameters
    ----------
    X : array, samples along the first axis
    axis : int, tuple of int or None, default 0: one mean a feature; None: one mean for all; (0, 2, 3): one a
        channel of images (N, C, H, W)
    mean : array that broadcasts against X, default the mean of X; give the training part's for other parts

    Returns
    -------
    (X_centered, mean) : shape of X, and the same with 1 for every axis averaged over

    Raises
    ------
    ValueError : there is nothing to average

    Notes
    -----
    X - mean(X).  Integer pixels become float64 first, where ``X -= X.mean()`` is refused.
    LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 4.3.  ``numpy.mean``.

    Examples
    --------
    >>> center(np.array([[1, 10], [3, 20]], dtype=np.uint8))
    (array([[-1., -5.],
           [ 1.,  5.]]), array([[ 2., 15.]]))
    """
    X = as_float(X)
    if mean is None:
        need(X.size > 0, "center", "X", f"shape {X.shape}", "not empty where mean is not given")
        mean = X.mean(axis=axis, keepdims=True, dtype=np.float64)
    mean = np.asarray(mean, dtype=X.dtype)
    return X - mean, mean.copy()


class StandardScaler:
    """Zero mean and unit variance for each feature, as ``sklearn.preprocessing.StandardScaler``.

    z = (x - mean) / sqrt(mean((x - mean)^2) + eps), the variance with 1/n.  A feature that does not vary is
    centred and not divided.  The shape of the distribution stays what it was.
    LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 4.3.

    Attributes, after fit: ``mean_``, ``var_``, ``scale_``, float64 arrays of shape (d,).  float32 data gives
    float32 results.

    >>> scaler = StandardScaler().fit(np.array([[100.0], [101.0], [102.0]]))
    >>> scaler.transform([[100.0], [102.0]]).round(4)
    array([[-1.2247],
           [ 1.2247]])
    """

    def __init__(self, *, eps=0.0):
        self.eps = eps
        self.mean_ = self.var_ = self.scale_ = None

    def fit(self, X):
        """Learn mean and spread of the features of X (n, d); returns self."""
        X = matrix("StandardScaler.fit", X)
        self.mean_ = X.mean(axis=0, dtype=np.float64)
        self.var_ = np.mean((X - self.mean_) ** 2, axis=0)
        # a column of 0.1 has a mean that is off by rounding, and a variance of 1e-34
        constant = self.var_ <= (len(X) * np.finfo(np.float64).eps * np.abs(self.mean_)) ** 2
        self.scale_ = np.where(constant, 1.0, np.sqrt(self.var_ + self.eps))
        return self

    def transform(self, X):
        """(X - mean_) / scale_, shape of X (n, d)."""
        X = features("StandardScaler.transform", X, self.mean_)
        return ((X - self.mean_) / self.scale_).astype(X.dtype)

    def inverse_transform(self, Z):
        """Z scale_ + mean_, shape of Z (n, d)."""
        Z = features("StandardScaler.inverse_transform", Z, self.mean_)
        return (Z * self.scale_ + self.mean_).astype(Z.dtype)


class MinMaxScaler:
    """The range of each feature mapped to feature_range, as ``sklearn.preprocessing.MinMaxScaler``.

    z = (x - min) / (max - min) (high - low) + low.  A feature that does not vary becomes low.  Mapped to
    (-1, 1) its mean is not 0: the middle of the range is.

    Attributes, after fit: ``data_min_``, ``data_max_``, ``scale_``, arrays of shape (d,).

    >>> MinMaxScaler(feature_range=(-1, 1)).fit([[0.0], [4.0]]).transform([[0.0], [1.0], [4.0]])
    array([[-1. ],
           [-0.5],
           [ 1. ]])
    """

    def __init__(self, *, feature_range=(0.0, 1.0)):
        low, high = feature_range
        need(low < high, "MinMaxScaler", "feature_range", feature_range, "(low, high) with low < high")
        self.feature_range = feature_range
        self.data_min_ = self.data_max_ = self.scale_ = None

    def fit(self, X):
        """Learn the smallest and largest value of each feature of X (n, d); returns self."""
        X = matrix("MinMaxScaler.fit", X)
        low, high = self.feature_range
        self.data_min_, self.data_max_ = X.min(axis=0), X.max(axis=0)
        width = self.data_max_ - self.data_min_
        self.scale_ = ((high - low) / np.where(width == 0, 1, width)).astype(X.dtype)
        return self

    def transform(self, X):
        """(X - data_min_) scale_ + low, shape of X (n, d)."""
        X = features("MinMaxScaler.transform", X, self.data_min_)
        return ((X - self.data_min_) * self.scale_ + self.feature_range[0]).astype(X.dtype)

    def inverse_transform(self, Z):
        """(Z - low) / scale_ + data_min_, shape of Z (n, d)."""
        Z = features("MinMaxScaler.inverse_transform", Z, self.data_min_)
        return ((Z - self.feature_range[0]) / self.scale_ + self.data_min_).astype(Z.dtype)


def fit_transform_splits(scaler, X_train, *others):
    """Fit on the training part alone, then transform every part with what was learnt there.

    Parameters
    ----------
    scaler : object with fit(X) and transform(X), such as StandardScaler, MinMaxScaler or PCA
    X_train : array, shape (n, d)
    others : arrays of shape (m, d), the validation and test parts

    Returns
    -------
    tuple of arrays : the transformed parts, in the order given; the scaler stays fitted

    Notes
    -----
    What is fitted must not depend on samples that later judge it.  Hastie, Tibshirani & Friedman (2009), "The
    elements of statistical learning", section 7.10.2.

    Examples
    --------
    >>> train, test = fit_transform_splits(MinMaxScaler(), np.array([[0.0], [2.0]]), np.array([[4.0]]))
    >>> test
    array([[2.]])
    """
    scaler.fit(X_train)
    return tuple(scaler.transform(X) for X in (X_train, *others))


def standardize(X_train, *others):
    """Mean 0 and standard deviation 1 for each feature of the training part; the other parts with its numbers.

    Parameters
    ----------
    X_train : array, shape (n, d), n > 0
    others : arrays of shape (m, d), the validation and test parts

    Returns
    -------
    tuple of arrays : all parts, in the order given

    Raises
    ------
    ValueError : a part has not two axes or not d features, or there is no sample to learn from

    Notes
    -----
    (x - mean) / std, both of X_train, std with 1/n; a feature that does not vary there is centred and not
    divided.  `StandardScaler` remembers the two for later.
    LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 4.3.

    Examples
    --------
    >>> standardize(np.array([[1.0], [3.0]]), np.array([[2.0], [5.0]]))
    (array([[-1.],
           [ 1.]]), array([[0.],
           [3.]]))
    """
    return fit_transform_splits(StandardScaler(), X_train, *others)


def minmax_scale(X_train, *others, feature_range=(0.0, 1.0)):
    """Map the range of each feature of the training part to feature_range; the other parts by the same map.

    Parameters
    ----------
    X_train : array, shape (n, d), n > 0
    others : arrays of shape (m, d), the validation and test parts
    feature_range : (float, float), default (0, 1), low < high

    Returns
    -------
    tuple of arrays : all parts, in the order given; beyond the range where they go beyond the training part

    Raises
    ------
    ValueError : a part has not two axes or not d features, there is no sample to learn from, or low >= high

    Notes
    -----
    (x - min) / (max - min) (high - low) + low; a feature that does not vary in X_train becomes low.
    `MinMaxScaler` remembers the two for later.

    Examples
    --------
    >>> minmax_scale(np.array([[0.0], [4.0]]), np.array([[1.0], [6.0]]))
    (array([[0.],
           [1.]]), array([[0.25],
           [1.5 ]]))
    """
    return fit_transform_splits(MinMaxScaler(feature_range=feature_range), X_train, *others)
