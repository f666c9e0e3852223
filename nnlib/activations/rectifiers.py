"""Rectifiers: zero or a small slope below zero, the identity above; and maxout, which learns the pieces."""

import numpy as np

from nnlib._check import as_float, as_grad, need


def relu(x):
    """Rectifier: the positive part of x.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values >= 0

    Notes
    -----
    relu(x) = max(x, 0).  At the kink 0 the derivative is taken as 0; empty in, empty out.
    Nair & Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(as_float(x), 0)


def relu_backward(grad_output, x):
    """Gradient of relu: grad_output where x > 0, else 0; shape of x."""
    x = as_float(x)
    grad_output = as_grad("relu_backward", grad_output, x)
    return grad_output * (x > 0)


def leaky_relu(x, *, negative_slope=0.01):
    """Rectifier with a small positive slope below zero, so that no unit is without a gradient.

    Parameters
    ----------
    x : array, any shape
    negative_slope : float, default 0.01

    Returns
    -------
    array, shape of x

    Notes
    -----
    leaky_relu(x) = max(x, 0) + negative_slope * min(x, 0).  At the kink 0 the derivative is negative_slope;
    empty in, empty out.
    Maas, Hannun & Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]))
    array([-0.02,  0.  ,  3.  ])
    """
    x = as_float(x)
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def leaky_relu_backward(grad_output, x, *, negative_slope=0.01):
    """Gradient of leaky_relu: grad_output where x > 0, else negative_slope * grad_output; shape of x."""
    x = as_float(x)
    grad_output = as_grad("leaky_relu_backward", grad_output, x)
    return np.where(x > 0, grad_output, negative_slope * grad_output)


def prelu(x, weight):
    """Rectifier whose slope below zero is learned: one slope, or one a channel.

    Parameters
    ----------
    x : array, any shape; axis 1 holds the channels
    weight : array, shape () or (1,) or (C,) with C = x.shape[1]; usually starts at 0.25

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : weight has neither one value nor one a channel

    Notes
    -----
    prelu(x) = max(x, 0) + weight * min(x, 0).  At the kink 0 the derivative in x is weight; empty in, empty
    out.  He, Zhang, Ren & Sun (2015), "Delving deep into rectifiers", eq. (1).

    Examples
    --------
    >>> prelu(np.array([[-2.0, -2.0], [1.0, -4.0]]), np.array([0.25, 0.5]))
    array([[-0.5, -1. ],
           [ 1. , -2. ]])
    """
    x = as_float(x)
    return np.maximum(x, 0) + _along_channels("prelu", weight, x) * np.minimum(x, 0)


def prelu_backward(grad_output, x, weight):
    """Gradients of prelu: (grad_x, shape of x; grad_weight, shape of weight).

    grad_x is grad_output where x > 0, else weight * grad_output; grad_weight sums grad_output * min(x, 0)
    over all that shares the slope.
    """
    x = as_float(x)
    grad_output = as_grad("prelu_backward", grad_output, x)
    slope = _along_channels("prelu_backward", weight, x)
    grad_x = np.where(x > 0, grad_output, slope * grad_output)
    per_element = grad_output * np.minimum(x, 0)
    shared = None if slope.ndim == 0 else tuple(axis for axis in range(x.ndim) if axis != 1)
    return grad_x, np.reshape(per_element.sum(axis=shared), np.shape(weight))


def _along_channels(op, weight, x):
    """The slopes shaped to broadcast with x: () for one slope, (C, 1, ..., 1) for one a channel."""
    weight = np.asarray(weight, dtype=x.dtype)
    channels = x.shape[1] if x.ndim > 1 else 1
    fits = weight.ndim <= 1 and weight.size in (1, channels)
    need(fits, op, "weight", f"shape {weight.shape}", f"one value or {channels}, one a channel")
    return weight.reshape(()) if weight.size == 1 else weight.reshape(-1, *[1] * (x.ndim - 2))


def rrelu(x, slope):
    """Rectifier whose slopes below zero are drawn at random during training.

    Parameters
    ----------
    x : array, any shape
    slope : array, shape of x, or one number; `rrelu_slope` draws it

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : slope is neither one number nor of x's shape

    Notes
    -----
    rrelu(x) = max(x, 0) + slope * min(x, 0).  At the kink 0 the derivative is slope; empty in, empty out.
    Xu, Wang, Chen & Li (2015), "Empirical evaluation of rectified activations in convolutional network".

    Examples
    --------
    >>> rrelu(np.array([-1.0, 2.0]), rrelu_slope((2,))).round(4)
    array([-0.2292,  2.    ])
    """
    x = as_float(x)
    return np.maximum(x, 0) + _as_slope("rrelu", slope, x) * np.minimum(x, 0)


def rrelu_backward(grad_output, x, slope):
    """Gradient of rrelu: grad_output where x > 0, else slope * grad_output; shape of x. Slopes get none."""
    x = as_float(x)
    grad_output = as_grad("rrelu_backward", grad_output, x)
    return np.where(x > 0, grad_output, _as_slope("rrelu_backward", slope, x) * grad_output)


def rrelu_slope(shape, *, lower=1 / 8, upper=1 / 3, training=False, rng=None):
    """Slopes for `rrelu`: uniform draws in training, their mean (lower + upper) / 2 otherwise.

    Parameters
    ----------
    shape : tuple of int
    lower, upper : float, default 1/8 and 1/3
    training : bool, default False
    rng : numpy.random.Generator, needed in training

    Returns
    -------
    array of the given shape, float64

    Raises
    ------
    ValueError : lower is greater than upper, or training without an rng

    Notes
    -----
    slope ~ U(lower, upper), one draw an element.  An empty shape such as (0,) gives an empty array.
    Xu, Wang, Chen & Li (2015), "Empirical evaluation of rectified activations in convolutional network".

    Examples
    --------
    >>> rrelu_slope((3,)).round(4)
    array([0.2292, 0.2292, 0.2292])
    >>> rrelu_slope((3,), training=True, rng=np.random.default_rng(0)).round(4)
    array([0.2577, 0.1812, 0.1335])
    """
    need(lower <= upper, "rrelu_slope", "lower", lower, f"at most upper, {upper}")
    if not training:
        return np.full(shape, (lower + upper) / 2)
    need(rng is not None, "rrelu_slope", "rng", rng, "a numpy.random.Generator in training")
    return rng.uniform(lower, upper, size=shape)


def _as_slope(op, slope, x):
    slope = np.asarray(slope, dtype=x.dtype)
    need(
        slope.shape in ((), x.shape),
        op,
        "slope",
        f"shape {slope.shape}",
        f"one number or of x's shape {x.shape}",
    )
    return slope


def maxout(x, weight, bias):
    """Largest of K linear functions of the input: an activation whose shape is learned.

    Parameters
    ----------
    x : array, shape (N, D)
    weight : array, shape (K, H, D)
    bias : array, shape (K, H)

    Returns
    -------
    array, shape (N, H)

    Raises
    ------
    ValueError : a shape is not as above, or K is 0

    Notes
    -----
    maxout(x)_h = max over k of (weight_kh . x + bias_kh).  Where pieces tie, the first takes the gradient.
    N = 0 gives an array of shape (0, H).
    Goodfellow, Warde-Farley, Mirza, Courville & Bengio (2013), "Maxout networks".

    Examples
    --------
    The absolute value is the larger of two lines:

    >>> maxout(np.array([[-2.0], [3.0]]), np.array([[[1.0]], [[-1.0]]]), np.zeros((2, 1)))
    array([[2.],
           [3.]])
    """
    x, weight, bias = _maxout_arguments("maxout", x, weight, bias)
    return _pieces(x, weight, bias).max(axis=0)


def maxout_backward(grad_output, x, weight, bias):
    """Gradients of maxout: (grad_x (N, D), grad_weight (K, H, D), grad_bias (K, H)).

    grad_output (N, H) goes to the winning piece alone, the first one in a tie.
    """
    x, weight, bias = _maxout_arguments("maxout_backward", x, weight, bias)
    grad_output = as_grad("maxout_backward", grad_output, x, (len(x), weight.shape[1]))
    winner = _pieces(x, weight, bias).argmax(axis=0)
    grad_pieces = grad_output * (winner == np.arange(len(weight))[:, None, None])  # (K, N, H)
    return (grad_pieces @ weight).sum(axis=0), grad_pieces.transpose(0, 2, 1) @ x, grad_pieces.sum(axis=1)


def _pieces(x, weight, bias):
    return x @ weight.transpose(0, 2, 1) + bias[:, None, :]  # (K, N, H)


def _maxout_arguments(op, x, weight, bias):
    x = as_float(x)
    weight, bias = np.asarray(weight, dtype=x.dtype), np.asarray(bias, dtype=x.dtype)
    need(x.ndim == 2, op, "x", f"shape {x.shape}", "of shape (N, D)")
    fits = weight.ndim == 3 and len(weight) > 0 and weight.shape[2] == x.shape[1]
    need(fits, op, "weight", f"shape {weight.shape}", f"of shape (K, H, {x.shape[1]}) with K > 0")
    need(bias.shape == weight.shape[:2], op, "bias", f"shape {bias.shape}", f"of shape {weight.shape[:2]}")
    return x, weight, bias
