"""Softmax regression: the optimum is scikit-learn's, the way there goes down."""

import numpy as np
import pytest

from nnlib import nn
from nnlib.experiments import digits
from nnlib.losses import cross_entropy, cross_entropy_backward
from tests.nnlib.spec import agree


@pytest.fixture(scope="module")
def data():
    X, y = digits()
    return X[:300], y[:300]


def objective(model, X, y, lam):
    return cross_entropy(X @ model.weight.T + model.bias, y) + lam / 2 * (model.weight**2).sum()


def test_the_optimum_is_scikit_learns(data):
    from sklearn.linear_model import LogisticRegression

    X, y = data
    lam = 0.05
    ours = nn.softmax_regression(X, y, lam=lam, lr=1.0, epochs=1500)
    theirs = LogisticRegression(C=1 / (lam * len(X)), tol=1e-8, max_iter=2000).fit(X, y)
    np.testing.assert_allclose(ours.weight, theirs.coef_, atol=2e-4)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=2e-4)
    assert (ours.predict(X) == theirs.predict(X)).all()
    wanted = cross_entropy(theirs.decision_function(X), y) + lam / 2 * (theirs.coef_**2).sum()
    assert objective(ours, X, y, lam) == pytest.approx(wanted, rel=1e-7)


def test_it_descends_from_log_k(data):
    X, y = data
    model = nn.softmax_regression(X, y, lr=0.5, epochs=50)
    assert isinstance(model, nn.SoftmaxRegression)
    assert model.loss[0] == pytest.approx(np.log(10))
    assert (np.diff(model.loss) < 0).all()
    assert model.loss.shape == (50,)
    agree(model.predict_proba(X).sum(axis=1), np.ones(len(X)))


def test_a_step_follows_the_gradient(data):
    X, y = data
    one, two = (nn.softmax_regression(X, y, lr=0.3, lam=0.1, epochs=n) for n in (1, 2))
    delta = cross_entropy_backward(1.0, X @ one.weight.T + one.bias, y)
    agree(two.weight, one.weight - 0.3 * (delta.T @ X + 0.1 * one.weight))
    agree(two.bias, one.bias - 0.3 * delta.sum(axis=0))
    agree(two.loss[1], objective(one, X, y, 0.1))


def test_manners(data):
    X, y = data
    X, y = X.astype(np.float32), y.copy()
    X.setflags(write=False)
    y.setflags(write=False)
    model = nn.softmax_regression(X, y, n_classes=12, epochs=3)
    assert model.weight.shape == (12, 64)
    assert {part.dtype for part in model} == {np.dtype(np.float32)}
    with pytest.raises(
        ValueError, match=r"softmax_regression: y must be of shape \(300,\); got shape \(300, 1\)"
    ):
        nn.softmax_regression(X, y[:, None])
    with pytest.raises(ValueError, match=r"softmax_regression: X must be of shape \(n, d\), n > 0"):
        nn.softmax_regression(X[:0], y[:0])
    with pytest.raises(ValueError, match="must be at least 0 and below 5; got the value 5"):
        nn.softmax_regression(X, y, n_classes=5)
