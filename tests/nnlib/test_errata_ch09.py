"""Formulas about normalisation that one meets and that are not right, beside those that are, as numbers."""

import numpy as np
import pytest

from nnlib import nn
from nnlib import norm as N
from tests.nnlib.spec import agree

TABLE = np.array([[2.0, 5, 3], [3, 4, 6], [2, 1, 6], [1, 3, 4], [3, 6, 7]])
PRINTED = [[-0.9, 1.1, -0.2], [-0.9, -0.2, 1.1], [-0.4, -0.8, 1.1], [-1.1, 0.2, 0.9], [-1.1, 0.3, 0.8]]


def trained(x, **options):
    return N.batch_norm(x, None, None, training=True, **options)[0]


def test_layer_norm_divides_by_the_standard_deviation_not_the_variance():
    z = TABLE[:1]
    right = N.layer_norm(z, 3)
    agree(right.round(3), [[-1.069, 1.336, -0.267]])
    assert right.std() == pytest.approx(1, abs=1e-5)
    assert z.var() == pytest.approx(1.556, abs=5e-4)
    assert ((z - z.mean()) / z.var()).std() == pytest.approx(0.80, abs=5e-3)


def test_a_printed_table_of_layer_norm_divides_by_n_minus_1():
    right = N.layer_norm(TABLE, 3)
    mean = TABLE.mean(axis=1, keepdims=True)
    agree(mean[:, 0].round(1), [3.3, 4.3, 3.0, 2.7, 5.3])
    other = (TABLE - mean) / TABLE.std(axis=1, ddof=1, keepdims=True)
    # the standard deviations as printed, and the right ones
    np.testing.assert_allclose(TABLE.std(axis=1, ddof=1), [1.5, 1.5, 2.6, 1.5, 2.1], atol=0.051)
    agree(TABLE.std(axis=1).round(2), [1.25, 1.25, 2.16, 1.25, 1.70])
    np.testing.assert_allclose(other, PRINTED, atol=0.051)
    agree(right[0].round(2), [-1.07, 1.34, -0.27])
    assert np.abs(right - PRINTED).max() > 0.2
    # the two differ by sqrt(3 / 2) in every number
    agree(N.layer_norm(TABLE, 3, eps=0.0), other * np.sqrt(3 / 2))


def test_gamma_is_the_standard_deviation_and_its_square_the_variance():
    x = np.random.default_rng(0).normal(size=(1000, 1))
    y = N.batch_norm(x, None, None, [2.5], [1.0], training=True, eps=0.0)[0]
    assert y.mean() == pytest.approx(1)
    assert y.std() == pytest.approx(2.5)
    assert y.var() == pytest.approx(6.25)
    assert N.batch_norm(x, None, None, [-2.5], training=True)[0].std() == pytest.approx(2.5, rel=1e-4)


def test_the_running_variance_is_the_unbiased_one():
    x = np.random.default_rng(1).normal(size=(8, 3))
    _, mean, var = N.batch_norm(x, np.zeros(3), np.ones(3), training=True)
    agree(var, 0.9 + 0.1 * x.var(axis=0, ddof=1))
    agree(mean, 0.1 * x.mean(axis=0))
    assert np.abs(var - (0.9 + 0.1 * x.var(axis=0))).min() > 1e-3


def test_the_variance_can_be_unbiased_and_its_root_then_is_not():
    batches = np.random.default_rng(0).normal(size=(200_000, 8))
    means, variances = batches.mean(axis=1), batches.var(axis=1)
    _, var = N.population_stats(means, variances, m=8)
    assert np.sqrt(variances).mean() == pytest.approx(0.903, abs=2e-3)  # averages of the standard deviation
    assert np.sqrt(variances.mean()) == pytest.approx(0.936, abs=2e-3)
    assert np.sqrt(var) == pytest.approx(1.000, abs=2e-3)
    four = np.random.default_rng(1).normal(size=(200_000, 4))
    assert four.std(axis=1, ddof=1).mean() == pytest.approx(0.920, abs=3e-3)  # of the "unbiased deviation"


def test_without_eps_a_constant_feature_is_nan():
    x = np.array([[5.0, 1.0], [5.0, 3.0]])
    with np.errstate(divide="ignore", invalid="ignore"):
        bare = (x - x.mean(axis=0)) / x.std(axis=0)
        assert np.isnan(trained(x, eps=0.0)[:, 0]).all()
    assert np.isnan(bare[:, 0]).all()
    agree(trained(x)[:, 0], [0.0, 0.0])
    # 1e-5 and 1e-8 are told apart where the variance is small
    small = 1e-3 * np.array([[1.0], [3.0]])
    assert trained(small)[1, 0] == pytest.approx(0.3015, abs=1e-4)
    assert trained(small, eps=1e-8)[1, 0] == pytest.approx(0.9950, abs=1e-4)


def test_a_bias_before_batch_norm_gets_no_gradient_while_all_weights_learn():
    draws = np.random.default_rng(0)
    x, W, b = draws.normal(size=(32, 6)), draws.normal(size=(4, 6)), draws.normal(size=4)
    g = draws.normal(size=(32, 4))
    grad_z = N.batch_norm_backward(g, nn.linear(x, W, b), None, None, training=True)
    _, grad_W, grad_b = nn.linear_backward(grad_z, x, W, b)
    assert np.abs(grad_b).max() < 1e-13
    assert np.abs(grad_W).min() > 1e-3
    agree(trained(nn.linear(x, W, b + 100)), trained(nn.linear(x, W, b)))
