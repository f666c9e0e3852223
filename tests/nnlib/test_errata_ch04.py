"""Formulas of chapter 04 that one meets and that are not right, beside those that are."""

import numpy as np
import pytest

from nnlib import activations as A
from nnlib import nn
from nnlib.gradcheck import numerical_vjp
from tests.nnlib.spec import agree


def three_four_two(seed):
    rng = np.random.default_rng(seed)
    parameters = [rng.normal(size=shape) for shape in ((4, 3), 4, (2, 4), 2)]
    return rng.normal(size=(1, 3)), parameters, np.array([[0.0, 1.0]])


@pytest.mark.parametrize("seed", range(3))
def test_cross_entropy_cancels_the_slope_of_the_output_layer_only(seed):
    """Leaving out sigmoid' in the hidden layer too makes the gradient wrong, not the learning faster."""
    x, (W1, b1, W2, b2), y = three_four_two(seed)

    def cost(W1):
        z2 = A.sigmoid(x @ W1.T + b1) @ W2.T + b2
        return np.sum(A.softplus(z2) - y * z2)  # cross-entropy of sigmoid(z2)

    want = numerical_vjp(cost, (W1,), 1.0)
    z1 = nn.linear(x, W1, b1)
    delta2 = nn.cost_delta(nn.linear(A.sigmoid(z1), W2, b2), y, cost="cross_entropy")
    kept = nn.grad_weight(nn.delta_hidden(W2, delta2, z1, activation="sigmoid"), x)
    dropped = nn.grad_weight(delta2 @ W2, x)
    assert np.abs(kept - want).max() < 1e-8
    assert np.abs(dropped - want).max() > 0.1


def test_rows_of_the_weight_matrix_belong_to_units():
    W, a = np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([1.0, 2.0])
    agree(nn.linear(a, W), [0.5, 1.1])
    printed = np.array([[0.1, 0.2], [0.2, 0.4]])  # w12 where w21 belongs
    agree(printed @ a, [0.5, 1.0])


@pytest.mark.parametrize("seed", range(3))
def test_hidden_biases_take_the_hidden_error(seed):
    rng = np.random.default_rng(seed)
    W2, b2, W3, b3, a1, y = (rng.uniform(size=shape) for shape in ((2, 2), 2, (2, 2), 2, 2, 2))

    def cost(b2):
        return np.sum((A.sigmoid(W3 @ A.sigmoid(W2 @ a1 + b2) + b3) - y) ** 2) / 2

    want = numerical_vjp(cost, (b2,), 1.0)
    z2 = nn.linear(a1, W2, b2)
    z3 = nn.linear(A.sigmoid(z2), W3, b3)
    delta3 = nn.delta_output(A.sigmoid(z3) - y, z3, activation="sigmoid")
    delta2 = nn.delta_hidden(W3, delta3, z2, activation="sigmoid")
    np.testing.assert_allclose(nn.grad_bias(delta2), want, atol=1e-9)
    assert abs(want[0] - want[1]) > 1e-4  # two units, two gradients: [delta, delta] cannot be right
    assert np.abs(delta3[1] - want).max() > 1e-2


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_an_activation_before_softmax_caps_the_confidence(activation):
    z = np.where(np.arange(10) == 3, 1e3, -1e3)
    assert A.softmax(z)[3] == 1
    capped = A.softmax(A.sigmoid(z)).max()
    assert capped == pytest.approx(np.e / (np.e + 9), rel=1e-12)
    assert capped == pytest.approx(0.232, abs=5e-4)
    # relu cannot say "surely not" below the score 0
    small = np.where(np.arange(10) == 3, 1.0, -1e3)
    assert A.softmax(A.relu(small)).max() == pytest.approx(capped)
    identity = (np.eye(10), np.zeros(10))
    agree(nn.mlp(z[None], *identity, *identity, activation=activation)[0], getattr(A, activation)(z))
    agree(nn.mlp(z[None], *identity, activation=activation)[0], z)  # the output layer itself is linear


def test_samples_come_first():
    X, W, b = np.ones((5, 3)), np.ones((10, 3)), np.zeros(10)
    with pytest.raises(ValueError, match="not aligned"):
        np.dot(X, W)
    assert nn.linear(X, W, b).shape == (5, 10)


def test_two_linear_layers_are_no_full_layer():
    rng = np.random.default_rng(0)
    W, _ = nn.collapse_linear(rng.normal(size=(2, 10)), np.zeros(2), rng.normal(size=(10, 2)), np.zeros(10))
    assert np.linalg.matrix_rank(W) == 2


def test_a_rectifier_network_can_be_linear_where_the_data_are():
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(100, 4))
    W1, W2 = rng.uniform(size=(6, 4)), rng.uniform(size=(2, 6))
    difference = nn.mlp(x, W1, np.zeros(6), W2, np.zeros(2)) - x @ W1.T @ W2.T
    assert np.abs(difference).max() < 1e-14


def test_activation_comes_after_the_bias_and_gives_a_vector():
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=2), rng.normal(size=(2, 2)), rng.normal(size=2)
    right = A.sigmoid(nn.linear(x, W, b))
    assert right.shape == (2,)
    before = A.sigmoid(nn.linear(x, W)) + b
    assert np.abs(right - before).max() > 0.1
