"""Formulas of chapter 15 that one meets and that are wrong, beside those that are right."""

import numpy as np
import pytest

from nnlib import adversarial as A
from nnlib.losses import cross_entropy
from nnlib.modules import Linear


def near(value, digits=3):
    return pytest.approx(value, abs=0.5 * 10**-digits)


def test_the_gradient_is_that_of_the_input_not_of_the_parameters():
    model = Linear(2, 3, bias=False, rng=np.random.default_rng(0))
    x, y = np.array([[0.3, -0.2]]), np.array([1])
    gradient = A.input_gradient(model, "cross_entropy", x, y)
    of_parameters = model.grads[0]
    assert gradient.shape == (1, 2)
    assert of_parameters.shape == (3, 2)
    with pytest.raises(ValueError, match=r"fgsm: grad_x must be of shape \(1, 2\); got shape \(3, 2\)"):
        A.fgsm(x, of_parameters)
    assert cross_entropy(model(A.fgsm(x, gradient, epsilon=0.1)), y) > cross_entropy(model(x), y)


W, X = np.array([1.0, -2.0, 0.5]), np.array([[0.2, 0.3, 0.5]])


def loss(x):
    return np.log1p(np.exp(-x @ W))[0]


def test_two_minus_signs_make_the_loss_smaller():
    """A logistic unit and a sample of class 1: with g the gradient of the log-likelihood r is -g, not -(-g)."""
    grad_loss = -W / (1 + np.exp(X @ W))[:, None]
    wrong = X - 0.5 * grad_loss / np.linalg.norm(grad_loss)
    right = A.fgm(X, grad_loss, epsilon=0.5)
    assert loss(X) == near(0.771)
    assert loss(wrong) == near(0.314)
    assert loss(right) == near(1.538)


def test_a_large_gradient_gives_no_large_change():
    for size in (1.0, 1e6, 1e-6):
        assert np.linalg.norm(A.fgm(X, size * W[None], epsilon=0.5) - X) == pytest.approx(0.5)


def test_small_steps_go_where_one_step_does_not():
    """Uphill means something else after a step: the loss bends, and one straight step overshoots its ridge."""

    def ridge(x):
        return -((x[:, 1] - x[:, 0] ** 2) ** 2) + x[:, 0] / 10

    def gradient(x):
        bend = -2 * (x[:, 1] - x[:, 0] ** 2)
        return np.stack([-2 * x[:, 0] * bend + 0.1, bend], axis=1)

    x = np.array([[0.5, 0.0]])
    one = A.fgm(x, gradient(x), epsilon=1.0)
    many = A.pgd(x, gradient, epsilon=1.0, alpha=0.05, steps=200, norm="l2")
    assert np.linalg.norm(many - x) <= 1 + 1e-12
    assert ridge(many)[0] > ridge(x)[0] > ridge(one)[0]
