"""What the quantities of nnlib.info say of each other, and of samples."""

import numpy as np
import pytest

from nnlib import info, losses
from tests.nnlib.spec import agree

SEEDS = range(20)


def table(seed):
    return np.random.default_rng(seed).dirichlet(np.ones(12)).reshape(3, 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_mutual_information_in_three_ways(seed):
    p = table(seed)
    h_x, h_y = info.entropy(p.sum(axis=1)), info.entropy(p.sum(axis=0))
    shared = info.mutual_information(p)
    agree(shared, h_y - info.conditional_entropy(p))
    agree(shared, h_x - info.conditional_entropy(p.T))
    agree(shared, h_x + h_y - info.joint_entropy(p))
    agree(info.joint_entropy(p), h_x + info.conditional_entropy(p))
    agree(shared, info.mutual_information(p.T))
    assert shared >= 0


@pytest.mark.parametrize("seed", SEEDS)
def test_mutual_information_of_counts_is_scikit_learns(seed):
    from sklearn.metrics import mutual_info_score

    counts = np.random.default_rng(seed).integers(1, 9, size=(3, 4))
    agree(info.mutual_information(counts / counts.sum()), mutual_info_score(None, None, contingency=counts))


@pytest.mark.parametrize("seed", SEEDS)
def test_divergence_is_the_extra_length_of_the_wrong_code(seed):
    p, q = np.random.default_rng(seed).dirichlet(np.ones(6), size=2)
    agree(info.cross_entropy_of_distributions(p, q), info.entropy(p) + info.kl_divergence(p, q))
    assert info.kl_divergence(p, q) > 0
    agree(info.kl_divergence(p, p), 0.0)
    assert info.entropy(p) < np.log(6)
    agree(info.kl_divergence(p, np.full(6, 1 / 6)), np.log(6) - info.entropy(p))


@pytest.mark.parametrize("seed", SEEDS)
def test_losses_are_these_quantities(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(4), size=5), rng.dirichlet(np.ones(4), size=5)
    agree(losses.categorical_cross_entropy(q, p, reduction="none"), info.cross_entropy_of_distributions(p, q))
    agree(losses.kl_div(np.log(q), p, reduction="batchmean"), info.kl_divergence(p, q).mean())
    coin = rng.uniform(size=5)
    agree(losses.binary_cross_entropy(coin, coin, reduction="none"), info.binary_entropy(coin))


def test_the_bound_grows_with_the_number_of_values_and_the_entropy_need_not():
    assert info.entropy([0.5, 0.5]) == pytest.approx(0.693, abs=5e-4)
    assert info.entropy([0.98, 0.01, 0.01]) == pytest.approx(0.112, abs=5e-4)


def test_the_divergence_may_be_symmetric():
    p, q = [0.3, 0.7], [0.7, 0.3]
    assert info.kl_divergence(p, q) == pytest.approx(0.3389, abs=5e-5)
    agree(info.kl_divergence(p, q), info.kl_divergence(q, p))
    p, q = [0.1, 0.9], [0.5, 0.5]
    assert abs(info.kl_divergence(p, q) - info.kl_divergence(q, p)) > 0.1


def test_float32_stays():
    p = np.full((2, 3), 1 / 6, np.float32)
    for name in info.__all__:
        f = getattr(info, name)
        result = (
            f(p, p, base=2) if name in ("kl_divergence", "cross_entropy_of_distributions") else f(p, base=2)
        )
        assert result.dtype == np.float32, name
