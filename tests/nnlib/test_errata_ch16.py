"""Claims of chapter 16 that one meets and that do not hold as they stand."""

import numpy as np
import pytest

from nnlib.experiments import mnist
from nnlib.experiments.judging import accuracy_gap_z
from nnlib.regularization import minibatch_l2_step


def test_a_gap_of_0_12_points_is_a_tie_and_one_of_1_3_is_not():
    assert accuracy_gap_z(0.9487, 0.9499, n=10_000) == pytest.approx(0.39, abs=0.005)
    assert accuracy_gap_z(0.9499, 0.9629, n=10_000) == pytest.approx(4.50, abs=0.005)
    assert np.sqrt(0.95 * 0.05 / 10_000) == pytest.approx(0.0022, abs=5e-5)


def test_a_factor_of_six():
    assert mnist.mean_sigmoid_prime() == pytest.approx(1 / 6)
    assert 1.8 * mnist.mean_sigmoid_prime() == pytest.approx(0.3)


def test_the_best_epoch_is_not_read_off_the_test_images():
    """Only the end is measured on them; all that is measured after each epoch is on others."""
    run = mnist.run_cross_entropy(epochs=3, n_train=300, rng=np.random.default_rng(0))
    _, (X, y), (X_test, y_test) = mnist.digits_split()
    assert np.ndim(run.test_accuracy) == 0
    assert run.validation_accuracy.shape == (3,)
    assert (run.validation_accuracy * len(X)).round(6) == pytest.approx(
        np.round(run.validation_accuracy * len(X))
    )
    assert run.test_accuracy * len(X_test) == pytest.approx(round(run.test_accuracy * len(y_test)))
    assert len(y) == 666


def test_strengths_that_decay_alike():
    """lmbda = 0.1 for 1000 images and 5 for 50 000: the factor 1 - eta lmbda / n is the same."""
    w, zero = np.array([2.0]), np.zeros(1)
    steps = [
        minibatch_l2_step(w, zero, zero, zero, lr=0.5, lam=lam, n=n, m=10)[0]
        for lam, n in ((0.1, 1000), (5.0, 50_000))
    ]
    assert steps[0] == pytest.approx(steps[1])
    assert steps[0] == pytest.approx(2 * (1 - 0.5e-4))


def test_with_decay_the_cross_entropy_falls_too_and_not_only_the_penalty():
    train, validation, _ = mnist.digits_split()
    train = tuple(part[:1000] for part in train)
    net = mnist.Network(init="large", rng=np.random.default_rng(0))
    alone = []
    for epochs in (10, 390):
        net.SGD(train, epochs, 10, 0.5, lmbda=0.1)
        alone.append(net.total_cost(validation))
    assert alone == pytest.approx([1.1, 0.8], abs=0.05)
