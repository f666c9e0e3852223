"""Formulas of losses and of information that one meets and that are wrong, beside those that are right."""

import numpy as np
import pytest

from nnlib import activations as A
from nnlib import experiments as E
from nnlib import info
from nnlib import losses as L
from nnlib.gradcheck import numerical_gradient
from tests.nnlib.spec import agree


def near(value, digits=4):
    return pytest.approx(value, abs=0.5 * 10**-digits)


def test_the_log_likelihood_cost_has_a_minus():
    p = A.softmax([1.0, 2.0, 0.5])
    assert np.log(p[1]) == near(-0.4644)
    assert L.cross_entropy([[1.0, 2.0, 0.5]], [1]) == near(0.4644)


def test_learning_is_slow_where_the_activation_saturates_not_where_z_is_1():
    assert A.sigmoid_backward(1.0, 1.0) == near(0.1966)
    assert A.sigmoid_backward(1.0, 5.0) == near(0.00665, 5)
    assert np.log(0.99 / 0.01) == near(4.6, 1)
    at_1, at_5 = (L.neuron_gradients([[1.0]], [0.0], [z], 0.0)[1] for z in (1.0, 5.0))
    assert at_1 > 20 * at_5


def test_conditional_entropy_and_mutual_information_are_not_negative():
    p = np.array([[0.3, 0.1], [0.2, 0.4]])
    p_x, p_y = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
    wrong_sign = -(p_x[:, 0] @ [info.entropy(row / row.sum()) for row in p])
    assert wrong_sign == near(-0.6068)
    assert info.conditional_entropy(p) == near(0.6068)
    assert -(p * np.log(p / (p_x * p_y))).sum() == near(-0.0863)
    assert info.mutual_information(p) == near(0.0863)
    assert info.entropy(p_y[0]) - info.conditional_entropy(p) == near(0.0863)
    assert info.entropy(p_x[:, 0]) + info.entropy(p_y[0]) - info.joint_entropy(p) == near(0.0863)


def test_two_classes_need_the_term_of_the_negative_one():
    y, p = np.array([0.0]), np.array([0.99])
    assert -(y * np.log(p)).sum() == 0
    assert L.binary_cross_entropy(p, y) == near(4.605, 3)


def test_the_gradient_of_the_other_classes_is_not_zero():
    z = np.array([[1.0, 2.0, 3.0]])
    gradient = L.cross_entropy_backward(1.0, z, [2])
    assert gradient[0] == near(np.array([0.0900, 0.2447, -0.3348]))
    only_target = np.where(np.arange(3) == 2, gradient, 0)
    assert only_target[0] == near(np.array([0, 0, -0.3348]))
    central = numerical_gradient(lambda z: L.cross_entropy(z, [2]), z)
    assert central == pytest.approx(gradient, abs=1e-8)
    assert np.abs(central - only_target).max() > 0.2


def test_absolute_errors_are_absolute_without_reduction_too():
    pred, target = np.array([1.0, 5.0]), np.array([3.0, 2.0])
    agree(L.l1_loss(pred, target, reduction="none"), [2, 3])
    agree(target - pred, [2, -3])


def test_a_one_hot_target_needs_no_softmax():
    logits, one_hot = np.array([[0.0, 0.0, 10.0]]), np.array([[0.0, 0.0, 1.0]])
    blurred = A.softmax(one_hot)
    assert blurred[0] == near(np.array([0.212, 0.212, 0.576]), 3)
    assert L.cross_entropy(logits, one_hot) == near(9.1e-5, 6)
    assert L.cross_entropy(logits, [2]) == near(9.1e-5, 6)
    assert L.cross_entropy(logits, blurred) == near(4.239, 3)


def test_softmax_before_cross_entropy_makes_right_answers_look_wrong():
    logits = np.array([[0.0, 0.0, 10.0]])
    assert L.cross_entropy(A.softmax(logits), [2]) > 0.5 > 1e3 * L.cross_entropy(logits, [2])


@pytest.mark.parametrize("seed", range(3))
def test_the_divergence_is_batchmean_not_mean(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(5), size=4), rng.dirichlet(np.ones(5), size=4)
    divergence = info.kl_divergence(p, q).mean()
    agree(L.kl_div(np.log(q), p, reduction="batchmean"), divergence)
    agree(L.kl_div(np.log(q), p), divergence / 5)


def test_the_divergence_of_a_one_hot_target_is_finite():
    log_q, p = np.log([[0.25, 0.75]]), np.array([[0.0, 1.0]])
    with np.errstate(all="ignore"):
        assert np.isnan((p * (np.log(p) - log_q)).sum())
    assert L.kl_div(log_q, p, reduction="batchmean") == near(0.2877)


def test_the_likelihood_of_labels_is_raised_by_lowering_minus_its_logarithm():
    f, y = np.array([1.2, -0.7]), np.array([1.0, 0.0])
    a = A.sigmoid(f)
    without_minus = (y * np.log(a) + (1 - y) * np.log(1 - a)).sum()
    assert without_minus == near(-0.6665)
    assert L.binary_cross_entropy_with_logits(f, y, reduction="sum") == near(0.6665)
    slope = numerical_gradient(
        lambda f: (y * np.log(A.sigmoid(f)) + (1 - y) * np.log(1 - A.sigmoid(f))).sum(), f
    )
    agree(L.binary_cross_entropy_with_logits_backward(1.0, f, y, reduction="sum"), a - y)
    assert slope == pytest.approx(y - a, abs=1e-9)

    wrong = right = np.array([0.5])
    one = np.ones(1)
    for _ in range(100):  # the label is 1
        wrong = wrong + L.binary_cross_entropy_with_logits_backward(1.0, wrong, one)
        right = right - L.binary_cross_entropy_with_logits_backward(1.0, right, one)
    assert A.sigmoid(wrong)[0] < 1e-40
    assert A.sigmoid(right)[0] > 0.98


