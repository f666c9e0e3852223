"""Formulas of chapter 13 that are wrong, or that differ by a factor, beside those that are used."""

import numpy as np
import pytest

from nnlib import losses as L
from nnlib.activations import sigmoid
from nnlib.gradcheck import numerical_gradient
from tests.nnlib.spec import agree


def near(value, digits=4):
    return pytest.approx(value, abs=0.5 * 10**-digits)


def test_the_smaller_the_base_the_smaller_the_weight():
    """An easy sample, p = 0.9, has the base 0.1 and counts 0.01; a hard one, p = 0.1, counts 0.81."""
    z = np.log([[0.9, 0.1], [0.1, 0.9]])
    factor = L.focal_loss(z, [0, 0], reduction="none") / L.cross_entropy(z, [0, 0], reduction="none")
    assert factor == near(np.array([0.01, 0.81]))


@pytest.mark.parametrize("seed", range(3))
def test_focal_loss_is_below_the_cross_entropy_and_equals_it_for_gamma_0(seed):
    rng = np.random.default_rng(seed)
    z, y = 3 * rng.normal(size=(50, 4)), rng.integers(4, size=50)
    entropy = L.cross_entropy(z, y, reduction="none")
    agree(L.focal_loss(z, y, gamma=0.0, reduction="none"), entropy)
    assert (L.focal_loss(z, y, alpha=rng.uniform(size=4), reduction="none") <= entropy).all()
    assert (L.focal_loss(z, y, reduction="none") < L.focal_loss(z, y, gamma=1.0, reduction="none")).all()


def test_the_log_likelihood_of_attributes_is_not_a_loss():
    f, y = np.array([[1.2, -0.7]]), np.array([[1.0, 0.0]])

    def likelihood(f):
        return (y * np.log(sigmoid(f)) + (1 - y) * np.log(1 - sigmoid(f))).sum()

    assert likelihood(f) == near(-0.6665)
    assert L.attribute_logistic_loss(f, y) == near(0.6665)
    gradient = L.attribute_logistic_loss_backward(1.0, f, y)
    agree(gradient, sigmoid(f) - y)
    assert numerical_gradient(likelihood, f) == pytest.approx(-gradient, abs=1e-8)
    # going down it makes a yes impossible, going down the loss makes it certain
    for sign, end in ((1, 0.0), (-1, 1.0)):
        score = 0.0
        for _ in range(2000):
            score -= sign * 0.5 * (1 - sigmoid(score))  # its gradient for y = 1 is y - sigmoid
        assert sigmoid(score) == pytest.approx(end, abs=0.01)


def test_the_hinge_of_torch_is_divided_by_the_number_of_classes():
    scores = np.array([[1.0, 2.5, 0.3]])
    assert L.multiclass_hinge_loss(scores, [0]) == near(2.8)
    assert L.multi_margin_loss(scores, [0]) == near(0.9333)


@pytest.mark.parametrize("seed", range(3))
def test_three_means_of_a_weighted_loss(seed):
    rng = np.random.default_rng(seed)
    z, y, w = rng.normal(size=(8, 3)), rng.integers(3, size=8), np.array([0.2, 1.0, 5.0])
    single = w[y] * L.cross_entropy(z, y, reduction="none")
    agree(L.cross_entropy(z, y, weight=w, reduction="sum"), single.sum())
    agree(L.cross_entropy(z, y, weight=w), single.sum() / w[y].sum())  # torch's: a weighted mean
    agree(L.focal_loss(z, y, gamma=0.0, alpha=w), single.sum() / 8)  # the paper's, over samples


@pytest.mark.parametrize("seed", range(3))
def test_dice_of_decisions_is_one_minus_f1(seed):
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(seed)
    p, y = rng.integers(2, size=(2, 5, 40))
    f1 = [f1_score(truth, decided) for truth, decided in zip(y, p)]
    agree(L.dice_loss(p, y, eps=0.0, reduction="none"), 1 - np.array(f1))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("T", [2.0, 20.0])
def test_a_temperature_divides_the_gradient(seed, T):
    rng = np.random.default_rng(seed)
    z, q = rng.normal(size=(4, 5)), rng.dirichlet(np.ones(5), size=4)
    agree(
        L.soft_cross_entropy_backward(1.0, T * z, q, temperature=T), L.cross_entropy_backward(1.0, z, q) / T
    )
    # hot: softmax(z / T) - q is about (z - mean) / (K T) for uniform q, so that T^2 keeps distillation in scale
    flat = np.full(5, 0.2)
    gradient = L.soft_cross_entropy_backward(1.0, z, np.tile(flat, (4, 1)), temperature=1e4, reduction="sum")
    np.testing.assert_allclose(1e8 * gradient, (z - z.mean(axis=1, keepdims=True)) / 5, rtol=1e-3, atol=1e-4)
