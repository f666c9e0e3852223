"""What chapter 05 says of its experiments, over three seeds."""

import numpy as np
import pytest

from nnlib import activations, data, init, nn
from nnlib import experiments as E
from nnlib.gradcheck import check_gradient
from tests.nnlib.spec import agree

SEEDS = range(3)


def normal(std):
    return lambda shape, *, rng: init.normal(shape, std=std, rng=rng)


def torch_linear(shape, *, rng):
    return init.kaiming_uniform(shape, a=5**0.5, rng=rng)


def tanh_gain(shape, *, rng):
    return init.xavier_normal(shape, gain=5 / 3, rng=rng)


# (activation, start, activations of layer 20 over those of layer 1, gradient at layer 1 over that at layer 20)
TWENTY_LAYERS = [
    ("tanh", normal(0.01), (1e-21, 1e-17), (1e-21, 1e-17)),
    ("tanh", normal(1.0), (0.9, 1.1), (1e6, 1e9)),
    ("tanh", init.lecun_normal, (0.15, 0.4), (0.05, 1)),
    ("tanh", init.xavier_uniform, (0.15, 0.4), (0.05, 1)),
    ("tanh", tanh_gain, (0.7, 1), (1, 20)),
    ("sigmoid", init.lecun_normal, (0, np.inf), (1e-14, 1e-9)),
    ("relu", normal(0.01), (1e-24, 1e-20), (1e-24, 1e-20)),
    ("relu", normal(0.05), (1e-11, 1e-6), (1e-11, 1e-7)),
    ("relu", normal(1.0), (1e14, 1e18), (1e14, 1e18)),
    ("relu", init.lecun_normal, (2e-4, 5e-3), (2e-4, 5e-3)),
    ("relu", init.kaiming_normal, (0.2, 3), (0.2, 3)),
    ("relu", torch_linear, (1e-9, 1e-6), (1e-9, 1e-6)),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("activation", "start", "forward", "backward"), TWENTY_LAYERS)
def test_what_twenty_layers_leave(activation, start, forward, backward, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(200, 100))
    parameters = nn.mlp_parameters([100] * 21, init=start, rng=rng)
    std = E.activation_stats(parameters, x, activation=activation).std
    norms = E.gradient_norms(parameters, x, activation=activation)
    assert forward[0] < std[-1] / std[0] < forward[1]
    assert backward[0] < norms[0] / norms[-1] < backward[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_sigmoids_forget_the_sample(seed):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(200, 100))
    for W in nn.mlp_parameters([100] * 21, init=normal(0.1), rng=rng)[::2]:
        a = activations.sigmoid(a @ W.T)
    assert a.std() > 0.05
    assert a.std(axis=0).max() < 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_chain_stretches(seed):
    rng = np.random.default_rng(seed)
    through = signals = rng.normal(size=(100, 200))
    chain = [rng.normal(0, 0.1, size=(100, 100)) for _ in range(20)]
    for W in chain:
        through = W @ through
    ratio = np.linalg.norm(through, axis=0) / np.linalg.norm(signals, axis=0)
    assert 0.7 < ratio.mean() < 1.4
    assert (
        ratio.max() < E.linear_chain_gain(chain)[-1] < 1e-4 * np.prod([np.linalg.norm(W, 2) for W in chain])
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_variance_of_a_sum_holds_for_pixels(seed):
    pixels = data.load_mnist_small().X_train.astype(float)
    z = pixels @ init.normal((784, 500), std=784**-0.5, rng=np.random.default_rng(seed))
    formula = init.preactivation_variance(784, 1 / 784, pixels.var(), mean_x=pixels.mean())
    assert np.mean(z**2) == pytest.approx(formula, rel=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_epoch_from_two_starts(seed):
    run = E.init_comparison(epochs=1, rng=np.random.default_rng(seed))
    assert 0.45 < run.large[1] < 0.6
    assert 0.75 < run.default[1] < 0.87


@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_of_one_hidden_layer(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    parameters = [rng.normal(size=size) for size in ((4, 3), 4, (2, 4), 2)]

    def cost(W1, b1, W2, b2):
        return np.sum((np.tanh(X @ W1.T + b1) @ W2.T + b2 - y) ** 2) / (2 * len(X))

    def backward(grad_output, *parameters):
        return tuple(grad_output * g for g in E.one_hidden_layer_grads(X, y, *parameters))

    assert check_gradient(cost, backward, tuple(parameters), np.float64(1.0)).ok


@pytest.mark.parametrize("seed", SEEDS)
def test_units_that_start_equal(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
    shapes = [(4, 3), (4,), (1, 4), (1,)]
    half, *_ = E.one_hidden_layer_grads(X, y, *(init.constant(s, 0.5) for s in shapes))
    agree(half, np.tile(half[:1], (4, 1)))
    zero = E.one_hidden_layer_grads(X, y, *(init.zeros(s) for s in shapes))
    assert [np.abs(g).max() > 0 for g in zero] == [False, False, False, True]
    # the written question: other biases part them; from W2 = 0 only W2 and b2 move at first
    W1, b1, W2, b2 = (init.constant(s, 0.5) for s in shapes)
    parted, *_ = E.one_hidden_layer_grads(X, y, W1, rng.normal(size=4), W2, b2)
    assert len(np.unique(parted.round(9), axis=0)) == 4
    first = E.one_hidden_layer_grads(X, y, rng.normal(size=(4, 3)), 0 * b1, 0 * W2, 0 * b2)
    assert [np.abs(g).max() > 0 for g in first] == [False, False, True, True]
    assert len(np.unique(first[2].round(9))) == 4


@pytest.mark.parametrize("seed", SEEDS)
def test_measured_gains(seed):
    z = np.random.default_rng(seed).normal(size=100_000)
    for f, gain in ((lambda z: z, 1.0), (lambda z: np.maximum(z, 0), 2**0.5), (np.tanh, 1.593)):
        assert init.measured_gain(f, z) == pytest.approx(gain, rel=0.01)
    assert init.measured_gain(np.tanh, 0.1 * z) == pytest.approx(1.01, abs=0.002)
