"""Chapter 13: unequal classes and two-class decisions in small steps, against torch, scikit-learn and loops."""

import numpy as np
import pytest

from nnlib import experiments as E
from nnlib.activations import sigmoid
from nnlib.nn import LogisticRegression
from tests.nnlib.spec import agree

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_class_weights_on_the_way_back_are_torch_s(seed, reduction):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    z, c, w = rng.normal(size=(6, 4)), rng.integers(4, size=6), rng.uniform(0.2, 5, 4)
    g = rng.normal(size=6) if reduction == "none" else rng.normal()
    t = torch.tensor(z, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(t, torch.tensor(c), weight=torch.tensor(w), reduction=reduction)
    loss.backward(torch.tensor(g, dtype=torch.float64))
    agree(E.weighted_cross_entropy_backward(g, z, c, w, reduction=reduction), t.grad.numpy())
    assert E.weighted_cross_entropy_backward(g, z.astype(np.float32), c, w, reduction=reduction).dtype == "f"


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_multiply_the_odds(seed):
    """At the minimum the predicted odds are the true ones times the ratio of the weights."""
    ratio = np.random.default_rng(seed).uniform(1, 10)
    z, y = np.zeros((4, 2)), np.array([1, 0, 0, 0])
    for _ in range(2000):
        z = z - E.weighted_cross_entropy_backward(1.0, z, y, np.array([1.0, ratio])).sum(axis=0)
    assert np.exp(z[0, 1] - z[0, 0]) == pytest.approx(ratio / 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_logistic_regression_is_the_model_s_and_its_minimum_scikit_learn_s(seed):
    from sklearn.linear_model import LogisticRegression as Theirs

    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(40, 3)), rng.integers(2, size=40)
    weight, bias = E.logistic_regression(X, y, lam=0.1, lr=1.0, epochs=2000)
    model = LogisticRegression(lam=0.1, lr=1.0, epochs=2000).fit(X, y)
    agree(weight, model.weight)
    agree(bias, model.bias)
    theirs = Theirs(C=1 / (0.1 * 40), tol=1e-10, max_iter=1000).fit(X, y)
    np.testing.assert_allclose([*weight, bias], [*theirs.coef_[0], *theirs.intercept_], atol=1e-5)


@pytest.mark.parametrize("threshold", [0.01, 0.3, 0.5, 0.9])
def test_a_score_above_the_log_odds_is_a_probability_above_the_threshold(threshold):
    z = np.random.default_rng(0).normal(scale=3, size=(20, 5))
    assert (E.decide(z, threshold=threshold) == (sigmoid(z) > threshold)).all()
    assert E.decide(np.zeros(2)).tolist() == [0, 0]


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.1])
def test_a_threshold_is_between_0_and_1(threshold):
    with pytest.raises(ValueError, match="threshold"):
        E.decide(np.zeros(2), threshold=threshold)
