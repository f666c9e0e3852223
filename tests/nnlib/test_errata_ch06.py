"""Formulas of chapter 06 that one meets and that are not right, beside those that are."""

import numpy as np
import pytest

from nnlib import optim
from nnlib.optim import ewma, ewma_weights
from tests.nnlib.spec import agree


def steps(name, gradients, **options):
    """Path of one weight from 0 under given gradients."""
    init, step = getattr(optim, f"{name}_init"), getattr(optim, f"{name}_step")
    w, state, path = 0.0, init(0.0), []
    for g in gradients:
        w, state = step(w, g, state, **options)
        path.append(float(w))
    return path


# Averages


def test_the_last_weight_of_an_average_belongs_to_the_newest_value():
    values, beta = np.arange(1.0, 5.0), 0.9
    right = ewma(values, beta=beta, init="zero")[-1]
    assert right == pytest.approx(0.9049, abs=5e-5)
    assert ewma_weights(4, beta) @ values == pytest.approx(right)
    printed = ewma_weights(4, beta) @ [1.0, 2.0, 3.0, 3.0]  # theta_3 twice
    assert printed == pytest.approx(0.8049, abs=5e-5)


def test_the_weights_sum_to_less_than_one():
    assert ewma_weights(5, 0.9).sum() == pytest.approx(0.40951, abs=5e-6)
    assert ewma_weights(5, 0.9).sum() == pytest.approx(1 - 0.9**5)
    # summed over all k = 1, 2, ... for a fixed t the terms beta^(t-k) grow without bound
    assert (0.1 * 0.9 ** (5.0 - np.arange(1, 200))).sum() > 1e6


def test_a_corrected_mean_must_not_go_back_into_the_recursion():
    beta, m, overwritten = 0.9, 0.0, []
    for t in range(1, 6):
        m = beta * m + (1 - beta) * 1.0
        m = m / (1 - beta**t)
        overwritten.append(m)
    np.testing.assert_allclose(overwritten, [1, 5.26, 17.8, 47.0, 103.5], atol=0.05)
    agree(ewma(np.ones(5), beta=beta, init="zero", bias_correction=True), np.ones(5))


def test_two_starts_of_an_average():
    """S_1 = y_1 and m_0 = 0 are different series; with dampening torch's momentum is the first of them."""
    gradients = [1.0, 0.5, -0.3, 0.2]
    first = ewma(np.array(gradients), beta=0.9)
    zero = ewma(np.array(gradients), beta=0.9, init="zero")
    assert first[0] == 1
    assert zero[0] == pytest.approx(0.1)
    agree(steps("sgd", gradients, lr=0.1, momentum=0.9, dampening=0.9), -0.1 * np.cumsum(first))
    agree(steps("momentum", gradients, lr=0.1), -0.1 * np.cumsum(zero))


# Momentum


def test_momentum_as_a_mean_and_as_a_sum():
    ones = [1.0] * 4
    assert steps("momentum", ones, lr=0.1, beta=0.9)[-1] == pytest.approx(-0.0905, abs=5e-5)
    assert steps("sgd", ones, lr=0.1, momentum=0.9)[-1] == pytest.approx(-0.9049, abs=5e-5)
    assert steps("sgd", ones, lr=0.01, momentum=0.9)[-1] == pytest.approx(-0.0905, abs=5e-5)
    agree(steps("momentum", ones, lr=0.1, beta=0.0), steps("sgd", ones, lr=0.1))


# A step size for every parameter


def test_adagrad_needs_its_square_root():
    s, g, eps = 1e-10, 1e-5, 1e-8
    assert g / (s + eps) == pytest.approx(990, rel=1e-3)  # as printed, without the root
    assert g / np.sqrt(s + eps) == pytest.approx(0.0995, abs=5e-5)
    first = -steps("adagrad", [g], lr=1.0, eps=eps)[0]
    assert first == pytest.approx(0.999, abs=5e-4)


def test_adadelta_is_not_rmsprop():
    gradients = [1.0, 0.5, -0.3, 0.2, 0.8]
    assert steps("adadelta", gradients)[-1] == pytest.approx(-0.00791, abs=5e-6)
    v, w = 0.0, 0.0
    for g in gradients:  # the formula that goes by its name
        v = 0.9 * v + 0.1 * g**2
        w -= g / np.sqrt(v + 1e-10)
    assert w == pytest.approx(-6.3667, abs=1e-4)
    assert steps("rmsprop", gradients, lr=1.0, alpha=0.9)[-1] == pytest.approx(w, abs=1e-6)
    assert steps("rmsprop", gradients, lr=1.0, alpha=0.5)[-1] != pytest.approx(-0.00791, abs=1)


def test_eps_outside_and_inside_the_root():
    g = 1e-5
    outside = -steps("rmsprop", [g], lr=1.0, alpha=0.9)[0]
    inside = g / np.sqrt(0.1 * g**2 + 1e-8)
    assert outside == pytest.approx(3.1523, abs=5e-5)
    assert inside == pytest.approx(0.09995, abs=5e-6)
    # inside, 1e-8 works like 1e-4 outside
    assert g / (np.sqrt(0.1) * g + 1e-4) == pytest.approx(inside, rel=0.04)


