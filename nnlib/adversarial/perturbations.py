"""Small changes of an input that a network misreads: one step along the gradient, or several inside a ball."""

import numpy as np

from nnlib._check import as_float, need
from nnlib._norms import norm as vector_norm


def fgsm(x, grad_x, *, epsilon=0.03, clip=None):
    """Fast gradient sign method: move every pixel by epsilon in the direction that raises the loss.

    Parameters
    ----------
    x : array, any shape, the input
    grad_x : array of that shape, gradient of the loss with respect to x, not to the parameters
    epsilon : float, default 0.03
    clip : (low, high), the range of valid pixels, or None

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : the shapes differ, epsilon is negative, or clip is not a range

    Notes
    -----
    x + epsilon sign(grad_x loss): of all changes of at most epsilon a pixel the one that raises a linear loss most.
    Where the gradient is 0, nothing changes.
    Goodfellow, Shlens & Szegedy (2015), "Explaining and harnessing adversarial examples", section 4.

    Examples
    --------
    >>> fgsm(np.array([0.5, 0.5, 0.99]), np.array([2.0, -0.1, 3.0]), epsilon=0.1, clip=(0, 1))
    array([0.6, 0.4, 1. ])
    """
    x, grad_x = _pair("fgsm", x, grad_x, "grad_x")
    need(epsilon >= 0, "fgsm", "epsilon", epsilon, "at least 0")
    return _clipped("fgsm", x + epsilon * np.sign(grad_x), clip)


def fgm(emb, grad_emb, *, epsilon=1.0, eps=1e-12):
    """Fast gradient method: move each sample by the length epsilon along its gradient, as for embeddings of words.

    Parameters
    ----------
    emb : array, shape (n, ...), the input, such as the embedded words (n, T, d) of n texts
    grad_emb : array of that shape, gradient of the loss with respect to it
    epsilon : float, default 1, the length of the change of each sample
    eps : float, default 1e-12; a gradient shorter than that gives a shorter change, and 0 none

    Returns
    -------
    array, shape of emb

    Raises
    ------
    ValueError : the shapes differ, emb has no axis, or epsilon is negative

    Notes
    -----
    x + epsilon g / max(||g||_2, eps), the norm over all of a sample.  g is the gradient of the loss; with that of the
    log-likelihood there is one minus, not two.  A large gradient gives no larger change.
    Miyato, Dai & Goodfellow (2017), "Adversarial training methods for semi-supervised text classification", eq. (5).

    Examples
    --------
    >>> fgm(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[3.0, 4.0], [0.0, -1e6]]))
    array([[0.6, 0.8],
           [1. , 0. ]])
    """
    emb, grad_emb = _pair("fgm", emb, grad_emb, "grad_emb")
    need(emb.ndim > 0, "fgm", "emb", "one number", "of shape (n, ...)")
    need(epsilon >= 0, "fgm", "epsilon", epsilon, "at least 0")
    return emb + epsilon * (grad_emb / np.maximum(_length(grad_emb), eps))


def project(x_adv, x, *, epsilon, norm="linf", clip=None):
    """Bring changed inputs back to within epsilon of the originals, and to valid pixels.

    Parameters
    ----------
    x_adv : array, shape (n, ...)
    x : array of that shape, the originals
    epsilon : float, the radius of the ball around each sample
    norm : "linf" (default) for the largest change of a pixel, "l2" for the Euclidean length of the change
    clip : (low, high), the range of valid pixels, or None

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : the shapes differ, x has no axis, epsilon is negative, norm is unknown, or clip is not a range

    Notes
    -----
    Nearest point of the ball: x + clip(r, -epsilon, epsilon), or x + r min(1, epsilon / ||r||_2), with r = x_adv - x.
    Clipping to valid pixels then moves no pixel away from x, where x is valid, so the result is in both.
    Madry et al. (2018), "Towards deep learning models resistant to adversarial attacks", section 2.1.

    Examples
    --------
    >>> x, x_adv = np.zeros((1, 2)), np.array([[3.0, 4.0]])
    >>> project(x_adv, x, epsilon=1.0), project(x_adv, x, epsilon=1.0, norm="l2")
    (array([[1., 1.]]), array([[0.6, 0.8]]))
    """
    x_adv, x = _pair("project", x_adv, x, "x")
    _ball("project", x, epsilon, norm)
    r = x_adv - x
    if norm == "linf":
        r = np.clip(r, -epsilon, epsilon)
    else:
        length = _length(r)
        r = r * np.divide(epsilon, length, where=length > epsilon, out=np.ones_like(length))
    return _clipped("project", x + r, clip)


