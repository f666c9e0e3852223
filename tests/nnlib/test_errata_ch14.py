"""Statements of chapter 14 that one meets and that are wrong, beside those that are right."""

import numpy as np
import pytest

from nnlib import ensemble as E
from nnlib import nn
from tests.nnlib.spec import agree


def test_normalised_weights_are_not_divided_by_their_number_once_more():
    probs, w = np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]), np.array([0.5, 0.3, 0.2])
    twice = w @ probs / 3
    assert twice == pytest.approx([0.640 / 3, 0.360 / 3])
    assert twice.sum() == pytest.approx(1 / 3)
    agree(E.average_probs(probs, weights=w), [0.64, 0.36])
    agree(E.average_probs(probs, weights=3 * w), [0.64, 0.36])  # weights that add to the number of models


def test_networks_trained_apart_have_no_mean():
    """Two networks that compute the exclusive or, one the other with its hidden units swapped."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    one = [
        np.array([[1.0, 1.0], [1.0, 1.0]]),
        np.array([0.0, -1.0]),
        np.array([[1.0, -2.0]]),
        np.array([0.0]),
    ]
    other = [one[0][::-1], one[1][::-1], one[2][:, ::-1], one[3]]
    for net in (one, other):
        agree(nn.mlp(X, *net, activation="relu")[:, 0], [0, 1, 1, 0])
    mean = E.swa_average([one, other])
    agree(nn.mlp(X, *mean, activation="relu")[:, 0], [0, -0.5, -0.5, -1.5])


@pytest.mark.parametrize("seed", range(3))
def test_the_mean_of_one_trajectory_is_better_than_its_end(seed):
    """Steps that are too noisy walk around a minimum; the mean of where they were lies near it."""
    rng = np.random.default_rng(seed)
    w, visited = [np.full(20, 5.0)], []
    for step in range(400):
        w = [w[0] - 0.5 * (w[0] + rng.normal(size=20))]
        if step >= 100:
            visited.append(w)
    end, mean = (float((p[0] ** 2).sum()) for p in (w, E.swa_average(visited)))
    assert mean < end / 10


def test_later_exits_count_more():
    losses = np.array([4.0, 1.0, 1.0])
    assert E.multi_exit_loss(losses) == 1.5
    assert E.multi_exit_loss(losses) < losses.mean()
