"""Where does the error of a learning method come from?"""

import numpy as np

from nnlib._check import as_float, need


def bias_variance_decomposition(y_true, y_preds, *, noise_var=0.0):
    """Split the squared error of a learning method into its three causes.

    Parameters
    ----------
    y_true : array, shape (n,), the true values without noise, at n points
    y_preds : array, shape (r, n), predictions there by r models, each trained on a training set of its own
    noise_var : float, default 0, the variance of the noise in the labels that the error is measured against

    Returns
    -------
    (bias2, variance, noise) : numbers, means over the points

    Raises
    ------
    ValueError : y_true is not (n,), y_preds is not (r, n), or one of them is empty

    Notes
    -----
    With h the mean prediction over the training sets, bias2 = mean (h - y)^2 and variance = mean (y_pred - h)^2.
    Their sum is mean (y_pred - y)^2; with noise added it is the expected squared error against fresh labels.
    r = 1 gives variance 0.
    Geman, Bienenstock & Doursat (1992), "Neural networks and the bias/variance dilemma", section 2.

    Examples
    --------
    >>> bias_variance_decomposition([1.0, 2.0], [[1.0, 4.0], [3.0, 4.0]], noise_var=0.5)
    (np.float64(2.5), np.float64(0.5), np.float64(0.5))
    """
    y_true = as_float(y_true)
    y_preds = np.asarray(y_preds, dtype=y_true.dtype)
    op = "bias_variance_decomposition"
    need(y_true.ndim == 1 and y_true.size > 0, op, "y_true", f"shape {y_true.shape}", "of shape (n,), n >= 1")
    fits = y_preds.ndim == 2 and y_preds.shape[1:] == y_true.shape and len(y_preds) > 0
    need(fits, op, "y_preds", f"shape {y_preds.shape}", f"of shape (r, {y_true.size}), r >= 1")
    mean = y_preds.mean(axis=0, dtype=np.float64)
    found = np.mean((mean - y_true) ** 2), np.mean((y_preds - mean) ** 2), noise_var
    return tuple(y_true.dtype.type(part) for part in found)
