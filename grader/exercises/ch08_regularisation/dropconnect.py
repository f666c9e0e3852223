"""A linear layer some of whose connections are cut."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, spread
from nnlib import regularization


def layer(n, inputs, outputs, scale=1.0, make=None):
    """Draws a batch, a layer, and a mask for each sample that keeps more than half, each another part."""

    def draw(rng):
        shapes = (n, inputs), (outputs, inputs), (outputs,)
        x, weight, bias = (rng.uniform(0.5, 2, size=s) for s in shapes)
        weight = np.where(np.arange(weight.size).reshape(weight.shape) % 3 == 1, -weight, weight)
        if make is not None:
            x, weight, bias = (make(rng, s) for s in shapes)
        sample, output, entry = np.ogrid[:n, :outputs, :inputs]
        mask = ((2 * sample + 3 * output + 2 * entry + 1) % 5 < 3).astype(float)
        return call(scale * x, weight, scale * bias, mask)

    return draw


def _allowed(rng):
    n, inputs, outputs = rng.integers(1, 5, size=3)
    scale = one_of(rng, 1.0, 1.0, 1e3, 1e-5)
    return call(
        floats(rng, (n, inputs), (scale,)),
        floats(rng, (outputs, inputs), (1.0, 10.0)),
        floats(rng, outputs, (scale,)),
        (rng.random((n, outputs, inputs)) < 0.6).astype(float),
    )


DROPCONNECT = Exercise(
    function="dropconnect",
    topics=("C08-27",),
    points=2,
    difficulty=3,
    minutes=20,
    reference=regularization.dropconnect,
    forbid=("nnlib.regularization.dropconnect_moments", "nnlib.regularization.dropconnect_inference"),
    allowed=_allowed,
    cases=(
        Case(
            "two samples",
            layer(2, 4, 3),
            weight=2,
            example=call(
                [[1.0, 2.0, 3.0], [3.0, 4.0, 1.0]],
                [[10.0, 100.0, 1.0], [1.0, -1.0, 2.0]],
                [0.5, 2.0],
                [[[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]], [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]],
            ),
        ),
        Case("as many samples as inputs and outputs", layer(4, 4, 4), weight=2),
        Case("one sample", layer(1, 6, 5)),
        in_turn(
            "one input, one output, zeros, all cut, tiny and large numbers",
            layer(3, 1, 2),
            layer(2, 6, 1),
            layer(1, 1, 1),
            layer(3, 5, 2, scale=1e3),
            layer(2, 5, 3, scale=-1e-5),
            layer(3, 4, 3, make=spread),
            lambda rng: call(
                rng.normal(size=(2, 3)),
                rng.normal(size=(2, 3)),
                rng.uniform(1, 2, size=2),
                np.zeros((2, 2, 3)),
            ),
        ),
    ),
    hints=(
        "mask * weight has shape (n, out, in): a weight matrix for each sample.",
        "x[:, None, :] has shape (n, 1, in), so that mask * weight * x[:, None, :] has (n, out, in): sum over in.",
        "return np.sum(mask * weight * x[:, None, :], axis=2) + bias",
    ),
)


@DROPCONNECT.wrong
def dropconnect_one_mask(x, weight, bias, mask):
    """You use the mask of the first sample for all; each sample has its own."""
    return x @ (mask[0] * weight).T + bias


@DROPCONNECT.wrong
def dropconnect_mean_mask(x, weight, bias, mask):
    """You average the masks over the samples; each sample has its own."""
    return x @ (mask.mean(axis=0) * weight).T + bias


@DROPCONNECT.wrong
def dropconnect_no_mask(x, weight, bias, mask):
    """You do not use the mask: that is the plain linear layer."""
    return x @ weight.T + bias


@DROPCONNECT.wrong
def dropconnect_mask_inverted(x, weight, bias, mask):
    """You cut what the mask keeps: 1 means that a connection stays."""
    return np.sum((1 - mask) * weight * x[:, None, :], axis=2) + bias


@DROPCONNECT.wrong
def dropconnect_inputs_dropped(x, weight, bias, mask):
    """You drop whole inputs, which is dropout; each connection has a mask of its own."""
    return (x * mask[:, 0, :]) @ weight.T + bias


@DROPCONNECT.wrong
def dropconnect_outputs_dropped(x, weight, bias, mask):
    """You drop whole outputs, which is dropout; each connection has a mask of its own."""
    return (x @ weight.T + bias) * mask[:, :, 0]


@DROPCONNECT.wrong
def dropconnect_no_bias(x, weight, bias, mask):
    """The bias is missing."""
    return np.sum(mask * weight * x[:, None, :], axis=2)


@DROPCONNECT.wrong
def dropconnect_bias_for_each_connection(x, weight, bias, mask):
    """You add the bias inside of the sum, once for each input; add it once, after the sum."""
    return np.sum(mask * weight * x[:, None, :] + bias[:, None], axis=2)


@DROPCONNECT.wrong
def dropconnect_bias_masked(x, weight, bias, mask):
    """You mask the bias; it is added to every output."""
    return np.sum(mask * weight * x[:, None, :], axis=2) + bias * mask[:, :, 0]


@DROPCONNECT.wrong
def dropconnect_scaled(x, weight, bias, mask):
    """You scale by the share that is kept, as inverted dropout would; nothing is scaled here."""
    return np.sum(mask * weight * x[:, None, :], axis=2) / max(mask.mean(), 1e-12) + bias


@DROPCONNECT.wrong
def dropconnect_mean_over_inputs(x, weight, bias, mask):
    """You take the mean over the inputs; a linear layer sums."""
    return np.mean(mask * weight * x[:, None, :], axis=2) + bias


@DROPCONNECT.wrong(case="as many samples as inputs and outputs")
def dropconnect_summed_over_outputs(x, weight, bias, mask):
    """You sum over the outputs, axis 1; the sum is over the inputs, the last axis."""
    total = np.sum(mask * weight * x[:, None, :], axis=1)
    return total + bias if total.shape[1] == bias.size else total


@DROPCONNECT.wrong(case="as many samples as inputs and outputs")
def dropconnect_transposed_mask(x, weight, bias, mask):
    """You read the mask as (n, in, out); it is (n, out, in), as the weights are."""
    turned = mask.transpose(0, 2, 1) if mask.shape[1] == mask.shape[2] else mask
    return np.sum(turned * weight * x[:, None, :], axis=2) + bias


@DROPCONNECT.wrong(case="as many samples as inputs and outputs")
def dropconnect_transposed_weight(x, weight, bias, mask):
    """You read the weights as (in, out); they are (out, in)."""
    turned = weight.T if weight.shape[0] == weight.shape[1] else weight
    return np.sum(mask * turned * x[:, None, :], axis=2) + bias


@DROPCONNECT.wrong
def dropconnect_cut_in_place(x, weight, bias, mask):
    """You cut `weight` itself with *=, so that each sample also loses the connections of those before it."""
    y = np.zeros((len(x), len(bias)))
    for s in range(len(x)):
        weight *= mask[s]
        y[s] = weight @ x[s] + bias
    return y


@DROPCONNECT.right
def dropconnect_by_einsum(x, weight, bias, mask):
    return np.einsum("noi,oi,ni->no", mask, weight, x) + bias


@DROPCONNECT.right
def dropconnect_by_matmul(x, weight, bias, mask):
    return ((mask * weight) @ x[:, :, None])[:, :, 0] + bias


@DROPCONNECT.right
def dropconnect_by_samples(x, weight, bias, mask):
    return np.array([(m * weight) @ row + bias for row, m in zip(x, mask)])


@DROPCONNECT.right
def dropconnect_by_loops(x, weight, bias, mask):
    y = np.zeros((x.shape[0], weight.shape[0]))
    for s in range(len(y)):
        for o in range(len(bias)):
            y[s, o] = np.sum(x[s] * weight[o] * mask[s, o]) + bias[o]
    return y


@DROPCONNECT.right
def dropconnect_by_where(x, weight, bias, mask):
    products = np.where(mask == 1, weight[None] * x[:, None, :], 0.0)
    return bias + products.sum(-1)
