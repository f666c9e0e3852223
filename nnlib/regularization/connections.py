"""DropConnect: noise on the connections instead of the units, and what to expect of a network without it."""

import numpy as np

from nnlib._check import as_float, as_grad, need


def dropconnect(x, weight, bias, mask):
    """Linear layer with some of its connections cut.

    Parameters
    ----------
    x : array, shape (n, in)
    weight : array, shape (out, in)
    bias : array, shape (out,)
    mask : array of 0 and 1, shape (n, out, in) for connections cut sample by sample, or (out, in) for all
        samples alike; from `dropout_mask`

    Returns
    -------
    array, shape (n, out)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    y = (M * W) x + b.  Nothing is scaled: what replaces the mask in use is in `dropconnect_inference`.  The
    paper also cuts biases; write b as a weight of a constant input for that.  n = 0 gives an empty array.
    Wan et al. (2013), "Regularization of neural networks using DropConnect", section 3.

    Examples
    --------
    >>> dropconnect([[1.0, 2.0]], [[10.0, 100.0]], [0.5], [[1, 0]])
    array([[10.5]])
    """
    x, weight, bias, mask = _layer("dropconnect", x, weight, bias, mask)
    if mask.ndim == 2:
        return x @ (mask * weight).T + bias
    return np.einsum("noi,ni->no", mask * weight, x) + bias


def dropconnect_backward(grad_output, x, weight, bias, mask):
    """Gradients of dropconnect for x, weight and bias: sum over out of g M W, over samples of M g x, of g."""
    x, weight, bias, mask = _layer("dropconnect_backward", x, weight, bias, mask)
    shape = (len(x), len(weight))
    g = np.broadcast_to(as_grad("dropconnect_backward", grad_output, x, shape), shape)
    if mask.ndim == 2:
        return g @ (mask * weight), mask * (g.T @ x), g.sum(axis=0)
    return np.einsum("no,noi->ni", g, mask * weight), np.einsum("no,noi,ni->oi", g, mask, x), g.sum(axis=0)


def dropconnect_moments(x, weight, bias, *, p=0.5):
    """Mean and variance over the masks of what a layer with DropConnect computes.

    Parameters
    ----------
    x : array, shape (n, in)
    weight : array, shape (out, in)
    bias : array, shape (out,)
    p : float from 0 to 1, default 0.5, the probability to cut a connection

    Returns
    -------
    (mean, variance) : arrays of shape (n, out)

    Raises
    ------
    ValueError : a shape is not as above, or p is not from 0 to 1

    Notes
    -----
    mean = (1 - p) W x + b,  variance = p (1 - p) (W * W)(x * x).  n = 0 gives empty arrays.
    Wan et al. (2013), "Regularization of neural networks using DropConnect", section 3.2, where p is the
    probability to keep.

    Examples
    --------
    >>> dropconnect_moments([[1.0, 2.0]], [[1.0, 1.0]], [0.0])
    (array([[1.5]]), array([[1.25]]))
    """
    need(0 <= p <= 1, "dropconnect_moments", "p", p, "from 0 to 1")
    x, weight, bias, _ = _layer("dropconnect_moments", x, weight, bias)
    return (1 - p) * x @ weight.T + bias, p * (1 - p) * (x**2 @ (weight**2).T)


def dropconnect_inference(x, weight, bias, noise, *, p=0.5, activation):
    """Output of a DropConnect layer in use: mean activation over normal sums of the right mean and variance.

    Parameters
    ----------
    x : array, shape (n, in)
    weight : array, shape (out, in)
    bias : array, shape (out,)
    noise : array, shape (s, n, out), s samples from `standard_noise`
    p : float from 0 to 1, default 0.5, the probability to cut a connection
    activation : function of an array

    Returns
    -------
    array, shape (n, out)

    Raises
    ------
    ValueError : a shape is not as above, or p is not from 0 to 1

    Notes
    -----
    mean over samples z of f(mean + sqrt(variance) z), with `dropconnect_moments`: a sum of many independent
    terms is nearly normal, so its two moments say it all.  Averaging after the activation matters: relu of the
    mean sum is not the mean of relu.
    Wan et al. (2013), "Regularization of neural networks using DropConnect", algorithm 2.

    Examples
    --------
    >>> noise = np.array([[[1.0]], [[-1.0]]])
    >>> dropconnect_inference([[2.0]], [[1.0]], [0.0], noise, activation=np.square)
    array([[2.]])
    """
    mean, variance = dropconnect_moments(x, weight, bias, p=p)
    noise = np.asarray(noise, dtype=mean.dtype)
    fits = noise.ndim == 3 and noise.shape[1:] == mean.shape and len(noise) > 0
    wanted = f"of shape (s, *{mean.shape}) with s >= 1"
    need(fits, "dropconnect_inference", "noise", f"shape {noise.shape}", wanted)
    return activation(mean + np.sqrt(variance) * noise).mean(axis=0, dtype=np.float64).astype(mean.dtype)


def _layer(op, x, weight, bias, mask=None):
    x = as_float(x)
    weight, bias = np.asarray(weight, dtype=x.dtype), np.asarray(bias, dtype=x.dtype)
    need(x.ndim == 2, op, "x", f"shape {x.shape}", "of shape (n, in)")
    wanted = f"of shape (out, {x.shape[1]})"
    fits = weight.ndim == 2 and weight.shape[1] == x.shape[1]
    need(fits, op, "weight", f"shape {weight.shape}", wanted)
    need(bias.shape == weight.shape[:1], op, "bias", f"shape {bias.shape}", f"of shape {weight.shape[:1]}")
    if mask is not None:
        mask = np.asarray(mask, dtype=x.dtype)
        shapes = (weight.shape, (len(x), *weight.shape))
        need(mask.shape in shapes, op, "mask", f"shape {mask.shape}", f"of shape {shapes[0]} or {shapes[1]}")
    return x, weight, bias, mask
