"""Rows for nnlib.norm: values and gradients."""

import numpy as np

from nnlib import norm as N
from tests.nnlib.spec import Case

CHAPTERS = ("09",)
NO_GRADIENT = (N.population_stats, N.fuse_bn_weights)
ELSEWHERE = (N.norm_axes,)
REQUIRED_OPTIONS = (("population_stats", "m"),)
POSITIONAL_OPTIONS = (
    *((op, name) for op in ("batch_norm", "layer_norm", "group_norm") for name in ("weight", "bias")),
    *(("instance_norm", name) for name in ("running_mean", "running_var", "weight", "bias")),
    ("fuse_bn_weights", "bn_weight"),
    ("fuse_bn_weights", "bn_bias"),
)
BN = "torch.nn.functional.batch_norm"
SHAPES = ((6, 4), (4, 3, 5), (3, 2, 3, 4), (1, 2, 3, 4))


def image(rng):
    return rng.normal(1, 2, SHAPES[rng.integers(len(SHAPES))])


def channels(*shape, parts="mvwb"):
    """x, running mean and variance, weight and bias, None for those whose letter is missing."""

    def draw(rng):
        x = rng.normal(1, 2, shape) if shape else image(rng)
        c = x.shape[1]
        arrays = {
            "m": rng.normal(size=c),
            "v": rng.uniform(1, 3, c),
            "w": rng.normal(size=c),
            "b": rng.normal(size=c),
        }
        return x, *(arrays[letter] if letter in parts else None for letter in "mvwb")

    return draw


def grouped(*shape, groups, parts="wb"):
    def draw(rng):
        x = rng.normal(1, 2, shape)
        arrays = {"w": rng.normal(size=shape[1]), "b": rng.normal(size=shape[1])}
        return x, groups, *(arrays.get(letter) if letter in parts else None for letter in "wb")

    return draw


def features(*shape, last, parts="wb"):
    def draw(rng):
        x, normalized = rng.normal(1, 2, shape), shape[len(shape) - last :]
        arrays = {"w": rng.normal(size=normalized), "b": rng.normal(size=normalized)}
        return x, normalized, *(arrays[letter] if letter in parts else None for letter in "wb")

    return draw


def torch_batch_norm(x, running_mean, running_var, *others, **options):
    from torch.nn import functional as F

    statistics = tuple(None if s is None else s.clone() for s in (running_mean, running_var))
    return F.batch_norm(x, *statistics, *others, **options), *statistics


def torch_instance_norm(x, running_mean, running_var, *others, **options):
    from torch.nn import functional as F

    statistics = tuple(None if s is None else s.clone() for s in (running_mean, running_var))
    return F.instance_norm(x, *statistics, *others, **options), *statistics


def plain_batch_norm(x, mean, var, weight, bias, training=False, momentum=0.1, eps=1e-5):
    """The formulas, a channel after the other."""
    y, new_mean, new_var = np.empty_like(x), [], []
    for j in range(x.shape[1]):
        values = x[:, j]
        mu, sigma2 = (values.mean(), values.var()) if training else (mean[j], var[j])
        gamma, beta = 1.0 if weight is None else weight[j], 0.0 if bias is None else bias[j]
        y[:, j] = gamma * (values - mu) / np.sqrt(sigma2 + eps) + beta
        if mean is not None:
            share = momentum if training else 0.0
            new_mean.append((1 - share) * mean[j] + share * mu)
            new_var.append((1 - share) * var[j] + share * (values.var(ddof=1) if training else 0))
    return (y, new_mean, new_var) if mean is not None else y


def plain_layer_norm(x, shape, weight, bias, eps=1e-5):
    axes = tuple(range(-len(shape), 0))
    centred = x - x.mean(axes, keepdims=True)
    xhat = centred / np.sqrt(np.square(centred).mean(axes, keepdims=True) + eps)
    return xhat * (1 if weight is None else weight) + (0 if bias is None else bias)


def plain_group_norm(x, num_groups, weight, bias, eps=1e-5):
    y = np.empty_like(x)
    for group in np.split(np.arange(x.shape[1]), num_groups):
        for sample, out in zip(x, y):
            out[group] = (sample[group] - sample[group].mean()) / np.sqrt(sample[group].var() + eps)
    for j in range(x.shape[1]):
        y[:, j] = y[:, j] * (1 if weight is None else weight[j]) + (0 if bias is None else bias[j])
    return y


def torch_fuse(function):
    def fuse(weight, bias, mean, var, bn_weight, bn_bias, eps=1e-5):
        import torch

        fused = getattr(torch.nn.utils.fusion, function)(weight, bias, mean, var, eps, bn_weight, bn_bias)
        return tuple(p.detach() for p in fused)

    return fuse


def layer_and_norm(*shape, parts="bwc"):
    def draw(rng):
        out = shape[0]
        arrays = {letter: rng.normal(size=out) for letter in "bwc"}
        bias, weight, shift = (arrays[letter] if letter in parts else None for letter in "bwc")
        return rng.normal(size=shape), bias, rng.normal(size=out), rng.uniform(1, 3, out), weight, shift

    return draw


