"""Chapter 16: the network that reads digits, in the steps in which it is put together, against plain formulas."""

from itertools import pairwise

import numpy as np
import pytest

from nnlib import data
from nnlib.experiments import mnist
from nnlib.gradcheck import numerical_gradient
from tests.nnlib.spec import agree

SIZES = ((4, 3), (4, 5, 3), (4, 5, 2, 3))
COSTS = ("cross_entropy", "quadratic")


def rng(seed=0):
    return np.random.default_rng(seed)


def parameters(sizes, draws, dtype=np.float64):
    return [
        draws.normal(size=size).astype(dtype)
        for inputs, outputs in pairwise(sizes)
        for size in ((outputs, inputs), outputs)
    ]


def outputs(X, params):
    rows = []
    for x in X:
        for W, b in zip(params[::2], params[1::2]):
            x = np.array([1 / (1 + np.exp(-sum(w * v for w, v in zip(row, x)) - c)) for row, c in zip(W, b)])
        rows.append(x)
    return np.array(rows)


def total(X, y, params, cost):
    a, target = outputs(X, params), np.eye(len(params[-1]))[y]
    if cost == "quadratic":
        return np.sum((a - target) ** 2) / 2
    return -np.sum(target * np.log(a) + (1 - target) * np.log(1 - a))


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_feedforward_is_unit_by_unit(sizes):
    draws = rng()
    X, params = draws.normal(size=(6, 4)), parameters(sizes, draws)
    agree(mnist.feedforward(X, *params), outputs(X, params))
    single = [p.astype(np.float32) for p in params]
    assert mnist.feedforward(X.astype(np.float32), *single).dtype == np.float32


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_batch_gradients_are_the_slopes_of_the_total_cost(sizes, cost):
    draws = rng(1)
    X, y, params = draws.normal(size=(6, 4)), np.array([0, 1, 0, 1, 1, 0]), parameters(sizes, draws)
    grads = mnist.batch_gradients(X, y, *params, cost=cost)
    assert isinstance(grads, tuple)
    assert len(grads) == len(params)
    for i, grad in enumerate(grads):

        def of(value, i=i):
            return total(X, y, [*params[:i], value, *params[i + 1 :]], cost)

        np.testing.assert_allclose(grad, numerical_gradient(of, params[i].copy()), atol=1e-7)


@pytest.mark.parametrize(
    ("lmbda", "n", "tuned_on", "factor"),
    [
        (0.1, 1000, None, 1 - 0.5 * 0.1 / 1000),
        (0.1, 50_000, 1000, 1 - 0.5 * 0.1 / 1000),
        (5.0, 50_000, None, 1 - 0.5 * 0.1 / 1000),
        (5.0, 200, 50_000, 1 - 0.5 * 0.1 / 1000),
        (0.0, 10, 3, 1.0),
    ],
)
def test_a_step_with_a_strength_from_another_number_of_images(lmbda, n, tuned_on, factor):
    w, b, gw, gb = np.array([2.0, -1.0]), np.array([3.0]), np.array([4.0, 8.0]), np.array([-2.0])
    new_w, new_b = mnist.l2_step(w, b, gw, gb, eta=0.5, lmbda=lmbda, n=n, m=4, tuned_on=tuned_on)
    agree(new_w, factor * w - 0.125 * gw)
    agree(new_b, b - 0.125 * gb)


@pytest.mark.parametrize(
    ("cost", "lmbda"), [("cross_entropy", 0.0), ("cross_entropy", 2.0), ("quadratic", 2.0)]
)
def test_an_epoch_in_steps_is_that_of_the_fast_loop(cost, lmbda):
    X, y, *_ = data.load_mnist_small(dtype=np.float64)
    X, y = X[:103], y[:103]  # the last batch has three images
    nets = [
        mnist.Network((784, 12, 10), cost=cost, dtype=np.float64, epoch=epoch, rng=rng(3))
        for epoch in (None, mnist.sgd_epoch)
    ]
    found = [net.SGD((X, y), 3, 10, 0.5, lmbda=lmbda, monitor_training_cost=True)[2] for net in nets]
    np.testing.assert_allclose(*found, rtol=1e-12)
    for fast, plain in zip(*(net.model.params for net in nets)):
        np.testing.assert_allclose(plain, fast, atol=1e-12)


RUNS = {
    "quadratic": lambda **o: mnist.run_quadratic(n_train=60, epochs=2, rng=rng(), **o)[:5],
    "cross-entropy": lambda **o: mnist.run_cross_entropy(n_train=60, epochs=2, rng=rng(), **o)[:5],
    "overfit": lambda **o: mnist.run_overfit(n_train=60, epochs=2, rng=rng(), **o)[:5],
    "decay, few": lambda **o: mnist.run_l2_small(n_train=60, epochs=2, rng=rng(), **o)[:5],
    "decay": lambda **o: mnist.run_l2_full(n_train=60, epochs=2, rng=rng(), **o)[:5],
    "sizes": lambda **o: mnist.data_size_sweep(sizes=(50, 100), steps=20, rng=rng(), **o),
    "a rival": lambda **o: mnist.nn_vs_svm(sizes=(60,), steps=20, rng=rng(), **o),
    "starts": lambda **o: mnist.init_comparison(epochs=2, n_train=60, rng=rng(), **o),
    "seeds": lambda **o: mnist.seed_spread(seeds=(0, 1), epochs=2, n_train=60, **o),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_every_experiment_runs_on_an_epoch_of_yours(run):
    calls = []

    def epoch(*args, **options):
        calls.append(1)
        return mnist.sgd_epoch(*args, **options)

    for got, want in zip(run(epoch=epoch), run()):
        np.testing.assert_allclose(got, want, rtol=1e-3, atol=0.02)
    assert len(calls) >= 2


IMAGES = np.eye(3)
READS_ALL, READS_0_AND_1, READS_2 = (
    (np.eye(3)[list(digits)].T, np.zeros(3)) for digits in ((0, 1, 2), (0, 1, 0), (1, 0, 2))
)


@pytest.mark.parametrize(
    ("validation", "test", "networks", "best", "accuracy"),
    [
        ([0, 1, 2], [2, 2, 0, 1], (READS_2, READS_0_AND_1), 1, 0.5),
        ([2, 2, 1], [0, 0, 1], (READS_0_AND_1, READS_2), 1, 0.0),
        ([0, 1], [2, 2, 0], (READS_0_AND_1, READS_ALL), 0, 1 / 3),  # equally good: the first
        ([0], [1], (READS_2,), 0, 0.0),
    ],
)
def test_the_test_images_choose_nothing(validation, test, networks, best, accuracy):
    parts = ((IMAGES[digits], np.array(digits)) for digits in (validation, test))
    chosen = mnist.choose_and_test(*parts, *networks)
    assert isinstance(chosen, mnist.Chosen)
    assert chosen.best == best
    assert chosen.accuracy == pytest.approx(accuracy)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: mnist.choose_and_test((IMAGES, [0, 1, 2]), (IMAGES, [0, 1, 2])),
            "networks must be at least one",
        ),
        (lambda: mnist.feedforward(IMAGES, np.eye(3)), "a weight and a bias for each layer"),
        (lambda: mnist.batch_gradients(IMAGES, np.array([0, 1, 3]), *READS_ALL), "one_hot"),
        (lambda: mnist.batch_gradients(IMAGES, np.array([0, 1, 2]), *READS_ALL, cost="log"), "cost_delta"),
    ],
)
def test_what_does_not_fit_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()
