"""Rows for nnlib.nn."""

from itertools import pairwise

import numpy as np
from scipy import special

from nnlib import nn
from tests.nnlib.spec import Case, Edge, Error

CHAPTERS = ("04",)
NO_GRADIENT = (
    nn.collapse_linear,
    nn.cost_delta,
    nn.delta_hidden,
    nn.delta_output,
    nn.grad_bias,
    nn.grad_weight,
    nn.neuron,
)
ELSEWHERE = (nn.mlp_parameters,)
EMPTY_IN_EDGES = (nn.grad_bias,)
POSITIONAL_OPTIONS = (("linear", "bias"),)
REQUIRED_OPTIONS = (("delta_hidden", "activation"), ("delta_output", "activation"))


def one_neuron(*samples):
    return lambda rng: (rng.normal(size=(*samples, 4)), rng.normal(size=4), 0.3)


def two_layers(d, h, k):
    return lambda rng: tuple(rng.normal(size=shape) for shape in ((h, d), h, (k, h), k))


def as_one_layer(W1, b1, W2, b2):
    return np.einsum("kh,hd->kd", W2, W1), np.sum(W2 * b1, axis=1) + b2


def layer(*leading, inputs=4, outputs=3):
    return lambda rng: (
        rng.normal(size=(*leading, inputs)),
        rng.normal(size=(outputs, inputs)),
        rng.normal(size=outputs),
    )


def unbiased(*leading):
    return lambda rng: (rng.normal(size=(*leading, 4)), rng.normal(size=(3, 4)))


def network(*sizes, samples=(5,)):
    def draw(rng):
        layers = [(rng.normal(size=(k, d)), rng.normal(size=k)) for d, k in pairwise(sizes)]
        return rng.normal(size=(*samples, sizes[0])), *(p for layer in layers for p in layer)

    return draw


def torch_mlp(x, *parameters, activation="relu"):
    import torch

    f = getattr(torch.nn.functional, activation)
    for weight, bias in list(zip(parameters[::2], parameters[1::2]))[:-1]:
        x = f(torch.nn.functional.linear(x, weight, bias))
    return torch.nn.functional.linear(x, *parameters[-2:])


def slope(activation, z):
    """Derivative by a complex step: exact to rounding, and of no use to a backward function."""
    return np.imag(COMPLEX[activation](z + 1e-30j)) / 1e-30


COMPLEX = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.where(z.real > 0, z, 0),
}


def deltas(*shape):
    return lambda rng: (rng.normal(size=shape), rng.normal(size=shape))


def hidden(*samples):
    return lambda rng: (
        rng.normal(size=(2, 5)),
        rng.normal(size=(*samples, 2)),
        rng.normal(size=(*samples, 5)),
    )


def output_delta(activation, *shape):
    return Case(
        nn.delta_output,
        deltas(*shape),
        {"activation": activation},
        wrt=(),
        want=lambda dC_da, z, activation: dC_da * slope(activation, z),
    )


def hidden_delta(activation, *samples):
    return Case(
        nn.delta_hidden,
        hidden(*samples),
        {"activation": activation},
        wrt=(),
        want=lambda W, d, z, activation: np.einsum("...k,kh->...h", d, W) * slope(activation, z),
        nan="spreads",
    )


def autograd_of(cost, output, z, y):
    """dC/dz by autograd, for C summed over samples."""
    import torch

    f = torch.nn.functional
    z, y = torch.tensor(z, requires_grad=True), torch.tensor(y)
    costs = {
        "quadratic": lambda: 0.5 * ((torch.sigmoid(z) if output == "sigmoid" else z) - y).square().sum(),
        "cross_entropy": lambda: f.binary_cross_entropy_with_logits(z, y, reduction="sum"),
        "log_likelihood": lambda: f.cross_entropy(z, y, reduction="sum"),
    }
    return torch.autograd.grad(costs[cost](), z)[0].numpy()


def targets(rng):
    return rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), size=4)


