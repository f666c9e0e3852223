"""Search: the scales of random draws, and that the best trial wins."""

import numpy as np
import pytest
from scipy import stats
from sklearn.model_selection import ParameterGrid, ParameterSampler

from nnlib import search
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("low", "high"), [(1e-4, 1e-1), (1.0, 2.0), (1e-8, 1e8)])
def test_log_uniform_is_scipys(low, high, seed):
    x = search.log_uniform(low, high, size=(50, 60), rng=rng(seed))
    assert x.shape == (50, 60)
    assert stats.kstest(x.ravel(), stats.loguniform(low, high).cdf).pvalue > 1e-4
    assert (x == search.log_uniform(low, high, size=(50, 60), rng=rng(seed))).all()
    assert np.ndim(search.log_uniform(low, high, rng=rng())) == 0
    agree(search.log_uniform(low, low, size=3, rng=rng()), np.full(3, low))
    assert search.log_uniform(low, high, size=0, rng=rng()).shape == (0,)


@pytest.mark.parametrize("seed", SEEDS)
def test_sample_beta_is_log_uniform_in_one_minus_beta(seed):
    beta = search.sample_beta(size=3000, rng=rng(seed))
    assert beta.min() >= 0.9
    assert beta.max() <= 0.999
    assert stats.kstest(1 - beta, stats.loguniform(1e-3, 1e-1).cdf).pvalue > 1e-4
    narrow = search.sample_beta(low=0.5, high=0.99, size=3000, rng=rng(seed))
    assert stats.kstest(1 - narrow, stats.loguniform(1e-2, 0.5).cdf).pvalue > 1e-4
    # A uniform draw would give a twentieth of this to the last decade.
    assert np.mean(beta > 0.99) > 0.45
    assert np.ndim(search.sample_beta(rng=rng())) == 0


def test_grid_is_sklearns_in_its_order():
    grid = {"width": [4, 8], "lr": [0.1, 0.2, 0.3], "act": ["relu", "tanh"]}
    asked = []
    result = search.grid_search(lambda **params: asked.append(params) or len(asked), grid)
    assert asked == list(ParameterGrid(grid))
    assert [params for params, _ in result.tried] == asked
    assert result == (asked[-1], 12.0, result.tried)
    assert search.grid_search(lambda: 3, {}).best_params == {}


def test_first_of_equals_wins_and_nan_never():
    scores = iter([np.nan, 1.0, 2.0, 2.0, -np.inf])
    result = search.grid_search(lambda a: next(scores), {"a": range(5)})
    assert isinstance(result, search.SearchResult)
    assert result.best_params == {"a": 2}
    assert result.best_score == 2.0
    assert np.isnan(result.tried[0][1])
    scores = iter([np.nan, -np.inf])
    assert search.grid_search(lambda a: next(scores), {"a": range(2)}).best_params == {"a": 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_random_search(seed):
    space = {"lr": lambda rng: search.log_uniform(1e-4, 1.0, rng=rng), "width": [16, 32, 64]}

    def score(lr, width):
        return -abs(np.log10(lr) + 2) - (width != 32)

    result = search.random_search(score, space, n_iter=600, rng=rng(seed))
    assert len(result.tried) == 600
    assert result.best_score == max(s for _, s in result.tried)
    assert result.best_params["width"] == 32
    assert result.best_params["lr"] == pytest.approx(1e-2, rel=0.1)
    lrs = np.array([params["lr"] for params, _ in result.tried])
    assert stats.kstest(lrs, stats.loguniform(1e-4, 1.0).cdf).pvalue > 1e-4
    counts = np.unique([params["width"] for params, _ in result.tried], return_counts=True)[1]
    assert stats.chisquare(counts).pvalue > 1e-4
    again = search.random_search(score, space, n_iter=600, rng=rng(seed))
    assert again == result
    assert len(search.random_search(score, space, rng=rng(seed)).tried) == 20
    theirs = list(ParameterSampler({"width": [16, 32, 64]}, n_iter=3, random_state=seed))
    assert sorted(p["width"] for p in theirs) == sorted({p["width"] for p, _ in result.tried})


@pytest.mark.parametrize("curvature", [0.02, 1.0, 50.0])
@pytest.mark.parametrize("lr0", [1e-4, 0.01, 1.0, 100.0])
def test_threshold_of_a_parabola(curvature, lr0):
    """Gradient descent on c w^2 / 2 falls for lr < 2 / c, and nowhere above."""

    def train(lr, epochs):
        with np.errstate(over="ignore"):
            return [(1 - lr * curvature) ** (2.0 * t) for t in range(epochs + 1)]

    found = search.lr_threshold(train, lr0=lr0, factor=2.0, max_tries=40)
    assert found < 2 / curvature <= 2 * found
    assert np.log2(found / lr0) == pytest.approx(round(np.log2(found / lr0)))


def test_oscillation_and_nan_are_above_the_threshold():
    costs = {0.01: [3, 2, 1], 0.1: [3, 2, 2.5], 1.0: [3, np.nan, 1]}
    for rates in ((0.01, 0.1), (0.01, 1.0)):
        table = {rates[0]: costs[rates[0]], rates[1]: costs[rates[1]]}
        factor = rates[1] / rates[0]
        assert search.lr_threshold(lambda lr, epochs, table=table: table[lr], factor=factor) == 0.01
