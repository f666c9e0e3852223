"""Formulas about regularisation that one meets and that are not right, beside those that are, as numbers."""

import numpy as np
import pytest
from scipy import special, stats

from nnlib import experiments as E
from nnlib import losses, optim
from nnlib import regularization as R
from nnlib.gradcheck import numerical_gradient
from tests.nnlib.spec import agree


def test_the_frobenius_norm_sums_rows_of_outputs_and_columns_of_inputs():
    W = np.arange(6.0).reshape(2, 3)
    outputs, inputs = W.shape
    right = sum(W[i, j] ** 2 for i in range(outputs) for j in range(inputs))
    agree(R.frobenius_penalty(W, lam=2.0), right)
    with pytest.raises(IndexError, match="index 2 is out of bounds for axis 0"):
        sum(W[i, j] ** 2 for i in range(inputs) for j in range(outputs))


def test_the_gradient_of_the_squared_norm_is_twice_the_matrix():
    W = np.random.default_rng(0).normal(size=(3, 4))
    numeric = numerical_gradient(lambda w: np.sum(w**2), W)
    np.testing.assert_allclose(R.frobenius_penalty_backward(1.0, W, lam=2.0), numeric, atol=1e-9)
    assert np.abs(W - numeric).max() > 0.5
    np.testing.assert_allclose(R.frobenius_penalty_backward(1.0, W, lam=0.1), 0.1 * W)


def test_the_strength_under_a_laplace_prior_is_one_over_b():
    w, b = np.array([0.5, -1.0, 3.0]), 2.0
    truth = -stats.laplace(scale=b).logpdf(w).sum()
    assert truth == pytest.approx(6.4089, abs=5e-5)
    agree(R.laplace_neg_log_prior(w, b=b), truth)
    constant = 3 * np.log(2 * b)
    assert R.l1_penalty(w, lam=1 / b) == pytest.approx(2.25)
    assert R.l1_penalty(w, lam=1 / b) + constant == pytest.approx(truth)
    assert R.l1_penalty(w, lam=1 / (2 * b)) == pytest.approx(1.125)
    assert abs(R.l1_penalty(w, lam=1 / (2 * b)) + constant - truth) > 1


def test_five_conventions_of_the_strength_give_five_gradients():
    def slope(penalty, **options):
        return float(penalty(1.0, np.array(1.0), **options))

    assert slope(R.l2_penalty_backward, lam=0.1, n=50) == pytest.approx(0.002)
    assert slope(R.l1_penalty_backward, lam=0.1 / 2, n=50) == pytest.approx(0.001)  # lam / 2m |w|
    assert slope(R.l1_penalty_backward, lam=0.1, n=50) == pytest.approx(0.002)
    assert slope(R.l2_penalty_backward, lam=0.1) == pytest.approx(0.1)
    assert slope(R.elastic_net_penalty_backward, l1=0.0, l2=0.1) == pytest.approx(0.2)
    assert E.rescale_lambda(0.1, n_old=1000, n_new=50_000) == pytest.approx(5.0)
    w = np.array([1.0, -2.0])
    agree(R.l2_penalty(w, lam=0.1, n=1000), R.l2_penalty(w, lam=5.0, n=50_000))


def steps(optimizer, **options):
    """Three steps on the loss (w - 1/2)^2 / 2 from w = 1 with lr 0.1."""
    w = np.array([1.0])
    optimizer = optimizer([w], lr=0.1, **options)
    for _ in range(3):
        optimizer.step([w - 0.5])
    return float(w[0])


def test_a_penalty_is_weight_decay_for_plain_gradient_descent_only():
    w = decayed = 1.0
    for _ in range(3):
        decayed = float(R.weight_decay_step(decayed, decayed - 0.5, lr=0.1, lam=0.1))
        w -= 0.1 * (w - 0.5 + R.l2_penalty_backward(1.0, w, lam=0.1))
    assert decayed == pytest.approx(float(w), rel=1e-14)
    assert steps(optim.SGD, weight_decay=0.1) == pytest.approx(decayed, rel=1e-14)
    # with Adam the two part: through the moments the penalty is scaled away
    assert steps(optim.Adam, weight_decay=0.1) == pytest.approx(0.7042, abs=5e-5)
    assert steps(optim.AdamW, weight_decay=0.1) == pytest.approx(0.6790, abs=5e-5)


