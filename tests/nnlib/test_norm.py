"""What the norms promise as a family: which axes come out standardised, what they do not see, and large means."""

import numpy as np
import pytest

from nnlib import norm as N
from nnlib.nn import linear
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed):
    return np.random.default_rng(seed)


def normalised(kind, x, **options):
    if kind == "layer":
        return N.layer_norm(x, x.shape[1:], **options)
    if kind == "group":
        return N.group_norm(x, 3, **options)
    if kind == "instance":
        return N.instance_norm(x, **options)[0]
    return N.batch_norm(x, None, None, training=True, **options)[0]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", ["batch", "layer", "instance", "group"])
def test_mean_0_and_variance_1_over_the_axes_of_each(kind, seed):
    x = rng(seed).normal(3, 2, size=(4, 6, 5, 2))
    y = normalised(kind, x, eps=0.0)
    if kind == "group":
        y = y.reshape(4, 3, 2, 5, 2)
    axes = N.norm_axes(kind, 4)
    agree(y.mean(axes), np.zeros(y.mean(axes).shape))
    agree(y.var(axes), np.ones(y.mean(axes).shape))
    other = tuple(axis for axis in range(1, 4) if axis not in axes) or (0,)
    assert np.abs(y.mean(other)).max() > 0.1  # and not over others


@pytest.mark.parametrize("kind", ["batch", "layer", "instance", "group"])
def test_scale_and_shift_of_x_are_not_seen(kind):
    for seed in SEEDS:
        x = rng(seed).normal(size=(4, 6, 5))
        agree(normalised(kind, 7 * x - 3, eps=0.0), normalised(kind, x, eps=0.0))


def test_one_group_is_layer_norm_and_a_group_a_channel_is_instance_norm():
    for seed in SEEDS:
        x = rng(seed).normal(size=(3, 4, 5))
        weight, bias = rng(seed + 9).normal(size=(2, 4))
        agree(N.group_norm(x, 4, weight, bias), N.instance_norm(x, None, None, weight, bias)[0])
        each = [np.repeat(p[:, None], 5, axis=1) for p in (weight, bias)]
        agree(N.group_norm(x, 1, weight, bias), N.layer_norm(x, (4, 5), *each))


def test_samples_do_not_see_each_other_but_in_batch_norm():
    x = rng(0).normal(size=(4, 6, 5))
    changed = x.copy()
    changed[3] += rng(1).normal(size=(6, 5))
    for kind in ("layer", "instance", "group"):
        agree(normalised(kind, changed)[:3], normalised(kind, x)[:3])
    assert np.abs(normalised("batch", changed)[:3] - normalised("batch", x)[:3]).max() > 0.1


@pytest.mark.parametrize("mean", [1e3, -1e5])
@pytest.mark.parametrize("kind", ["batch", "layer", "instance", "group"])
def test_a_large_mean_costs_float32_no_digits(kind, mean):
    for seed in SEEDS:
        x = (rng(seed).normal(size=(8, 6, 40)) + mean).astype(np.float32)
        agree(
            normalised(kind, x), normalised(kind, x.astype(np.float64)).astype(np.float32), dtype=np.float32
        )
    # the mean of squares less the square of the mean, in float32, is no variance at all
    assert abs(np.mean(x**2) - np.mean(x) ** 2 - x.var(dtype=np.float64)) > 0.01


@pytest.mark.parametrize("kind", ["batch", "layer", "instance", "group"])
def test_gradients_bear_a_large_mean_too(kind):
    f = {
        "batch": lambda g, x: N.batch_norm_backward(g, x, None, None, training=True),
        "layer": lambda g, x: N.layer_norm_backward(g, x, x.shape[1:]),
        "instance": N.instance_norm_backward,
        "group": lambda g, x: N.group_norm_backward(g, x, 3),
    }[kind]
    for seed in SEEDS:
        x = (rng(seed).normal(size=(8, 6, 40)) + 1e3).astype(np.float32)
        g = rng(seed + 9).normal(size=x.shape).astype(np.float32)
        agree(f(g, x), f(g.astype(np.float64), x.astype(np.float64)).astype(np.float32), dtype=np.float32)


def test_in_use_a_large_running_mean_costs_no_digits_either():
    x = (rng(0).normal(size=(8, 2, 40)) + 1e5).astype(np.float32)
    mean, var = np.float32([1e5, 1e5 + 0.25]), np.float32([1.0, 2.0])
    exact = (x.astype(np.float64) - mean[:, None].astype(np.float64)) / np.sqrt(var[:, None] + 1e-5)
    agree(N.batch_norm(x, mean, var)[0], exact, dtype=np.float32)


def test_running_statistics_forget_the_start():
    mean, var = np.zeros(3), np.ones(3)
    draws = rng(0)
    for _ in range(200):
        x = draws.normal([1.0, -2.0, 5.0], [1.0, 3.0, 0.1], size=(400, 3))
        _, mean, var = N.batch_norm(x, mean, var, training=True)
    # averages over about 2 / 0.1 - 1 = 19 batches of 400
    assert np.abs((mean - [1, -2, 5]) / [1, 3, 0.1]).max() < 5 / np.sqrt(19 * 400)
    assert np.abs(var / [1, 9, 0.01] - 1).max() < 5 * np.sqrt(2 / (19 * 400))


def test_weight_is_the_standard_deviation_and_undoes_the_norm():
    x = rng(0).normal(3, 2, size=(50, 4))
    y, _, _ = N.batch_norm(x, None, None, x.std(axis=0), x.mean(axis=0), training=True, eps=0.0)
    agree(y, x)


def test_a_fused_layer_computes_what_the_two_did():
    for seed in SEEDS:
        draws = rng(seed)
        x, weight, bias = draws.normal(size=(7, 4)), draws.normal(size=(3, 4)), draws.normal(size=3)
        mean, var, scale, shift = draws.normal(size=3), draws.uniform(1, 2, 3), *draws.normal(size=(2, 3))
        agree(
            linear(x, *N.fuse_bn_weights(weight, bias, mean, var, scale, shift)),
            N.batch_norm(linear(x, weight, bias), mean, var, scale, shift)[0],
        )
