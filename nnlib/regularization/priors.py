"""Penalties as beliefs about weights: minus the logarithm of a prior density, each beside its gradient."""

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.activations import logsumexp


def laplace_neg_log_prior(w, *, b):
    """Minus the log density of independent Laplace weights: the L1 penalty, and a constant.

    Parameters
    ----------
    w : array, any shape
    b : float > 0, the scale; the standard deviation is b sqrt(2)

    Returns
    -------
    number

    Raises
    ------
    ValueError : b is not positive

    Notes
    -----
    -ln prod_i exp(-|w_i| / b) / (2 b) = (1 / b) sum_i |w_i| + m ln(2 b) for m weights.  The constant alone has
    the 2: the strength of the L1 penalty is 1 / b.  At w = 0 the gradient is taken as 0.  No weights give 0.
    Tibshirani (1996), "Regression shrinkage and selection via the lasso", section 5.

    Examples
    --------
    >>> laplace_neg_log_prior(np.array([0.5, -1.0, 3.0]), b=2.0).round(4)
    np.float64(6.4089)
    """
    need(b > 0, "laplace_neg_log_prior", "b", b, "positive")
    w = as_float(w)
    return np.sum(np.abs(w)) / b + w.size * float(np.log(2 * b))


def laplace_neg_log_prior_backward(grad_output, w, *, b):
    """Gradient of laplace_neg_log_prior: grad_output * sign(w) / b, 0 at w = 0; shape of w."""
    w = as_float(w)
    return as_grad("laplace_neg_log_prior_backward", grad_output, w, ()) * np.sign(w) / b


def gaussian_neg_log_prior(w, *, sigma):
    """Minus the log density of independent normal weights around zero: the L2 penalty, and a constant.

    Parameters
    ----------
    w : array, any shape
    sigma : float > 0, the standard deviation

    Returns
    -------
    number

    Raises
    ------
    ValueError : sigma is not positive

    Notes
    -----
    1 / (2 sigma^2) sum_i w_i^2 + m ln(sigma sqrt(2 pi)) for m weights: the strength of the L2 penalty is
    1 / sigma^2.  No weights give 0.
    MacKay (1992), "A practical Bayesian framework for backpropagation networks".

    Examples
    --------
    >>> gaussian_neg_log_prior(np.array([3.0, -4.0]), sigma=5.0).round(4)
    np.float64(5.5568)
    """
    need(sigma > 0, "gaussian_neg_log_prior", "sigma", sigma, "positive")
    w = as_float(w)
    return np.sum((w / sigma) ** 2) / 2 + w.size * float(np.log(sigma * np.sqrt(2 * np.pi)))


def gaussian_neg_log_prior_backward(grad_output, w, *, sigma):
    """Gradient of gaussian_neg_log_prior: grad_output * w / sigma^2; shape of w."""
    w = as_float(w)
    return as_grad("gaussian_neg_log_prior_backward", grad_output, w, ()) * (w / sigma / sigma)


def soft_weight_sharing(w, pi, mu, sigma):
    """Minus the log density of weights under a mixture of normals: pulls weights together in groups.

    Parameters
    ----------
    w : array, any shape
    pi : array, shape (K,), proportions of the mixture, >= 0; the sum 1 is not checked, for a common factor only
        adds a constant
    mu : array, shape (K,), the centres, learnt with the weights
    sigma : array, shape (K,), the widths, positive

    Returns
    -------
    number

    Raises
    ------
    ValueError : pi, mu and sigma are not of one shape (K,), a width is not positive, or a proportion is negative

    Notes
    -----
    -sum_i ln sum_k pi_k N(w_i; mu_k, sigma_k^2).  With one normal at 0 it is `gaussian_neg_log_prior`.
    The gradient is a pull to each centre, weighted by r_ik, the share of component k in the density at w_i;
    proportions are differentiated as if they were free.  No weights give 0.
    Nowlan & Hinton (1992), "Simplifying neural networks by soft weight-sharing".

    Examples
    --------
    >>> soft_weight_sharing(np.array([0.0, 1.0]), [0.5, 0.5], [0.0, 1.0], [0.1, 0.1]).round(4)
    np.float64(-1.381)
    """
    log_mixture, _, _ = _mixture("soft_weight_sharing", w, pi, mu, sigma)
    return -np.sum(log_mixture)


def soft_weight_sharing_backward(grad_output, w, pi, mu, sigma):
    """Gradients of soft_weight_sharing, for w, pi, mu and sigma.

    With d_ik = w_i - mu_k: sum_k r_ik d_ik / sigma_k^2 for w_i, and over all i -sum r_ik / pi_k,
    -sum r_ik d_ik / sigma_k^2, sum r_ik (1 - d_ik^2 / sigma_k^2) / sigma_k.
    """
    w = as_float(w)
    log_mixture, log_density, joint = _mixture("soft_weight_sharing_backward", w, pi, mu, sigma)
    grad_output = as_grad("soft_weight_sharing_backward", grad_output, w, ())
    mu, sigma = (np.asarray(a, dtype=w.dtype) for a in (mu, sigma))

    r, d = np.exp(joint - log_mixture[..., None]), w[..., None] - mu
    with np.errstate(over="ignore"):  # where pi_k = 0 and only component k is near, the slope is huge
        r_over_pi = np.exp(log_density - log_mixture[..., None])
    samples = tuple(range(w.ndim))
    return (
        grad_output * np.sum(r * d / sigma**2, axis=-1),
        -grad_output * np.sum(r_over_pi, axis=samples),
        -grad_output * np.sum(r * d / sigma**2, axis=samples),
        grad_output * np.sum(r * (1 - d**2 / sigma**2) / sigma, axis=samples),
    )


def _mixture(op, w, pi, mu, sigma):
    """ln sum_k pi_k N(w_i; mu_k, sigma_k^2), shape of w; ln N(...) and ln pi_k N(...), shape (*w.shape, K)."""
    w = as_float(w)
    pi, mu, sigma = (np.asarray(a, dtype=w.dtype) for a in (pi, mu, sigma))
    for name, a in (("pi", pi), ("mu", mu), ("sigma", sigma)):
        need(a.ndim == 1 and a.shape == pi.shape, op, name, f"shape {a.shape}", "of shape (K,), as pi is")
    need((sigma > 0).all(), op, "sigma", sigma, "positive")
    need((pi >= 0).all(), op, "pi", pi, "at least 0")

    log_density = -(((w[..., None] - mu) / sigma) ** 2) / 2 - np.log(sigma * np.sqrt(w.dtype.type(2 * np.pi)))
    with np.errstate(divide="ignore"):  # a proportion of 0 is a term of exp(-inf)
        joint = np.log(pi) + log_density
    return logsumexp(joint), log_density, joint
