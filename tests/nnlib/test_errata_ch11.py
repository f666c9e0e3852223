"""Statements of chapter 11 that one meets and that are not right, beside those that are."""

import numpy as np
import pytest

from nnlib import pooling as P
from nnlib.nn import linear
from tests.nnlib.spec import agree

RAMP_RIGHT = np.broadcast_to(np.arange(30.0), (1, 1, 30, 30))
BOX = [[0, 10.0, 10.0, 20.0, 20.0]]


def moved(offset_x):
    """How far to the right each of 3 x 3 bins is read, in pixels."""
    offset = np.zeros((1, 2, 3, 3))
    offset[:, 0] = offset_x
    return (
        P.deform_roi_pool(RAMP_RIGHT, BOX, offset) - P.deform_roi_pool(RAMP_RIGHT, BOX, 0 * offset)
    ).ravel()


def test_offsets_between_0_and_1_could_move_bins_to_the_right_only():
    """The offsets of deformable pooling are real numbers: they begin at 0, and half of them go left."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        features, weight = rng.normal(size=9), rng.normal(size=(18, 9))
        offsets = linear(features, weight).reshape(2, 3, 3)
        by_layer = moved(offsets[0])
        agree(by_layer, 0.1 * 10 * offsets[0].ravel())  # gamma times the width
        assert by_layer.min() < 0 < by_layer.max()
        squashed = moved(1 / (1 + np.exp(-offsets[0])))
        assert squashed.min() > 0
    # a layer of zeros, which training starts from: no shift, where a sigmoid would begin at half a pixel
    agree(moved(linear(features, np.zeros((18, 9)))[0]), np.zeros(9))
    agree(moved(0.5), np.full(9, 0.5))


def test_the_pooler_of_bert_is_more_than_its_first_token():
    """With the identity for a weight, tanh alone turns (0.5, -3) into (0.46, -0.995): nothing above 1 can leave."""
    h = np.array([[0.5, -3.0], [9.0, 9.0]])
    agree(P.cls_pool(h), [0.5, -3.0])
    np.testing.assert_allclose(P.cls_pool(h, np.eye(2)), [0.4621, -0.9951], atol=1e-4)
    assert np.abs(P.cls_pool(h, np.eye(2))).max() < 1
    agree(P.cls_pool(h, np.zeros((2, 2)), np.array([1.0, 0.0])), np.tanh([1.0, 0.0]))


def test_who_shares_out_one_in_routing():
    """Standard: each input sends 1 in all. Reversed (not "reserved"): each output receives 1 in all."""
    for seed in range(5):
        u_hat = np.random.default_rng(seed).normal(size=(6, 3, 4))
        standard, reverse = (P.routing_coefficients(u_hat, reverse=r) for r in (False, True))
        agree(standard.sum(axis=1), np.ones(6))
        agree(reverse.sum(axis=0), np.ones(3))
        assert standard.sum() == pytest.approx(6)
        assert reverse.sum() == pytest.approx(3)


def test_the_penalty_of_the_routing_objective_has_no_half():
    """lam |theta|^2 has the gradient 2 lam theta, twice that of weight decay with the same strength."""
    logits, theta = np.zeros((1, 2)), np.array([3.0, -4.0])
    agree(P.dr_agg_loss(logits, [0], theta, lam=0.1) - np.log(2), 2.5)
    agree(P.dr_agg_loss_backward(1.0, logits, [0], theta, lam=0.1)[1], [0.6, -0.8])
