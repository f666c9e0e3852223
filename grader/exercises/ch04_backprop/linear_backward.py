"""The backward pass of a fully connected layer."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn, keeps_arguments
from grader.record.inputs import floats, shape, spread
from nnlib import nn


def layer_with_gradient(n, inputs, outputs):
    def draw(rng):
        shapes = (n, outputs), (n, inputs), (outputs, inputs), outputs
        return call(*(rng.normal(size=shape) for shape in shapes))

    return draw


def _allowed(rng):
    n, d, k = shape(rng, (3,))
    return call(*(floats(rng, size) for size in ((n, k), (n, d), (k, d), k)))


def odd_layer(n, inputs, outputs, *scales):
    """Draws grad_output, x, weight and bias, each of its own size."""
    shapes = (n, outputs), (n, inputs), (outputs, inputs), outputs
    return lambda rng: call(*(spread(rng, size, s) for size, s in zip(shapes, scales)))


LINEAR_BACKWARD = Exercise(
    function="linear_backward",
    topics=("C04-02",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=nn.linear_backward,
    allowed=_allowed,
    torch="torch.nn.functional.linear",
    gradient_of=nn.linear,
    wrt=(0, 1, 2),
    returns=("grad_x", "grad_weight", "grad_bias"),
    edge_returns=("grad_bias",),
    large=layer_with_gradient(10, 784, 30),
    cases=(
        Case(
            "two samples, 3 → 2",
            layer_with_gradient(2, 3, 2),
            example=call([[1, 0], [2, -1]], [[1, 2, 3], [0, 1, 0]], [[1, 0, -1], [2, 0.5, 0]], [0.25, -1]),
        ),
        Case("a batch, 4 → 3", layer_with_gradient(5, 4, 3)),
        Case("a square batch, 3 → 3", layer_with_gradient(3, 3, 3), weight=2),
        keeps_arguments(layer_with_gradient(2, 3, 2), weight=1),
        Case(
            "all three results, whatever their order",
            layer_with_gradient(4, 3, 2),
            measure=in_any_order,
            differentiable=False,
        ),
        in_turn(
            "odd shapes, tiny and large numbers",
            odd_layer(1, 3, 2, 1, 1e3, 1, 1e3),
            odd_layer(3, 1, 3, 1e3, 1, 1, 1e-6),
            odd_layer(2, 3, 1, 1, 1e-6, 1e3, 0),
            odd_layer(1, 1, 3, 1e-6, 1, 1, 1),
            odd_layer(2, 3, 3, 1, 1, 1e-6, 1),
        ),
    ),
    hints=(
        "One sample first: z_j = Σ_k W_jk x_k + b_j. Which outputs does x_k move, and with which slope?",
        "x_k moves every z_j with slope W_jk, so grad_x_k = Σ_j g_j W_jk. W_jk moves z_j only, with slope x_k.",
        "Check the shapes: (n, out) @ (out, in), (out, n) @ (n, in), and a sum over axis 0.",
    ),
)


@LINEAR_BACKWARD.wrong(case="a square batch, 3 → 3")
def linear_backward_x_transposed(grad_output, x, weight, bias=None):
    """You pass the gradient through the transposed weights; on the way back they are not transposed.

    grad_x is grad_output @ weight."""
    return grad_output @ weight.T, grad_output.T @ x, grad_output.sum(axis=0)


@LINEAR_BACKWARD.wrong(case="a square batch, 3 → 3")
def linear_backward_weight_transposed(grad_output, x, weight, bias=None):
    """Your grad_weight is transposed; like weight it has a row for each output.

    grad_weight is grad_output.T @ x."""
    return grad_output @ weight, x.T @ grad_output, grad_output.sum(axis=0)


@LINEAR_BACKWARD.wrong
def linear_backward_mean(grad_output, x, weight, bias=None):
    """You average over the samples; the contributions of the samples add up."""
    n = len(x)
    return grad_output @ weight, grad_output.T @ x / n, grad_output.mean(axis=0)


@LINEAR_BACKWARD.wrong
def linear_backward_bias_mean(grad_output, x, weight, bias=None):
    """grad_bias is the sum over the samples, not the mean."""
    return grad_output @ weight, grad_output.T @ x, grad_output.mean(axis=0)


@LINEAR_BACKWARD.wrong(case="a batch, 4 → 3")
def linear_backward_bias_not_summed(grad_output, x, weight, bias=None):
    """grad_bias has one row for each sample; every sample uses the same bias.

    Sum over axis 0."""
    return grad_output @ weight, grad_output.T @ x, grad_output


@LINEAR_BACKWARD.wrong(case="a batch, 4 → 3")
def linear_backward_bias_one_number(grad_output, x, weight, bias=None):
    """grad_bias is one number; it has one entry for each output.

    Sum over axis 0 only."""
    return grad_output @ weight, grad_output.T @ x, grad_output.sum()


@LINEAR_BACKWARD.wrong(case="a batch, 4 → 3")
def linear_backward_bias_wrong_axis(grad_output, x, weight, bias=None):
    """You sum grad_output over the outputs; each output has a bias of its own.

    Sum over the samples, axis 0."""
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=1)


@LINEAR_BACKWARD.wrong
def linear_backward_bias_ones(grad_output, x, weight, bias=None):
    """You return ∂z/∂b, which is 1; the gradient that arrives, grad_output, is missing.

    The chain rule multiplies by grad_output and sums over the samples."""
    return grad_output @ weight, grad_output.T @ x, np.ones(len(weight))


@LINEAR_BACKWARD.wrong
def linear_backward_last_sample(grad_output, x, weight, bias=None):
    """Each sample overwrites the one before it; the contributions add up.

    Write += instead of =."""
    for g, sample in zip(grad_output, x):
        grad_weight, grad_bias = np.outer(g, sample), g
    return grad_output @ weight, grad_weight, grad_bias


@LINEAR_BACKWARD.wrong
def linear_backward_bias_in_x(grad_output, x, weight, bias=None):
    """The bias itself does not appear in any gradient: z depends on it with slope 1."""
    return (grad_output + bias) @ weight, grad_output.T @ x, grad_output.sum(axis=0)


@LINEAR_BACKWARD.wrong
def linear_backward_weights_first(grad_output, x, weight, bias=None):
    """grad_x comes last in your tuple; the order of the results is that of the arguments.

    Return (grad_x, grad_weight, grad_bias)."""
    return grad_output.T @ x, grad_output.sum(axis=0), grad_output @ weight


@LINEAR_BACKWARD.wrong
def linear_backward_bias_keeps_axis(grad_output, x, weight, bias=None):
    """grad_bias has the shape of bias, (out,), and not (1, out).

    Leave keepdims out."""
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=0, keepdims=True)


@LINEAR_BACKWARD.wrong
def linear_backward_bias_counts_samples(grad_output, x, weight, bias=None):
    """∂z/∂b is 1, but the chain rule multiplies it by grad_output before the sum; you only count the samples."""
    return grad_output @ weight, grad_output.T @ x, np.full(len(weight), float(len(x)))


@LINEAR_BACKWARD.wrong
def linear_backward_weight_mean(grad_output, x, weight, bias=None):
    """You divide grad_weight by the number of samples; the contributions of the samples add up."""
    return grad_output @ weight, grad_output.T @ x / len(x), grad_output.sum(axis=0)


@LINEAR_BACKWARD.wrong
def linear_backward_weight_last_sample(grad_output, x, weight, bias=None):
    """In grad_weight each sample overwrites the one before it; the contributions add up.

    Write += instead of =."""
    for g, sample in zip(grad_output, x):
        grad_weight = np.outer(g, sample)
    return grad_output @ weight, grad_weight, grad_output.sum(axis=0)


@LINEAR_BACKWARD.wrong
def linear_backward_bias_times_bias(grad_output, x, weight, bias=None):
    """You multiply by the bias itself; z depends on it with slope 1."""
    return grad_output @ weight, grad_output.T @ x, (grad_output * bias).sum(axis=0)


@LINEAR_BACKWARD.wrong
def linear_backward_bias_same_for_all(grad_output, x, weight, bias=None):
    """Your grad_bias has the same number for all outputs; each output has a sum of its own.

    Sum over the samples only, axis 0."""
    return grad_output @ weight, grad_output.T @ x, np.full(len(weight), grad_output.sum())


@LINEAR_BACKWARD.right
def linear_backward_by_einsum(grad_output, x, weight, bias=None):
    grad_x = np.einsum("no,oi->ni", grad_output, weight)
    return grad_x, np.einsum("no,ni->oi", grad_output, x), np.einsum("no->o", grad_output)


@LINEAR_BACKWARD.right
def linear_backward_by_loop(grad_output, x, weight, bias=None):
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    grad_bias = np.zeros(len(weight), weight.dtype)
    for s in range(len(x)):
        for j in range(len(weight)):
            grad_x[s] += grad_output[s, j] * weight[j]
            grad_weight[j] += grad_output[s, j] * x[s]
            grad_bias[j] += grad_output[s, j]
    return grad_x, grad_weight, grad_bias


@LINEAR_BACKWARD.right
def linear_backward_four_nested_sums(grad_output, x, weight, bias=None):
    n, outs = grad_output.shape
    ins = x.shape[1]
    gx = [[0.0] * ins for _ in range(n)]
    gw = [[0.0] * ins for _ in range(outs)]
    gb = [0.0] * outs
    for i in range(n):
        for j in range(outs):
            g = grad_output[i, j]
            gb[j] += g
            for k in range(ins):
                gx[i][k] += g * weight[j, k]
                gw[j][k] += g * x[i, k]
    return np.array(gx), np.array(gw), np.array(gb)


@LINEAR_BACKWARD.right
def linear_backward_sample_by_sample(grad_output, x, weight, bias=None):
    rows = []
    dW = np.zeros(weight.shape)
    db = np.zeros(weight.shape[0])
    for g, sample in zip(grad_output, x):
        rows.append(weight.T.dot(g))
        dW = dW + np.outer(g, sample)
        db = db + g
    return np.array(rows), dW, db


@LINEAR_BACKWARD.right
def linear_backward_products_by_broadcasting(grad_output, x, weight, bias=None):
    grad_x = np.sum(grad_output[:, :, None] * weight[None], axis=1)
    grad_weight = np.sum(grad_output[:, :, None] * x[:, None, :], axis=0)
    grad_bias = np.ones(grad_output.shape[0]) @ grad_output
    return grad_x, grad_weight, grad_bias