def test_momentum_and_decay_do_not_commute_either():
    penalised = decoupled = 1.0
    velocity = [0.0, 0.0]
    for _ in range(3):
        velocity[0] = 0.9 * velocity[0] + penalised - 0.5 + 0.1 * penalised
        penalised -= 0.1 * velocity[0]
        velocity[1] = 0.9 * velocity[1] + decoupled - 0.5
        decoupled = float(R.weight_decay_step(decoupled, velocity[1], lr=0.1, lam=0.1))
    assert steps(optim.SGD, momentum=0.9, weight_decay=0.1) == pytest.approx(penalised, rel=1e-14)
    assert (penalised, decoupled) == pytest.approx((0.6944, 0.7189), abs=5e-5)


def test_weights_decay_geometrically_under_l2_and_linearly_under_l1():
    l2, l1 = [1.0], [1.0]
    for _ in range(3):
        l2.append(float(R.weight_decay_step(l2[-1], 0.0, lr=0.1, lam=1.0)))
        l1.append(float(R.l1_step(l1[-1], 0.0, lr=0.1, lam=1.0)))
    agree(l2, [1, 0.9, 0.81, 0.729])
    agree(l1, [1, 0.9, 0.8, 0.7])


def test_p_is_the_probability_to_drop():
    x, rng = np.ones(100_000), np.random.default_rng(0)
    mask = R.dropout_mask(x.shape, p=0.2, rng=rng)
    assert mask.mean() == pytest.approx(0.8, abs=0.01)
    assert R.dropout_vanilla(x, mask, p=0.2).mean() == pytest.approx(0.8, abs=0.01)
    agree(R.dropout_vanilla(x, None, p=0.2, training=False), np.full(x.shape, 0.8))
    # a mask that keeps with probability p, and the factor 1 - p in use, do not belong together
    mixed = R.dropout_mask(x.shape, p=0.8, rng=rng)
    assert mixed.mean() == pytest.approx(0.2, abs=0.01)
    assert 0.8 / mixed.mean() == pytest.approx(4, rel=0.05)


def test_without_scaling_units_are_twice_as_loud_in_use():
    x = np.ones(100_000)
    mask = R.dropout_mask(x.shape, rng=np.random.default_rng(1))
    assert (x * mask).mean() == pytest.approx(0.5, abs=0.01)
    for in_training, in_use in (
        (R.dropout(x, mask), R.dropout(x, None, training=False)),
        (R.dropout_vanilla(x, mask), R.dropout_vanilla(x, None, training=False)),
    ):
        assert in_training.mean() == pytest.approx(in_use.mean(), rel=0.01)


def test_there_are_as_many_sub_networks_for_every_rate_but_one_half_is_the_most_various():
    bits = [E.mask_entropy(10, p=p) for p in (0.1, 0.3, 0.5, 0.8)]
    np.testing.assert_allclose(bits, [4.69, 8.81, 10.0, 7.22], atol=5e-3)
    assert E.mask_entropy(10, p=0.0) == E.mask_entropy(10, p=1.0) == 0
    for p in (0.1, 0.5, 0.8):
        masks = R.dropout_mask((50_000, 4), p=p, rng=np.random.default_rng(0))
        assert len(set(map(tuple, masks.tolist()))) == 2**4


def test_the_sign_step_swings_around_zero_where_the_threshold_stops():
    sign_step, exact = np.array([0.123]), np.array([0.123])
    seen = []
    for _ in range(10):
        sign_step = R.l1_step(sign_step, np.zeros(1), lr=0.03, lam=1.0)
        exact = R.soft_threshold(exact, t=0.03)
        seen.append(float(sign_step[0]))
    np.testing.assert_allclose(seen[-2:], [-0.027, 0.003], atol=1e-12)
    assert exact[0] == 0


