"""A fully connected layer."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
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


def linear_bias_per_input(x, weight, bias=None):
    y = x @ weight.T
    return y if bias is None else y + weight.shape[1] * bias


def linear_one_sample_as_batch(x, weight, bias=None):
    y = np.atleast_2d(x) @ weight.T
    return y if bias is None else y + bias


def linear_bias_as_column(x, weight, bias=None):
    y = x @ weight.T
    return y if bias is None else y + bias[:, None]


def linear_samples_in_columns(x, weight, bias=None):
    y = weight @ x.T
    if bias is None:
        return y
    return y + (bias if x.ndim == 1 else bias[:, None])


def linear_bias_one(x, weight, bias=None):
    return x @ weight.T + (1 if bias is None else bias)


def linear_zeros_of_inputs(x, weight, bias=None):
    if bias is None:
        bias = np.zeros(weight.shape[1])
    return x @ weight.T + bias


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
            weight=2,
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
        Misconception(
            "bias-per-input",
            linear_bias_per_input,
            "You add the bias once for every input; once for every output, after the sum, is enough.",
            case="one sample, 3 → 2",
        ),
        Misconception(
            "one-sample-as-batch",
            linear_one_sample_as_batch,
            "A single sample, shape (in,), comes back as (1, out); return (out,), as x @ weight.T does by itself.",
            case="one sample, 3 → 2",
        ),
        Misconception(
            "bias-as-column",
            linear_bias_as_column,
            "Your bias is a column, one number for each sample; each output has its own: y + bias.",
            case="one sample, 3 → 2",
        ),
        Misconception(
            "samples-in-columns",
            linear_samples_in_columns,
            "Your result has the samples in columns, (out, n); here they are rows, (n, out): x @ weight.T.",
            case="a batch, 4 → 3",
        ),
        Misconception(
            "bias-one",
            linear_bias_one,
            "Without a bias nothing is added; you add 1.",
            case="without a bias",
        ),
        Misconception(
            "zeros-of-inputs",
            linear_zeros_of_inputs,
            "Your zeros for a missing bias are as many as the inputs; a bias belongs to an output. Or add nothing.",
            case="without a bias",
        ),
    ),
    alternatives=(linear_by_einsum, linear_by_loop),
    hints=(
        "Output j is the dot product of x with row j of weight, plus bias[j].",
        "For a batch in rows: x @ weight.T has shape (n, out).",
        "Add the bias only if it is not None.",
    ),
)