def pgd_start(shape, *, epsilon, norm="linf", rng):
    """Draw a random change inside the ball, for `pgd` to start from.

    Parameters
    ----------
    shape : tuple of int, (n, ...)
    epsilon : float, the radius
    norm : "linf" (default) or "l2"
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape; each sample uniform in its ball

    Raises
    ------
    ValueError : shape is empty, epsilon is negative, or norm is unknown

    Notes
    -----
    l2: a random direction times epsilon u^(1/d), since the volume of a ball grows with the power d of its radius.
    Madry et al. (2018), section 3.1.

    Examples
    --------
    >>> r = pgd_start((1000, 3), epsilon=0.5, norm="l2", rng=np.random.default_rng(0))
    >>> length = np.linalg.norm(r, axis=1)
    >>> bool(length.max() <= 0.5), round(float(np.mean(length < 0.25)), 2)  # (1/2)^3 of the volume
    (True, 0.13)
    """
    _ball("pgd_start", np.empty(shape), epsilon, norm)
    if norm == "linf":
        return rng.uniform(-epsilon, epsilon, shape)
    r = rng.normal(size=shape)
    d = max(r.size // max(len(r), 1), 1)
    radius = epsilon * rng.uniform(size=(len(r), *(1,) * (r.ndim - 1))) ** (1 / d)
    return radius * r / _length(r)


def pgd(x, grad_fn, *, epsilon=0.3, alpha=0.01, steps=40, norm="linf", start=None, clip=None):
    """Projected gradient descent on minus the loss: many small steps uphill, each brought back into the ball.

    Parameters
    ----------
    x : array, shape (n, ...), the inputs
    grad_fn : function of an array of that shape that gives the gradient of the loss there
    epsilon : float, default 0.3, how far from x the result may be
    alpha : float, default 0.01, the step
    steps : int, default 40
    norm : "linf" (default) or "l2"
    start : array, shape of x, the first change, as `pgd_start` draws it, or None to start from x
    clip : (low, high), the range of valid pixels, or None

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : a shape differs, x has no axis, epsilon is negative, norm is unknown, or clip is not a range

    Notes
    -----
    x <- project(x + alpha sign(g)), or x + alpha g / ||g||_2 for l2.  steps alpha should exceed epsilon, so that the
    edge can be reached.  One step of alpha = epsilon from x itself is `fgsm`, or `fgm`.
    Madry et al. (2018), "Towards deep learning models resistant to adversarial attacks", section 2.1.

    Examples
    --------
    >>> pgd(np.zeros((1, 2)), lambda x: np.array([[1.0, -1.0]]), epsilon=0.05, clip=(0, 1))
    array([[0.05, 0.  ]])
    """
    x = as_float(x)
    _ball("pgd", x, epsilon, norm)
    r = np.zeros_like(x) if start is None else _pair("pgd", x, start, "start")[1]
    least = np.finfo(x.dtype).tiny  # a small gradient gives a whole step, too
    x_adv = project(x + r, x, epsilon=epsilon, norm=norm, clip=clip)
    for _ in range(steps):
        g = _pair("pgd", x, grad_fn(x_adv), "the gradient")[1]
        moved = fgsm(x_adv, g, epsilon=alpha) if norm == "linf" else fgm(x_adv, g, epsilon=alpha, eps=least)
        x_adv = project(moved, x, epsilon=epsilon, norm=norm, clip=clip)
    return x_adv


def _length(r):
    """Euclidean length of each sample, with axes to divide by."""
    return vector_norm(r, axis=tuple(range(1, r.ndim)), keepdims=True)


def _clipped(op, x, clip):
    if clip is None:
        return x
    low, high = clip
    need(low <= high, op, "clip", clip, "(low, high) with low <= high")
    return np.clip(x, low, high)


def _pair(op, x, other, argument):
    x = as_float(x)
    other = np.asarray(other, x.dtype)
    need(other.shape == x.shape, op, argument, f"shape {other.shape}", f"of shape {x.shape}")
    return x, other


def _ball(op, x, epsilon, norm):
    need(x.ndim > 0, op, "x", "one number", "of shape (n, ...)")
    need(epsilon >= 0, op, "epsilon", epsilon, "at least 0")
    need(norm in ("linf", "l2"), op, "norm", repr(norm), "'linf' or 'l2'")
