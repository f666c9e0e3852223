"""Adversarial training in the small steps in which it is taught: a network with one hidden layer, written out.

Chapter 15 lends these to its exercises. The network is z = relu(x W1^T + b1) W2^T + b2, the loss the mean of the
cross-entropy over a batch.
"""

import numpy as np

from nnlib import losses, nn
from nnlib._check import as_float, need
from nnlib._norms import norm
from nnlib.adversarial import fgsm


def mlp_input_gradient(x, y, W1, b1, W2, b2):
    """Gradient of a small network's loss with respect to its input.

    Parameters
    ----------
    x : array, shape (n, d)
    y : array of int, shape (n,), the classes
    W1, b1 : arrays, shapes (h, d) and (h,)
    W2, b2 : arrays, shapes (c, h) and (c,)

    Returns
    -------
    array, shape of x

    Notes
    -----
    ((softmax(z) - onehot(y)) / n) W2, where the unit is on, times W1.
    Goodfellow, Shlens & Szegedy (2015), "Explaining and harnessing adversarial examples", section 4.

    Examples
    --------
    >>> x, y = np.array([[1.0, 2.0]]), np.array([0])
    >>> mlp_input_gradient(x, y, np.eye(2), np.zeros(2), np.eye(2), np.array([1.0, 0.0]))
    array([[-0.5,  0.5]])
    """
    return _gradients(x, y, 1.0, (W1, b1, W2, b2))[0]


def ball_point(direction, u, *, epsilon):
    """Points spread evenly over a Euclidean ball, from normal numbers and uniform ones.

    Parameters
    ----------
    direction : array, shape (n, ...), standard normal numbers
    u : array, shape (n,), uniform between 0 and 1
    epsilon : float, the radius

    Returns
    -------
    array, shape of direction

    Raises
    ------
    ValueError : u has not one number for each sample, or epsilon is negative

    Notes
    -----
    epsilon u^(1/d) g / ||g||_2 with d numbers a sample: a ball of the share s of the radius has s^d of the volume.
    Muller (1959), "A note on a method for generating points uniformly on n-dimensional spheres".

    Examples
    --------
    >>> ball_point(np.array([[3.0, 4.0]]), np.array([0.25]), epsilon=2.0)
    array([[0.6, 0.8]])
    """
    op = "ball_point"
    direction = as_float(direction)
    u = np.asarray(u, direction.dtype)
    need(u.shape == direction.shape[:1] != (), op, "u", f"shape {u.shape}", f"of shape {direction.shape[:1]}")
    need(epsilon >= 0, op, "epsilon", epsilon, "at least 0")
    d = max(direction[:1].size, 1)
    length = norm(direction, axis=tuple(range(1, direction.ndim)), keepdims=True)
    return epsilon * u.reshape(length.shape) ** (1 / d) * direction / length


def adversarial_grads(x, x_adv, y, W1, b1, W2, b2, *, alpha=0.5):
    """Gradients of alpha times the loss of a batch and 1 - alpha times that of its changed counterpart.

    Parameters
    ----------
    x, x_adv : arrays, shape (n, d); x_adv is held fixed
    y : array of int, shape (n,), the classes of both
    W1, b1, W2, b2 : arrays, as in `mlp_input_gradient`
    alpha : float, default 0.5

    Returns
    -------
    (grad_W1, grad_b1, grad_W2, grad_b2)

    Notes
    -----
    Goodfellow, Shlens & Szegedy (2015), "Explaining and harnessing adversarial examples", section 6.

    Examples
    --------
    >>> x, y = np.array([[1.0, 2.0]]), np.array([0])
    >>> grads = adversarial_grads(x, -x, y, np.eye(2), np.zeros(2), np.eye(2), np.zeros(2), alpha=0.0)
    >>> grads[0].tolist(), grads[3].tolist()  # at -x both units are off
    ([[0.0, 0.0], [0.0, 0.0]], [-0.5, 0.5])
    """
    parameters = W1, b1, W2, b2
    clean, changed = (
        _gradients(batch, y, share, parameters) for batch, share in ((x, alpha), (x_adv, 1 - alpha))
    )
    return tuple(p + q for p, q in zip(clean[1:], changed[1:]))


def fgsm_training_step(x, y, W1, b1, W2, b2, *, epsilon=0.1, alpha=0.5, lr=0.1):
    """One step of gradient descent on a batch and on what FGSM makes of it.

    Parameters
    ----------
    x : array, shape (n, d), pixels from 0 to 1
    y : array of int, shape (n,), the classes
    W1, b1, W2, b2 : arrays, as in `mlp_input_gradient`
    epsilon : float, default 0.1, the change of a pixel; the result is clipped to 0 and 1
    alpha : float, default 0.5, share of the clean loss
    lr : float, default 0.1

    Returns
    -------
    (W1, b1, W2, b2) : the new ones

    Notes
    -----
    The batch is changed at the parameters before the step.
    Goodfellow, Shlens & Szegedy (2015), "Explaining and harnessing adversarial examples", section 6.

    Examples
    --------
    >>> x, y = np.array([[0.25, 0.5]]), np.array([0])
    >>> step = fgsm_training_step(x, y, np.eye(2), np.zeros(2), np.eye(2), np.zeros(2), epsilon=0.0, lr=0.0)
    >>> step[0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    parameters = W1, b1, W2, b2
    x_adv = fgsm(x, mlp_input_gradient(x, y, *parameters), epsilon=epsilon, clip=(0, 1))
    grads = adversarial_grads(x, x_adv, y, *parameters, alpha=alpha)
    return tuple(p - lr * g for p, g in zip(parameters, grads))


def _gradients(x, y, share, parameters):
    """Of share times the loss, with respect to x and to the parameters."""
    delta = losses.cross_entropy_backward(share, nn.mlp(x, *parameters), y)
    return nn.mlp_backward(delta, x, *parameters)
