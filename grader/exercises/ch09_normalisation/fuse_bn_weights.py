"""A batch norm folded into the layer before it."""

import numpy as np

from grader.exercises.ch09_normalisation.batch_norm_train import scales_and_shifts
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import norm


def layer_and_norm(size, parts="bws", scale=1.0, **given):
    """weight, bias (b), running statistics, bn_weight (w) and bn_bias (s), None for those whose letter is missing."""

    def draw(rng):
        out = size[0]
        gamma, beta = scales_and_shifts(rng, out)
        bias = np.where(np.arange(out) % 2, 1, -1) * rng.uniform(3, 5, out)
        mean = np.where(np.arange(out) % 3, scale, -scale) * rng.uniform(1, 2, out)
        var = scale**2 * rng.uniform(2, 6, out)
        bias, gamma, beta = (a if letter in parts else None for letter, a in zip("bws", (bias, gamma, beta)))
        return call(rng.normal(size=size), bias, mean, var, gamma, beta, **given)

    return draw


def with_zeros(size, **given):
    """Zeros in every array, and numbers above 100."""

    def draw(rng):
        bias, mean, var, gamma, beta = (np.roll(spread(rng, size[0]), i) for i in range(5))
        return call(150 * spread(rng, size), bias, mean, np.abs(var), gamma, 150 * beta, **given)

    return draw


def _allowed(rng):
    size = one_of(rng, (3, 2), (1, 4), (2, 1), (2, 2), (2, 3, 2, 2), (1, 2, 1, 3), (2, 1, 3, 1))
    weight, mean = floats(rng, size, (1.0, 10.0, 1e-3)), floats(rng, size[0], (1.0, 10.0))
    bias, gamma, beta = (one_of(rng, None, *[floats(rng, size[0], (1.0, 10.0))] * 3) for _ in range(3))
    var = np.abs(floats(rng, size[0], (1.0, 10.0)))
    return call(weight, bias, mean, var, gamma, beta, **options(rng, eps=(1e-5, 0.1, 1.0)))


