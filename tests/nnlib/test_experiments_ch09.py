"""The claims of chapter 09, as numbers that hold for three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import experiments as E
from nnlib import init
from nnlib import norm as N
from nnlib.gradcheck import numerical_gradient
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


# ── the small steps ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 2, 3), (1, 2, 3), (2, 3), (0, 1, 2, 3)])
def test_normalize_is_every_norm(axes):
    x = rng(0).normal(1, 2, size=(3, 4, 2, 5))
    y = E.normalize(x, axes, eps=0.5)
    for place in np.ndindex(*(1 if a in axes else n for a, n in enumerate(x.shape))):
        these = tuple(slice(None) if a in axes else i for a, i in enumerate(place))
        agree(y[these], (x[these] - x[these].mean()) / np.sqrt(x[these].var() + 0.5))
    assert E.normalize(x.astype(np.float32), axes).dtype == np.float32
    agree(E.normalize(x, (2, 3)), N.instance_norm(x)[0])
    with pytest.raises(ValueError, match="normalize: axes must be at least one axis"):
        E.normalize(x, ())


def test_the_parts_make_batch_norm():
    for shape in ((5, 3), (2, 3, 2, 4)):
        draws = rng(1)
        x, (mean, weight, bias), var = draws.normal(size=shape), draws.normal(size=(3, 3)), draws.random(3)
        y, *kept = N.batch_norm(x, mean, var, weight, bias, training=True, momentum=0.3, eps=0.1)
        agree(E.batch_norm_train(x, weight, bias, eps=0.1), y)
        rows = np.moveaxis(x, 1, -1).reshape(-1, 3)
        agree(E.update_running(mean, var, x, momentum=0.3), kept)
        agree(kept, (0.7 * mean + 0.3 * rows.mean(axis=0), 0.7 * var + 0.3 * rows.var(axis=0, ddof=1)))


def test_the_steps_back_are_the_slopes_of_the_steps():
    """Each by central differences of what comes after it."""
    draws, eps = rng(2), 0.1
    g, x, weight = draws.normal(size=(5, 3)), draws.normal(size=(5, 3)), draws.normal(size=3)
    mean, var = x.mean(axis=0), x.var(axis=0)

    def cost(xhat):
        return np.sum(g * weight * xhat)

    def of_var(v):
        return cost((x - mean) / np.sqrt(v + eps))

    def of_mean(mu):
        return cost((x - mu) / np.sqrt(np.square(x - mu).mean(axis=0) + eps))

    def of_x(z):
        return cost((z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps))

    want = [numerical_gradient(f, at) for f, at in ((cost, x), (of_var, var), (of_mean, mean), (of_x, x))]
    for got, slope in zip(E.batch_norm_backward_steps(g, x, weight, eps=eps), want):
        np.testing.assert_allclose(got, slope, atol=1e-7)
    one_line = N.batch_norm_backward(g, x, None, None, weight, training=True, eps=eps)[0]
    agree(E.batch_norm_backward_steps(g, x, weight, eps=eps)[3], one_line)
    for bad in ((g[:1], x[:1], weight), (g[:, :2], x, weight), (g, x, weight[:2])):
        with pytest.raises(ValueError, match="batch_norm_backward_steps: "):
            E.batch_norm_backward_steps(*bad)


# ── digits ───────────────────────────────────────────────────────────────────────────────────────────────


def on_test_images(model, **how):
    _, _, (X, y) = E.digits_split()
    if how.pop("by_digit", False):
        order = np.argsort(y, kind="stable")
        X, y = X[order], y[order]
    return E.read_right(model, X, y, **how)


def accuracy(norm, seed, **options):
    tries = {"test": on_test_images}
    return E.norm_digits(norm, tries=tries, epochs=3, rng=rng(seed), **options).accuracy["test"][-1]


def normal(std):
    return lambda shape, *, rng: init.normal(shape, std=std, rng=rng)


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_norm_forgives_three_of_four_bad_starts(seed):
    for start, lr, least in (
        ({"weights": normal(0.01)}, 0.1, 0.8),
        ({"weights": normal(1.0)}, 1.0, 0.7),
        ({"bias": -5.0}, 0.1, 0.8),
    ):
        assert accuracy(False, seed, lr=lr, **start) == pytest.approx(0.1, abs=0.02)
        assert accuracy(True, seed, lr=lr, **start) > least
    alike = {"weights": lambda shape, *, rng: rng.uniform(0, 1, size=shape)}
    assert accuracy(False, seed, **alike) < 0.2
    assert accuracy(True, seed, **alike) < 0.3


@pytest.mark.parametrize("seed", SEEDS)
def test_batches_of_two_lose_half_and_large_ones_learn_faster(seed):
    small = {"hidden": (30, 30)}
    assert accuracy(True, seed, batch_size=2, lr=0.01, **small) < 0.65
    assert accuracy(False, seed, batch_size=2, lr=0.01, **small) > 0.85
    assert accuracy(True, seed, batch_size=8, lr=0.03, **small) > 0.87
    large = {"batch_size": 256, "lr": 0.3, **small}
    assert accuracy(True, seed, **large) > accuracy(False, seed, **large) + 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_the_wrong_mode_shows_in_small_batches_and_in_batches_of_one_digit(seed):
    tries = {
        "in use": on_test_images,
        **{
            str(m): lambda model, m=m: on_test_images(model, training=True, batch_size=m)
            for m in (1000, 16, 4, 2)
        },
        "one digit": lambda model: on_test_images(model, training=True, batch_size=100, by_digit=True),
    }
    run = E.norm_digits(tries=tries, epochs=2, rng=rng(seed))
    assert isinstance(run, E.NormRun)
    in_use, all_at_once, *fewer, one_digit = (values[-1] for values in run.accuracy.values())
    assert in_use > 0.8
    assert abs(all_at_once - in_use) < 0.08
    assert (np.diff([all_at_once, *fewer]) < -0.04).all()
    assert fewer[-1] < 0.4
    assert one_digit < 0.25
    before = [buffer.copy() for buffer in run.model.buffers]
    on_test_images(run.model, training=True)
    assert all(np.array_equal(a, b) for a, b in zip(run.model.buffers, before))
    axes = run.plot()
    assert len(axes.lines) == 6
    plt.close(axes.figure)


def test_trained_in_the_mode_of_use_nothing_is_remembered():
    model = E.norm_digits(training=False, epochs=1, rng=rng(0)).model
    for i, buffer in enumerate(model.buffers):
        assert (buffer == i % 2).all()


def test_what_cannot_be_trained_or_tried_is_refused():
    with pytest.raises(ValueError, match="norm_digits: batch_size must be from 2 to 3334"):
        E.norm_digits(batch_size=1, rng=rng(0))
    with pytest.raises(ValueError, match="read_right: batch_size must be positive"):
        E.read_right(None, np.zeros((2, 3)), np.zeros(2), batch_size=0)
