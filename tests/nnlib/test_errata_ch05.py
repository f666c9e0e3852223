"""Statements of chapter 05 that one meets and that are not right, beside those that are."""

import numpy as np
import pytest

from nnlib import activations as A
from nnlib import experiments as E
from nnlib import init, nn, optim
from tests.nnlib.spec import agree


def test_the_spectrum_decides_and_not_the_entries():
    """An entry of 2 that vanishes, and weights of 0.5 that explode."""
    nilpotent = np.array([[0.0, 2.0], [0.0, 0.0]])
    agree(np.linalg.matrix_power(nilpotent, 5), np.zeros((2, 2)))
    agree(E.linear_chain_gain([nilpotent] * 5), [2.0, 0.0, 0.0, 0.0, 0.0])
    half = np.full((10, 10), 0.5)
    assert np.linalg.matrix_power(half, 10).max() == pytest.approx(9.8e5, rel=0.01)
    assert E.linear_chain_gain([half] * 10)[-1] == pytest.approx(5.0**10)


@pytest.mark.parametrize("seed", range(3))
def test_rectifiers_do_not_end_vanishing_gradients(seed):
    rng = np.random.default_rng(seed)
    small = nn.mlp_parameters([100] * 21, init=lambda s, *, rng: init.normal(s, std=0.05, rng=rng), rng=rng)
    x = np.random.default_rng(seed + 5).normal(size=(10, 100))
    norms = E.gradient_norms(small, x)
    assert norms[0] < 1e-6 * norms[-1]
    kept = E.gradient_norms(nn.mlp_parameters([100] * 21, rng=rng), x)
    assert 0.02 < kept[0] / kept[-1] < 50


def test_clipping_is_of_gradients_and_relu6_of_activations():
    assert A.relu6_backward(1e6, 3.0) == 1e6
    (a, b), norm = optim.clip_grad_norm([np.array([3e6]), np.array([4e6])], 1.0)
    agree(np.concatenate([a, b]).round(9), [0.6, 0.8])
    assert norm == 5e6


@pytest.mark.parametrize("seed", range(3))
def test_one_over_n_is_lecuns_and_not_xaviers(seed):
    shape = (300, 1000)
    lecun, xavier, he = (
        draw(shape, rng=np.random.default_rng(seed)).var()
        for draw in (init.lecun_normal, init.xavier_normal, init.kaiming_normal)
    )
    assert lecun == pytest.approx(1 / 1000, rel=0.02)
    assert xavier == pytest.approx(2 / 1300, rel=0.02)
    assert he == pytest.approx(2 / 1000, rel=0.02)
    assert init.calculate_gain("tanh") == pytest.approx(1.667, abs=5e-4)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_weights_whose_variance_is_two_over_n(seed):
    rng = np.random.default_rng(seed)
    x = A.relu(rng.normal(size=(500, 1000)))
    W = init.kaiming_normal((200, 1000), rng=rng)
    assert W.var() == pytest.approx(0.002, rel=0.02)
    assert nn.linear(x, W).var() == pytest.approx(1.0, rel=0.1)  # and not 0.002


def test_wide_sums_of_the_worked_example():
    assert init.preactivation_std(500, 1.0) == pytest.approx(22.383, abs=5e-4)
    assert init.preactivation_std(500, 1000**-0.5) == pytest.approx(1.2247, abs=5e-5)


def test_bias_starts_differ_between_books():
    """0 here, 0.01 or 0.1 elsewhere; torch draws from U(-1 / sqrt(in), 1 / sqrt(in))."""
    import torch

    assert (nn.mlp_parameters([100, 50], rng=np.random.default_rng(0))[1] == 0).all()
    assert init.constant((50,), 0.1).tolist() == [0.1] * 50
    torch.manual_seed(0)
    bound = torch.nn.Linear(100, 50).bias.abs().max().item()
    assert 0.09 < bound < 0.1