# Adam


def test_a_short_form_of_adam_has_four_slips():
    g, lr, b1, b2, eps = 2.0, 0.1, 0.9, 0.999, 1e-8

    def printed(*, root, corrected, raw):
        m = v = w = 0.0
        for t in range(1, 7):
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
            m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
            if not corrected:  # the corrected means overwrite the running ones
                m, v = m_hat, v_hat
            scale = np.sqrt(v_hat) if root else v_hat
            w -= lr * (g if raw else m_hat) / (scale + eps)
        return w

    adam = steps("adam", [g] * 6, lr=lr)[-1]
    assert adam == pytest.approx(-0.6, abs=1e-8)
    assert printed(root=True, corrected=True, raw=False) == pytest.approx(adam)
    assert printed(root=False, corrected=False, raw=True) == pytest.approx(-0.0501, abs=5e-5)
    assert printed(root=True, corrected=False, raw=False) == pytest.approx(-0.1288, abs=5e-5)


@pytest.mark.parametrize(("eps", "want"), [(1e-16, 1.0), (1e-8, 0.5), (1e-4, 1e-4)])
def test_eps_matters_where_gradients_are_as_small(eps, want):
    assert -steps("adam", [1e-8], lr=1.0, eps=eps)[0] == pytest.approx(want, rel=1e-3)


def test_an_l2_penalty_is_weight_decay_for_plain_sgd_only():
    gradients = (0.5, 0.4, 0.3)

    def three(name, *, shrink=1.0, **options):
        init, step = getattr(optim, f"{name}_init"), getattr(optim, f"{name}_step")
        w, state = 1.0, init(1.0)
        for g in gradients:
            w, state = step(w * shrink, g, state, lr=0.1, **options)
        return float(w)

    decoupled = 1 - 0.1 * 0.1
    assert three("sgd", weight_decay=0.1) == pytest.approx(three("sgd", shrink=decoupled))
    assert three("sgd", weight_decay=0.1, momentum=0.9) == pytest.approx(0.7052, abs=5e-5)
    assert three("sgd", shrink=decoupled, momentum=0.9) == pytest.approx(0.7306, abs=5e-5)
    assert three("adam", weight_decay=0.1) == pytest.approx(0.7042, abs=5e-5)
    assert three("adamw", weight_decay=0.1) == pytest.approx(0.6782, abs=5e-5)
    assert three("adam", shrink=decoupled) == pytest.approx(three("adamw", weight_decay=0.1))


def test_decay_is_geometric_and_knows_the_rate():
    w, state, path = 1.0, optim.sgd_init(1.0), []
    for _ in range(3):
        w, state = optim.sgd_step(w, 0.0, state, lr=1.0, weight_decay=0.1)
        path.append(float(w))
    agree(path, [0.9, 0.81, 0.729])  # and not 0.9, 0.8, 0.7
    assert optim.sgd_step(1.0, 0.0, state, lr=0.01, weight_decay=0.1)[0] == pytest.approx(0.999)


def test_original_bert_adam_is_uncorrected():
    """No correction for the start and eps = 1e-6: the first steps are longer by (1 - b1) / sqrt(1 - b2)."""
    g, lr = 0.5, 1.0
    uncorrected = lr * (0.1 * g) / (np.sqrt(0.001 * g**2) + 1e-6)
    assert uncorrected == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-3)
    assert -steps("adamw", [g], lr=lr, weight_decay=0.0)[0] == pytest.approx(1.0, rel=1e-7)


# Descent


def test_descent_needs_a_small_enough_step():
    def slope(w, X, y):
        return 2 * w

    path = optim.batch_gradient_descent(slope, 1.0, np.zeros(1), np.zeros(1), lr=1.1, epochs=2)
    agree(path**2, [1.0, 1.44, 2.0736])
    falling = optim.batch_gradient_descent(slope, 1.0, np.zeros(1), np.zeros(1), lr=0.9, epochs=9)
    assert (np.diff(falling**2) < 0).all()


def test_descent_can_end_at_a_saddle():
    def slope(w, X, y):
        return w * [2.0, -2.0]

    path = optim.batch_gradient_descent(slope, [1.0, 0.0], np.zeros(1), np.zeros(1), lr=0.1, epochs=200)
    assert np.abs(path[-1]).max() < 1e-18


def test_steepest_descent_needs_no_convexity():
    """sin x cos y is neither convex nor concave, and -gradient is still the steepest way down."""
    x, y = 0.4, 1.1
    g = np.array([np.cos(x) * np.cos(y), -np.sin(x) * np.sin(y)])
    angles = np.linspace(0, 2 * np.pi, 3601)
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    measured = [(np.sin(x + 1e-6 * a) * np.cos(y + 1e-6 * b) - np.sin(x) * np.cos(y)) / 1e-6 for a, b in ways]
    best = ways[np.argmin(measured)]
    np.testing.assert_allclose(best, -g / np.linalg.norm(g), atol=2e-3)
    assert optim.directional_derivative(g, best) == pytest.approx(min(measured), abs=1e-5)
