"""Softmax cross-entropy: one class out of several, from log-probabilities or from scores."""

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.activations import log_softmax
from nnlib.losses._common import _reduce, known, labels


def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """Negative log-likelihood: minus the log-probability of the true class.

    Parameters
    ----------
    log_probs : array, shape (C,), (N, C) or (N, C, ...), logarithms of probabilities
    target : array of int, shape (), (N,) or (N, ...), the true classes from 0 to C - 1
    weight : array, shape (C,), how much each class counts, or None
    ignore_index : int, default -100, the label of samples that do not count
    reduction : "mean" (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of target for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, or reduction is none of the three

    Notes
    -----
    l_i = -w_c log p_ic for the true class c.  The mean divides by the sum of the weights w_c that occur, so
    that it is a weighted mean; nan where nothing counts.
    Bishop (2006), "Pattern recognition and machine learning", eq. (4.108).

    Examples
    --------
    >>> nll_loss(np.log([[0.7, 0.2, 0.1]]), np.array([0])).round(4)
    np.float64(0.3567)
    """
    rows, shape, _ = _rows("nll_loss", log_probs, "log_probs")
    c, w = _classes("nll_loss", rows, shape, target, weight, ignore_index)
    log_p = rows[np.arange(len(c)), c]
    return _over_rows("nll_loss", _weighted(-log_p, w), w, shape, reduction)


