"""Dropout and its relatives: noise on the units while training, its mean or nothing when the net is used.

The noise is an argument, so that forward and backward see the same; ``dropout_mask`` and ``standard_noise``
draw it.  p is always the probability to *drop*, as in torch; some papers write p for the probability to keep.
"""

import numpy as np

from nnlib._check import as_float, as_grad, need


def dropout_mask(shape, *, p=0.5, rng):
    """Which units stay: 1 with probability 1 - p, else 0.

    Parameters
    ----------
    shape : tuple of int
    p : float from 0 to 1, default 0.5, the probability to drop a unit
    rng : numpy.random.Generator

    Returns
    -------
    array of 0.0 and 1.0, of that shape

    Raises
    ------
    ValueError : p is not from 0 to 1

    Notes
    -----
    m ~ Bernoulli(1 - p), each element for itself.
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting", section 4.

    Examples
    --------
    >>> dropout_mask((2, 4), p=0.5, rng=np.random.default_rng(0))
    array([[1., 0., 0., 0.],
           [1., 1., 1., 1.]])
    """
    _probability("dropout_mask", p)
    return (rng.random(shape) >= p).astype(np.float64)


def dropout(x, mask, *, p=0.5, training=True):
    """Inverted dropout: silence the units outside the mask, and make up for them at once.

    Parameters
    ----------
    x : array, any shape
    mask : array of 0 and 1, shape of x, from `dropout_mask` with the same p; not looked at unless training
    p : float from 0 to 1, default 0.5, the probability to drop a unit
    training : bool, default True; False returns x as it is

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : p is not from 0 to 1, or mask is not of the shape of x

    Notes
    -----
    y = m x / (1 - p), so that E[y] = x and nothing is to be done when the network is used.  p = 1 gives 0, as in
    torch.  A dropped unit gets no gradient.  Empty in, empty out.
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting", section 10.

    Examples
    --------
    >>> dropout(np.array([1.0, 2.0, 3.0]), [1, 0, 1], p=0.5)
    array([2., 0., 6.])
    """
    x = as_float(x)
    return x * _kept("dropout", x, mask, p, training)


def dropout_backward(grad_output, x, mask, *, p=0.5, training=True):
    """Gradient of dropout: grad_output * mask / (1 - p), or grad_output unless training; shape of x."""
    x = as_float(x)
    grad_output = as_grad("dropout_backward", grad_output, x)
    return grad_output * _kept("dropout_backward", x, mask, p, training)


def dropout_vanilla(x, mask, *, p=0.5, training=True):
    """Dropout as first published: silence units while training, and scale all of them when the net is used.

    Parameters
    ----------
    x : array, any shape
    mask : array of 0 and 1, shape of x, from `dropout_mask` with the same p; not looked at unless training
    p : float from 0 to 1, default 0.5, the probability to drop a unit
    training : bool, default True

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : p is not from 0 to 1, or mask is not of the shape of x

    Notes
    -----
    y = m x while training, y = (1 - p) x = E[m x] in use.  Empty in, empty out.
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting", section 4,
    where p is the probability to keep.

    Examples
    --------
    >>> dropout_vanilla(np.array([1.0, 2.0, 3.0]), [1, 0, 1])
    array([1., 0., 3.])
    >>> dropout_vanilla(np.array([1.0, 2.0, 3.0]), None, p=0.2, training=False)
    array([0.8, 1.6, 2.4])
    """
    x = as_float(x)
    return x * _kept("dropout_vanilla", x, mask, p, training, vanilla=True)


def dropout_vanilla_backward(grad_output, x, mask, *, p=0.5, training=True):
    """Gradient of dropout_vanilla: grad_output * mask, or grad_output * (1 - p) unless training; shape of x."""
    x = as_float(x)
    grad_output = as_grad("dropout_vanilla_backward", grad_output, x)
    return grad_output * _kept("dropout_vanilla_backward", x, mask, p, training, vanilla=True)


