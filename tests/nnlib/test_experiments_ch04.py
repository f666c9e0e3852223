"""The claims of chapter 04, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import activations as A
from nnlib import experiments as E
from nnlib import nn
from nnlib.data import load_mnist_small
from nnlib.gradcheck import check_gradient, gradient_agrees, numerical_gradient, numerical_vjp
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed):
    return np.random.default_rng(seed)


# Reading digits


@pytest.fixture(scope="module")
def mnist():
    return load_mnist_small()


def accuracies(data, **options):
    runs = [E.mlp_digits(data, rng=rng(seed), **options) for seed in SEEDS]
    assert all(isinstance(run, E.MlpRun) for run in runs)
    return np.array([run.accuracy[-1] for run in runs])


def without_slope(grad_output, x, *parameters, activation="relu"):
    W1, b1, W2, b2 = parameters
    g, *last = nn.linear_backward(grad_output, A.relu(nn.linear(x, W1, b1)), W2, b2)
    return *nn.linear_backward(g, x, W1, b1), *last


def test_a_hidden_layer_reads_more_digits_than_none_and_a_wrong_gradient_fewer(mnist):
    none, thirty, hundred = (accuracies(mnist, hidden=hidden) for hidden in ((), (30,), (100,)))
    slipped = accuracies(mnist, mlp_backward=without_slope)
    for accuracy, low, high in (
        (none, 0.90, 0.925),
        (thirty, 0.92, 0.95),
        (hundred, 0.94, 0.955),
        (slipped, 0.8, 0.9),
    ):
        assert ((low < accuracy) & (accuracy < high)).all(), accuracy
        assert np.ptp(accuracy) < (0.06 if accuracy is slipped else 0.02)
    assert thirty.min() > none.max()  # the difference is larger than the spread
    assert slipped.max() < none.min()  # a wrong gradient trains, worse than no hidden layer


def test_the_check_catches_the_gradient_that_trains():
    x, *parameters = (rng(0).normal(size=shape) for shape in ((3, 4), (5, 4), 5, (2, 5), 2))
    assert check_gradient(nn.mlp, nn.mlp_backward, (x, *parameters)).ok
    assert check_gradient(nn.mlp, without_slope, (x, *parameters)).max_error > 0.1


def test_mlp_digits_keeps_float32_repeats_itself_and_plots(mnist):
    small = mnist.X_train[:200], mnist.y_train[:200], mnist.X_test[:100], mnist.y_test[:100]
    run, again = (
        E.mlp_digits(small, hidden=(8, 6), activation="tanh", epochs=2, rng=rng(0)) for _ in range(2)
    )
    agree(run.accuracy, again.accuracy)
    assert [p.shape for p in run.parameters] == [(8, 784), (8,), (6, 8), (6,), (10, 6), (10,)]
    assert {p.dtype.name for p in run.parameters} == {"float32"}
    ax = run.plot(label="two layers")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "accuracy on the test images")
    plt.close(ax.figure)
    with pytest.raises(ValueError, match="mlp_digits: batch_size must be positive; got 0"):
        E.mlp_digits(small, batch_size=0, rng=rng(0))


# Steps placed by hand


def wave(x):
    return np.sin(4 * x) + 0.5 * np.cos(9 * x)


def test_a_staircase_is_a_network_with_weights_placed_by_hand():
    x, edges, heights = rng(0).uniform(size=20), np.array([0.2, 0.5, 0.9]), np.array([1.0, -2.0, 0.5])
    y = E.staircase(x, edges, heights, steepness=30.0)
    W1, jumps = np.full((3, 1), 30.0), np.array([[1.0, -3.0, 2.5]])
    agree(y, nn.mlp(x[:, None], W1, -30 * edges, jumps, np.zeros(1), activation="sigmoid")[:, 0])
    agree(E.staircase(np.array([0.0, 0.35, 0.7, 1.0]), edges, heights, steepness=1e4), [0.0, 1.0, -2.0, 0.5])
    assert E.staircase(np.float32(x), edges, heights).dtype == np.float32
    with pytest.raises(ValueError, match=r"staircase: heights must be of shape \(3,\); got shape \(2,\)"):
        E.staircase(x, edges, heights[:2])
    with pytest.raises(ValueError, match=r"staircase: edges must be of shape \(K,\); got shape \(1, 3\)"):
        E.staircase(x, edges[None], heights)


def test_four_times_the_steps_have_a_quarter_of_the_error():
    x, errors = np.linspace(-1, 1, 2001), []
    for K in (10, 40, 160):
        edges = np.linspace(-1, 1, K, endpoint=False)
        steps = E.staircase(x, edges, wave(edges + 1 / K), steepness=100.0 * K)
        errors.append(np.abs(steps - wave(x))[1:].max())
    np.testing.assert_allclose(errors, [0.763, 0.191, 0.048], atol=5e-4)


def test_no_continuous_curve_comes_close_to_a_jump_everywhere():
    x = np.linspace(-1, 1, 200_001)
    rms = []
    for s in (10.0, 100.0, 1000.0):
        error = E.staircase(x, np.zeros(1), np.ones(1), steepness=s) - (x > 0)
        assert np.abs(error).max() == pytest.approx(0.5)
        rms.append(np.sqrt(np.mean(error**2)))
    np.testing.assert_allclose(rms, [0.139, 0.0439, 0.0139], rtol=5e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_wider_networks_come_closer_and_so_do_their_derivatives(seed):
    fits = [E.fit_1d(wave, width=width, rng=rng(seed)) for width in (3, 30)]
    assert fits[1].error < 0.02 < 0.1 < fits[0].error
    assert fits[1].slope_error < 0.4 < 1.0 < fits[0].slope_error


# Exclusive or


def test_two_hidden_units_could_but_mostly_do_not_learn_xor():
    def share(hidden):
        return np.mean([E.xor_train(hidden=hidden, rng=rng(seed)).loss[-1] < 1e-3 for seed in range(20)])

    assert share(2) < 0.5
    assert share(5) == 1


def test_the_perceptron_rule_gives_up_on_xor_only():
    runs = [E.perceptron_xor(np.array(y)) for y in ([0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0])]
    assert [run.mistakes[-1] == 0 for run in runs] == [True, True, False]
    assert runs[-1].accuracy.max() == 0.5


def test_xor_in_closed_form_keeps_float32():
    assert E.xor_closed_form(np.float32([[0, 1]])).dtype == np.float32


# The numbers of the two-layer network


def test_the_numbers_of_the_network_by_hand():
    x, y, zero = np.array([1.0, 2.0]), np.array([0.0, 1.0]), np.zeros(2)
    W1, W2, b2 = (
        np.array([[0.1, 0.2], [0.3, 0.4]]),
        np.array([[1.0, -1.0], [0.5, 2.0]]),
        np.array([0.1, -0.2]),
    )
    run = E.forward_2_2_2(x, W1, zero, W2, b2)
    agree(run.z1, [0.5, 1.1])
    agree(np.array([[0.1, 0.2], [0.2, 0.4]]) @ x, [0.5, 1.0])  # with w12 in the place of w21
    delta2, grad_W2 = E.output_layer_grads(run.a1, run.a2, y, run.z2)
    delta1, _ = E.hidden_layer_grads(x, run.z1, W2, delta2)

    def cost(W1, b1, W2):
        return 0.5 * np.sum((E.forward_2_2_2(x, W1, b1, W2, b2).a2 - y) ** 2)

    by_W2, by_b1 = (numerical_vjp(cost, (W1, zero, W2), 1.0, wrt=i) for i in (2, 1))
    np.testing.assert_allclose(grad_W2, by_W2, atol=1e-10)
    np.testing.assert_allclose(delta1, by_b1, atol=1e-10)
    assert np.abs(delta2[1] - by_b1).min() > 5e-3  # the error of an output in the place of the hidden units'


def test_the_worse_mistake_has_the_smaller_error_under_the_quadratic_cost():
    z, y = np.array([0.5, 5.0]), np.zeros(2)
    agree(nn.cost_delta(z, y).round(4), [0.1463, 0.0066])
    agree(nn.cost_delta(z, y, cost="cross_entropy").round(4), [0.6225, 0.9933])
    agree(nn.delta_output(A.sigmoid(z) - y, z, activation="sigmoid"), nn.cost_delta(z, y))


# Differences


def test_central_differences_are_best_near_1e_5():
    steps = 10.0 ** np.arange(-12, 0)
    x, slope = np.array([1.0]), np.cos(1.0)
    central = [abs(numerical_gradient(lambda x: np.sin(x[0]), x, eps=e)[0] - slope) for e in steps]
    one_sided = [abs((np.sin(1 + e) - np.sin(1.0)) / e - slope) for e in steps]
    assert 1e-6 <= steps[np.argmin(central)] <= 1e-4
    assert min(central) < 1e-10 < min(one_sided)


def slips(right, n):
    def one_entry(W):
        g = right(W)
        g[1, 2] *= 1.1
        return g

    return {
        "no 1/N": lambda W: n * right(W),
        "transposed": lambda W: right(W).T,
        "one entry": one_entry,
        "sign": lambda W: -right(W),
        "times 1.001": lambda W: 1.001 * right(W),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_five_slips_in_a_backward_pass_are_caught_though_most_point_the_right_way(seed):
    draws = rng(seed)
    X, Y, W1, W2 = draws.normal(size=(6, 3)), draws.normal(size=(6, 3)), *draws.normal(size=(2, 3, 3))
    b1, b2 = draws.normal(size=(2, 3))

    def output(W):
        return nn.mlp(X, W, b1, W2, b2, activation="tanh")

    def cost(W):
        return 0.5 * np.sum((output(W) - Y) ** 2) / len(X)

    def right(W):
        return nn.mlp_backward((output(W) - Y) / len(X), X, W, b1, W2, b2, activation="tanh")[1]

    def cosine(g):
        return np.sum(g * right(W1)) / np.linalg.norm(g) / np.linalg.norm(right(W1))

    assert gradient_agrees(cost, right, W1)
    wrong = slips(right, len(X))
    assert not any(gradient_agrees(cost, grad, W1) for grad in wrong.values())
    assert min(cosine(wrong[name](W1)) for name in ("no 1/N", "one entry", "times 1.001")) > 0.98
