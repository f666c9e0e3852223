"""Logistic regression: the optimum is scikit-learn's, the decision is the sign of the score."""

import numpy as np
import pytest

from nnlib import nn
from nnlib.data import make_moons
from nnlib.gradcheck import numerical_gradient
from nnlib.losses import binary_cross_entropy_with_logits
from tests.nnlib.spec import agree


def moons(seed, n=200):
    return make_moons(n, noise=0.3, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(3))
def test_the_optimum_is_scikit_learns(seed):
    from sklearn.linear_model import LogisticRegression

    X, y = moons(seed)
    ours = nn.LogisticRegression(lam=0.05, lr=2.0, epochs=1500).fit(X, y)
    theirs = LogisticRegression(C=1 / (0.05 * len(X)), tol=1e-10).fit(X, y)
    np.testing.assert_allclose(ours.weight, theirs.coef_[0], atol=1e-5)
    np.testing.assert_allclose(ours.bias, theirs.intercept_[0], atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    assert (ours.predict(X) == theirs.predict(X)).all()


def test_a_probability_above_one_half_is_a_score_above_zero():
    X, y = moons(0)
    model = nn.LogisticRegression(epochs=50).fit(X, y)
    assert (model.predict(X) == (model.decision_function(X) > 0)).all()
    agree(model.predict_proba(X).sum(axis=1), np.ones(len(X)))
    counts = [model.predict(X, threshold=t).sum() for t in (0.1, 0.5, 0.9)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2]


def test_it_descends_from_ln_2_along_the_gradient():
    X, y = moons(1)
    one, two = (nn.LogisticRegression(lam=0.1, lr=0.3, epochs=n).fit(X, y) for n in (1, 2))

    def objective(w):
        return binary_cross_entropy_with_logits(X @ w + one.bias, y.astype(float)) + 0.05 * (w**2).sum()

    assert two.loss[0] == pytest.approx(np.log(2))
    agree(two.loss[1], objective(one.weight))
    gradient = numerical_gradient(objective, one.weight)
    np.testing.assert_allclose(two.weight, one.weight - 0.3 * gradient, atol=1e-8)
    assert (np.diff(nn.LogisticRegression(epochs=60).fit(X, y).loss) < 0).all()


def test_manners():
    X, y = moons(2, 40)
    X = X.astype(np.float32)
    for array in (X, y):
        array.setflags(write=False)
    model = nn.LogisticRegression(epochs=3, lam=0.1)
    with pytest.raises(ValueError, match="LogisticRegression: the model must be fitted first"):
        model.predict(X)
    assert model.fit(X, y) is model
    assert model.weight.dtype == model.predict_proba(X).dtype == model.loss.dtype == np.float32
    for args, words in (
        ((X[0], y), r"X must be of shape \(n, d\)"),
        ((X[:0], y[:0]), r"X must be of shape \(n, d\), n > 0"),
        ((X, y[:, None]), r"y must be of shape \(40,\); got shape \(40, 1\)"),
        ((X, 2 * y - 1), r"y must be 0 or 1; got the labels \[-1, 1\]"),
    ):
        with pytest.raises(ValueError, match=rf"LogisticRegression.fit: {words}"):
            model.fit(*args)
    with pytest.raises(ValueError, match=r"LogisticRegression: X must be of shape \(n, 2\)"):
        model.predict(X[:, :1])
