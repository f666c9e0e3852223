"""The claims of chapter 02, as numbers that hold for three seeds; and formulas that look right and are not."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import special, stats

from nnlib import activations as A
from nnlib import experiments as E
from nnlib.gradcheck import numerical_gradient, numerical_vjp
from tests.nnlib.spec import agree

SEEDS = range(3)


@pytest.fixture(scope="module")
def data():
    return E.digits()


def rng(seed):
    return np.random.default_rng(seed)


# What an activation does to values and gradients


def test_digits(data):
    X, y = data
    assert X.shape == (1797, 64)
    assert X.dtype == np.float64
    assert (X.min(), X.max()) == (0, 1)
    assert sorted(set(y.tolist())) == list(range(10))


def test_ten_sigmoids_leave_a_millionth_of_the_gradient():
    chain = E.gradient_chain("sigmoid", depth=10)
    agree(chain, 0.25 ** np.arange(11))
    assert chain[-1] < 1e-6
    for z in (-4.0, -1.0, 0.5, 3.0):
        assert (E.gradient_chain("sigmoid", z=z) <= chain).all()
    agree(E.gradient_chain(A.relu, depth=3, z=2.0), np.ones(4))
    agree(E.gradient_chain((A.tanh, A.tanh_backward), depth=2, z=0.0), np.ones(3))
    assert E.gradient_chain("tanh", z=2.0)[-1] < 1e-11


def test_tanh_is_a_stretched_sigmoid():
    x = np.linspace(-50, 50, 1001)
    agree(E.tanh_from_sigmoid(x), np.tanh(x))


@pytest.mark.parametrize("seed", SEEDS)
def test_relu_of_centred_values_is_half_zeros(seed):
    z = rng(seed).normal(size=(1000, 100))
    assert abs(E.sparsity(A.relu(z)) - 0.5) < 5 * 0.5 / np.sqrt(z.size)
    assert E.sparsity(A.leaky_relu(z)) == 0


def test_dead_units_are_zero_for_every_sample():
    H = np.array([[0.0, 0.0, 1.0], [0.0, 2.0, 1.0]])
    assert E.dead_unit_fraction(H) == pytest.approx(1 / 3)
    assert E.dead_unit_fraction(np.ones((3, 2))) == 0
    with pytest.raises(
        ValueError, match=r"dead_unit_fraction: H must be of shape \(n, units\); got shape \(3,\)"
    ):
        E.dead_unit_fraction(np.zeros(3))


def test_gelu_approaches_relu_as_its_gate_narrows():
    x = np.linspace(-3, 3, 601)
    gaps = [np.abs(E.gelu_sigma(x, sigma=s) - A.relu(x)).max() for s in (1.0, 0.5, 0.1, 0.01)]
    # The gap is at most 0.17 sigma, for the least value of gelu is -0.17.
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] == pytest.approx(0.17, abs=1e-3)
    assert gaps[-1] < 0.0018
    agree(E.gelu_sigma(x), A.gelu(x))
    agree(E.gelu_sigma(x, mu=1.0, sigma=2.0), x * stats.norm.cdf(x, loc=1, scale=2))
    with pytest.raises(ValueError, match="gelu_sigma: sigma must be positive; got 0"):
        E.gelu_sigma(x, sigma=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_gelu_is_the_mean_of_random_masks(seed):
    x, n = np.linspace(-3, 3, 13), 20_000
    spread = np.abs(x) * np.sqrt(special.ndtr(x) * special.ndtr(-x) / n)
    mean = E.gelu_as_random_mask(x, n=n, rng=rng(seed))
    assert (np.abs(mean - A.gelu(x)) <= 5 * spread).all()
    assert np.abs(mean - A.gelu(x)).max() > 1e-4  # a sample, not the formula


@pytest.mark.parametrize("seed", SEEDS)
def test_positive_inputs_make_a_zigzag(seed):
    sigmoid, tanh = (E.zigzag(name, rng=rng(seed)) for name in ("sigmoid", "tanh"))
    assert sigmoid.same_sign == 1
    assert 0.3 < tanh.same_sign < 0.7  # two signs agree by chance half the time
    assert sigmoid.detour > 2.5
    assert tanh.detour < 2
    assert sigmoid.path.shape == (201, 2)
    for run in (sigmoid, tanh):
        assert np.abs(run.path[-1] - run.target).max() < 0.1


# What becomes of the units of a network


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_vanish_through_sigmoids_first(data, seed):
    X, _ = data
    first = {name: E.saturation(X, name, rng=rng(seed)).gradient_norm[0] for name in ("sigmoid", "tanh")}
    assert first["sigmoid"] < 1e-4
    assert 0.1 < first["tanh"] < 10
    relu = E.saturation(X, A.relu, scale=np.sqrt(2), rng=rng(seed)).gradient_norm
    assert 0.2 < relu[0] < 5
    assert relu[-1] == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_large_weights_saturate(data, seed):
    X, _ = data
    small, large = (
        E.saturation(X, "tanh", scale=scale, depth=6, rng=rng(seed)).saturated for scale in (1.0, 6.0)
    )
    assert small.shape == (6,)
    assert small.max() < 0.01
    assert large[1:].min() > 0.4
    with pytest.raises(ValueError, match=r"saturation: X must be of shape \(n, d\)"):
        E.saturation(X[0], "tanh", rng=rng(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_large_steps_kill_relu_units_and_spare_leaky_ones(data, seed):
    X, y = data
    gentle = E.dying_units(X, y, lr=0.1, rng=rng(seed))
    violent = E.dying_units(X, y, lr=2.0, rng=rng(seed))
    leaky = E.dying_units(X, y, activation="leaky_relu", lr=2.0, rng=rng(seed))
    assert gentle.dead[-1] < 0.1
    assert violent.dead[-1] > 0.7
    assert leaky.dead.max() == 0
    assert leaky.off[-1] > 0.6
    assert (violent.off == violent.dead).all()
    assert gentle.accuracy > 0.9
    assert gentle.loss[-20:].mean() < 0.6 < 2.2 < gentle.loss[0]
    assert violent.accuracy < 0.3 < leaky.accuracy
    again = E.dying_units(X, y, lr=0.1, rng=rng(seed))
    assert (again.loss == gentle.loss).all()


def test_dying_units_refuses_other_shapes(data):
    X, y = data
    with pytest.raises(ValueError, match=r"dying_units: y must be of shape \(1797,\); got shape \(1797, 1\)"):
        E.dying_units(X, y[:, None], lr=0.1, rng=rng(0))
    with pytest.raises(ValueError, match=r"dying_units: X must be of shape \(n, d\)"):
        E.dying_units(X[0], y, lr=0.1, rng=rng(0))


def test_dying_units_descends_the_true_gradient():
    """A small step lowers the loss by lr |g|^2, with g from central differences: the chain rule in it is right."""
    x, label, width, lr = rng(1).normal(size=(1, 4)), 2, 5, 1e-6
    draws = rng(0)
    W1, W2 = (
        draws.normal(0, np.sqrt(2 / 4), size=(4, width)),
        draws.normal(0, np.sqrt(2 / width), size=(width, 3)),
    )
    parameters = [W1, np.zeros(width), W2, np.zeros(3)]

    def loss(W1, b1, W2, b2):
        return -special.log_softmax(np.tanh(x @ W1 + b1) @ W2 + b2)[0, label]

    gradients = numerical_vjp(loss, tuple(parameters), 1.0, wrt=(0, 1, 2, 3))
    squared = sum(np.sum(g**2) for g in gradients)
    run = E.dying_units(x, [label], activation="tanh", lr=lr, steps=2, width=width, rng=rng(0))
    assert run.loss[0] == pytest.approx(loss(*parameters))
    assert (run.loss[0] - run.loss[1]) / lr == pytest.approx(squared, rel=1e-4)


def test_results_draw_themselves():
    runs = (
        E.Saturation(np.array([0.1, 1.0]), np.array([0.0, 0.5])),
        E.DyingUnits(np.array([2.0, 1.0]), np.array([0.0, 0.2]), np.array([0.0, 0.1]), 0.5),
    )
    for run in runs:
        ax = run.plot(label="relu")
        assert ax.get_xlabel()
        assert ax.get_ylabel()
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["relu"]
        assert run.plot(ax) is ax
    zigzag = E.Zigzag(np.zeros((3, 2)), np.ones(2), 1.0, 2.0).plot()
    assert "100% of steps" in zigzag.get_title()
    chain = E.plot_gradient_chain(["sigmoid", A.tanh])
    assert [text.get_text() for text in chain.get_legend().get_texts()] == ["sigmoid", "tanh"]
    assert len(E.plot_gelu_sigma().get_lines()) == 4
    plt.close("all")


# Formulas one meets that are not right, beside those that are


def test_gelu_needs_the_root_of_two_in_erf():
    def without_root(z):
        return z / 2 * (1 + special.erf(z))

    assert without_root(1.0) == pytest.approx(0.9214, abs=5e-5)
    assert A.gelu(1.0) == pytest.approx(0.8413, abs=5e-5)
    assert A.gelu(1.0) == pytest.approx(stats.norm.cdf(1.0), rel=1e-14)


def test_the_tanh_form_of_gelu_is_off_by_half_a_thousandth_at_most():
    z = np.linspace(-6, 6, 120_001)
    gap = np.abs(A.gelu(z) - A.gelu(z, approximate="tanh"))
    assert gap.max() == pytest.approx(4.73e-4, abs=1e-6)
    assert abs(z[gap.argmax()]) == pytest.approx(2.70, abs=0.01)


def test_leaky_slopes_are_positive_and_gelus_is_negative_only_far_down():
    assert A.leaky_relu_backward(1.0, -2.0) == 0.01
    slope = A.gelu_backward(1.0, np.array([-0.5, -1.0, -5.0]))
    np.testing.assert_allclose(slope, [0.133, -0.083, -7e-6], rtol=0.03)
    x = np.linspace(-6, 6, 120_001)
    slopes = A.gelu_backward(1.0, x)
    assert (slopes[x > -0.7517] > 0).all()
    assert (slopes[x < -0.7518] < 0).all()
    lowest = x[A.gelu(x).argmin()]
    assert lowest == pytest.approx(-0.7518, abs=1e-4)
    assert A.gelu(lowest) == pytest.approx(-0.1700, abs=5e-5)


def test_relu6_bounds_the_activation_and_not_the_gradient():
    assert A.relu6_backward(1e6, 3.0) == 1e6
    assert A.relu6(1e6) == 6


def test_gelu_is_monotone_but_not_convex_above_zero():
    def curvature(x):
        return numerical_gradient(lambda z: A.gelu_backward(1.0, z), x)

    assert curvature(1.0) == pytest.approx(0.242, abs=5e-4)
    assert curvature(2.0) == pytest.approx(-0.108, abs=5e-4)
    assert curvature(np.sqrt(2)) == pytest.approx(0, abs=1e-8)
    chord = (A.gelu(2.0) + A.gelu(4.0)) / 2
    assert chord == pytest.approx(2.9772, abs=5e-5)
    assert A.gelu(3.0) == pytest.approx(2.9960, abs=5e-5)
    assert chord < A.gelu(3.0)


def test_cross_entropy_bottoms_out_at_the_entropy_of_its_labels():
    a = np.linspace(1e-6, 1 - 1e-6, 100_001)
    for y, least in ((0.5, np.log(2)), (1.0, 0.0), (0.2, stats.entropy([0.2, 0.8]))):
        cost = -(y * np.log(a) + (1 - y) * np.log(1 - a))
        assert cost.min() == pytest.approx(least, abs=2e-6)


def test_sharp_softmax_shares_among_tied_maxima():
    z = np.array([2.0, 2.0, 1.0])
    agree(A.softmax(1000 * z), [0.5, 0.5, 0])
    agree(A.softmax(0 * z), np.full(3, 1 / 3))
    entropies = [stats.entropy(A.softmax(c * z)) for c in (0.1, 1, 10, 100)]
    assert entropies == sorted(entropies, reverse=True)


def test_softmax_saturates_by_differences_not_by_size():
    agree(A.softmax_jacobian([1000.0, 1000.0]), [[0.25, -0.25], [-0.25, 0.25]])
    assert np.abs(A.softmax_jacobian([20.0, -20.0])).max() < 1e-16


def test_ranges_and_limits():
    x = np.linspace(-15, 15, 30_001)
    assert A.sigmoid_backward(1.0, x).max() == 0.25
    assert A.sigmoid_backward(1.0, x).min() > 0
    assert A.tanh_backward(1.0, x).max() == 1
    assert np.abs(A.tanh(x)).max() < 1
    assert A.softplus(-0.01) == pytest.approx(0.688, abs=5e-4)
    assert A.softplus(-20.0) == pytest.approx(2.06e-9, rel=1e-3)


@pytest.mark.parametrize(
    ("naive", "stable", "x"),
    [
        (lambda x: np.log(np.exp(x) / np.exp(x).sum()), A.log_softmax, [1000.0, 0.0]),
        (lambda x: np.exp(x) / np.exp(x).sum(), A.softmax, [1000.0, 0.0]),
        (lambda x: np.log(1 + np.exp(x)), A.softplus, [1000.0]),
        (lambda x: np.log(1 / (1 + np.exp(-x))), A.logsigmoid, [-1000.0]),
        (lambda x: (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x)), A.tanh, [-400.0]),
        (
            lambda x: np.log(np.exp(x).sum(keepdims=True)),
            lambda x: A.logsumexp(x, keepdims=True),
            [1000.0, 1.0],
        ),
    ],
    ids=["log_softmax", "softmax", "softplus", "logsigmoid", "tanh", "logsumexp"],
)
def test_the_literal_formula_breaks_where_the_stable_one_does_not(naive, stable, x):
    x = np.array(x)
    with np.errstate(all="ignore"):
        assert not np.isfinite(naive(x)).all()
    assert np.isfinite(stable(x)).all()
    agree(stable(x / 100), naive(x / 100))


def test_worked_examples():
    agree(A.softmax([1.3, 5.1, 2.2, 0.7, 1.1]).round(4), [0.0202, 0.9025, 0.0497, 0.0111, 0.0165])
    agree(A.softmax([1, 2, 5, 2]).round(4), [0.0164, 0.0445, 0.8945, 0.0445])
    assert A.softmax([1, 2, 5, 2]).round(2).sum() == pytest.approx(0.99)
    assert A.rrelu(-1.0, A.rrelu_slope(())) == pytest.approx(-0.2292, abs=5e-5)