def test_squaring_the_distance_moves_the_optimum():
    y = np.array([0.0, 0.0, 10.0])
    assert E.best_constant(y, L.l1_loss) == pytest.approx(0, abs=1e-5)
    assert E.best_constant(y, L.mse_loss) == near(3.333, 3)
    agree(L.l2_regression_loss_backward(1.0, [2.0], [0.0]), [4])  # 2 delta, not delta


def test_mean_sum_and_the_half():
    rng = np.random.default_rng(0)
    pred, target = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    total = L.mse_loss(pred, target, reduction="sum")
    agree(L.mse_loss(pred, target), total / 12)
    agree(L.l2_regression_loss(pred, target), total / 3)
    agree(L.quadratic_cost(pred, target), total / 6)


def test_the_hinge_is_divided_by_the_number_of_classes():
    scores = np.array([1.0, 2.5, 0.3])
    margins = np.maximum(0, 1 + np.delete(scores, 0) - scores[0])
    assert margins.sum() == near(2.8)
    assert L.multi_margin_loss(scores, 0) == near(0.9333)


def test_the_weighted_mean_divides_by_the_weights():
    z, c, w = np.array([[1.0, 2.0, 0.5], [0.3, 0.1, 4.0]]), np.array([0, 1]), np.array([3.0, 10.0, 1.0])
    total = L.cross_entropy(z, c, weight=w, reduction="sum")
    single = L.cross_entropy(z, c, reduction="none")
    agree(total, 3 * single[0] + 10 * single[1])
    agree(L.cross_entropy(z, c, weight=w), total / 13)
    assert L.cross_entropy(z, c, weight=w) < total / 2 / 4


def test_huber_is_delta_times_smooth_l1():
    d = np.array([0.1, 0.4, 3.0])
    huber = L.huber_loss(d, 0, delta=0.5, reduction="none")
    smooth = L.smooth_l1_loss(d, 0, beta=0.5, reduction="none")
    agree(huber, [0.005, 0.08, 1.375])
    agree(smooth, [0.01, 0.16, 2.75])
    agree(huber, 0.5 * smooth)
    agree(L.huber_loss(d, 0), L.smooth_l1_loss(d, 0))
    agree(L.smooth_l1_loss([0.1], 0), 0.005)  # half of the squared error below beta = 1
    agree(L.mse_loss([0.1], 0), 0.01)


def test_labels_count_from_0():
    z = np.array([[1.0, 2.0, 5.0, 2.0]])
    third = L.cross_entropy_backward(1.0, z, [2])[0]
    assert third == near(np.array([0.0164, 0.0445, -0.1055, 0.0445]))
    assert third == pytest.approx([0.02, 0.04, -0.11, 0.04], abs=0.005)
    assert L.cross_entropy_backward(1.0, z, [3])[0, 3] == near(-0.9555)


def test_cross_entropy_vanishes_for_hard_labels_only():
    a = np.linspace(0.001, 0.999, 999)
    least = L.binary_cross_entropy(a, 0.5, reduction="none")
    assert least.min() == near(0.6931)
    assert a[least.argmin()] == pytest.approx(0.5)
    assert L.binary_cross_entropy(a, 1.0, reduction="none").min() == pytest.approx(0.001, abs=1e-5)


def test_nll_takes_logarithms():
    p = np.array([[0.7, 0.2, 0.1]])
    assert L.nll_loss(p, [0]) == near(-0.7)
    assert L.nll_loss(np.log(p), [0]) == near(0.3567)


def test_softmax_and_then_the_logarithm_underflows():
    z = np.array([[1000.0, 0.0]])
    with np.errstate(divide="ignore"):
        assert np.log(A.softmax(z))[0, 1] == -np.inf
    agree(L.cross_entropy(z, [1]), 1000.0)


def test_worked_numbers():
    small, outlier = np.array([0.01, 0.03, 0.02, 0.01]), np.array([0.01, 0.03, 0.02, 10.0])
    agree(L.mse_loss(small, 0), 0.000375)
    agree(L.mse_loss(outlier, 0), 25.00035)
    agree(L.l1_loss(small, 0), 0.0175)
    agree(L.l1_loss(outlier, 0), 2.515)
    assert L.mse_loss(outlier, 0) / L.mse_loss(small, 0) == near(66667.6, 1)
    assert L.l1_loss(outlier, 0) / L.l1_loss(small, 0) == near(143.7, 1)
    rows, first = np.array([[1.0, 0], [0.7, 0.3], [0.9625, 0.0375], [0, 1.0]]), np.array([[1.0, 0]] * 4)
    costs = L.categorical_cross_entropy(rows, first, reduction="none")
    assert costs[:3] == near(np.array([0, 0.3567, 0.0382]))
    assert costs[3] == np.inf
    assert np.log(0.1) * 400 == near(-921.0, 1)  # a product of 400 probabilities 0.1 is 0 in float64
    assert np.prod(np.full(400, 0.1)) == 0
