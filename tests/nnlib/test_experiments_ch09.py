"""The claims of chapter 09, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import experiments as E
from nnlib import norm as N
from tests.nnlib.spec import agree

SEEDS = range(3)


def rng(seed):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bias_before_the_norm_does_nothing(seed):
    pre, post = (E.bn_placement(order, rng=rng(seed)) for order in ("pre", "post"))
    assert isinstance(pre, E.Placement)
    assert pre.bias_gradient < 1e-12
    assert post.bias_gradient > 1
    assert min(pre.weight_gradient, post.weight_gradient) > 1
    # another bias is no other network
    agree(E.bn_placement("pre", bias=100.0, rng=rng(seed)), pre)
    assert abs(E.bn_placement("post", bias=100.0, rng=rng(seed)).active - post.active) > 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_next_layer_gets_depends_on_the_place(seed):
    pre, post = (E.bn_placement(order, rng=rng(seed)) for order in ("pre", "post"))
    agree(post.mean, 0.0)
    assert post.std == pytest.approx(1, abs=1e-4)
    # a rectified standard normal: mean 1 / sqrt(2 pi), second moment 1 / 2
    assert pre.mean == pytest.approx(1 / np.sqrt(2 * np.pi), abs=0.03)
    assert pre.std == pytest.approx(np.sqrt(0.5 - 0.5 / np.pi), abs=0.03)
    assert pre.active == pytest.approx(0.5, abs=0.05)
    assert post.active > 0.65  # the start's bias of 1 decides
    with pytest.raises(ValueError, match="bn_placement: order must be 'pre' or 'post'; got 'before'"):
        E.bn_placement("before", rng=rng(0))


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_noise_falls_with_the_root_of_the_batch(seed):
    sizes = [8, 32, 128, 512]
    run = E.bn_noise(sizes, rng=rng(seed))
    assert isinstance(run, E.BatchNoise)
    assert (np.diff(run.noise) < 0).all()
    np.testing.assert_allclose(run.noise[1:] * np.sqrt(sizes[1:]), np.sqrt(1.5), rtol=0.1)
    # a value at the mean feels the noise of the mean alone
    still = E.bn_noise([512], value=0.0, rng=rng(seed)).noise[0]
    assert still == pytest.approx(np.sqrt(1 / 512), rel=0.1)
    with pytest.raises(ValueError, match="bn_noise: batch_sizes must be at least 2 each"):
        E.bn_noise([8, 1], rng=rng(0))
    axes = run.plot(label="batch norm")
    assert axes.get_xlabel() == "batch size"
    assert axes.get_legend() is not None
    plt.close(axes.figure)


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_norm_forgives_a_bad_start(seed):
    run = E.bn_vs_init([0.01, 0.3, 3.0], rng=rng(seed))
    assert isinstance(run, E.StartRobustness)
    small, good, large = run.plain
    assert small == pytest.approx(np.log(2), abs=1e-3)  # nothing learnt
    assert good < 0.3
    assert large > 0.6  # log 2 where all units died, or not a number any more
    assert run.normed.max() < 0.1
    assert run.plain_spread[0] < 1e-8
    assert run.plain_spread[2] > 1e6
    assert ((run.normed_spread > 0.3) & (run.normed_spread < 1)).all()
    axes = run.plot()
    assert len(axes.lines) == 2
    plt.close(axes.figure)


def test_the_scale_of_weights_before_a_norm_is_not_seen_and_divides_their_gradient():
    for seed in SEEDS:
        x, W, g = (
            rng(seed).normal(size=(20, 5)),
            rng(seed + 9).normal(size=(4, 5)),
            rng(seed).normal(size=(20, 4)),
        )
        options = {"running_mean": None, "running_var": None, "training": True, "eps": 0.0}
        grads = []
        for c in (1.0, 10.0):
            z = x @ (c * W).T
            agree(N.batch_norm(z, **options)[0], N.batch_norm(x @ W.T, **options)[0])
            grads.append(N.batch_norm_backward(g, z, **options).T @ x)
        agree(grads[1], grads[0] / 10)
