"""The claims of chapters 04 to 07, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import activations as A
from nnlib import experiments as E
from nnlib import nn, optim
from nnlib.gradcheck import numerical_vjp
from nnlib.lr_scheduler import one_cycle_lr
from nnlib.search import lr_threshold
from tests.nnlib.spec import agree

SEEDS = range(3)
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def rng(seed):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def data():
    return E.digits()


# Back-propagation by hand


def small_network(seed):
    draws = rng(seed)
    return [draws.normal(size=shape) for shape in (2, (2, 2), 2, (2, 2), 2)], draws.uniform(size=2)


def cost(x, W1, b1, W2, b2, y):
    a1 = 1 / (1 + np.exp(-(W1 @ x + b1)))
    a2 = 1 / (1 + np.exp(-(W2 @ a1 + b2)))
    return np.sum((a2 - y) ** 2) / 2


@pytest.mark.parametrize("seed", range(10))
def test_hand_gradients_are_central_differences(seed):
    (x, W1, b1, W2, b2), y = small_network(seed)
    run = E.forward_2_2_2(x, W1, b1, W2, b2)
    assert isinstance(run, E.Forward222)
    delta2, grad_W2 = E.output_layer_grads(run.a1, run.a2, y, run.z2)
    delta1, grad_W1 = E.hidden_layer_grads(x, run.z1, W2, delta2)
    want = numerical_vjp(cost, (x, W1, b1, W2, b2, y), 1.0, wrt=(1, 2, 3, 4))
    for got, w in zip((grad_W1, delta1, grad_W2, delta2), want):
        np.testing.assert_allclose(got, w, atol=1e-9)
    # the four equations say the same
    agree(nn.delta_output(run.a2 - y, run.z2, activation="sigmoid"), delta2)
    agree(nn.delta_hidden(W2, delta2, run.z1, activation="sigmoid"), delta1)
    agree(nn.grad_weight(delta1, x), grad_W1)
    agree(nn.grad_bias(delta1), delta1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_batch_at_once_is_a_loop_over_samples(seed):
    draws = rng(seed)
    parameters = nn.mlp_parameters([6, 5, 4, 3], rng=draws)
    X, g = draws.normal(size=(20, 6)), draws.normal(size=(20, 3))
    grad_x, *grads = nn.mlp_backward(g, X, *parameters, activation="tanh")
    singles = [nn.mlp_backward(g[i : i + 1], X[i : i + 1], *parameters, activation="tanh") for i in range(20)]
    agree(grad_x, np.concatenate([s[0] for s in singles]))
    for k, grad in enumerate(grads, start=1):
        agree(grad, sum(s[k] for s in singles))


# Exclusive or


def test_perceptron_learns_and_and_or_but_not_xor():
    for y in ([0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 0]):
        run = E.perceptron_xor(np.array(y))
        assert isinstance(run, E.PerceptronRun)
        assert run.mistakes[-1] == 0
        assert run.accuracy[-1] == 1
        assert ((XOR @ run.w + run.b > 0) == y).all()
    run = E.perceptron_xor()
    assert len(run.mistakes) == 1000
    assert run.mistakes.min() > 0
    assert run.accuracy.max() <= 0.75
    with pytest.raises(ValueError, match=r"perceptron_xor: y must be of shape \(4,\); got shape \(3,\)"):
        E.perceptron_xor(np.zeros(3))


def test_no_line_gets_more_than_three_points_right():
    grid = np.linspace(-2, 2, 41)
    w1, w2, b = np.meshgrid(grid, grid, grid)
    right = sum((w1 * x[0] + w2 * x[1] + b > 0) == y for x, y in zip(XOR, [False, True, True, False]))
    assert right.max() == 3


def test_xor_in_closed_form():
    agree(E.xor_closed_form(XOR), [0, 1, 1, 0])
    agree(nn.linear(XOR, np.ones((2, 2)), np.array([0.0, -1.0])), [[0, -1], [1, 0], [1, 0], [2, 1]])


def test_a_trained_solution_of_xor():
    """Five rectifiers, trained elsewhere and printed with four digits."""
    W = [[1.0728, 1.0728], [0.8363, 1.0607], [-0.6455, 0.0093], [0.4936, -0.6783], [0.6034, -0.4383]]
    b = [-1.0728, 2.8014e-6, -3.7686e-2, 1.8394e-1, -6.7461e-1]
    w = [[-1.7115, 1.0000, -0.3295, 0.3312, 0.3853]]
    agree(nn.mlp(XOR, W, b, w, [-0.0608])[:, 0].round(4), [1e-4, 0.9999, 0.9999, 1e-4])


@pytest.mark.parametrize("seed", SEEDS)
def test_five_rectifiers_find_xor(seed):
    run = E.xor_train(rng=rng(seed))
    assert isinstance(run, E.XorRun)
    assert run.loss[-1] < 1e-6
    assert np.abs(run.prediction - [0, 1, 1, 0]).max() < 1e-2
    assert [p.shape for p in run.parameters] == [(5, 2), (5,), (1, 5), (1,)]
    assert (E.xor_train(epochs=5, rng=rng(seed)).loss == run.loss[:5]).all()


# What a network can draw


@pytest.mark.parametrize("seed", SEEDS)
def test_wider_fits_better_and_its_slope_too(seed):
    def f(x):
        return np.sin(4 * x) + 0.5 * np.cos(9 * x)

    narrow, wide = (E.fit_1d(f, width=width, epochs=1000, rng=rng(seed)) for width in (2, 30))
    assert isinstance(wide, E.Fit1d)
    assert narrow.error > 0.15
    assert 0 < wide.error < 0.5 * narrow.error
    assert wide.slope_error < 0.5 * narrow.slope_error
    np.testing.assert_allclose(
        wide.target_slope, 4 * np.cos(4 * wide.x) - 4.5 * np.sin(9 * wide.x), atol=1e-7
    )
    np.testing.assert_allclose(np.gradient(wide.fit, wide.x)[1:-1], wide.slope[1:-1], atol=0.05)
    with pytest.raises(ValueError, match="fit_1d: width must be positive; got 0"):
        E.fit_1d(f, width=0, rng=rng(0))


def test_depth_doubles_the_corners():
    for k in range(1, 13):
        saw = E.sawtooth_depth(k)
        assert isinstance(saw, E.Sawtooth)
        assert (saw.pieces, saw.deep, saw.shallow) == (2**k, 2 * k, 2**k)
        # the tent map conjugate to the logistic map: sin^2 of doubled angles
        np.testing.assert_allclose(
            np.sin(np.pi * saw.y / 2) ** 2, np.sin(2**k * np.pi * saw.x / 2) ** 2, atol=1e-9
        )
    for seed in SEEDS:  # one layer of nine rectifiers: at most nine corners
        w, b, v = rng(seed).normal(size=(3, 9))
        x = np.linspace(-30, 30, 600_001)[:, None]
        slopes, *_ = nn.mlp_backward(1.0, x, w[:, None], b, v[None], np.zeros(1))
        assert 3 < np.sum(np.abs(np.diff(slopes[:, 0])) > 1e-12) <= 9
    with pytest.raises(ValueError, match="sawtooth_depth: k must be between 1 and 16; got 0"):
        E.sawtooth_depth(0)


# Starting values


def test_gain_of_a_chain_is_the_product_of_singular_values():
    agree(E.linear_chain_gain([1.5 * np.eye(3)] * 10), 1.5 ** np.arange(1, 11))
    agree(E.linear_chain_gain([0.5 * np.eye(3)] * 10), 0.5 ** np.arange(1, 11))
    assert E.linear_chain_gain([]).shape == (0,)
    for seed in SEEDS:
        weights = [rng(seed).normal(size=shape) for shape in ((4, 3), (5, 4), (2, 5))]
        product = np.linalg.multi_dot(weights[::-1])
        assert E.linear_chain_gain(weights)[-1] == pytest.approx(np.linalg.svd(product)[1][0])
        directions = rng(seed).normal(size=(3, 200))
        gains = np.linalg.norm(product @ directions, axis=0) / np.linalg.norm(directions, axis=0)
        assert gains.max() <= E.linear_chain_gain(weights)[-1] * (1 + 1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_gradient_norms_are_those_of_autograd(seed):
    import torch

    parameters = nn.mlp_parameters([5, 6, 7, 2], rng=rng(seed))
    x = rng(seed).normal(size=(4, 5))
    a, inputs = torch.tensor(x, requires_grad=True), []
    for l in range(3):
        inputs.append(a)
        a = torch.nn.functional.linear(a, *(torch.tensor(p) for p in parameters[2 * l : 2 * l + 2]))
        a = torch.tanh(a) if l < 2 else a
    want = [g.norm().item() for g in torch.autograd.grad(a.sum(), inputs)]
    agree(E.gradient_norms(parameters, x, activation="tanh"), want)


@pytest.mark.parametrize("seed", SEEDS)
def test_good_starts_keep_the_signal(seed):
    stats = E.compare_inits(rng(seed).normal(size=(200, 100)), rng=rng(seed))
    last = {label: s.std[-1] for label, s in stats.items()}
    assert last["tanh, std 0.01"] < 1e-15
    assert stats["tanh, std 1"].saturated[-1] > 0.7
    assert 0.1 < last["tanh, variance 1/n"] < 0.5
    assert stats["tanh, variance 1/n"].saturated.max() < 0.1
    assert 0.3 < last["relu, variance 2/n"] < 3
    # each layer halves the square
    assert 2**-12 < last["relu, variance 1/n"] / last["relu, variance 2/n"] < 2**-8
    assert all(isinstance(s, E.ActivationStats) and s.mean.shape == (20,) for s in stats.values())
    with pytest.raises(ValueError, match=r"compare_inits: x must be of shape \(n, d\)"):
        E.compare_inits(np.zeros(3), rng=rng(0))


def test_activation_stats_are_those_of_the_layers():
    x, (W, b) = rng(0).normal(size=(30, 4)), (rng(1).normal(size=(5, 4)), rng(2).normal(size=5))
    stats = E.activation_stats([W, b], x, activation=A.relu)
    a = np.maximum(x @ W.T + b, 0)
    agree([stats.mean[0], stats.std[0], stats.saturated[0]], [a.mean(), a.std(), np.mean(a > 0.99)])


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_weights_stay_equal(seed):
    X, y = rng(seed).normal(size=(40, 3)), rng(seed + 9).normal(size=40)
    zero, half = E.constant_start(X, y), E.constant_start(X, y, value=0.5)
    assert isinstance(zero, E.ConstantStart)
    assert zero.hidden_gradient.max() == 0
    assert (zero.units, half.units) == (1, 1)
    assert half.hidden_gradient.min() > 0
    # from zero nothing but the output bias learns: the mean is all it finds
    assert zero.loss[-1] == pytest.approx(np.var(y), rel=1e-6)
    assert half.loss[-1] < half.loss[0]


# Optimizers


@pytest.mark.parametrize("seed", SEEDS)
def test_small_batches_are_quick_and_noisy(seed):
    X = rng(seed).normal(size=(200, 5))
    y = X @ rng(seed + 1).normal(size=5) + rng(seed + 2).normal(size=200)
    sizes = [200, 20, 1]
    full, mini, single = E.compare_gd(X, y, [0.1, 0.1, 0.1], sizes, rng=rng(seed))
    assert isinstance(full, E.GDRun)
    assert [len(r.path) for r in (full, mini, single)] == [21, 201, 4001]
    assert (np.diff(full.cost) < 0).all()
    assert mini.cost[1] < full.cost[1]
    best = np.mean((X @ np.linalg.lstsq(X, y)[0] - y) ** 2) / 2
    noise = [np.mean(r.cost[-5:]) - best for r in (mini, single)]
    assert 0 < noise[0] < noise[1]
    assert (np.diff(single.cost) > 0).any()
    assert full.cost[0] == pytest.approx(np.mean(y**2) / 2)
    assert (np.diff(E.compare_gd(X, y, [3.0], [200], rng=rng(seed))[0].cost) > 0).all()
    with pytest.raises(ValueError, match="compare_gd: lrs must be 2 of them; got 1 rates"):
        E.compare_gd(X, y, [0.1], [1, 2], rng=rng(seed))


def bowl(w):
    return (w[..., 0] ** 2 + 25 * w[..., 1] ** 2) / 2


def bowl_slope(w):
    return w * np.array([1.0, 25.0])


def test_momentum_swings_less_and_arrives_sooner():
    optimizers = {
        "SGD": lambda p: optim.SGD(p, lr=0.076),
        "momentum": lambda p: optim.Momentum(p, lr=0.076, beta=0.5),
    }
    run = E.optimizer_paths(bowl, bowl_slope, (10.0, 1.0), optimizers, steps=60)
    assert isinstance(run, E.OptimizerPaths)
    plain, smooth = run.paths["SGD"], run.paths["momentum"]
    assert plain.shape == (61, 2)
    agree(plain[:, 0], 10 * (1 - 0.076) ** np.arange(61))
    agree(plain[:, 1], (1 - 0.076 * 25) ** np.arange(61.0))
    assert np.abs(smooth[:, 1]).sum() < 0.5 * np.abs(plain[:, 1]).sum()
    assert (np.diff(np.sign(plain[:, 1])) != 0).all()
    # a rate at which plain descent diverges is no trouble for the mean
    fast = {
        name: lambda p, o=o: o(p, lr=0.15) for name, o in (("SGD", optim.SGD), ("momentum", optim.Momentum))
    }
    ends = E.optimizer_paths(bowl, bowl_slope, (10.0, 1.0), fast, steps=60).paths
    assert bowl(ends["SGD"][-1]) > 1e10
    assert bowl(ends["momentum"][-1]) < 0.002 * bowl(ends["momentum"][0])
    axis = run.plot()
    assert [t.get_text() for t in axis.get_legend().get_texts()] == ["SGD", "momentum"]
    plt.close("all")


def test_rules_that_divide_by_the_gradient_leave_a_saddle_sooner():
    escape = E.saddle_escape()
    assert escape["Adam"] < 150 < escape["SGD"] < escape["momentum"] + 20
    assert escape["RMSprop"] < 150
    # y grows by 1.02 a step: 1.02^n = 1000
    assert escape["SGD"] == int(np.ceil(np.log(1000) / np.log(1.02)))
    assert set(E.saddle_escape(x0=(1.0, 0.0), steps=50).values()) == {51}
    assert E.saddle_escape({"fast": lambda p: optim.SGD(p, lr=0.5)})["fast"] == 10


def test_newton_is_exact_on_a_parabola_and_likes_saddles():
    for seed in SEEDS:
        M, target, w = rng(seed).normal(size=(4, 4)), rng(seed).normal(size=4), rng(seed + 1).normal(size=4)
        H = M @ M.T + np.eye(4)
        agree(E.newton_step(w, H @ (w - target), H), target)
    saddle = np.diag([2.0, -2.0])
    agree(E.newton_step(np.array([1.0, 0.5]), saddle @ [1.0, 0.5], saddle), [0.0, 0.0])


@pytest.mark.parametrize("seed", SEEDS)
def test_lag_and_variance_of_averages(seed):
    smooth = E.ewma_smoothing(rng=rng(seed))
    assert isinstance(smooth, E.EwmaSmoothing)
    np.testing.assert_allclose(smooth.lag, smooth.beta / (1 - smooth.beta), rtol=1e-6)
    np.testing.assert_allclose(smooth.variance, (1 - smooth.beta) / (1 + smooth.beta), rtol=0.2)


# Schedules and penalties


@pytest.mark.parametrize("seed", SEEDS)
def test_one_cycle_beats_a_constant_rate_on_digits(data, seed):
    def cycle(t):
        return one_cycle_lr(t, max_lr=1.0, total_steps=300)

    cycled = E.train_with_schedule(*data, cycle, rng=rng(seed))
    small = E.train_with_schedule(*data, lambda t: 0.02, rng=rng(seed))
    assert isinstance(cycled, E.ScheduledRun)
    agree(cycled.lr, cycle(np.arange(300)))
    assert cycled.accuracy > 0.95 > 0.93 > small.accuracy
    assert cycled.loss[-20:].mean() < 0.5 * small.loss[-20:].mean()
    again = E.train_with_schedule(*data, cycle, rng=rng(seed))
    assert (again.loss == cycled.loss).all()
    with pytest.raises(ValueError, match="train_with_schedule: y must be of shape"):
        E.train_with_schedule(data[0], data[1][:, None], cycle, rng=rng(seed))


def test_training_descends_the_true_gradient(data):
    X, y = data
    small = E.train_with_schedule(X, y, lambda t: 1e-6, steps=1, batch_size=50, rng=rng(0))
    draws = rng(0)
    parameters = nn.mlp_parameters([64, 32, 10], rng=draws)
    batch = draws.integers(len(X), size=50)

    def loss(W2, b2):
        scores = np.maximum(X[batch] @ parameters[0].T, 0) @ W2.T + b2
        return -np.mean(A.log_softmax(scores)[np.arange(50), y[batch]])

    grad_W2, grad_b2 = numerical_vjp(loss, parameters[2:], 1.0, wrt=(0, 1))
    np.testing.assert_allclose((parameters[2] - small.parameters[2]) / 1e-6, grad_W2, atol=1e-6)
    np.testing.assert_allclose((parameters[3] - small.parameters[3]) / 1e-6, grad_b2, atol=1e-6)
    assert small.loss[0] == pytest.approx(loss(*parameters[2:]))


def test_the_threshold_of_a_network(data):
    X, y = data

    def train(lr, epochs):
        runs = E.train_with_schedule(X, y, lambda t: lr, steps=28 * (epochs + 1), rng=rng(0))
        return runs.loss.reshape(epochs + 1, 28).mean(axis=1)

    assert 0.01 <= lr_threshold(train) <= 1


def test_lambda_is_chosen_by_the_score():
    table = {0.0: 0.90, 0.01: 0.93, 0.1: 0.95, 1.0: 0.95, 10.0: np.nan}
    choice = E.choose_lambda(table.get, list(table))
    assert isinstance(choice, E.LambdaChoice)
    assert choice.best == 0.1
    agree(choice.scores, list(table.values()))
    assert choice.plot().get_title() == "best lambda 0.1"
    with pytest.raises(ValueError, match="choose_lambda: lambdas must be at least one; got none"):
        E.choose_lambda(table.get, [])
    plt.close("all")


def test_results_draw_themselves():
    x = np.linspace(0, 1, 20)
    runs = (
        E.PerceptronRun(np.array([2, 1]), np.array([0.5, 1.0]), np.zeros(2), 0.0),
        E.XorRun(x + 1, (), np.zeros(4)),
        E.Fit1d(x, x, x, 0.0, x, x, 0.0),
        E.ActivationStats(x, x + 1, x),
        E.ConstantStart(1, x, x),
        E.GDRun(5, 0.1, x + 1, x[:, None], 0.1),
        E.ScheduledRun(x, x, 1.0, ()),
    )
    for run in runs:
        ax = run.plot(label="a")
        assert ax.get_xlabel()
        assert ax.get_ylabel()
        assert "a" in [text.get_text() for text in ax.get_legend().get_texts()]
        assert run.plot(ax) is ax
        plt.close("all")
    for run in (E.sawtooth_depth(3), E.EwmaSmoothing(x[:2], x[:2], x[:2], np.ones((2, 5)))):
        assert run.plot().get_xlabel()
    plt.close("all")