def standard_noise(shape, *, rng):
    """Independent numbers from the standard normal distribution, for `gaussian_noise`.

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape

    Notes
    -----
    z ~ N(0, 1).

    Examples
    --------
    >>> standard_noise((2,), rng=np.random.default_rng(0)).round(4)
    array([ 0.1257, -0.1321])
    """
    return rng.standard_normal(shape)


def gaussian_noise(x, noise, *, std=0.1, training=True):
    """Add normal noise to inputs or hidden units: augmentation at whatever level x lives.

    Parameters
    ----------
    x : array, any shape
    noise : array, shape of x, from `standard_noise`; not looked at unless training
    std : float >= 0, default 0.1, the standard deviation of what is added
    training : bool, default True; False returns x as it is

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : noise is not of the shape of x

    Notes
    -----
    y = x + std z with z ~ N(0, 1), so E[y] = x.  For a linear model with squared loss it acts like an L2 penalty
    of strength std^2.  Empty in, empty out.
    Bishop (1995), "Training with noise is equivalent to Tikhonov regularization".

    Examples
    --------
    >>> gaussian_noise(np.array([1.0, 2.0]), [1.0, -2.0], std=0.5)
    array([1.5, 1. ])
    """
    x = as_float(x)
    if not training:
        return x.copy()
    noise = np.asarray(noise, dtype=x.dtype)
    need(noise.shape == x.shape, "gaussian_noise", "noise", f"shape {noise.shape}", f"of shape {x.shape}")
    return x + std * noise


def gaussian_noise_backward(grad_output, x, noise, *, std=0.1, training=True):
    """Gradient of gaussian_noise: grad_output, whatever the noise; shape of x."""
    x = as_float(x)
    return np.broadcast_to(as_grad("gaussian_noise_backward", grad_output, x), x.shape).copy()


def multi_sample_dropout_loss(h, masks, *, head, loss, p=0.5):
    """Mean loss of one batch of features under several dropout masks, through the same head.

    Parameters
    ----------
    h : array, any shape, features before the dropout, computed once
    masks : array, shape (m, *h.shape), from `dropout_mask`
    head : function of the dropped features, the layers after the dropout
    loss : function of the head's output that returns one number
    p : float from 0 to 1, default 0.5, the probability to drop a unit

    Returns
    -------
    number

    Raises
    ------
    ValueError : masks is not of shape (m, *h.shape) with m >= 1, or p is not from 0 to 1

    Notes
    -----
    (1 / m) sum_k loss(head(dropout(h, mask_k))).  Its mean over the masks is the same for every m; only its
    spread falls with m.
    Inoue (2019), "Multi-sample dropout for accelerated training and better generalization", section 3.

    Examples
    --------
    >>> masks = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> multi_sample_dropout_loss(np.array([1.0, 3.0]), masks, head=np.sum, loss=np.square)
    np.float64(20.0)
    """
    h = as_float(h)
    masks = np.asarray(masks, dtype=h.dtype)
    wanted = f"of shape (m, *{h.shape}) with m >= 1"
    fits = masks.ndim == h.ndim + 1 and masks.shape[1:] == h.shape and len(masks) > 0
    need(fits, "multi_sample_dropout_loss", "masks", f"shape {masks.shape}", wanted)
    _probability("multi_sample_dropout_loss", p)
    return sum(loss(head(dropout(h, mask, p=p))) for mask in masks) / len(masks)


def _kept(op, x, mask, p, training, vanilla=False):
    """What x is multiplied by: the mask, times 1 / (1 - p) here or 1 - p in use."""
    _probability(op, p)
    if not training:
        return np.full_like(x, 1 - p if vanilla else 1)
    mask = np.asarray(mask, dtype=x.dtype)
    need(mask.shape == x.shape, op, "mask", f"shape {mask.shape}", f"of shape {x.shape}")
    if vanilla:
        return mask
    return mask / (1 - p) if p < 1 else np.zeros_like(mask)


def _probability(op, p):
    need(0 <= p <= 1, op, "p", p, "from 0 to 1")
