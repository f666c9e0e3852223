"""Digits that are changed so that a network misreads them, and networks trained on such digits."""

from typing import NamedTuple

import numpy as np

from nnlib import nn
from nnlib._check import need
from nnlib.adversarial import pgd
from nnlib.experiments.adversarial_steps import fgsm_training_step, mlp_input_gradient


class RobustRun(NamedTuple):
    """Share of the test images read right, as they are and under attack;  parameters: W1, b1, W2, b2.

    accuracy (len(radii),): under an attack that changes each pixel by at most that much
    """

    parameters: tuple
    radii: np.ndarray
    accuracy: np.ndarray


def robust_digits(
    data,
    *,
    epsilon=0.1,
    alpha=0.5,
    hidden=64,
    lr=0.2,
    epochs=10,
    batch_size=32,
    radii=(0.0, 0.05, 0.1),
    steps=10,
    step=fgsm_training_step,
    input_gradient=mlp_input_gradient,
    attack=pgd,
    rng,
):
    """Train a network with one hidden layer against FGSM, then attack it with small steps.

    Parameters
    ----------
    data : X_train (n, d), y_train (n,), X_test, y_test, pixels from 0 to 1
    epsilon : float, default 0.1, of the training; 0 trains on the images as they are
    alpha, lr : floats, default 0.5 and 0.2, as in `fgsm_training_step`; the rate falls to 0 along a straight line
    hidden, epochs, batch_size : int, default 64, 10 and 32; images that fill no batch are left out of an epoch
    radii : sequence of float, of the attack
    steps : int, default 10, of the attack, each 2.5 / steps of the radius
    step, input_gradient, attack : functions, default those of nnlib
    rng : numpy.random.Generator, for the start and the order of the images

    Returns
    -------
    RobustRun

    Raises
    ------
    ValueError : batch_size is not positive, or above the number of images

    Notes
    -----
    Goodfellow, Shlens & Szegedy (2015), section 6; the attack: Madry et al. (2018), section 2.1.

    Examples
    --------
    >>> X, y = np.array([[0.9, 0.1], [0.1, 0.9]]), np.array([0, 1])
    >>> run = robust_digits((X, y, X, y), batch_size=2, epochs=60, radii=(0.0, 0.5), rng=np.random.default_rng(0))
    >>> run.accuracy
    array([1., 0.])
    """
    X, y, X_test, y_test = data
    need(0 < batch_size <= len(X), "robust_digits", "batch_size", batch_size, f"from 1 to {len(X)}")
    parameters = nn.mlp_parameters([X.shape[1], hidden, int(y.max()) + 1], rng=rng)
    starts = range(0, len(X) - batch_size + 1, batch_size)
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for i, start in enumerate(starts):
            batch, left = order[start : start + batch_size], 1 - (epoch + i / len(starts)) / epochs
            parameters = step(X[batch], y[batch], *parameters, epsilon=epsilon, alpha=alpha, lr=lr * left)

    def read(radius):
        def gradient(x):
            return input_gradient(x, y_test, *parameters)

        x = attack(X_test, gradient, epsilon=radius, alpha=2.5 * radius / steps, steps=steps, clip=(0.0, 1.0))
        return np.mean(nn.mlp(x, *parameters).argmax(axis=1) == y_test)

    return RobustRun(tuple(parameters), np.array(radii), np.array([read(radius) for radius in radii]))