FUSE_BN_WEIGHTS = Exercise(
    function="fuse_bn_weights",
    topics=("C09-04",),
    points=2,
    difficulty=3,
    minutes=20,
    reference=norm.fuse_bn_weights,
    forbid=(
        "torch.nn.utils.fusion.fuse_linear_bn_weights",
        "torch.nn.utils.fusion.fuse_conv_bn_weights",
    ),
    allowed=_allowed,
    returns=("weight", "bias"),
    edge_returns=("weight",),
    cases=(
        Case(
            "a linear layer",
            layer_and_norm((3, 2)),
            example=call([[1, 2], [3, -1]], [1, 5], [3, 2], [4, 9], [2, -1], [0.5, 1]),
        ),
        Case("as many outputs as inputs", layer_and_norm((3, 3)), weight=2),
        Case("a convolution", layer_and_norm((3, 3, 2, 3))),
        Case("small variances: ε counts", layer_and_norm((3, 2), scale=1e-3), weight=2),
        Case("ε given", layer_and_norm((3, 2), eps=0.5), weight=2),
        in_turn(
            "without bias, without γ, without β",
            layer_and_norm((3, 2), "ws"),
            layer_and_norm((3, 2), "bs"),
            layer_and_norm((3, 2), "bw"),
            layer_and_norm((2, 3, 2, 2), ""),
            weight=2,
        ),
        in_turn(
            "odd shapes, zeros, large numbers",
            layer_and_norm((1, 4), scale=30.0, eps=1.0),
            layer_and_norm((4, 1), eps=1e-5),
            layer_and_norm((1, 2), "bs"),
            layer_and_norm((1, 2, 1, 3), eps=1.0),
            layer_and_norm((2, 1, 3, 1), "s", scale=1e-4),
            with_zeros((3, 2)),
            with_zeros((3, 2, 2, 2), eps=0.1),
            edge=True,
        ),
    ),
    hints=(
        "One number for each output: s = γ / sqrt(running_var + ε), without the γ if it is None.",
        "Each row of the weight, or each output channel, times its s: scale[:, None], or more None.",
        "The new bias: s (b − mean) + β.",
    ),
)


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_mean_forgotten(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """The running mean is missing from your bias: s (b − mean) + β."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * (0 if bias is None else bias) + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_bias_not_scaled(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You do not scale the layer's bias: the batch norm multiplies b − mean by s as well."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = (0 if bias is None else bias) - scale * running_mean + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_mean_not_scaled(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You do not scale the running mean: it is taken off before the multiplication by s, s (b − mean) + β."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * (0 if bias is None else bias) - running_mean + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_shift_scaled(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You multiply β by s, too; it is added last: s (b − mean) + β."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean + (0 if bn_bias is None else bn_bias))
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_bias_kept(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You leave the layer's bias as it is; it becomes s (b − mean) + β."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    bias = np.zeros_like(running_mean) if bias is None else bias
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), bias


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_weight_kept(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You leave the weight as it is; each of its rows is multiplied by s."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    return weight, shift


@FUSE_BN_WEIGHTS.wrong(case="as many outputs as inputs")
def fuse_bn_weights_along_the_inputs(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You multiply the columns of the weight; s belongs to the outputs, the first axis.

    scale[:, None] * weight, and two more None for a convolution."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    return weight * scale, shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_by_variance(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You divide by the running variance; divide by its root."""
    scale = (1 if bn_weight is None else bn_weight) / (running_var + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong(case="small variances: ε counts")
def fuse_bn_weights_no_eps(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """ε is missing: it is added to the running variance before the root."""
    s = np.sqrt(running_var)
    scale = (1 if bn_weight is None else bn_weight) / np.where(s > 0, s, 1)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong(case="small variances: ε counts")
def fuse_bn_weights_eps_outside(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You add ε to the standard deviation; it stands inside the root, added to the running variance."""
    scale = (1 if bn_weight is None else bn_weight) / (np.sqrt(running_var) + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong(case="ε given")
def fuse_bn_weights_own_eps(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You use an ε of 1e-5 whatever the caller gives as `eps`."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + 1e-5)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_no_gamma(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You do not use bn_weight: s = γ / sqrt(running_var + ε)."""
    scale = 1 / np.sqrt(running_var + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_no_beta(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You do not use bn_bias: β is added at the end, s (b − mean) + β."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong
def fuse_bn_weights_mean_added(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You add the running mean; it is subtracted: s (b − mean) + β."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * ((0 if bias is None else bias) + running_mean) + (0 if bn_bias is None else bn_bias)
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong(case="without bias, without γ, without β")
def fuse_bn_weights_no_bias_no_shift(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """Where the layer has no bias you return β, or zeros; b counts as 0 then, and −s mean is left."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    beta = np.zeros_like(running_mean) if bn_bias is None else bn_bias
    shift = beta if bias is None else scale * (bias - running_mean) + beta
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong(case="without bias, without γ, without β")
def fuse_bn_weights_none_forgotten(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """bias, bn_weight or bn_bias may be None, with which nothing can be computed: they count as 0, 1 and 0."""
    scale = bn_weight / np.sqrt(running_var + eps)
    shift = scale * (bias - running_mean) + bn_bias
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift


@FUSE_BN_WEIGHTS.wrong(case="arguments unchanged")
def fuse_bn_weights_in_place(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    """You change the layer's weight in place; it belongs to who called. weight = weight * ... makes a new array."""
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    shift = scale * ((0 if bias is None else bias) - running_mean) + (0 if bn_bias is None else bn_bias)
    weight *= scale.reshape(-1, *[1] * (weight.ndim - 1))
    return weight, shift


@FUSE_BN_WEIGHTS.right
def fuse_bn_weights_with_defaults(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    b = np.zeros_like(running_mean) if bias is None else bias
    gamma = np.ones_like(running_mean) if bn_weight is None else bn_weight
    beta = np.zeros_like(running_mean) if bn_bias is None else bn_bias
    s = np.sqrt(running_var + eps)
    return (gamma / s)[(slice(None),) + (None,) * (weight.ndim - 1)] * weight, gamma * (
        b - running_mean
    ) / s + beta


@FUSE_BN_WEIGHTS.right
def fuse_bn_weights_by_transposing(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    scale = (running_var + eps) ** -0.5
    scale = scale if bn_weight is None else scale * bn_weight
    shift = -running_mean if bias is None else bias - running_mean
    shift = scale * shift
    return (weight.T * scale).T, shift if bn_bias is None else shift + bn_bias


@FUSE_BN_WEIGHTS.right
def fuse_bn_weights_as_a_product(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    scale = (1 if bn_weight is None else bn_weight) / np.sqrt(running_var + eps)
    rows = np.diag(scale) @ weight.reshape(len(weight), -1)
    shift = scale * ((0 if bias is None else bias) - running_mean)
    return rows.reshape(weight.shape), shift + (0 if bn_bias is None else bn_bias)


@FUSE_BN_WEIGHTS.right
def fuse_bn_weights_output_by_output(
    weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5
):
    new_weight, new_bias = np.empty_like(weight), np.empty_like(running_mean)
    for j in range(len(weight)):
        s = 1 / np.sqrt(running_var[j] + eps)
        if bn_weight is not None:
            s = s * bn_weight[j]
        new_weight[j] = s * weight[j]
        new_bias[j] = s * ((0.0 if bias is None else bias[j]) - running_mean[j])
        if bn_bias is not None:
            new_bias[j] += bn_bias[j]
    return new_weight, new_bias
