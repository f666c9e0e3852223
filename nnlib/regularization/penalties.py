"""What is added to the loss so that weights stay small, each penalty beside its gradient.

One convention for the strength throughout: ``lam / n``, where n is 1 for a strength per sample (then
``l2_penalty`` has the gradient lam * w, torch's ``weight_decay``), or the number of training samples for a
strength that is shared among them.  The strengths 0.1 for 1000 samples and 5 for 50 000 are thus the same.
"""

import numpy as np

from nnlib._check import as_float, as_grad, need


def l2_penalty(weights, *, lam, n=1):
    """Half the squared length of the weights: pulls each weight to zero in proportion to its size.

    Parameters
    ----------
    weights : array, any shape; biases are usually left out
    lam : float >= 0, the strength
    n : int, default 1, the number of samples that share the strength

    Returns
    -------
    number

    Notes
    -----
    lam / (2 n) sum_i w_i^2, with gradient lam / n w.  Smooth everywhere; no weights give 0.
    Krogh & Hertz (1992), "A simple weight decay can improve generalization".

    Examples
    --------
    >>> l2_penalty(np.array([3.0, -4.0]), lam=0.2)
    np.float64(2.5)
    """
    weights = as_float(weights)
    return lam / (2 * n) * np.sum(weights**2)


def l2_penalty_backward(grad_output, weights, *, lam, n=1):
    """Gradient of l2_penalty: grad_output * lam / n * w; shape of weights."""
    weights = as_float(weights)
    return as_grad("l2_penalty_backward", grad_output, weights, ()) * (lam / n) * weights


def l1_penalty(weights, *, lam, n=1):
    """Sum of the sizes of the weights: pulls each weight to zero with the same force, large or small.

    Parameters
    ----------
    weights : array, any shape
    lam : float >= 0, the strength
    n : int, default 1, the number of samples that share the strength

    Returns
    -------
    number

    Notes
    -----
    lam / n sum_i |w_i|, with gradient lam / n sign(w).  At w = 0 the gradient is taken as 0, as torch does.
    No weights give 0.
    Tibshirani (1996), "Regression shrinkage and selection via the lasso".

    Examples
    --------
    >>> l1_penalty(np.array([3.0, -4.0]), lam=0.5)
    np.float64(3.5)
    """
    weights = as_float(weights)
    return lam / n * np.sum(np.abs(weights))


def l1_penalty_backward(grad_output, weights, *, lam, n=1):
    """Gradient of l1_penalty: grad_output * lam / n * sign(w), 0 at w = 0; shape of weights."""
    weights = as_float(weights)
    return as_grad("l1_penalty_backward", grad_output, weights, ()) * (lam / n) * np.sign(weights)


def elastic_net_penalty(weights, *, l1, l2):
    """L1 and L2 together: sparse like the first, stable among correlated inputs like the second.

    Parameters
    ----------
    weights : array, any shape
    l1 : float >= 0, strength of the sizes
    l2 : float >= 0, strength of the squares, without a factor 1/2

    Returns
    -------
    number

    Notes
    -----
    l1 sum_i |w_i| + l2 sum_i w_i^2, with gradient l1 sign(w) + 2 l2 w.  At w = 0 the gradient is taken as 0.
    No weights give 0.
    Zou & Hastie (2005), "Regularization and variable selection via the elastic net", eq. (3).

    Examples
    --------
    >>> elastic_net_penalty(np.array([3.0, -4.0]), l1=1.0, l2=0.1)
    np.float64(9.5)
    """
    weights = as_float(weights)
    return l1 * np.sum(np.abs(weights)) + l2 * np.sum(weights**2)


def elastic_net_penalty_backward(grad_output, weights, *, l1, l2):
    """Gradient of elastic_net_penalty: grad_output * (l1 sign(w) + 2 l2 w); shape of weights."""
    weights = as_float(weights)
    grad_output = as_grad("elastic_net_penalty_backward", grad_output, weights, ())
    return grad_output * (l1 * np.sign(weights) + 2 * l2 * weights)


def frobenius_penalty(weight, *, lam, n=1):
    """L2 penalty of one layer's matrix, by its Frobenius norm.

    Parameters
    ----------
    weight : array, shape (out, in); any other shape counts as one long vector
    lam : float >= 0, the strength
    n : int, default 1, the number of samples that share the strength

    Returns
    -------
    number

    Notes
    -----
    lam / (2 n) ||W||_F^2 with ||W||_F^2 = sum_{i=1}^{out} sum_{j=1}^{in} w_ij^2.  The gradient of ||W||_F^2
    is 2 W, so that of the penalty is lam / n W.  No weights give 0.
    Golub & Van Loan (2013), "Matrix computations", section 2.3.1.

    Examples
    --------
    >>> frobenius_penalty(np.array([[1.0, 2.0], [3.0, 4.0]]), lam=0.1)
    np.float64(1.5)
    """
    return l2_penalty(weight, lam=lam, n=n)


def frobenius_penalty_backward(grad_output, weight, *, lam, n=1):
    """Gradient of frobenius_penalty: grad_output * lam / n * W; shape of weight."""
    weight = as_float(weight)
    return as_grad("frobenius_penalty_backward", grad_output, weight, ()) * (lam / n) * weight


def regularized_loss(data_loss, weights, *, lam, kind="l2", n=1):
    """What a regularised network minimises: the mean loss on the data, and the penalties of all layers.

    Parameters
    ----------
    data_loss : number, the mean loss over the samples
    weights : sequence of arrays, one for each layer; biases are usually left out
    lam : float >= 0, the strength
    kind : "l2" (default) or "l1"
    n : int, default 1, the number of samples that share the strength

    Returns
    -------
    number

    Raises
    ------
    ValueError : kind is neither "l1" nor "l2"

    Notes
    -----
    J = loss + sum_l R(W^[l]) with R = `frobenius_penalty` or `l1_penalty`.  No layers add nothing.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 7.1.

    Examples
    --------
    >>> regularized_loss(0.5, [np.array([[3.0, -4.0]]), np.array([[2.0]])], lam=0.2)
    np.float64(3.4)
    """
    need(kind in ("l1", "l2"), "regularized_loss", "kind", repr(kind), "'l1' or 'l2'")
    penalty = frobenius_penalty if kind == "l2" else l1_penalty
    data_loss = as_float(data_loss)
    total = sum(penalty(np.asarray(w, dtype=data_loss.dtype), lam=lam, n=n) for w in weights)
    return data_loss + data_loss.dtype.type(total)
