"""The claims of chapter 03, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import special

from nnlib import experiments as E
from nnlib import losses as L
from tests.nnlib.spec import agree

SEEDS = range(3)


def test_the_quadratic_cost_learns_least_from_its_worst_mistake():
    good, bad = (E.learning_slowdown("quadratic", w=w, b=b) for w, b in ((0.6, 0.9), (2.0, 2.0)))
    np.testing.assert_allclose([good.output[0], good.output[-1]], [0.82, 0.09], atol=0.005)
    np.testing.assert_allclose([bad.output[0], bad.output[-1]], [0.98, 0.20], atol=0.005)
    assert bad.gradient[0] < 0.02
    assert bad.gradient.argmax() > 150  # it learns fastest only after half the time
    entropy = E.learning_slowdown("cross_entropy")
    assert entropy.gradient.argmax() == 0
    agree(entropy.gradient, entropy.output[:-1])
    assert entropy.output[50] < 0.2 < 0.97 < bad.output[50]


def test_the_wanted_gradient_has_the_cross_entropy_as_its_cost():
    a = np.linspace(0.01, 0.99, 25)
    for y in (0.0, 1.0):
        np.testing.assert_allclose(
            E.cost_from_gradient(a, y), -special.xlogy(y, a) - special.xlog1py(1 - y, -a), rtol=1e-9
        )
    soft = E.cost_from_gradient(a, np.full(25, 0.3))
    np.testing.assert_allclose(soft, special.rel_entr(0.3, a) + special.rel_entr(0.7, 1 - a), atol=1e-9)
    with pytest.raises(ValueError, match="cost_from_gradient: a must be in"):
        E.cost_from_gradient([0.5, 1.0], 0.0)
    with pytest.raises(ValueError, match=r"cost_from_gradient: y must be of shape \(2,\)"):
        E.cost_from_gradient([0.5, 0.5], [0.0])


@pytest.mark.parametrize("seed", SEEDS)
def test_squares_give_the_mean_and_distances_the_median(seed):
    y = np.random.default_rng(seed).normal(size=9)
    y[0] = 50
    assert E.best_constant(y, L.mse_loss) == pytest.approx(y.mean(), abs=1e-5)
    assert E.best_constant(y, L.l1_loss) == pytest.approx(np.median(y), abs=1e-5)
    between = E.best_constant(y, L.huber_loss, delta=1.0)
    assert np.median(y) - 0.5 < between < y.mean() - 3
    with pytest.raises(ValueError, match="best_constant: y must be of shape"):
        E.best_constant([], L.mse_loss)


@pytest.mark.parametrize("seed", SEEDS)
def test_slips_carry_the_line_away_and_not_the_bins(seed):
    def errors(slips):
        X, typed, stars = E.star_ratings(400, slips=slips, rng=np.random.default_rng(seed))
        fit = E.binned_regression(X, typed, bins=[1, 2, 3, 4, 5])
        agree(fit.probs.sum(axis=1), np.ones(400))
        return [np.abs(prediction - stars).mean() for prediction in (fit.binned, fit.linear)]

    binned, line = errors(0.0)
    assert binned < line < 0.5  # without slips both serve
    binned, line = errors(0.02)
    assert binned < 0.35
    assert line > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_cut_to_the_scale_least_squares_does_nearly_as_well(seed):
    """Most of the rescue is the cutting: the line loses what 400 stars could pull, the classes had lost it before."""
    X, typed, stars = E.star_ratings(400, slips=0.02, rng=np.random.default_rng(seed))
    fit = E.binned_regression(X, np.clip(typed, 1, 5), bins=[1, 2, 3, 4, 5])
    line = np.abs(np.clip(np.round(fit.linear), 1, 5) - stars).mean()
    binned = np.abs(fit.binned - stars).mean()
    assert (fit.binned == E.binned_regression(X, typed, bins=[1, 2, 3, 4, 5]).binned).all()
    assert binned < line < 0.3


def test_ratings_are_reproducible_and_slips_are_hundreds():
    one, two = (E.star_ratings(200, slips=0.1, rng=np.random.default_rng(3)) for _ in range(2))
    for a, b in zip(one, two):
        assert (a == b).all()
    _, typed, stars = one
    assert set(np.unique(typed / stars)) == {1, 100}
    assert set(np.unique(stars)) == {1, 2, 3, 4, 5}


def test_binned_regression_refuses_other_shapes():
    X = np.zeros((4, 2))
    for args, bins, words in (
        ((X[0], np.zeros(2)), [1, 2], r"X must be of shape \(n, d\)"),
        ((X, np.zeros((4, 1))), [1, 2], r"y must be of shape \(4,\)"),
        ((X, np.zeros(4)), [1], "bins must be two values or more"),
    ):
        with pytest.raises(ValueError, match=f"binned_regression: {words}"):
            E.binned_regression(*args, bins=bins)


def test_alignments():
    assert E.ctc_alignments([], 2, n_symbols=3) == [(0, 0)]
    assert E.ctc_alignments([1], 2, n_symbols=2) == [(0, 1), (1, 0), (1, 1)]
    assert E.ctc_alignments([1], 2, n_symbols=2, blank=0) != E.ctc_alignments([0], 2, n_symbols=2, blank=1)
    assert E.ctc_alignments([1, 1], 2, n_symbols=2) == []
    assert len(E.ctc_alignments([1, 2], 4, n_symbols=3)) == 15


def test_results_draw_themselves():
    curve = E.LearningCurve(np.array([0.9, 0.5]), np.array([0.1]))
    ax = curve.plot(label="quadratic")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["quadratic"]
    assert curve.plot(ax) is ax
    fit = E.BinnedRegression(np.array([1.0, 2.0]), np.array([[0.3, 0.7]]), np.array([2.0]), np.array([1.6]))
    ax = fit.plot()
    assert [bar.get_height() for bar in ax.patches] == [0.3, 0.7]
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    plt.close("all")