def test_dropconnect_in_use_is_neither_all_weights_nor_the_mean_weight():
    rng = np.random.default_rng(0)
    n, masks = 50, 40_000
    x = rng.normal(size=(1, n))
    weight = 2 / np.sqrt(n) * rng.normal(size=(1, n))
    bias = -weight @ x[0] * 0.5 + 0.2  # the mean sum near zero, where relu bends

    def relu(z):
        return np.maximum(z, 0)

    cut = R.dropout_mask((masks, 1, n), rng=rng)
    truth = relu(R.dropconnect(np.repeat(x, masks, axis=0), weight, bias, cut)).mean()
    mean, _ = R.dropconnect_moments(x, weight, bias)
    noise = R.standard_noise((masks, 1, 1), rng=rng)
    matched = R.dropconnect_inference(x, weight, bias, noise, activation=relu)[0, 0]
    error = {
        "moments": abs(matched - truth),
        "all weights": abs(relu(x @ weight.T + bias)[0, 0] - truth),
        "relu of the mean": abs(relu(mean)[0, 0] - truth),
    }
    assert error["moments"] < 0.02
    assert error["all weights"] > 0.1
    assert error["relu of the mean"] > 0.1


def test_averaging_losses_gives_no_bound_that_tightens():
    log_p = np.log(np.random.default_rng(0).choice([0.1, 0.9], size=(200_000, 8)))
    of_losses = [log_p[:, :m].mean(axis=1).mean() for m in (1, 2, 8)]
    of_likelihoods = [E.iw_log_likelihood(log_p[:, :m]).mean() for m in (1, 2, 8)]
    np.testing.assert_allclose(of_losses, of_losses[0], atol=0.01)
    assert of_likelihoods[0] + 0.1 < of_likelihoods[1] < of_likelihoods[2] - 0.1 < np.log(0.5)


def test_loss_can_rise_while_accuracy_stays():
    labels = np.array([1, 1])
    probs = np.array([[0.1, 0.9], [0.4, 0.6]])
    each = losses.categorical_cross_entropy(probs, np.eye(2)[labels], reduction="none")
    np.testing.assert_allclose(each, [0.105, 0.511], atol=5e-4)
    assert (probs.argmax(axis=1) == labels).all()
    by_loss, by_accuracy = R.EarlyStopping(patience=1), R.EarlyStopping(patience=1, mode="max")
    stopped = [by_loss.step(value, []) for value in each]
    right = [by_accuracy.step(float(p.argmax() == 1), []) for p in probs]
    assert stopped == right == [False, True]
    assert by_loss.best_step == by_accuracy.best_step == 0


def test_a_mean_of_permuted_networks_is_not_a_network_as_good():
    """Weights of one trajectory may be averaged; those of networks trained apart may not."""
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    W1, b1, W2 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0]), np.array([1.0, -2.0])

    def network(W1, b1, W2):
        return np.maximum(X @ W1.T + b1, 0) @ W2

    swapped = W1[::-1], b1[::-1], W2[::-1]
    agree(network(W1, b1, W2), [0, 1, 1, 0])
    agree(network(*swapped), [0, 1, 1, 0])
    mean = network(*((p + q) / 2 for p, q in zip((W1, b1, W2), swapped)))
    agree(mean, [0, -0.5, -0.5, -1.5])


def test_one_half_in_a_sigmoid_layer_of_an_ensemble_is_exact_too():
    """Scaled weights give the geometric mean of sigmoid outputs: odds multiply, and the masks' mean is 1 - p."""
    rng = np.random.default_rng(0)
    w, h = rng.normal(size=5), rng.normal(size=5)

    def model(x, mask):
        p = special.expit(w @ (mask * x))
        return np.array([p, 1 - p])

    result = E.dropout_ensemble(model, h, units=5, n_masks=10, rng=rng)
    agree(result.geometric[0], special.expit(0.5 * w @ h))
