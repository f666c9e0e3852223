"""The 2-2-2 network, every number of it."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn, keeps_arguments
from grader.record.inputs import floats, spread
from nnlib import experiments
from nnlib.activations import sigmoid


def two_layers(low, high, bias=1.0):
    """Draws x, W1, b1, W2, b2."""

    def draw(rng):
        x, b1, b2 = rng.uniform(0.5, 2, size=2), bias * rng.uniform(0.8, 1, 2), -bias * rng.uniform(0.8, 1, 2)
        return call(x, rng.uniform(low, high, (2, 2)), b1, rng.uniform(low, high, (2, 2)), b2)

    return draw


def _allowed(rng):
    scales = (1.0, 1.0, 10.0, 300.0)
    x, W1, b1, b2 = (floats(rng, size, scales) for size in (2, (2, 2), 2, 2))
    return call(x, W1, b1, floats(rng, (2, 2), (1.0, 3.0)), b2)


def by_size(*scales):
    """Draws x, W1, b1, W2 and b2, each of its own size, of both signs; 0: all zeros."""
    shapes = 2, (2, 2), 2, (2, 2), 2
    return lambda rng: call(*(-spread(rng, size, s) for size, s in zip(shapes, scales)))


FORWARD_2_2_2 = Exercise(
    function="forward_2_2_2",
    topics=("C04-04",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=experiments.forward_2_2_2,
    allowed=_allowed,
    returns=("z1", "a1", "z2", "a2"),
    cases=(
        Case(
            "positive weights",
            two_layers(0.1, 1),
            example=call([1, 2], [[0.1, 0.2], [0.3, 0.4]], [0.25, -0.5], [[1, -1], [0.5, 2]], [0, 0.75]),
        ),
        Case("weights of both signs", two_layers(-2, 2), weight=2),
        Case("biases in the hundreds", two_layers(-1, 1, bias=990.0), edge=True),
        keeps_arguments(two_layers(-2, 2), weight=1),
        Case(
            "all four results, whatever their order",
            two_layers(-2, 2),
            measure=in_any_order,
            differentiable=False,
        ),
        in_turn(
            "numbers of every size, biases of 0",
            by_size(1, 1, 0, 1, 0),
            by_size(300, 0.003, 1, 5, 1),
            by_size(1, 300, 1, 0.5, 1),
            by_size(0, 1, 1, 1, 1),
        ),
    ),
    hints=(
        "z1 has two entries. Which inputs lead to entry j, and with which weights?",
        "Entry j is W1[j, 0] x[0] + W1[j, 1] x[1] + b1[j]: a matrix product and the biases.",
        "z1 = W1 @ x + b1; the second layer does the same with a1 = sigmoid(z1) in place of x, and its own "
        "W2, b2.",
    ),
)


@FORWARD_2_2_2.wrong
def forward_2_2_2_w12_for_w21(x, W1, b1, W2, b2):
    """The second row of the weights begins with w21 (from input 1 to unit 2), not with w12."""
    P1 = np.array([W1[0], [W1[0, 1], W1[1, 1]]])
    P2 = np.array([W2[0], [W2[0, 1], W2[1, 1]]])
    z1 = P1 @ x + b1
    a1 = sigmoid(z1)
    z2 = P2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_transposed(x, W1, b1, W2, b2):
    """You use the transposed weights: the weight from unit k to unit j stands in row j, column k."""
    z1 = x @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    return z1, a1, z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_linear_output(x, W1, b1, W2, b2):
    """You leave the output units linear; they are sigmoid too.

    The output is a2 = sigmoid(z2)."""
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, z2


@FORWARD_2_2_2.wrong
def forward_2_2_2_same_bias(x, W1, b1, W2, b2):
    """You add b1 in both layers; the second has its own, b2."""
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b1
    return z1, a1, z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_z_handed_on(x, W1, b1, W2, b2):
    """The second layer sees the activations a1 of the first, not its weighted inputs z1."""
    z1 = W1 @ x + b1
    z2 = W2 @ z1 + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_no_biases(x, W1, b1, W2, b2):
    """You leave the biases out, in both layers.

    In each layer z = W a + b."""
    z1 = W1 @ x
    a1 = sigmoid(z1)
    z2 = W2 @ a1
    return z1, a1, z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_input_again(x, W1, b1, W2, b2):
    """You feed x into the second layer; its input is a1."""
    z1 = W1 @ x + b1
    z2 = W2 @ x + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_bias_outside(x, W1, b1, W2, b2):
    """You add the bias after the sigmoid; it belongs to the weighted input.

    In each layer a = sigmoid(W x + b)."""
    z1 = W1 @ x
    a1 = sigmoid(z1) + b1
    z2 = W2 @ a1
    return z1, a1, z2, sigmoid(z2) + b2


@FORWARD_2_2_2.wrong
def forward_2_2_2_z_before_a(x, W1, b1, W2, b2):
    """The numbers are right, their order is not: it goes layer by layer.

    Return (z1, a1, z2, a2)."""
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, z2, a1, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_w12_for_w21_in_W1(x, W1, b1, W2, b2):
    """In the hidden layer you use w12 twice; from input 1 to unit 2 leads w21.

    w21 is W1[1, 0]."""
    z1 = np.array([W1[0], [W1[0, 1], W1[1, 1]]]) @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_transposed_below(x, W1, b1, W2, b2):
    """In the hidden layer you use the transposed weights.

    It is W1 @ x, or x @ W1.T."""
    z1 = x @ W1 + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_W1_twice(x, W1, b1, W2, b2):
    """You use W1 in both layers; the second has its own weights, W2."""
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W1 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


@FORWARD_2_2_2.wrong
def forward_2_2_2_a_before_z(x, W1, b1, W2, b2):
    """The numbers are right, their order is not: each z comes before its a.

    Return (z1, a1, z2, a2)."""
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return a1, z1, sigmoid(z2), z2


@FORWARD_2_2_2.wrong(case="biases in the hundreds")
def forward_2_2_2_exp_over_exp(x, W1, b1, W2, b2):
    """exp(z)/(1 + exp(z)) is inf/inf where z is beyond 709.

    Write 1/(1 + exp(−z)), which stays finite."""

    def s(z):
        return np.exp(z) / (1 + np.exp(z))

    z1 = W1 @ x + b1
    z2 = W2 @ s(z1) + b2
    return z1, s(z1), z2, s(z2)


@FORWARD_2_2_2.right
def forward_2_2_2_entry_by_entry(x, W1, b1, W2, b2):
    z11 = W1[0, 0] * x[0] + W1[0, 1] * x[1] + b1[0]
    z12 = W1[1, 0] * x[0] + W1[1, 1] * x[1] + b1[1]
    a11, a12 = sigmoid(z11), sigmoid(z12)
    z21 = W2[0, 0] * a11 + W2[0, 1] * a12 + b2[0]
    z22 = W2[1, 0] * a11 + W2[1, 1] * a12 + b2[1]
    z1, a1, z2 = np.array([z11, z12]), np.array([a11, a12]), np.array([z21, z22])
    return z1, a1, z2, np.array([sigmoid(z21), sigmoid(z22)])


@FORWARD_2_2_2.right
def forward_2_2_2_by_sums(x, W1, b1, W2, b2):
    z1 = (W1 * x).sum(axis=1) + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = (W2 * a1).sum(axis=1) + b2
    return z1, a1, z2, 1 / (1 + np.exp(-z2))


@FORWARD_2_2_2.right
def forward_2_2_2_loops_over_units(x, W1, b1, W2, b2):
    z1, z2 = np.zeros(2), np.zeros(2)
    for j in range(2):
        z1[j] = b1[j]
        for k in range(2):
            z1[j] += W1[j, k] * x[k]
    a1 = sigmoid(z1)
    for j in range(2):
        z2[j] = b2[j]
        for k in range(2):
            z2[j] += W2[j, k] * a1[k]
    a2 = sigmoid(z2)
    return z1, a1, z2, a2


@FORWARD_2_2_2.right
def forward_2_2_2_scalars_one_line(x, W1, b1, W2, b2):
    h1 = W1[0, 0] * x[0] + W1[0, 1] * x[1] + b1[0]
    h2 = W1[1, 0] * x[0] + W1[1, 1] * x[1] + b1[1]
    s1, s2 = sigmoid(np.array([h1, h2]))
    o1 = W2[0, 0] * s1 + W2[0, 1] * s2 + b2[0]
    o2 = W2[1, 0] * s1 + W2[1, 1] * s2 + b2[1]
    out = sigmoid(np.array([o1, o2]))
    return np.array([h1, h2]), np.array([s1, s2]), np.array([o1, o2]), out


@FORWARD_2_2_2.right
def forward_2_2_2_a_list_that(x, W1, b1, W2, b2):
    results = []
    a = x
    for W, b in ((W1, b1), (W2, b2)):
        z = a @ W.T + b
        a = sigmoid(z)
        results += [z, a]
    return tuple(results)
