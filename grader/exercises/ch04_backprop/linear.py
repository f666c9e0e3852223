"""A fully connected layer."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import nn


def _allowed(rng):
    n, d, k = shape(rng, (3,))
    args = floats(rng, one_of(rng, (n, d), (d,))), floats(rng, (k, d))
    bias = floats(rng, k)
    return one_of(rng, call(*args), call(*args, None), call(*args, bias), call(*args, bias=bias))


def odd_layer(size, out, scale, weights, *bias):
    """Draws x, a weight and, where it has a size, a bias."""

    def draw(rng):
        drawn = [b if b is None else spread(rng, out, b) for b in bias]
        return call(spread(rng, size, scale), spread(rng, (out, size[-1]), weights), *drawn)

    return draw


LINEAR = Exercise(
    function="linear",
    topics=("C04-02",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=nn.linear,
    allowed=_allowed,
    torch="torch.nn.functional.linear",
    wrt=(0, 1, 2),
    large=lambda rng: call(rng.normal(size=(10, 784)), rng.normal(size=(30, 784)), rng.normal(size=30)),
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
        in_turn(
            "odd shapes, tiny and large numbers",
            odd_layer((1, 3), 1, 1e3, 1, 1e3),
            odd_layer((3, 1), 3, 1, 1e3, 1),
            odd_layer((1,), 3, 1e-6, 1, 1e-6),
            odd_layer((3,), 1, 1, 1e-6),
            odd_layer((1, 1), 3, 1, 1, None),
            lambda rng: call(spread(rng, (2, 3)), spread(rng, (3, 3)), bias=spread(rng, 3)),
        ),
    ),
    hints=(
        "weight has shape (out, in). Which of its rows or columns leads to output j?",
        "Output j is the dot product of x with row j of weight, plus bias[j] if there is a bias.",
        "x @ weight.T has shape (n, out) for a batch in rows; add the bias only if it is not None.",
    ),
)


@LINEAR.wrong(case="a square batch, 3 → 3")
def linear_not_transposed(x, weight, bias=None):
    """You multiply x @ weight, which pairs x with its columns; a row of weight belongs to an output.

    Write x @ weight.T."""
    y = x @ weight
    return y if bias is None else y + bias


@LINEAR.wrong(case="a batch, 4 → 3")
def linear_features_first(x, weight, bias=None):
    """weight @ x works for one sample in a column; here samples are rows.

    Write x @ weight.T."""
    y = weight @ x
    return y if bias is None else y + bias


@LINEAR.wrong
def linear_bias_lost(x, weight, bias=None):
    """You leave the bias out; each output adds its own.

    z = x Wᵀ + b."""
    return x @ weight.T


@LINEAR.wrong
def linear_bias_subtracted(x, weight, bias=None):
    """You subtract the bias; it is added."""
    y = x @ weight.T
    return y if bias is None else y - bias


@LINEAR.wrong(case="without a bias")
def linear_bias_never_none(x, weight, bias=None):
    """Without a bias you add None.

    Look at `bias is None` first."""
    return x @ weight.T + bias


@LINEAR.wrong
def linear_truth_of_bias(x, weight, bias=None):
    """`if bias:` asks for the truth of a whole array.

    Ask `if bias is not None:`."""
    y = x @ weight.T
    if bias:
        y = y + bias
    return y


@LINEAR.wrong
def linear_bias_before(x, weight, bias=None):
    """You add the bias to the inputs; it belongs to the outputs, one number each, after the product."""
    bias = 0 if bias is None else bias
    return (x + np.sum(bias)) @ weight.T


@LINEAR.wrong
def linear_with_activation(x, weight, bias=None):
    """You apply a sigmoid; a linear layer has no activation, that is a step of its own.

    A linear layer is only x Wᵀ + b."""
    y = x @ weight.T
    return 1 / (1 + np.exp(-(y if bias is None else y + bias)))


@LINEAR.wrong
def linear_bias_per_input(x, weight, bias=None):
    """You add the bias once for every input; once for every output, after the sum, is enough."""
    y = x @ weight.T
    return y if bias is None else y + weight.shape[1] * bias


@LINEAR.wrong
def linear_one_sample_as_batch(x, weight, bias=None):
    """A single sample, shape (in,), comes back as a batch of one, (1, out).

    Return (out,), as x @ weight.T does by itself."""
    y = np.atleast_2d(x) @ weight.T
    return y if bias is None else y + bias


@LINEAR.wrong
def linear_bias_as_column(x, weight, bias=None):
    """Your bias is a column, one number for each sample; each output has its own.

    Write y + bias."""
    y = x @ weight.T
    return y if bias is None else y + bias[:, None]


@LINEAR.wrong(case="a batch, 4 → 3")
def linear_samples_in_columns(x, weight, bias=None):
    """Your result has the samples in columns, (out, n); here they are rows, (n, out).

    Write x @ weight.T."""
    y = weight @ x.T
    if bias is None:
        return y
    return y + (bias if x.ndim == 1 else bias[:, None])


@LINEAR.wrong(case="without a bias")
def linear_bias_one(x, weight, bias=None):
    """Without a bias nothing is added; you add 1."""
    return x @ weight.T + (1 if bias is None else bias)


@LINEAR.wrong(case="without a bias")
def linear_zeros_of_inputs(x, weight, bias=None):
    """Your zeros for a missing bias are as many as the inputs; a bias belongs to an output.

    Take as many as the outputs, or add nothing."""
    if bias is None:
        bias = np.zeros(weight.shape[1])
    return x @ weight.T + bias


@LINEAR.right
def linear_by_einsum(x, weight, bias=None):
    y = np.einsum("...i,oi->...o", x, weight)
    return y if bias is None else y + bias


@LINEAR.right
def linear_by_loop(x, weight, bias=None):
    columns = [(x * row).sum(axis=-1) for row in weight]
    if bias is not None:
        columns = [column + b for column, b in zip(columns, bias)]
    return np.stack(columns, axis=-1)


@LINEAR.right
def linear_three_loops_for(x, weight, bias=None):
    single = x.ndim == 1
    batch = [x] if single else x
    table = []
    for sample in batch:
        line = []
        for j in range(len(weight)):
            s = 0.0
            for k in range(len(sample)):
                s = s + weight[j][k] * sample[k]
            if bias is not None:
                s = s + bias[j]
            line.append(s)
        table.append(line)
    return np.array(table[0]) if single else np.array(table)


@LINEAR.right
def linear_a_list_of(x, weight, bias=None):
    columns = []
    for j in range(weight.shape[0]):
        z_j = (x * weight[j]).sum(axis=-1)
        if bias is not None:
            z_j = z_j + bias[j]
        columns.append(z_j)
    return np.stack(columns, axis=-1)


@LINEAR.right
def linear_bias_as_one(x, weight, bias=None):
    x = np.asarray(x)
    if bias is None:
        bias = np.zeros(weight.shape[0])
    ones = np.ones(x.shape[:-1] + (1,))
    extended_x = np.concatenate([x, ones], axis=-1)
    extended_w = np.column_stack([weight, bias])
    return extended_x @ extended_w.T
