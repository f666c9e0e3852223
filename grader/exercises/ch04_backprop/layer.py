"""A fully connected layer and its backward pass."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import nn

# ── linear ───────────────────────────────────────────────────────────────────────────────────────────────


def linear_not_transposed(x, weight, bias=None):
    y = x @ weight
    return y if bias is None else y + bias


def linear_features_first(x, weight, bias=None):
    y = weight @ x
    return y if bias is None else y + bias


def linear_bias_lost(x, weight, bias=None):
    return x @ weight.T


def linear_bias_subtracted(x, weight, bias=None):
    y = x @ weight.T
    return y if bias is None else y - bias


def linear_bias_never_none(x, weight, bias=None):
    return x @ weight.T + bias


def linear_truth_of_bias(x, weight, bias=None):
    y = x @ weight.T
    if bias:
        y = y + bias
    return y


def linear_bias_before(x, weight, bias=None):
    bias = 0 if bias is None else bias
    return (x + np.sum(bias)) @ weight.T


def linear_with_activation(x, weight, bias=None):
    y = x @ weight.T
    return 1 / (1 + np.exp(-(y if bias is None else y + bias)))


def linear_by_einsum(x, weight, bias=None):
    y = np.einsum("...i,oi->...o", x, weight)
    return y if bias is None else y + bias


def linear_by_loop(x, weight, bias=None):
    columns = [(x * row).sum(axis=-1) for row in weight]
    if bias is not None:
        columns = [column + b for column, b in zip(columns, bias)]
    return np.stack(columns, axis=-1)


LINEAR = Exercise(
    function="linear",
    topics=("C04-02",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=nn.linear,
    torch="torch.nn.functional.linear",
    wrt=(0, 1, 2),
    cases=(
        Case(
            "one sample, 3 → 2",
            lambda rng: call(rng.normal(size=3), rng.normal(size=(2, 3)), rng.uniform(0.5, 1, size=2)),
            example=call([1, 2, 3], [[1, 0, -1], [2, 0.5, 0]], [0.25, -1]),
        ),
        Case(
            "a batch, 4 → 3",
            lambda rng: call(rng.normal(size=(5, 4)), rng.normal(size=(3, 4)), rng.uniform(0.5, 1, size=3)),
            weight=2,
        ),
        Case(
            "a square batch, 3 → 3",
            lambda rng: call(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.uniform(0.5, 1, size=3)),
        ),
        Case("without a bias", lambda rng: call(rng.normal(size=(5, 4)), rng.normal(size=(3, 4))), weight=2),
    ),
    misconceptions=(
        Misconception(
            "not-transposed",
            linear_not_transposed,
            "You multiply x @ weight; a row of weight belongs to an output, so it is x @ weight.T.",
            case="a square batch, 3 → 3",
        ),
        Misconception(
            "features-first",
            linear_features_first,
            "weight @ x works for one sample in a column; here samples are rows, so it is x @ weight.T.",
            case="a batch, 4 → 3",
        ),
        Misconception(
            "bias-lost",
            linear_bias_lost,
            "You leave the bias out: z = x Wᵀ + b.",
            case="one sample, 3 → 2",
        ),
        Misconception(
            "bias-subtracted",
            linear_bias_subtracted,
            "You subtract the bias; it is added.",
            case="one sample, 3 → 2",
        ),
        Misconception(
            "bias-never-none",
            linear_bias_never_none,
            "Without a bias you add None; look at `bias is None` first.",
            case="without a bias",
        ),
        Misconception(
            "truth-of-bias",
            linear_truth_of_bias,
            "`if bias:` asks for the truth of a whole array; ask `if bias is not None:`.",
            case="one sample, 3 → 2",
        ),
        Misconception(
            "bias-before",
            linear_bias_before,
            "You add the bias to the inputs; it belongs to the outputs, one number each, after the product.",
            case="one sample, 3 → 2",
        ),
        Misconception(
            "with-activation",
            linear_with_activation,
            "You apply a sigmoid; a linear layer is only x Wᵀ + b, the activation is a step of its own.",
            case="one sample, 3 → 2",
        ),
    ),
    alternatives=(linear_by_einsum, linear_by_loop),
    hints=(
        "Output j is the dot product of x with row j of weight, plus bias[j].",
        "For a batch in rows: x @ weight.T has shape (n, out).",
        "Add the bias only if it is not None.",
    ),
)

# ── linear_backward ──────────────────────────────────────────────────────────────────────────────────────


def linear_backward_x_transposed(grad_output, x, weight, bias=None):
    return grad_output @ weight.T, grad_output.T @ x, grad_output.sum(axis=0)


def linear_backward_weight_transposed(grad_output, x, weight, bias=None):
    return grad_output @ weight, x.T @ grad_output, grad_output.sum(axis=0)


def linear_backward_mean(grad_output, x, weight, bias=None):
    n = len(x)
    return grad_output @ weight, grad_output.T @ x / n, grad_output.mean(axis=0)


def linear_backward_bias_mean(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, grad_output.mean(axis=0)


def linear_backward_bias_not_summed(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, grad_output


def linear_backward_bias_one_number(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, grad_output.sum()


def linear_backward_bias_wrong_axis(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, grad_output.sum(axis=1)


def linear_backward_bias_ones(grad_output, x, weight, bias=None):
    return grad_output @ weight, grad_output.T @ x, np.ones(len(weight))


def linear_backward_last_sample(grad_output, x, weight, bias=None):
    for g, sample in zip(grad_output, x):
        grad_weight, grad_bias = np.outer(g, sample), g
    return grad_output @ weight, grad_weight, grad_bias


def linear_backward_bias_in_x(grad_output, x, weight, bias=None):
    return (grad_output + bias) @ weight, grad_output.T @ x, grad_output.sum(axis=0)


def linear_backward_by_einsum(grad_output, x, weight, bias=None):
    grad_x = np.einsum("no,oi->ni", grad_output, weight)
    return grad_x, np.einsum("no,ni->oi", grad_output, x), np.einsum("no->o", grad_output)


def linear_backward_by_loop(grad_output, x, weight, bias=None):
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    grad_bias = np.zeros(len(weight), weight.dtype)
    for s in range(len(x)):
        for j in range(len(weight)):
            grad_x[s] += grad_output[s, j] * weight[j]
            grad_weight[j] += grad_output[s, j] * x[s]
            grad_bias[j] += grad_output[s, j]
    return grad_x, grad_weight, grad_bias


def layer_with_gradient(n, inputs, outputs):
    def draw(rng):
        shapes = (n, outputs), (n, inputs), (outputs, inputs), outputs
        return call(*(rng.normal(size=shape) for shape in shapes))

    return draw


LINEAR_BACKWARD = Exercise(
    function="linear_backward",
    topics=("C04-02",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=nn.linear_backward,
    torch="torch.nn.functional.linear",
    gradient_of=nn.linear,
    wrt=(0, 1, 2),
    returns=("grad_x", "grad_weight", "grad_bias"),
    cases=(
        Case(
            "two samples, 3 → 2",
            layer_with_gradient(2, 3, 2),
            example=call([[1, 0], [2, -1]], [[1, 2, 3], [0, 1, 0]], [[1, 0, -1], [2, 0.5, 0]], [0.25, -1]),
        ),
        Case("a batch, 4 → 3", layer_with_gradient(5, 4, 3), weight=2),
        Case("a square batch, 3 → 3", layer_with_gradient(3, 3, 3)),
    ),
    misconceptions=(
        Misconception(
            "x-transposed",
            linear_backward_x_transposed,
            "grad_x is grad_output @ weight: on the way back the weights are not transposed.",
            case="a square batch, 3 → 3",
        ),
        Misconception(
            "weight-transposed",
            linear_backward_weight_transposed,
            "Your grad_weight is transposed; like weight it has a row for each output: grad_output.T @ x.",
            case="a square batch, 3 → 3",
        ),
        Misconception(
            "mean",
            linear_backward_mean,
            "You average over the samples; the contributions of the samples add up.",
            case="two samples, 3 → 2",
        ),
        Misconception(
            "bias-mean",
            linear_backward_bias_mean,
            "grad_bias is the sum over the samples, not the mean.",
            case="two samples, 3 → 2",
        ),
        Misconception(
            "bias-not-summed",
            linear_backward_bias_not_summed,
            "grad_bias has one row for each sample; every sample uses the same bias, so sum over axis 0.",
            case="a batch, 4 → 3",
        ),
        Misconception(
            "bias-one-number",
            linear_backward_bias_one_number,
            "grad_bias is one number; it has one entry for each output: sum over axis 0 only.",
            case="a batch, 4 → 3",
        ),
        Misconception(
            "bias-wrong-axis",
            linear_backward_bias_wrong_axis,
            "You sum grad_output over the outputs; sum over the samples, axis 0.",
            case="a batch, 4 → 3",
        ),
        Misconception(
            "bias-ones",
            linear_backward_bias_ones,
            "∂z/∂b is 1, but the chain rule multiplies it by grad_output and sums over the samples.",
            case="two samples, 3 → 2",
        ),
        Misconception(
            "last-sample",
            linear_backward_last_sample,
            "Each sample overwrites the one before it; the contributions add up: += instead of =.",
            case="two samples, 3 → 2",
        ),
        Misconception(
            "bias-in-x",
            linear_backward_bias_in_x,
            "The bias itself does not appear in any gradient: z depends on it with slope 1.",
            case="two samples, 3 → 2",
        ),
    ),
    alternatives=(linear_backward_by_einsum, linear_backward_by_loop),
    hints=(
        "One sample first: z_j = Σ_i W_ji x_i + b_j. Which outputs does x_i move, and with which slope?",
        "x_i moves every z_j with slope W_ji, so grad_x_i = Σ_j g_j W_ji. W_ji moves z_j only, with slope x_i.",
        "Check the shapes: (n, out) @ (out, in), (out, n) @ (n, in), and a sum over axis 0.",
    ),
)
