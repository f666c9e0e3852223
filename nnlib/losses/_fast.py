"""Cross-entropy of labels without the table of target probabilities, in few passes over memory.

`cross_entropy` says what is computed.
"""

import numpy as np

from nnlib._check import need
from nnlib.losses._common import _reduce, labels
from nnlib.losses._rows import as_rows


def minus_log_softmax(z, c):
    """-log softmax(z_i) at the class c_i of each row: the loss of one-hot targets."""
    z = z - z.max(axis=1, keepdims=True)  # exp(1000) would overflow
    z_c = z[np.arange(len(c)), c]
    return np.log(np.exp(z, out=z).sum(axis=1)) - z_c


def softmax_minus_one_hot(z, c):
    """The gradient of minus_log_softmax with respect to z."""
    a = z - z.max(axis=1, keepdims=True)
    np.exp(a, out=a)
    a /= a.sum(axis=1, keepdims=True)
    a[np.arange(len(c)), c] -= 1
    return a


def counted(gradient, counts):
    """Each row times how much it counts, in place; what does not count is 0, even of a row of nan."""
    if counts.all():
        gradient *= counts[:, None]
    else:
        np.multiply(gradient, counts[:, None], out=gradient, where=counts[:, None] != 0)
        gradient[counts == 0] = 0
    return gradient


def cross_entropy_with_gradient(logits, target):
    """Mean softmax cross-entropy and its gradient in one pass: what a training step needs.

    Parameters
    ----------
    logits : array, shape (N, C)
    target : array of int, shape (N,), classes from 0 to C - 1

    Returns
    -------
    (loss, gradient) : cross_entropy(logits, target), and cross_entropy_backward(1.0, logits, target), an
        array of shape (N, C)

    Raises
    ------
    ValueError : a shape is not as above, or a label is out of range

    Notes
    -----
    -1/N sum_i log a_ic and (a - y) / N with a = softmax(logits): the exponentials serve both.  N = 0 gives nan
    and an empty gradient.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.3.

    Examples
    --------
    >>> loss, gradient = cross_entropy_with_gradient(np.array([[0.0, 0.0]]), np.array([1]))
    >>> loss.round(4), gradient
    (np.float64(0.6931), array([[ 0.5, -0.5]]))
    """
    op = "cross_entropy_with_gradient"
    need(np.ndim(logits) == 2, op, "logits", f"shape {np.shape(logits)}", "of shape (N, C)")
    rows, shape, _ = as_rows(op, logits, "logits")
    target, samples = labels(op, target, shape, rows.shape[1]), np.arange(len(rows))
    n = max(len(rows), 1)
    a = rows - rows.max(axis=1, keepdims=True)  # exp(1000) would overflow
    z_c = a[samples, target]
    total = np.exp(a, out=a).sum(axis=1)
    a /= (n * total)[:, None]
    a[samples, target] -= 1 / n
    return _reduce(np.log(total) - z_c, op=op), a
