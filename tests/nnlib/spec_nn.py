"""Rows for nnlib.nn."""

import numpy as np
from scipy import special

from nnlib import nn
from tests.nnlib.spec import Case, Edge, Error

NO_GRADIENT = (nn.collapse_linear, nn.neuron)


def one_neuron(*samples):
    return lambda rng: (rng.normal(size=(*samples, 4)), rng.normal(size=4), 0.3)


def two_layers(d, h, k):
    return lambda rng: tuple(rng.normal(size=shape) for shape in ((h, d), h, (k, h), k))


def as_one_layer(W1, b1, W2, b2):
    return np.einsum("kh,hd->kd", W2, W1), np.sum(W2 * b1, axis=1) + b2


CASES = (
    Case(
        nn.neuron,
        one_neuron(),
        {"activation": special.expit},
        wrt=(),
        want=lambda x, w, b, activation: activation(np.sum(x * w) + b),
    ),
    Case(
        nn.neuron,
        one_neuron(5),
        {"activation": np.abs},
        wrt=(),
        want=lambda x, w, b, activation: np.hypot(np.einsum("nd,d->n", x, w) + b, 0),
    ),
    Case(nn.collapse_linear, two_layers(3, 4, 2), wrt=(), want=as_one_layer),
    Case(nn.collapse_linear, two_layers(2, 1, 3), wrt=(), want=as_one_layer),
)

EDGES = (
    Edge(nn.neuron, (np.zeros((0, 2)), [1.0, 1.0], 0.0), np.zeros(0), {"activation": special.expit}),
    Edge(nn.neuron, ([1e4, 0.0], [-1.0, 1.0], 0.0), 0.0, {"activation": special.expit}),
    # three inputs, two of them for, one strongly against
    Edge(nn.neuron, ([1, 1, 1], [2, 2, -6], 2), 0.5, {"activation": special.expit}),
    Edge(
        nn.collapse_linear,
        (np.zeros((0, 2)), np.zeros(0), np.zeros((3, 0)), [1.0, 2.0, 3.0]),
        (np.zeros((3, 2)), [1.0, 2.0, 3.0]),
    ),
)

ERRORS = (
    Error(
        nn.neuron,
        (np.zeros((3, 2)), np.zeros(3), 0.0),
        "w must be of shape (2,); got shape (3,)",
        {"activation": np.abs},
    ),
    Error(
        nn.neuron,
        (np.zeros((3, 2)), np.zeros((2, 1)), 0.0),
        "w must be of shape (2,)",
        {"activation": np.abs},
    ),
    Error(
        nn.neuron,
        (np.zeros((3, 2)), np.zeros(2), np.zeros(3)),
        "b must be one number; got shape (3,)",
        {"activation": np.abs},
    ),
    Error(
        nn.collapse_linear, (np.zeros(2), np.zeros(2), np.eye(2), np.zeros(2)), "W1 must be of shape (h, d)"
    ),
    Error(
        nn.collapse_linear, (np.eye(2), np.zeros((2, 1)), np.eye(2), np.zeros(2)), "b1 must be of shape (2,)"
    ),
    Error(nn.collapse_linear, (np.eye(2), np.zeros(2), np.eye(3), np.zeros(3)), "W2 must be of shape (k, 2)"),
    Error(
        nn.collapse_linear, (np.eye(2), np.zeros(2), np.zeros(2), np.zeros(2)), "W2 must be of shape (k, 2)"
    ),
    # the sum W2 b1 + b1 in place of W2 b1 + b2: 4 hidden units, 2 outputs
    Error(
        nn.collapse_linear,
        (np.ones((4, 3)), np.ones(4), np.ones((2, 4)), np.ones(4)),
        "b2 must be of shape (2,)",
    ),
)