def plain_fuse(weight, bias, mean, var, bn_weight, bn_bias, eps=1e-5):
    """Read off the fused layer by what it answers to 0 and to each unit input."""
    inputs = np.concatenate([np.zeros((1, weight[0].size)), np.eye(weight[0].size)])
    z = inputs @ weight.reshape(len(weight), -1).T + (0 if bias is None else bias)
    y = plain_batch_norm(z, mean, var, bn_weight, bn_bias, eps=eps)[0]
    return (y[1:] - y[0]).T.reshape(weight.shape), y[0]


def wrt(first, parts):
    """Position 0, and those of the weight and the bias that are there."""
    return (0, *(first + "wb".index(letter) for letter in parts if letter in "wb"))


BATCH = (
    Case(
        N.batch_norm,
        channels(),
        {"training": True},
        wrt=(0, 3, 4),
        torch=BN,
        want=plain_batch_norm,
        nan="spreads",
    ),
    Case(N.batch_norm, channels(), wrt=(0, 3, 4), torch=BN, want=plain_batch_norm),
    *(
        Case(
            N.batch_norm,
            channels(parts=parts),
            {"training": training, "eps": 0.1, "momentum": momentum},
            wrt=wrt(3, parts),
            torch=torch_batch_norm,
            want=plain_batch_norm,
            nan="spreads",
        )
        for momentum, parts, training in (
            (0.2, "mvwb", True),
            (0.3, "", True),
            (0.4, "w", True),
            (0.5, "mvb", True),
            (0.6, "mv", False),
            (0.7, "mvb", False),
        )
    ),
    # several blocks
    Case(
        N.batch_norm,
        channels(70, 40, 6, 6),
        {"training": True},
        wrt=(),
        torch=torch_batch_norm,
        nan="spreads",
    ),
)

INSTANCE = (
    Case(
        N.instance_norm,
        channels(3, 2, 3, 4),
        wrt=(0, 3, 4),
        torch="torch.nn.functional.instance_norm",
        nan="spreads",
    ),
    *(
        Case(
            N.instance_norm,
            channels(*shape, parts=parts),
            {"eps": 0.1, "momentum": 0.4, **({} if stats else {"use_input_stats": False})},
            wrt=wrt(3, parts),
            torch=torch_instance_norm,
            nan="spreads",
        )
        for shape, parts, stats in (
            ((4, 3, 5), "mvwb", True),
            ((2, 2, 2, 2, 2), "", True),
            ((1, 3, 6), "wb", True),
            ((3, 2, 3, 2), "mvb", True),
            ((3, 2, 3, 2), "mvw", False),
        )
    ),
)

GROUP = tuple(
    Case(
        N.group_norm,
        grouped(*shape, groups=groups, parts=parts),
        options,
        wrt=wrt(2, parts),
        torch="torch.nn.functional.group_norm" if parts != "b" else None,  # its backward fails without weight
        want=plain_group_norm,
        nan="spreads",
    )
    for shape, groups, parts, options in (
        ((2, 6, 3, 2), 3, "wb", {}),
        ((3, 4, 5), 1, "wb", {"eps": 0.2}),
        ((2, 3, 4), 3, "", {"eps": 0.1}),
        ((3, 12), 2, "w", {}),
        ((1, 4, 3), 2, "b", {"eps": 0.1}),
    )
)

LAYER = tuple(
    Case(
        N.layer_norm,
        features(*shape, last=last, parts=parts),
        options,
        wrt=wrt(2, parts),
        torch="torch.nn.functional.layer_norm",
        want=plain_layer_norm,
        nan="spreads",
    )
    for shape, last, parts, options in (
        ((4, 6), 1, "wb", {}),
        ((2, 3, 5), 2, "wb", {"eps": 0.2}),
        ((2, 2, 7), 1, "", {"eps": 0.1}),
        ((8,), 1, "w", {}),
        ((2, 3, 2, 2), 3, "b", {"eps": 0.3}),
    )
)

FUSED = (
    Case(N.fuse_bn_weights, layer_and_norm(3, 2, parts="b"), wrt=(), want=plain_fuse),
    *(
        Case(
            N.fuse_bn_weights,
            layer_and_norm(*shape, parts=parts),
            options,
            wrt=(),
            torch=torch_fuse(function),
            want=plain_fuse,
        )
        for shape, function in (((3, 4), "fuse_linear_bn_weights"), ((3, 2, 3, 3), "fuse_conv_bn_weights"))
        for parts, options in (("bwc", {}), ("wc", {"eps": 0.1}))
    ),
)


def batches(*shape):
    return lambda rng: (rng.normal(size=shape), rng.uniform(1, 2, shape))


POPULATION = tuple(
    Case(
        N.population_stats,
        batches(*shape),
        {"m": m},
        wrt=(),
        want=lambda means, variances, m: (np.sum(means, 0) / len(means), m / (m - 1) * np.mean(variances, 0)),
    )
    for shape, m in (((5, 3), 8), ((4,), 2), ((1, 2), 10))
)

CASES = BATCH + INSTANCE + GROUP + LAYER + FUSED + POPULATION