def cost_case(output, cost):
    return Case(
        nn.cost_delta,
        targets,
        {"output": output, "cost": cost},
        wrt=(),
        want=lambda z, y, output, cost: autograd_of(cost, output, z, y),
        nan="spreads" if output == "softmax" else "stays",
    )


CASES = (
    Case(nn.linear, layer(5), wrt=(0, 1, 2), torch="torch.nn.functional.linear"),
    Case(nn.linear, layer(), wrt=(0, 1, 2), torch="torch.nn.functional.linear"),
    Case(nn.linear, layer(2, 3, inputs=2, outputs=5), wrt=(0, 1, 2), torch="torch.nn.functional.linear"),
    Case(nn.linear, layer(1, inputs=1, outputs=2), wrt=(0, 1, 2), torch="torch.nn.functional.linear"),
    Case(nn.linear, unbiased(5), wrt=(0, 1), torch="torch.nn.functional.linear"),
    Case(nn.linear, unbiased(2, 2), wrt=(0, 1), torch="torch.nn.functional.linear"),
    Case(nn.mlp, network(3, 4, 2), wrt=tuple(range(5)), torch=torch_mlp),
    Case(nn.mlp, network(3, 4, 5, 2), {"activation": "tanh"}, wrt=tuple(range(7)), torch=torch_mlp),
    Case(nn.mlp, network(2, 3, 3, 3, 1), {"activation": "sigmoid"}, wrt=tuple(range(9)), torch=torch_mlp),
    Case(nn.mlp, network(3, 2, samples=()), wrt=tuple(range(3)), torch=torch_mlp),
    Case(
        nn.mlp, network(2, 3, 4, samples=(2, 2)), {"activation": "gelu"}, wrt=tuple(range(5)), torch=torch_mlp
    ),
    *(output_delta(f, *shape) for f in COMPLEX for shape in ((4, 3), (3,))),
    *(hidden_delta(f, *samples) for f in COMPLEX for samples in ((4,), ())),
    Case(nn.grad_bias, lambda rng: (rng.normal(size=(6, 4)),), wrt=(), want=lambda d: np.einsum("nj->j", d)),
    Case(nn.grad_bias, lambda rng: (rng.normal(size=4),), wrt=(), want=lambda d: 1.0 * d, nan="stays"),
    Case(
        nn.grad_weight,
        lambda rng: (rng.normal(size=(6, 4)), rng.normal(size=(6, 3))),
        wrt=(),
        want=lambda d, a: np.einsum("nj,nk->jk", d, a),
    ),
    Case(nn.grad_weight, lambda rng: (rng.normal(size=4), rng.normal(size=3)), wrt=(), want=np.outer),
    cost_case("sigmoid", "quadratic"),
    cost_case("sigmoid", "cross_entropy"),
    cost_case("linear", "quadratic"),
    cost_case("softmax", "log_likelihood"),
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
    Edge(nn.linear, (np.zeros((0, 2)), np.ones((3, 2)), np.ones(3)), np.zeros((0, 3))),
    Edge(nn.linear, (np.zeros((2, 0)), np.ones((3, 0)), [1.0, 2.0, 3.0]), [[1, 2, 3], [1, 2, 3]]),
    Edge(nn.linear, ([1e4, -1e4], [[1e4, 1e4]]), [0.0]),
    Edge(nn.linear, ([[np.nan, 1.0], [1.0, 1.0]], [[1.0, 0.0]]), [[np.nan], [1.0]]),
    Edge(
        nn.linear_backward,
        (np.zeros((0, 3)), np.zeros((0, 2)), np.ones((3, 2)), np.ones(3)),
        (np.zeros((0, 2)), np.zeros((3, 2)), np.zeros(3)),
    ),
    Edge(
        nn.linear_backward,
        (1.0, np.zeros((2, 0)), np.ones((3, 0)), np.ones(3)),
        (np.zeros((2, 0)), np.zeros((3, 0)), [2.0, 2.0, 2.0]),
    ),
    # exclusive or, solved by hand
    Edge(
        nn.mlp,
        ([[0, 0], [0, 1], [1, 0], [1, 1]], [[1, 1], [1, 1]], [0, -1], [[1, -2]], [0]),
        [[0.0], [1.0], [1.0], [0.0]],
    ),
    Edge(nn.mlp, (np.zeros((0, 2)), np.ones((3, 2)), np.ones(3)), np.zeros((0, 3))),
    # at the kink of relu nothing flows back to the first layer
    Edge(
        nn.mlp_backward,
        (np.ones((1, 1)), [[0.0]], [[1.0]], [0.0], [[2.0]], [3.0]),
        ([[0.0]], [[0.0]], [0.0], [[0.0]], [1.0]),
    ),
    Edge(nn.delta_output, ([3.0, 3.0], [0.0, 1e4]), [0.75, 0.0], {"activation": "sigmoid"}),
    Edge(nn.delta_output, (np.zeros((0, 2)), np.zeros((0, 2))), np.zeros((0, 2)), {"activation": np.tanh}),
    Edge(nn.delta_hidden, (np.eye(2), [1.0, 5.0], [0.0, 2.0]), [0.0, 5.0], {"activation": "relu"}),
    Edge(nn.grad_bias, (np.zeros((0, 3)),), np.zeros(3)),
    Edge(nn.grad_weight, (np.zeros((0, 3)), np.zeros((0, 2))), np.zeros((3, 2))),
    Edge(nn.cost_delta, ([0.0], [1.0]), [-0.125]),
    Edge(nn.cost_delta, ([1e4, -1e4], [0.0, 0.0]), [0.0, 0.0]),
    Edge(nn.cost_delta, ([1e4, -1e4], [0.0, 0.0]), [1.0, 0.0], {"cost": "cross_entropy"}),
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
        nn.linear, (np.ones((4, 3)), np.ones((3, 2))), "weight must be of shape (out, 3); got shape (3, 2)"
    ),
    Error(nn.linear, (np.ones((4, 3)), np.ones(3)), "weight must be of shape (out, 3)"),
    Error(nn.linear, (1.0, np.ones((1, 1))), "weight must be of shape (out, in)"),
    Error(nn.linear, (np.ones((4, 3)), np.ones((2, 3)), np.ones((4, 1))), "bias must be of shape (2,)"),
    Error(
        nn.linear_backward, (1.0, np.ones((4, 3)), np.ones((2, 3)), np.ones(1)), "bias must be of shape (2,)"
    ),
    Error(nn.mlp, (np.ones((4, 3)),), "parameters must be a weight and a bias for each layer; got 0 arrays"),
    Error(nn.mlp, (np.ones((4, 3)), np.ones((2, 3))), "a weight and a bias for each layer; got 1 arrays"),
    Error(nn.mlp_backward, (1.0, np.ones((4, 3)), np.ones((2, 3))), "a weight and a bias for each layer"),
    Error(
        nn.delta_output, (np.ones(3), np.ones((4, 3))), "the shape of dC_da, (3,)", {"activation": "sigmoid"}
    ),
    Error(
        nn.delta_hidden,
        (np.ones((5, 2)), np.ones((4, 2)), np.ones((4, 5))),
        "W_next must be of shape (2, 'h'); got shape (5, 2)",
        {"activation": "sigmoid"},
    ),
    Error(
        nn.delta_hidden,
        (np.ones((2, 5)), np.ones((4, 2)), np.ones(5)),
        "z must be of shape (4, 5); got shape (5,)",
        {"activation": "sigmoid"},
    ),
    Error(nn.grad_bias, (1.0,), "delta must be of shape (n, units) or (units,)"),
    Error(nn.grad_weight, (np.ones((4, 2)), np.ones((5, 3))), "a_prev must be of shape (4, 'in')"),
    Error(nn.cost_delta, (np.ones((4, 1)), np.ones(4)), "y must be the shape of z, (4, 1); got shape (4,)"),
    Error(
        nn.cost_delta,
        ([1.0], [1.0]),
        "cost must be one of quadratic for linear, quadratic for sigmoid, cross_entropy for sigmoid",
        {"output": "linear", "cost": "cross_entropy"},
    ),
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