def nll_loss_backward(grad_output, log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """Gradient with respect to log_probs: -grad_output * w_c at the true class c, 0 elsewhere."""
    rows, shape, back = _rows("nll_loss_backward", log_probs, "log_probs")
    c, w = _classes("nll_loss_backward", rows, shape, target, weight, ignore_index)
    gradient = np.zeros_like(rows)
    gradient[np.arange(len(c)), c] = -w * _upstream("nll_loss_backward", grad_output, w, shape, reduction)
    return back(gradient)


def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Softmax cross-entropy: minus the log-probability that softmax(logits) gives the true class.

    Parameters
    ----------
    logits : array, shape (C,), (N, C) or (N, C, ...), unnormalised scores; never their softmax
    target : array of int, shape (), (N,) or (N, ...), classes from 0 to C - 1; or an array of the shape of
        logits, probabilities of the classes
    weight : array, shape (C,), how much each class counts, or None
    ignore_index : int, default -100, the label of samples that do not count; for class labels only
    reduction : "mean" (default), "sum" or "none"
    label_smoothing : float from 0 to 1, default 0, see smooth_labels

    Returns
    -------
    one number, or an array of shape (), (N,) or (N, ...) for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label or label_smoothing is out of range, or reduction is none of
        the three

    Notes
    -----
    l_i = -sum_c w_c q_ic log softmax(z_i)_c, with q_i the target distribution: one-hot for a label, mixed with
    1/C by label_smoothing.  For labels the mean divides by the sum of the weights that occur, for
    probabilities by the number of samples; nan where nothing counts.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.3; Szegedy et al. (2016),
    "Rethinking the Inception architecture", section 7.

    Examples
    --------
    >>> cross_entropy(np.array([[1.0, 2.0, 0.5]]), np.array([1])).round(4)
    np.float64(0.4644)
    >>> cross_entropy(np.array([[0.0, 1000.0]]), np.array([[1.0, 0.0]]))
    np.float64(1000.0)
    """
    need(0 <= label_smoothing <= 1, "cross_entropy", "label_smoothing", label_smoothing, "from 0 to 1")
    rows, shape, _ = _rows("cross_entropy", logits, "logits")
    if label_smoothing == 0 and np.shape(target) == shape:
        c, w = _classes("cross_entropy", rows, shape, target, weight, ignore_index)
        z = rows - rows.max(axis=1, keepdims=True)  # exp(1000) would overflow
        z_c = z[np.arange(len(c)), c]
        loss = _weighted(np.log(np.exp(z, out=z).sum(axis=1)) - z_c, w)
    else:
        log_a = log_softmax(rows)
        wq, w = _wanted("cross_entropy", logits, rows, shape, target, weight, ignore_index, label_smoothing)
        # 0 where a class is not wanted, also if its log-probability is -inf
        loss = -np.multiply(wq, log_a, where=wq != 0, out=np.zeros_like(wq)).sum(axis=1)
    return _over_rows("cross_entropy", loss, w, shape, reduction)


def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Gradient with respect to logits: grad_output * (a - y) for one-hot y, where a = softmax(logits).

    In general grad_output * (a sum_c w_c q_c - w q).  The other classes get a gradient too: it lowers their scores.
    """
    op = "cross_entropy_backward"
    need(0 <= label_smoothing <= 1, op, "label_smoothing", label_smoothing, "from 0 to 1")
    rows, shape, back = _rows(op, logits, "logits")
    a = _softmax(rows)
    if label_smoothing == 0 and np.shape(target) == shape:
        c, w = _classes(op, rows, shape, target, weight, ignore_index)
        a[np.arange(len(c)), c] -= 1
        a *= (w * _upstream(op, grad_output, w, shape, reduction))[:, None]
        return back(a)
    wq, w = _wanted(op, logits, rows, shape, target, weight, ignore_index, label_smoothing)
    grad_output = _upstream(op, grad_output, w, shape, reduction)[:, None]
    return back(grad_output * (a * wq.sum(axis=1, keepdims=True) - wq))


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
    rows, shape, _ = _rows(op, logits, "logits")
    target, samples = labels(op, target, shape, rows.shape[1]), np.arange(len(rows))
    n = max(len(rows), 1)
    a = rows - rows.max(axis=1, keepdims=True)  # exp(1000) would overflow
    z_c = a[samples, target]
    total = np.exp(a, out=a).sum(axis=1)
    a /= (n * total)[:, None]
    a[samples, target] -= 1 / n
    return _reduce(np.log(total) - z_c, op=op), a


def _softmax(rows):
    """softmax along the rows, in one array instead of three."""
    a = rows - rows.max(axis=1, keepdims=True)
    np.exp(a, out=a)
    a /= a.sum(axis=1, keepdims=True)
    return a


def _rows(op, x, name):
    """Scores of shape (C,) or (N, C, ...) as one row a sample; the shape of the labels; the way back.

    Rows of few classes are laid out class after class: NumPy then works on all samples of a class at once.
    """
    x = as_float(x)
    axis = min(1, x.ndim - 1)
    need(
        x.ndim > 0 and x.shape[axis] > 0, op, name, f"shape {x.shape}", "of shape (C,) or (N, C, ...), C > 0"
    )
    last = np.moveaxis(x, axis, -1) if x.ndim > 2 else x
    rows = last.reshape(-1, x.shape[axis])
    if rows.shape[1] <= 64:
        rows = np.asfortranarray(rows)

    def back(gradient):
        gradient = gradient.reshape(last.shape)
        return np.moveaxis(gradient, -1, axis) if x.ndim > 2 else gradient

    return rows, last.shape[:-1], back


def _classes(op, rows, shape, target, weight, ignore_index):
    """Of each row the true class, and how much it counts: the weight of the class, 0 if ignored."""
    c = labels(op, target, shape, rows.shape[1], ignore=ignore_index).reshape(-1)
    counts = c != ignore_index
    c = np.where(counts, c, 0)
    return c, counts.astype(rows.dtype) if weight is None else counts * _class_weights(op, rows, weight)[c]


def _class_weights(op, rows, weight):
    n_classes = rows.shape[1]
    weight = np.ones(n_classes, rows.dtype) if weight is None else np.asarray(weight, rows.dtype)
    need(weight.shape == (n_classes,), op, "weight", f"shape {weight.shape}", f"of shape {(n_classes,)}")
    return weight


def _wanted(op, logits, rows, shape, target, weight, ignore_index, label_smoothing):
    """Of each row w_c q_c, the target distribution with its weights, 0 if ignored; and how much it counts."""
    n_classes = rows.shape[1]
    if np.shape(target) == np.shape(logits):
        q, _, _ = _rows(op, np.asarray(target, rows.dtype), "target")
        w, ignored = np.ones(len(rows), rows.dtype), False
    else:
        c, w = _classes(op, rows, shape, target, weight, ignore_index)
        q, ignored = np.eye(n_classes, dtype=rows.dtype)[c], np.reshape(target, (-1, 1)) == ignore_index
    wq = _class_weights(op, rows, weight) * ((1 - label_smoothing) * q + label_smoothing / n_classes)
    return np.where(ignored, 0, wq), w


def _weighted(loss, w):
    """w loss, and 0 where w is 0: an ignored sample may have an infinite loss."""
    return w * loss if w.all() else np.multiply(w, loss, where=w != 0, out=np.zeros_like(loss))


def _over_rows(op, loss, w, shape, reduction):
    """Reduce the losses of rows that count w: their mean is a weighted one, nan where nothing counts."""
    if reduction == "mean":
        return loss.sum() / w.sum() if w.any() else w.dtype.type(np.nan)
    return _reduce(loss.reshape(shape), reduction, op=op)


def _upstream(op, grad_output, w, shape, reduction):
    """Transpose of _over_rows: the upstream gradient of each row's loss; 0 where nothing counts."""
    known(op, reduction)
    grad_output = as_grad(op, grad_output, w, shape if reduction == "none" else ()).reshape(-1)
    return grad_output / (w.sum() or 1) if reduction == "mean" else grad_output
